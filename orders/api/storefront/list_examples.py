"""Examples of shopping lists and the wish list in the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_ID = "01a206e3-6f1c-7c1e-8f6e-0b6a3c1d2e4f"
_LINE = {"id": "01a206e3-6f21-7b0a-9d53-4c2f7a8b9c10", "sku": "SAW-10", "name": "Saw", "quantity": 2}
_LIST: dict[str, Any] = {
    "id": _ID,
    "name": "Every month",
    "account_shared_id": "acme",
    "currency": "USD",
    "lines": [{**_LINE, "unit_price": "19.90", "available": True}],
    "links": {
        "self": f"/api/v1/storefront/shopping-lists/{_ID}",
        "lines": f"/api/v1/storefront/shopping-lists/{_ID}/lines",
        "add_to_cart": f"/api/v1/storefront/shopping-lists/{_ID}/add-to-cart",
    },
    "created_at": "2026-11-23T10:15:00Z",
    "updated_at": "2026-11-23T10:20:00Z",
}
_WISHES: dict[str, Any] = {
    **_LIST,
    "name": "",
    "account_shared_id": None,
    "links": {
        "self": "/api/v1/storefront/wishlist",
        "lines": "/api/v1/storefront/wishlist/lines",
        "add_to_cart": "/api/v1/storefront/wishlist/add-to-cart",
    },
}
_NO_WISHES = {**_WISHES, "id": None, "lines": [], "created_at": None, "updated_at": None}
# Of answers: whatever answers with one has its example.
LIST = OpenApiExample("A list", value=_LIST, response_only=True)
WISHES = OpenApiExample("With one thing", value=_WISHES, response_only=True)
NO_WISHES = OpenApiExample("Nothing yet", value=_NO_WISHES, response_only=True)

LIST_INPUT = OpenApiExample("With a name", value={"name": "Every month"}, request_only=True)
LINE_INPUT = OpenApiExample("Two saws", value={"sku": "SAW-10", "quantity": 2}, request_only=True)
LINE_CHANGE = OpenApiExample("Three of it", value={"quantity": 3}, request_only=True)
TO_CART_INPUT = OpenApiExample("One line", value={"lines": [_LINE["id"]]}, request_only=True)
