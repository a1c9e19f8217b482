from datetime import datetime

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from accounts.querysets import AssociateQuerySet


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Associate(models.Model):
    """A registered customer who may act for an account, in one role, from then until then (half-open)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="associations")
    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="associates")
    role = models.ForeignKey("accounts.Role", on_delete=models.PROTECT, related_name="associates")
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = AssociateQuerySet.as_manager()

    class Meta:
        ordering = ["account_id", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "account"],
                name="associate_once_per_account",
                violation_error_code="already_associated",
                violation_error_message=_("This person is an associate of the account already."),
            ),
            models.CheckConstraint(
                name="associate_ends_after_it_begins",
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                violation_error_message=_("The end is after the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer} ({self.role})"

    def is_in_force(self, *, at: datetime) -> bool:
        """Whether it has begun and not ended."""
        begun = self.valid_from is None or self.valid_from <= at
        return begun and (self.valid_until is None or at < self.valid_until)
