import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.querysets import PriceListAssignmentQuerySet


class _Period(Func):
    """From then until then, half-open; empty ends are open."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PriceListAssignment(models.Model):
    """An account gets a price list, on one storefront or on all, from then until then (half-open)."""

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="price_list_assignments")
    price_list = models.ForeignKey("accounts.PriceList", on_delete=models.PROTECT, related_name="assignments")
    storefront = models.ForeignKey(
        "storefronts.Storefront", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = PriceListAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["account", F("storefront").asc(nulls_first=True), F("valid_from").asc(nulls_first=True)]
        constraints = [
            models.CheckConstraint(
                name="assignment_ends_after_it_begins",
                condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                violation_error_message=_("The end is after the beginning."),
            ),
            ExclusionConstraint(
                name="price_list_assignments_never_overlap",
                expressions=[
                    ("account", RangeOperators.EQUAL),
                    (Coalesce("storefront", Value(0)), RangeOperators.EQUAL),
                    (_Period("valid_from", "valid_until"), RangeOperators.OVERLAPS),
                ],
                violation_error_code="price_list_overlap",
                violation_error_message=_("Another price list is assigned at that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.price_list}"
