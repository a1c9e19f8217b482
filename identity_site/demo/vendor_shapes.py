"""The demo's stand-in for an ERP and a shop: it speaks their words, so that the importers have real shapes to read.

The shapes follow the sample bodies in `tests/data/`. Nothing but the demo's own files is ever written in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from identity_site.demo.people import InErp

CENT = Decimal("0.01")
SHOP_STATUSES = {
    1: "Pending",
    2: "Shipped",
    5: "Cancelled",
    7: "Awaiting Payment",
    10: "Completed",
    11: "Awaiting Fulfillment",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone lives; `country` is the code and the name."""

    street: str
    city: str
    state: str
    postal_code: str
    country: tuple[str, str] = ("US", "United States")


@dataclass(frozen=True, slots=True)
class Item:
    """One product of an order; `price` is that of one piece without tax."""

    product_id: int
    sku: str
    name: str
    price: Decimal
    quantity: int


@dataclass(frozen=True, slots=True)
class ShopOrder:
    """What the shop knows of an order; `tax` as a share of the price."""

    id: int
    customer_id: int
    placed_at: datetime
    status_id: int
    currency: str
    payment_method: str
    person: dict[str, str]
    place: Place
    items: tuple[Item, ...]
    tax: Decimal
    shipping: Decimal
    channel_id: int


def erp_customer(customer: InErp, *, contacts: Sequence[str] = ()) -> dict[str, Any]:
    """As `GET /Customers` lists it: columns that are NULL are left out."""
    first, _, last = customer.name.partition(" ")
    columns = {
        "CUST_NO": customer.number,
        "NAM": customer.name,
        "NAM_UPR": customer.name.upper(),
        "FST_NAM": "" if customer.is_business else first,
        "LST_NAM": "" if customer.is_business else last,
        "CUST_TYP": "A" if customer.is_business else "C",
        **dict(zip(("CONTCT_1", "CONTCT_2"), contacts, strict=False)),
        **dict(zip(("EMAIL_ADRS_1", "EMAIL_ADRS_2"), customer.emails, strict=False)),
        **dict(zip(("PHONE_1", "PHONE_2", "MBL_PHONE_1", "MBL_PHONE_2"), customer.phones, strict=False)),
        "CATEG_COD": "BUSINESS" if customer.is_business else "CASH",
        "STR_ID": "MAIN",
        "ALLOW_TKTS": "Y",
        "ALLOW_ORDS": "Y" if customer.allows_orders else "N",
        "FST_SAL_DAT": f"{customer.first_sale}T00:00:00.0000000",
        "LST_SAL_DAT": "2026-05-29T00:00:00.0000000",
        "LST_MAINT_DT": "2026-06-01T08:30:00.0000000",
        "LST_MAINT_USR_ID": "MGR",
        "IS_ECOMM_CUST": "Y" if customer.number.startswith("OL-") else "N",
        "LOY_CARD_NO": customer.loyalty_card,
        "LOY_PTS_BAL": 0 if customer.is_business else 120,
        "RS_UTC_DT": "2026-06-01T13:30:00.4570000",
        "CUST_NAM_TYP": "B" if customer.is_business else "P",
    }
    kept = {name: value for name, value in columns.items() if value != ""}
    return {**kept, "AR_CUST_NOTE": [], "AR_SHIP_ADRS": [], "AR_CUST_CARDS": []}


def order(given: ShopOrder) -> dict[str, Any]:
    """As `GET /v2/orders` lists it: products and shipping addresses are links."""
    subtotal = sum((item.price * item.quantity for item in given.items), Decimal(0))
    tax = taxed(subtotal, given.tax)
    resource = f"/orders/{given.id}"
    moment = format_datetime(given.placed_at)
    return {
        "id": given.id,
        "customer_id": given.customer_id,
        "date_created": moment,
        "date_modified": moment,
        "status_id": given.status_id,
        "status": SHOP_STATUSES[given.status_id],
        "subtotal_ex_tax": amount(subtotal),
        "subtotal_inc_tax": amount(subtotal + tax),
        "subtotal_tax": amount(tax),
        "shipping_cost_ex_tax": amount(given.shipping),
        "shipping_cost_inc_tax": amount(given.shipping),
        "total_ex_tax": amount(subtotal + given.shipping),
        "total_inc_tax": amount(subtotal + given.shipping + tax),
        "total_tax": amount(tax),
        "items_total": sum(item.quantity for item in given.items),
        "payment_method": given.payment_method,
        "currency_code": given.currency,
        "discount_amount": "0.0000",
        "billing_address": _address(given),
        "order_source": "www",
        "channel_id": given.channel_id,
        "products": {"url": "", "resource": f"{resource}/products"},
        "shipping_addresses": {"url": "", "resource": f"{resource}/shippingaddresses"},
    }


def order_products(given: ShopOrder) -> list[dict[str, Any]]:
    return [
        {
            "id": given.id * 10 + position,
            "order_id": given.id,
            "product_id": item.product_id,
            "order_address_id": given.id,
            "name": item.name,
            "sku": item.sku,
            "type": "physical",
            "price_ex_tax": amount(item.price),
            "price_inc_tax": amount(item.price + taxed(item.price, given.tax)),
            "price_tax": amount(taxed(item.price, given.tax)),
            "total_ex_tax": amount(item.price * item.quantity),
            "quantity": item.quantity,
        }
        for position, item in enumerate(given.items)
    ]


def order_shipping_address(given: ShopOrder) -> dict[str, Any]:
    address = {"id": given.id, "order_id": given.id, **_address(given), "shipping_method": "Ground"}
    return {**address, "items_total": sum(item.quantity for item in given.items)}


def shifted(row: dict[str, Any], by: timedelta) -> dict[str, Any]:
    """The order, placed so much later."""
    moved = {name: format_datetime(parsedate_to_datetime(row[name]) + by) for name in ("date_created", "date_modified")}
    return {**row, **moved}


def amount(value: Decimal) -> str:
    return f"{value:.4f}"


def taxed(value: Decimal, tax: Decimal) -> Decimal:
    """The tax on the value, rounded half up to cents."""
    return (value * tax).quantize(CENT, ROUND_HALF_UP)


def _address(given: ShopOrder) -> dict[str, Any]:
    code, country = given.place.country
    return {
        **given.person,
        "street_1": given.place.street,
        "street_2": "",
        "city": given.place.city,
        "state": given.place.state,
        "zip": given.place.postal_code,
        "country": country,
        "country_iso2": code,
    }
