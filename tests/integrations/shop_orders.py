"""Orders of Ana's as BigCommerce writes them, and what is stored of them."""

from decimal import Decimal

from customers.models import Customer
from events.models import Event
from orders.models import AddressRole, IdentityDecision, Order, OrderAddress, OrderLine
from tests.integrations.conftest import SAMPLES, Said, run

PRODUCTS = SAMPLES / "bigcommerce" / "order_products.json"
ADDRESSES = SAMPLES / "bigcommerce" / "order_shipping_addresses.json"
NO_PRODUCTS = "products are missing: neither inside the order nor beside it, and an order has at least one line"


def load(path, *options: object) -> Said:
    return run("import_orders", path, "--format", "bigcommerce", "--storefront", "us", *options)


def order(**changes) -> dict:
    """An order of Ana's."""
    return {
        "id": 100,
        "customer_id": 11,
        "date_created": "Mon, 23 Nov 2026 09:00:00 +0000",
        "status_id": 11,
        "total_inc_tax": "39.8000",
        "currency_code": "USD",
        "billing_address": address(),
        "products": [product()],
        **changes,
    }


def product(**changes) -> dict:
    return {"order_id": 100, "sku": "SAW-10", "name": "Saw", "quantity": 2, "price_ex_tax": "19.9000", **changes}


def address(**changes) -> dict:
    return {"first_name": "Ana", "last_name": "Alvarez", "company": "Acme", "email": "ana@acme.example", **changes}


def claim(stored: Order) -> tuple[str, ...]:
    names = ("email", "phone", "first_name", "last_name", "external_id")
    return tuple(getattr(stored, f"claim_{name}") for name in names)


def lines() -> list[tuple[int, str, str, int, Decimal]]:
    return list(OrderLine.objects.order_by("position").values_list("position", "sku", "name", "quantity", "unit_price"))


def copied(role: AddressRole) -> dict[str, str]:
    (found,) = OrderAddress.objects.filter(role=role).values()
    return {name: value for name, value in found.items() if name not in {"id", "order_id", "role"} and value}


def rows_stored() -> list[int]:
    return [model.objects.count() for model in (Order, OrderLine, OrderAddress, IdentityDecision, Customer, Event)]


FOG_LINEN = (1, "S-ORAN", "Fog Linen Chambray Towel - Beige Stripe", 1, Decimal("55.9900"))
ABLE_BREWING = (2, "ABS", "Able Brewing System", 1, Decimal("0.0000"))
JANE_IN_AUSTIN = {
    "first_name": "Jane",
    "last_name": "Doe",
    "line1": "555 East Street",
    "city": "Austin",
    "region": "Texas",
    "postal_code": "78108",
    "country": "US",
    "phone": "1234567890",
}
