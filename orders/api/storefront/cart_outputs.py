"""A cart as who fills it sees it, at the prices of the moment; without amounts where his role shows none."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers
from rest_framework.response import Response

from accounts.acting import Acting
from accounts.permissions import Permission
from interface.api.etags import etag
from interface.api.fields import Money, shown_amount, shown_moment
from orders.api.storefront import examples
from orders.cart_contents import LeftOut, NotToBeHad, Quote
from orders.cart_prices import PricedCart, priced_cart
from orders.models import Cart, CartLine
from orders.services.filling import Filled


class CartLineOutput(serializers.Serializer[CartLine]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = Money(allow_null=True)
    line_total = Money(allow_null=True)
    available = serializers.BooleanField(help_text="False where it cannot be had now; then it is not in the total.")


@extend_schema_serializer(examples=[examples.CART])
class CartOutput(serializers.Serializer[Cart]):
    """Describes what `cart_answer` gives. Amounts are null where the role may not see prices."""

    id = serializers.UUIDField()
    name = serializers.CharField(help_text="Empty for the one cart without a name.")
    active = serializers.BooleanField()
    account_shared_id = serializers.CharField(allow_null=True)
    currency = serializers.CharField()
    lines = CartLineOutput(many=True)
    total = Money(allow_null=True, help_text="Of what can be had.")
    links = serializers.DictField(child=serializers.CharField(), help_text="What the caller may do with it, and where.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


class LeftOutOutput(serializers.Serializer[LeftOut]):
    sku = serializers.CharField()
    reason = serializers.ChoiceField(NotToBeHad.choices)


@extend_schema_serializer(examples=[examples.FILLED])
class FilledOutput(serializers.Serializer[Any]):
    """The cart, and what did not go in."""

    cart = CartOutput()
    left_out = LeftOutOutput(many=True)


def cart_answer(priced: PricedCart, *, acting: Acting) -> dict[str, Any]:
    """The shape of CartOutput."""
    cart, shows_prices = priced.cart, acting.may(Permission.PRICES_VIEW)
    return {
        "id": str(cart.pk),
        "name": cart.name,
        "active": cart.active,
        "account_shared_id": acting.account.shared_id if acting.account else None,
        "currency": acting.storefront.currency,
        "lines": [_line_answer(line, quote, shows_prices=shows_prices) for line, quote in priced.lines],
        "total": shown_amount(priced.total) if shows_prices else None,
        "links": _links(cart, acting),
        "created_at": shown_moment(cart.created_at),
        "updated_at": shown_moment(cart.updated_at),
    }


def filled_response(filled: Filled, *, acting: Acting, at: datetime) -> Response:
    """The shape of FilledOutput, with the cart's ETag."""
    answer = {
        "cart": cart_answer(priced_cart(filled.cart, acting=acting, at=at), acting=acting),
        "left_out": left_out_answer(filled.left_out),
    }
    return Response(answer, headers={"ETag": etag(filled.cart.updated_at)})


def left_out_answer(left_out: Sequence[LeftOut]) -> list[dict[str, str]]:
    """The shape of LeftOutOutput, for each."""
    return [{"sku": each.sku, "reason": str(each.reason)} for each in left_out]


def _line_answer(line: CartLine, quote: Quote, *, shows_prices: bool) -> dict[str, Any]:
    unit_price, line_total = (quote.unit_price, quote.line_total) if shows_prices else (None, None)
    return {
        "id": str(line.pk),
        "sku": line.sku,
        "name": quote.name or line.name,
        "quantity": line.quantity,
        "unit_price": None if unit_price is None else shown_amount(unit_price),
        "line_total": None if line_total is None else shown_amount(line_total),
        "available": quote.reason is None,
    }


def _links(cart: Cart, acting: Acting) -> dict[str, str]:
    may = {
        "lines": True,
        "activate": not cart.active,
        "duplicate": acting.account is not None,
        "order": acting.may(Permission.ORDERS_PLACE),
    }
    itself = reverse("storefront-cart", args=[cart.pk])
    return {"self": itself, **{name: f"{itself}/{name}" for name, allowed in may.items() if allowed}}
