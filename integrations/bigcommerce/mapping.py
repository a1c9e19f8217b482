"""What BigCommerce calls things, and what they are called here. Its field names stand in this module alone.

Source: the V2 orders API (`/v2/orders`, `…/products`, `…/shipping_addresses`). Amounts are texts, dates RFC 2822.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime

from integrations.ports import (
    Fields,
    OrderFormat,
    OrderKindRule,
    OrderSurroundings,
    PartsByOrder,
    Problem,
    RowRefusedError,
)
from orders.limits import LONGEST_TYPED
from orders.models import OrderStatus
from orders.submissions import AddressDraft, Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind

INCOMPLETE = 0
# https://developer.bigcommerce.com/docs/rest-management/orders/order-status
STATUSES = {
    1: OrderStatus.PLACED,  # Pending
    2: OrderStatus.SHIPPED,
    3: OrderStatus.PROCESSING,  # Partially Shipped
    4: OrderStatus.COMPLETED,  # Refunded
    5: OrderStatus.CANCELLED,
    6: OrderStatus.CANCELLED,  # Declined
    7: OrderStatus.PLACED,  # Awaiting Payment
    8: OrderStatus.PROCESSING,  # Awaiting Pickup
    9: OrderStatus.PROCESSING,  # Awaiting Shipment
    10: OrderStatus.COMPLETED,
    11: OrderStatus.PROCESSING,  # Awaiting Fulfillment
    12: OrderStatus.PLACED,  # Manual Verification Required
    13: OrderStatus.PROCESSING,  # Disputed
    14: OrderStatus.COMPLETED,  # Partially Refunded
}
LARGEST_ID = 10**12
LARGEST_QUANTITY = 1_000_000_000
MOST_LINES = 1000
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)
DATE_EXPECTED = "is not a date like Tue, 05 Mar 2019 21:40:11 +0000, between 1970 and 2200"
CURRENCY = re.compile(r"[A-Z]{3}")


def unwrap(body: object) -> Sequence[object]:
    """The orders in one body: the one it is, or those of a page. Raises RowRefusedError for an error of the shop."""
    if isinstance(body, list):
        return body
    if isinstance(body, dict) and "id" not in body and "message" in body and "status" in body:
        raise RowRefusedError(
            [Problem("status", "is what the shop answered instead of an order", str(body["status"])[:20])]
        )
    return [body]


def order_of_part(part: object) -> str:
    """The number of the order that a product or shipping address belongs to. Raises RowRefusedError."""
    fields = Fields(part)
    number = fields.integer("order_id", at_least=1, at_most=LARGEST_ID, required=True)
    fields.refuse_if_wrong()
    return str(number)


def read(row: object, surroundings: OrderSurroundings) -> OrderSubmission:
    """One order, with its products and addresses from inside it or from beside it. Raises RowRefusedError.

    Amounts are without tax, as lines and subtotal of the shop are; only the total is with tax: what the buyer pays.
    """
    fields = Fields(row)
    fields.refuse_if_wrong()
    number = fields.integer("id", at_least=1, at_most=LARGEST_ID, required=True)
    billing = fields.inside("billing_address")
    shipping = _parts(fields, "shipping_addresses", number, surroundings.shipping_addresses)
    first_shipping = fields.nested(shipping[0] if shipping else {}, "shipping_addresses[0].")
    billing_address, shipping_address = _address(billing), _address(first_shipping)
    lines = _lines(fields, _parts(fields, "products", number, surroundings.products))
    placed_at = fields.parsed("date_created", _moment, DATE_EXPECTED, required=True)
    currency = fields.parsed("currency_code", _currency, "is not a currency like USD", required=True)
    claim, totals, status = _claim(fields, billing, first_shipping), _totals(fields), _status(fields)
    payment_method = fields.text("payment_method", max_length=60)
    fields.refuse_if_wrong()
    assert placed_at is not None
    assert currency is not None
    return OrderSubmission(
        storefront=surroundings.storefront,
        number=str(number),
        kind=_kind(surroundings.kind, billing_address),
        placed_at=placed_at,
        currency=currency,
        claim=claim,
        lines=lines,
        totals=totals,
        status=status,
        payment_method=payment_method,
        billing_address=billing_address if billing_address != AddressDraft() else None,
        shipping_address=shipping_address if shipping_address != AddressDraft() else None,
    )


def _parts(fields: Fields, name: str, number: int | None, beside: PartsByOrder) -> Sequence[object]:
    """The parts inside the order; where it only has a link to them, those beside it."""
    inside, parts_beside = fields.raw(name), beside.of(str(number))
    return inside if isinstance(inside, list) else parts_beside


def _kind(rule: OrderKindRule, billing: AddressDraft) -> OrderKind:
    is_b2b = bool(billing.company) if rule == OrderKindRule.COMPANY else rule == OrderKindRule.B2B
    return OrderKind.B2B if is_b2b else OrderKind.B2C


def _claim(fields: Fields, billing: Fields, shipping: Fields) -> Claim:
    """E-mail and phone from the billing address, each else from the first shipping address; both names from one."""
    customer_id = fields.integer("customer_id", at_least=0, at_most=LARGEST_ID)
    named = billing if billing.raw("first_name") or billing.raw("last_name") else shipping
    return Claim(
        email=billing.text("email", max_length=LONGEST_TYPED) or shipping.text("email", max_length=LONGEST_TYPED),
        phone=billing.text("phone", max_length=LONGEST_TYPED) or shipping.text("phone", max_length=LONGEST_TYPED),
        first_name=named.text("first_name", max_length=LONGEST_TYPED),
        last_name=named.text("last_name", max_length=LONGEST_TYPED),
        external_id=str(customer_id) if customer_id else "",
    )


def _lines(fields: Fields, products: Sequence[object]) -> tuple[LineDraft, ...]:
    if not products:
        fields.wrong(
            "products", "are missing: neither inside the order nor beside it, and an order has at least one line"
        )
    if len(products) > MOST_LINES:
        fields.wrong("products", f"are {len(products)}; an order has at most {MOST_LINES} lines")
        return ()
    lines = []
    for index, product in enumerate(products):
        line = fields.nested(product, f"products[{index}].")
        lines.append(
            LineDraft(
                sku=line.text("sku", max_length=120, required=True),
                quantity=line.integer("quantity", at_least=1, at_most=LARGEST_QUANTITY, required=True) or 0,
                unit_price=line.amount("price_ex_tax", required=True) or Decimal(0),
                name=line.text("name", max_length=255),
            )
        )
    return tuple(lines)


def _totals(fields: Fields) -> Totals:
    return Totals(
        total=fields.amount("total_inc_tax", required=True) or Decimal(0),
        subtotal=fields.amount("subtotal_ex_tax"),
        shipping_total=fields.amount("shipping_cost_ex_tax"),
        tax_total=fields.amount("total_tax"),
        discount_total=fields.amount("discount_amount"),
    )


def _status(fields: Fields) -> OrderStatus:
    status_id = fields.integer("status_id", at_least=0, at_most=max(STATUSES), required=True)
    if status_id == INCOMPLETE:
        fields.wrong("status_id", "is Incomplete: this checkout was never finished, so no order was placed", status_id)
    return STATUSES.get(status_id or 1, OrderStatus.PLACED)


def _address(fields: Fields) -> AddressDraft:
    return AddressDraft(
        first_name=fields.text("first_name", max_length=LONGEST_TYPED),
        last_name=fields.text("last_name", max_length=LONGEST_TYPED),
        company=fields.text("company", max_length=LONGEST_TYPED),
        line1=fields.text("street_1", max_length=LONGEST_TYPED),
        line2=fields.text("street_2", max_length=LONGEST_TYPED),
        city=fields.text("city", max_length=LONGEST_TYPED),
        region=fields.text("state", max_length=LONGEST_TYPED),
        postal_code=fields.text("zip", max_length=LONGEST_TYPED),
        country=fields.text("country_iso2", max_length=LONGEST_TYPED),
        phone=fields.text("phone", max_length=LONGEST_TYPED),
    )


def _moment(text: str) -> datetime:
    """With its offset from UTC, without which it could mean any hour; `-0000` is UTC too (RFC 2822, section 3.3)."""
    try:
        moment = parsedate_to_datetime(text)
    except TypeError as error:  # what it raises for some texts that are no dates at all
        raise ValueError(text) from error
    if moment.tzinfo is None:
        if not text.endswith("-0000"):
            raise ValueError(text)
        moment = moment.replace(tzinfo=UTC)
    if not EARLIEST <= moment < LATEST:
        raise ValueError(text)
    return moment.astimezone(UTC)


def _currency(text: str) -> str:
    if not CURRENCY.fullmatch(text):
        raise ValueError(text)
    return text


ORDERS = OrderFormat(unwrap=unwrap, read=read, order_of_part=order_of_part)
