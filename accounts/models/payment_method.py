import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,59}\Z"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PaymentMethod(models.Model):
    """A way to pay that a storefront offers; kept by hand, or pulled from the shop."""

    storefront = models.ForeignKey("storefronts.Storefront", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(
        max_length=60,
        validators=[RegexValidator(CODE_PATTERN, _("Letters, digits and . _ - only; at most 60."))],
        help_text=_("As orders name it; it never changes."),
    )
    name = models.CharField(max_length=120)
    active = models.BooleanField(default=True, help_text=_("An inactive method is seen by nobody."))
    visible_by_default = models.BooleanField(
        default=False, help_text=_("Whether accounts see it where nothing is set for them or above them.")
    )
    not_seen_since = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("Since when the shop no longer names it.")
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["storefront", "name", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["storefront", "code"],
                name="payment_method_once_per_storefront",
                violation_error_code="unique",
                violation_error_message=_("The storefront has a payment method of this code already."),
            )
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PaymentRule(models.Model):
    """An account's own word on a payment method: its buyers, and those below it, see it or do not."""

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="payment_rules")
    method = models.ForeignKey("accounts.PaymentMethod", on_delete=models.CASCADE, related_name="rules")
    visible = models.BooleanField()
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["account", "method"]
        constraints = [
            models.UniqueConstraint(fields=["account", "method"], name="payment_rule_once_per_account_and_method")
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.method}"
