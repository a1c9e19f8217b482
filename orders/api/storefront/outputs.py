"""An order as shoppers see it: without what only staff know of it, and without amounts where the role shows none."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.acting import Acting, Standing
from accounts.permissions import Permission
from interface.api.context import STOREFRONT_PATH
from interface.api.fields import Money, shown_amount, shown_moment
from orders.api.outputs import ADDRESS, TOTALS, AddressOutput
from orders.api.storefront import examples
from orders.models import AddressRole, OrderStatus
from orders.shopper_orders import ShopperOrder, ShopperOrderLine
from orders.words import OrderKind

NAMES = ("first_name", "last_name")


class AccountNameOutput(serializers.Serializer[Any]):
    shared_id = serializers.CharField()
    name = serializers.CharField()


class BuyerNameOutput(serializers.Serializer[Any]):
    """Who placed it. Without shared id where no customer of ours did: then as the order itself names him."""

    shared_id = serializers.CharField(allow_null=True)
    first_name = serializers.CharField()
    last_name = serializers.CharField()


class ShopperLineOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    sku = serializers.CharField()
    name = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = Money(allow_null=True)
    line_total = Money(allow_null=True)


@extend_schema_serializer(examples=[examples.ORDER])
class ShopperOrderOutput(serializers.Serializer[Any]):
    """Describes what `shopper_order_answer` gives. Amounts are null where the role may not see prices."""

    id = serializers.UUIDField()
    storefront = serializers.CharField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(OrderKind.choices)
    status = serializers.ChoiceField(OrderStatus.choices)
    placed_at = serializers.DateTimeField()
    currency = serializers.CharField()
    account = AccountNameOutput(allow_null=True)
    buyer = BuyerNameOutput()
    purchase_order_number = serializers.CharField()
    payment_method = serializers.CharField()
    billing_address = AddressOutput(allow_null=True)
    shipping_address = AddressOutput(allow_null=True)
    lines = ShopperLineOutput(many=True)
    subtotal = Money(allow_null=True)
    shipping_total = Money(allow_null=True)
    tax_total = Money(allow_null=True)
    discount_total = Money(allow_null=True)
    total = Money(allow_null=True)
    links = serializers.DictField(child=serializers.CharField(), help_text="Where it is read, and ordered again.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


def shopper_order_answer(order: ShopperOrder, *, shows_prices: bool, links: Mapping[str, str]) -> dict[str, Any]:
    """The shape of ShopperOrderOutput."""
    addresses = {row["role"]: {name: row[name] for name in ADDRESS} for row in order["address_rows"]}
    amounts = {name: order[name] if shows_prices else None for name in TOTALS}  # type: ignore[literal-required]  # of its keys
    return {
        "id": str(order["id"]),
        "storefront": order["storefront_code"],
        "number": order["number"],
        "kind": order["kind"],
        "status": order["status"],
        "placed_at": shown_moment(order["placed_at"]),
        "currency": order["currency"],
        "account": _account_answer(order),
        "buyer": buyer_answer(order, NAMES),
        "purchase_order_number": order["purchase_order_number"],
        "payment_method": order["payment_method"],
        "billing_address": addresses.get(AddressRole.BILLING),
        "shipping_address": addresses.get(AddressRole.SHIPPING),
        "lines": [_line_answer(line, shows_prices=shows_prices) for line in order["line_rows"]],
        **{name: None if amount is None else shown_amount(amount) for name, amount in amounts.items()},
        "links": dict(links),
        "created_at": shown_moment(order["received_at"]),
        "updated_at": shown_moment(order["updated_at"]),
    }


def own_order_answer(order: ShopperOrder, acting: Acting) -> dict[str, Any]:
    """As the shopper reads it who acts for whom it was placed."""
    itself = f"{STOREFRONT_PATH}orders/{order['id']}"
    links = {"self": itself, **_reorder_link(order, acting)}
    return shopper_order_answer(order, shows_prices=acting.may(Permission.PRICES_VIEW), links=links)


def purchase_answer(order: ShopperOrder, standing: Standing, acting: Acting) -> dict[str, Any]:
    """As it is read among the purchases of the account that `standing` is about, by who acts for another perhaps."""
    itself = f"{STOREFRONT_PATH}accounts/{standing.account.shared_id}/purchases/{order['id']}"
    links = {"self": itself, "buyer": f"{itself}/buyer", **_reorder_link(order, acting)}
    return shopper_order_answer(order, shows_prices=standing.shows_prices, links=links)


def buyer_answer(order: ShopperOrder, fields: Sequence[str]) -> dict[str, Any]:
    """Who placed it: his shared id, null where no customer of ours did, and these fields, empty where he was erased."""
    said = {name: "" if order["buyer_is_erased"] else order[f"buyer_{name}"] for name in fields}  # type: ignore[literal-required]  # of its keys
    return {"shared_id": order["buyer_shared_id"], **said}


def _reorder_link(order: ShopperOrder, acting: Acting) -> dict[str, str]:
    """Where who acts may order it again, as `OrderQuerySet.repeatable_by` finds it: with the same headers."""
    if not acting.may(Permission.CARTS_MANAGE) or order["storefront_id"] != acting.storefront.pk:
        return {}
    account = acting.account
    if account is not None and acting.role_allows(Permission.PURCHASES_VIEW):
        place = order["account_lft"]
        is_his = (
            order["account_tree_id"] == account.tree_id and place is not None and account.lft <= place <= account.rght
        )
    else:
        shared_id = account.shared_id if account else None
        is_his = (order["buyer_shared_id"], order["account_shared_id"]) == (acting.customer.shared_id, shared_id)
    return {"reorder": f"{STOREFRONT_PATH}orders/{order['id']}/reorder"} if is_his else {}


def _account_answer(order: ShopperOrder) -> dict[str, str | None] | None:
    if order["account_shared_id"] is None:
        return None
    return {"shared_id": order["account_shared_id"], "name": order["account_name"]}


def _line_answer(line: ShopperOrderLine, *, shows_prices: bool) -> dict[str, Any]:
    unit_price = Decimal(line["unit_price"])
    return {
        "id": line["id"],
        "sku": line["sku"],
        "name": line["name"],
        "quantity": line["quantity"],
        "unit_price": shown_amount(unit_price) if shows_prices else None,
        "line_total": shown_amount(unit_price * line["quantity"]) if shows_prices else None,
    }
