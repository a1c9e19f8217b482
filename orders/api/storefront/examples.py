"""Examples of carts and orders, as shoppers see them, in the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_ID = "01a206e3-53af-7006-b104-1dae18ad3c72"
_PATH = f"/api/v1/storefront/carts/{_ID}"
_LINE = {"sku": "SAW-10", "name": "Saw", "quantity": 2, "unit_price": "19.90", "line_total": "39.80"}
_CART: dict[str, Any] = {
    "id": _ID,
    "name": "Office",
    "active": True,
    "account_shared_id": "acme",
    "currency": "USD",
    "lines": [{"id": "01a206e3-53b7-79b3-996b-cffb60ed3db1", **_LINE, "available": True}],
    "total": "39.80",
    "links": {"self": _PATH, **{name: f"{_PATH}/{name}" for name in ("lines", "duplicate", "order")}},
    "created_at": "2026-11-23T10:15:00Z",
    "updated_at": "2026-11-23T10:20:00Z",
}
_ADDRESS = {
    "first_name": "Jo",
    "last_name": "Hale",
    "company": "Acme",
    "line1": "100 Front Street",
    "line2": "",
    "city": "Memphis",
    "region": "TN",
    "postal_code": "38103",
    "country": "US",
    "phone": "",
}
# Of answers: whatever answers with one has its example.
CART = OpenApiExample("A cart", value=_CART, response_only=True)
FILLED = OpenApiExample(
    "One could not be had",
    value={"cart": _CART, "left_out": [{"sku": "DRILL", "reason": "unavailable"}]},
    response_only=True,
)
ORDER = OpenApiExample(
    "An order for an account",
    value={
        "id": "01a206e3-53af-7006-b104-1dae18ad3c99",
        "storefront": "us",
        "number": "W-1",
        "kind": "b2b",
        "status": "placed",
        "placed_at": "2026-11-23T10:21:00Z",
        "currency": "USD",
        "account": {"shared_id": "acme", "name": "Acme"},
        "buyer": {"shared_id": "jo", "first_name": "Jo", "last_name": "Hale"},
        "purchase_order_number": "PO-8812",
        "payment_method": "net30",
        "billing_address": _ADDRESS,
        "shipping_address": _ADDRESS,
        "lines": [{"id": "01a206e3-53b7-79b3-996b-cffb60ed3dc2", **_LINE}],
        "subtotal": "39.80",
        "shipping_total": None,
        "tax_total": None,
        "discount_total": None,
        "total": "39.80",
        "links": {"self": "/api/v1/storefront/orders/01a206e3-53af-7006-b104-1dae18ad3c99"},
        "created_at": "2026-11-23T10:21:00Z",
        "updated_at": "2026-11-23T10:21:00Z",
    },
    response_only=True,
)
BUYER = OpenApiExample(
    "A colleague",
    value={
        "shared_id": "jo",
        "first_name": "Jo",
        "last_name": "Hale",
        "email": "jo@acme.example",
        "phone": "+19015550140",
    },
    response_only=True,
)
ACTIVITY = OpenApiExample(
    "An order, and the sign-in before it",
    value={
        "next": None,
        "previous": None,
        "results": [
            {
                "type": "order_placed",
                "at": "2026-11-23T10:21:00Z",
                "details": {"order": "01a206e3-53af-7006-b104-1dae18ad3c99", "number": "W-1", "storefront": "us"},
            },
            {"type": "signed_in", "at": "2026-11-23T10:15:00Z", "details": {}},
        ],
    },
    response_only=True,
)

CART_EXAMPLES = [OpenApiExample("With a name", value={"name": "Office"}, request_only=True)]
CART_CHANGE_EXAMPLES = [OpenApiExample("Another name", value={"name": "Workshop"}, request_only=True)]
CART_LINE_CHANGE_EXAMPLES = [OpenApiExample("Three of it", value={"quantity": 3}, request_only=True)]
CART_LINE_EXAMPLES = [OpenApiExample("Two saws", value={"sku": "SAW-10", "quantity": 2}, request_only=True)]
CART_ORDER_EXAMPLES = [
    ORDER,
    OpenApiExample(
        "With the total that was seen",
        value={
            "expected_total": "39.80",
            "payment_method": "net30",
            "shipping_address_id": "hq",
            "purchase_order_number": "PO-8812",
        },
        request_only=True,
    ),
    OpenApiExample(
        "Another total now",
        value={
            "type": "about:blank",
            "title": "Conflict",
            "status": 409,
            "detail": "The cart costs something else now. Nothing was ordered.",
            "code": "price_changed",
            "errors": [],
            "request_id": "5f0c1e3b9f5c4d0f8f4f6a1f4f5c9d3e",
            "cart": _CART,
        },
        response_only=True,
        status_codes=["409"],
        media_type="application/problem+json",
    ),
]
REORDER_EXAMPLES = [
    OpenApiExample("One line", value={"lines": ["01a206e3-53b7-79b3-996b-cffb60ed3db1"]}, request_only=True),
]
