"""Orders as shoppers read them: rows of what they are shown, in one statement.

As objects of three statements a page took half as long again (docs/reference/benchmarks.md).
"""

from datetime import datetime
from decimal import Decimal
from typing import TypedDict, cast
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, TextField, When
from django.db.models.functions import Cast, Coalesce, JSONObject

from orders.models import Order, OrderAddress, OrderLine

_OF_ORDER = (
    "id", "storefront_id", "account_tree_id", "number", "kind", "status", "placed_at", "received_at", "updated_at",
    "currency", "purchase_order_number", "payment_method", "subtotal", "shipping_total", "tax_total", "discount_total",
    "total",
)  # fmt: skip
_OF_BUYER = ("first_name", "last_name", "email", "phone")
_OF_ADDRESS = (
    "role", "first_name", "last_name", "company", "line1", "line2", "city", "region", "postal_code", "country", "phone",
)  # fmt: skip


class ShopperOrderLine(TypedDict):
    id: str
    sku: str
    name: str
    quantity: int
    unit_price: str  # a decimal of four places, as text: JSON would make a float of it


class ShopperOrder(TypedDict):
    """One row. The buyer is the customer, or where no customer of ours placed it, whom the order itself names."""

    id: UUID
    storefront_id: int
    storefront_code: str
    number: str
    kind: str
    status: str
    placed_at: datetime
    received_at: datetime
    updated_at: datetime
    currency: str
    purchase_order_number: str
    payment_method: str
    subtotal: Decimal | None
    shipping_total: Decimal | None
    tax_total: Decimal | None
    discount_total: Decimal | None
    total: Decimal
    account_shared_id: str | None
    account_name: str | None
    account_tree_id: int | None
    account_lft: int | None
    buyer_shared_id: str | None
    buyer_first_name: str
    buyer_last_name: str
    buyer_email: str
    buyer_phone: str
    buyer_is_erased: bool  # what an order says of him stays as the legal record, but is shown to nobody
    line_rows: list[ShopperOrderLine]
    address_rows: list[dict[str, str]]  # an address, and its `role`


def as_shoppers_see_them(orders: QuerySet[Order]) -> QuerySet[Order, ShopperOrder]:
    """Their rows: to be filtered before, and put in order and cut after."""
    erased = Exists(Order.objects.filter(pk=OuterRef("pk"), decisions__evidence__erased_at__isnull=False))
    rows = orders.values(
        *_OF_ORDER,
        storefront_code=F("storefront__code"),
        account_shared_id=F("account__shared_id"),
        account_name=F("account__name"),
        account_lft=F("account__lft"),
        buyer_shared_id=F("customer__shared_id"),
        **{f"buyer_{name}": Coalesce(f"customer__{name}", f"claim_{name}") for name in _OF_BUYER},
        buyer_is_erased=Case(
            When(customer=None, then=erased),
            default=Q(customer__anonymized_at__isnull=False),
            output_field=BooleanField(),
        ),
        line_rows=_lines(),
        address_rows=_addresses(),
    )
    return cast("QuerySet[Order, ShopperOrder]", rows)


def _lines() -> ArraySubquery:
    lines = OrderLine.objects.filter(order=OuterRef("pk")).order_by("position")
    price = Cast("unit_price", TextField())
    return ArraySubquery(
        lines.values(row=JSONObject(id="id", sku="sku", name="name", quantity="quantity", unit_price=price))
    )


def _addresses() -> ArraySubquery:
    addresses = OrderAddress.objects.filter(order=OuterRef("pk"))
    return ArraySubquery(addresses.values(row=JSONObject(**{name: name for name in _OF_ADDRESS})))
