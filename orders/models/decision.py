import json
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from orders.words import Outcome, Reason


@pgtrigger.register(pgtrigger.Protect(name="decision_is_final", operation=pgtrigger.Update | pgtrigger.Delete))
class IdentityDecision(models.Model):
    """Whose an order was found to be, by whom, when, and the receipt that says why. Never changed, only superseded.

    `receipt` is canonical JSON text (`orders.receipts`): the same facts give the same bytes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.PROTECT, related_name="decisions")
    supersedes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="superseded_by")
    policy = models.ForeignKey("storefronts.ResolutionPolicy", on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.CharField(max_length=24, choices=Reason.choices, blank=True)
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.PROTECT, related_name="decisions")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="decisions")
    erp_customer_number = models.CharField(max_length=60, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=120)
    mirror_as_of = models.DateTimeField(null=True)
    receipt = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="decision_outcome_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(name="decision_reason_known", condition=Q(reason="") | Q(reason__in=Reason.values)),
            models.CheckConstraint(
                name="decision_not_superseding_itself",
                condition=Q(supersedes__isnull=True) | ~Q(supersedes=models.F("id")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.decided_at:%Y-%m-%d %H:%M}"

    def receipt_content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.receipt)
        return content


class DecisionEvidence(models.Model):
    """What a decision rested on in words that name people: normal e-mail and phone, labels of candidates, the facts.

    Stands beside the receipt so that erasing a person can empty it and leave the receipt as it is.
    """

    decision = models.OneToOneField(
        "orders.IdentityDecision", primary_key=True, on_delete=models.PROTECT, related_name="evidence"
    )
    email_key = models.CharField(max_length=254, blank=True)
    phone_key = models.CharField(max_length=16, blank=True)
    labels = models.JSONField(default=dict, help_text=_("Type and id of a candidate → how staff know it."))
    facts = models.JSONField(default=dict, help_text=_("What the decision was computed from, for replay."))
    why = models.TextField(blank=True, help_text=_("The reason that a person gave."))
    mended = models.JSONField(
        default=dict, help_text=_("`email` and `phone` as a person mended them; in force from this decision on.")
    )
    named_customers = ArrayField(
        models.CharField(max_length=100), default=list, help_text=_("Shared ids of every customer it names.")
    )
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "decision evidence"
        indexes = [GinIndex(fields=["named_customers"], name="evidence_names")]

    def __str__(self) -> str:
        return str(self.decision_id)
