"""Bodies that come in, and their translation into what services take."""

from decimal import Decimal
from functools import cache
from typing import Any

from rest_framework import serializers

from interface.api.fields import Characters, Moment, Money, StrictSerializer, Text, WholeNumber
from orders.limits import LONGEST_TYPED
from orders.models import AddressRole, OrderStatus
from orders.submissions import AddressDraft, Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from storefronts.models import Storefront

MOST_LINES = 1000
LARGEST_QUANTITY = 1_000_000_000
TOTALS = ("total", "subtotal", "shipping_total", "tax_total", "discount_total")


class ClaimInput(StrictSerializer):
    """What the order says of who placed it; `external_id` is the shop's own customer id."""

    email = Text(max_length=LONGEST_TYPED)
    phone = Text(max_length=LONGEST_TYPED)
    first_name = Text(max_length=LONGEST_TYPED)
    last_name = Text(max_length=LONGEST_TYPED)
    external_id = Text(max_length=LONGEST_TYPED)


class AddressInput(StrictSerializer):
    """An address of a shop's order; taken as it is."""

    first_name = Text(max_length=LONGEST_TYPED)
    last_name = Text(max_length=LONGEST_TYPED)
    company = Text(max_length=LONGEST_TYPED)
    line1 = Text(max_length=LONGEST_TYPED)
    line2 = Text(max_length=LONGEST_TYPED)
    city = Text(max_length=LONGEST_TYPED)
    region = Text(max_length=LONGEST_TYPED)
    postal_code = Text(max_length=LONGEST_TYPED)
    country = Text(max_length=LONGEST_TYPED)
    phone = Text(max_length=LONGEST_TYPED)


class LineInput(StrictSerializer):
    sku = Characters(max_length=120)
    name = Text(max_length=255)
    quantity = WholeNumber(min_value=1, max_value=LARGEST_QUANTITY)
    unit_price = Money()


class OrderInput(StrictSerializer):
    """A whole order, as `POST /orders` takes it."""

    storefront = serializers.SlugField(max_length=40)
    number = Characters(max_length=60)
    kind = serializers.ChoiceField(OrderKind.choices)
    status = serializers.ChoiceField(OrderStatus.choices, required=False, default=OrderStatus.PLACED.value)
    placed_at = Moment()
    currency = serializers.RegexField(r"^[A-Z]{3}\Z")
    customer = ClaimInput(required=False, allow_null=True)
    purchase_order_number = Text(max_length=60)
    payment_method = Text(max_length=60)
    billing_address = AddressInput(required=False, allow_null=True)
    shipping_address = AddressInput(required=False, allow_null=True)
    lines = LineInput(many=True, allow_empty=False, max_length=MOST_LINES)  # type: ignore[call-arg]
    subtotal = Money(required=False, allow_null=True)
    shipping_total = Money(required=False, allow_null=True)
    tax_total = Money(required=False, allow_null=True)
    discount_total = Money(required=False, allow_null=True)
    total = Money()


@cache
def order_inputs() -> OrderInput:
    """One for all orders: building its fields takes longer than validating with them, which leaves nothing in it."""
    return OrderInput()


class OrderChange(StrictSerializer):
    """PATCH: status, lines, totals, addresses. Identity, number and claim are not touched by it."""

    status = serializers.ChoiceField(OrderStatus.choices, required=False)
    billing_address = AddressInput(required=False, allow_null=True)
    shipping_address = AddressInput(required=False, allow_null=True)
    lines = LineInput(many=True, allow_empty=False, max_length=MOST_LINES, required=False)  # type: ignore[call-arg]
    subtotal = Money(required=False, allow_null=True)
    shipping_total = Money(required=False, allow_null=True)
    tax_total = Money(required=False, allow_null=True)
    discount_total = Money(required=False, allow_null=True)
    total = Money(required=False)


class ResolveInput(serializers.Serializer[Any]):
    """`storefront`, `kind`, `customer`; or the whole body of `POST /orders`, of which the rest is not looked at."""

    storefront = serializers.SlugField(max_length=40)
    kind = serializers.ChoiceField(OrderKind.choices)
    customer = ClaimInput(required=False, allow_null=True)


def claim_of(values: dict[str, Any] | None) -> Claim:
    return Claim(**(values or {}))


def address_of(values: dict[str, Any] | None) -> AddressDraft | None:
    """None where there is none, or only blanks."""
    return AddressDraft(**values) if values and any(values.values()) else None


def lines_of(values: list[dict[str, Any]]) -> tuple[LineDraft, ...]:
    return tuple(LineDraft(**line) for line in values)


def submission_of(values: dict[str, Any], storefront: Storefront) -> OrderSubmission:
    """What a validated OrderInput says."""
    return OrderSubmission(
        storefront=storefront,
        number=values["number"],
        kind=OrderKind(values["kind"]),
        placed_at=values["placed_at"],
        currency=values["currency"],
        claim=claim_of(values.get("customer")),
        lines=lines_of(values["lines"]),
        totals=Totals(**{name: values.get(name) for name in TOTALS}),  # type: ignore[arg-type]
        status=values["status"],
        purchase_order_number=values["purchase_order_number"],
        payment_method=values["payment_method"],
        billing_address=address_of(values.get("billing_address")),
        shipping_address=address_of(values.get("shipping_address")),
    )


def changes_of(values: dict[str, Any]) -> dict[str, Any]:
    """What a validated OrderChange says, as arguments of `change_order`."""
    totals: dict[str, Decimal | None] = {name: values[name] for name in TOTALS if name in values}
    addresses = {role: address_of(values[f"{role}_address"]) for role in AddressRole if f"{role}_address" in values}
    lines = lines_of(values["lines"]) if "lines" in values else None
    return {"status": values.get("status"), "totals": totals, "addresses": addresses, "lines": lines}
