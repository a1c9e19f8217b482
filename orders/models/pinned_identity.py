from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.words import OrderKind

# Longer ids of a shop's customers are taken with the order, but nothing is pinned to them.
LONGEST_PINNED = 200


class PinnedIdentity(models.Model):
    """Whose orders of one customer of a shop are, by the latest decision that found somebody.

    The target is an ERP number; or an account, with who bought for it if known; or a customer. Orders of the two kinds
    are pinned apart: whoever buys privately today may buy for an account tomorrow.
    """

    storefront = models.ForeignKey("storefronts.Storefront", on_delete=models.PROTECT, related_name="pinned_identities")
    kind = models.CharField(max_length=3, choices=OrderKind.choices)
    external_id = models.CharField(max_length=LONGEST_PINNED, help_text=_("The shop's own id for its customer."))
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.CASCADE, related_name="+")
    erp_customer_number = models.CharField(max_length=60, blank=True)
    erp_system = models.CharField(max_length=40, blank=True, help_text=_("Whose number it is."))
    decision = models.ForeignKey("orders.IdentityDecision", on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name_plural = "pinned identities"
        constraints = [
            models.UniqueConstraint(fields=["storefront", "kind", "external_id"], name="pinned_once_per_shop_customer"),
            models.CheckConstraint(
                name="pinned_to_somebody",
                condition=Q(erp_customer_number__gt="", account__isnull=True, customer__isnull=True)
                | Q(erp_customer_number="", account__isnull=False)
                | Q(erp_customer_number="", customer__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.external_id
