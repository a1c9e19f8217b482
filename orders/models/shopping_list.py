from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from orders.limits import MOST_PIECES
from orders.querysets import ShoppingListQuerySet

LONGEST_LIST_NAME = 120


class ShoppingList(models.Model):
    """What one person keeps in mind for an account on one storefront; without account it is his wish list.

    Those of one person, account and storefront are a set. There is one wish list in a set, and it has no name.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="shopping_lists")
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.CASCADE, related_name="shopping_lists")
    storefront = models.ForeignKey("storefronts.Storefront", on_delete=models.PROTECT, related_name="shopping_lists")
    name = models.CharField(max_length=LONGEST_LIST_NAME, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ShoppingListQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "account", "storefront", "name"],
                nulls_distinct=False,
                name="list_name_once_per_set",
                violation_error_code="list_name_taken",
                violation_error_message=_("Another of these lists has this name."),
            ),
            models.CheckConstraint(
                name="list_of_an_account_has_a_name",
                condition=Q(account__isnull=True, name="") | (Q(account__isnull=False) & ~Q(name="")),
                violation_error_message=_("Shopping lists have names, the wish list has none."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)


class ShoppingListLine(models.Model):
    """So many of one SKU, whether it can be had or not. Price and name are looked up whenever the list is read."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    shopping_list = models.ForeignKey("orders.ShoppingList", on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    sku = models.CharField(_("SKU"), max_length=120)
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(MOST_PIECES)])

    class Meta:
        ordering = ["shopping_list_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["shopping_list", "sku"], name="list_has_one_line_per_sku"),
            models.CheckConstraint(
                name="list_line_quantity_in_range", condition=Q(quantity__gte=1, quantity__lte=MOST_PIECES)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.sku}"
