"""A shopping list or the wish list, at the prices of the moment; without amounts where the role shows none."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.acting import Acting
from accounts.permissions import Permission
from interface.api.fields import Money, shown_amount, shown_moment
from orders.api.storefront import list_examples as examples
from orders.cart_contents import Quote
from orders.list_prices import PricedList
from orders.models import ShoppingList, ShoppingListLine

LINKS = "What the caller may do with it, and where."


class ListLineOutput(serializers.Serializer[ShoppingListLine]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField(help_text="As it is called now; empty where no price list says.")
    quantity = serializers.IntegerField()
    unit_price = Money(allow_null=True)
    available = serializers.BooleanField(help_text="Whether so many can be had now.")


@extend_schema_serializer(examples=[examples.LIST])
class ShoppingListOutput(serializers.Serializer[ShoppingList]):
    """Describes what `list_answer` gives. Amounts are null where the role may not see prices."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    account_shared_id = serializers.CharField()
    currency = serializers.CharField()
    lines = ListLineOutput(many=True)
    links = serializers.DictField(child=serializers.CharField(), help_text=LINKS)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_serializer(examples=[examples.WISHES, examples.NO_WISHES])
class WishListOutput(serializers.Serializer[ShoppingList]):
    """As ShoppingListOutput. Before anything was put on it, it has no id and no dates."""

    id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(help_text="Empty.")
    account_shared_id = serializers.CharField(allow_null=True, help_text="Null.")
    currency = serializers.CharField()
    lines = ListLineOutput(many=True)
    links = serializers.DictField(child=serializers.CharField(), help_text=LINKS)
    created_at = serializers.DateTimeField(allow_null=True)
    updated_at = serializers.DateTimeField(allow_null=True)


def list_answer(priced: PricedList, *, acting: Acting) -> dict[str, Any]:
    """The shape of ShoppingListOutput, or of WishListOutput where nobody acts for an account."""
    found, shows_prices = priced.shopping_list, acting.may(Permission.PRICES_VIEW)
    return {
        "id": str(found.pk),
        "name": found.name,
        "account_shared_id": acting.account.shared_id if acting.account else None,
        "currency": acting.storefront.currency,
        "lines": [_line_answer(line, quote, shows_prices=shows_prices) for line, quote in priced.lines],
        "links": _links(found, acting),
        "created_at": shown_moment(found.created_at),
        "updated_at": shown_moment(found.updated_at),
    }


def no_wish_list_answer(acting: Acting) -> dict[str, Any]:
    """The shape of WishListOutput, before there is one."""
    return {
        "id": None,
        "name": "",
        "account_shared_id": None,
        "currency": acting.storefront.currency,
        "lines": [],
        "links": _links(None, acting),
        "created_at": None,
        "updated_at": None,
    }


def _line_answer(line: ShoppingListLine, quote: Quote, *, shows_prices: bool) -> dict[str, Any]:
    unit_price = quote.unit_price if shows_prices else None
    return {
        "id": str(line.pk),
        "sku": line.sku,
        "name": quote.name,
        "quantity": line.quantity,
        "unit_price": None if unit_price is None else shown_amount(unit_price),
        "available": quote.reason is None,
    }


def _links(found: ShoppingList | None, acting: Acting) -> dict[str, str]:
    if found is None or acting.account is None:
        itself = reverse("storefront-wishlist")
    else:
        itself = reverse("storefront-shopping-list", args=[found.pk])
    links = {"self": itself, "lines": f"{itself}/lines"}
    if acting.may(Permission.CARTS_MANAGE):
        links["add_to_cart"] = f"{itself}/add-to-cart"
    return links
