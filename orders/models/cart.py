from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from orders.limits import MOST_PIECES
from orders.querysets import CartQuerySet

LONGEST_CART_NAME = 120
OPEN = Q(order__isnull=True)


class Cart(models.Model):
    """What one person means to order, for an account or for himself, on one storefront.

    Those of one person, account and storefront are a set. An ordered one points at its order, and is not of the set
    any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="carts")
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="carts")
    storefront = models.ForeignKey("storefronts.Storefront", on_delete=models.PROTECT, related_name="carts")
    name = models.CharField(max_length=LONGEST_CART_NAME, blank=True)
    active = models.BooleanField(default=False)
    order = models.OneToOneField("orders.Order", null=True, on_delete=models.PROTECT, related_name="cart")
    ordered_with = models.BinaryField(
        max_length=32, null=True, help_text=_("SHA-256 of what the order was asked for with.")
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = CartQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "account", "storefront", "name"],
                condition=OPEN,
                nulls_distinct=False,
                name="cart_name_once_per_set",
                violation_error_code="cart_name_taken",
                violation_error_message=_("Another of these carts has this name."),
            ),
            models.UniqueConstraint(
                fields=["customer", "account", "storefront"],
                condition=Q(active=True),
                nulls_distinct=False,
                name="one_cart_of_a_set_is_active",
            ),
            models.CheckConstraint(
                name="own_cart_has_no_name",
                condition=Q(account__isnull=False) | Q(name=""),
                violation_error_message=_("Names are for the carts of accounts."),
            ),
            models.CheckConstraint(
                name="ordered_cart_is_not_active",
                condition=Q(order__isnull=True, ordered_with__isnull=True)
                | Q(order__isnull=False, ordered_with__isnull=False, active=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class CartLine(models.Model):
    """So many of one SKU. It has no price: that is looked up whenever the cart is read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    cart = models.ForeignKey("orders.Cart", on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    sku = models.CharField(_("SKU"), max_length=120)
    name = models.CharField(max_length=255, blank=True, help_text=_("As it was called when it was put in."))
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_PIECES)])

    class Meta:
        ordering = ["cart_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "sku"], name="cart_has_one_line_per_sku"),
            models.CheckConstraint(
                name="cart_line_quantity_in_range", condition=Q(quantity__gte=1, quantity__lte=MOST_PIECES)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.sku}"
