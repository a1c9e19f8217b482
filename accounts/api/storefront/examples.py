"""Examples of accounts, as shoppers see them, in the OpenAPI document."""

from drf_spectacular.utils import OpenApiExample

from customers.api import examples

_ACME = "/api/v1/storefront/accounts/acme"
_COLLEAGUE = "01a206e3-53af-7006-b104-1dae18ad3c72"
_ROLE = {"code": "buyer", "name": "Buyer"}
_BUYS = ["prices.view", "carts.manage", "lists.manage", "orders.place", "purchases.view"]
_MOMENTS = {"created_at": "2026-11-20T09:00:00Z", "updated_at": "2026-11-23T10:15:00Z"}

READABLE_ACCOUNT = OpenApiExample(
    "An account one may act for",
    value={
        "shared_id": "acme",
        "name": "Acme",
        "status": "active",
        "role": _ROLE,
        "permissions": _BUYS,
        "usable": True,
        "reason": None,
        "refusals": [],
        "valid_until": None,
        "links": {"self": _ACME, "children": f"{_ACME}/children", "purchases": f"{_ACME}/purchases"},
    },
    response_only=True,
)
ACCOUNT = OpenApiExample(
    "An account",
    value={
        "shared_id": "acme",
        "name": "Acme",
        "business_number": "",
        "tax_id": "12-3456789",
        "phone": "+19015550100",
        "fax": "",
        "email": "office@acme.example",
        "postal_code": "38103",
        "status": "active",
        "parent_shared_id": None,
        "attributes": {"delivery_gate": "B"},
        "role": _ROLE,
        "permissions": _BUYS,
        "links": {"self": _ACME, "associates": f"{_ACME}/associates"},
        **_MOMENTS,
    },
    response_only=True,
)
ATTRIBUTES = OpenApiExample(
    "One that may be written",
    value={
        "results": [
            {
                "key": "delivery_gate",
                "label": "Delivery gate",
                "type": "choice",
                "choices": ["A", "B"],
                "required": True,
                "editable": True,
                "value": "B",
            }
        ]
    },
    response_only=True,
)
ADDRESS = OpenApiExample(
    "An address that one may use, change and remove",
    value={
        **examples.ADDRESS.value,
        "links": dict.fromkeys(("self", "change", "remove"), "/api/v1/storefront/addresses/head-office"),
    },
    response_only=True,
)
COLLEAGUE = OpenApiExample(
    "A buyer",
    value={
        "id": _COLLEAGUE,
        "customer_shared_id": "ben",
        "email": "ben@acme.example",
        "first_name": "Ben",
        "last_name": "Baker",
        "role": _ROLE["code"],
        "role_name": _ROLE["name"],
        "valid_from": None,
        "valid_until": None,
        "links": {"self": f"{_ACME}/associates/{_COLLEAGUE}"},
        **_MOMENTS,
    },
    response_only=True,
)
METHODS = OpenApiExample(
    "Shown to this account's buyers",
    value={
        "results": [
            {
                "code": "net30",
                "name": "On account, 30 days",
                "visible": True,
                "set_on": {"shared_id": "acme", "name": "Acme"},
                "source": "account",
                "why": [
                    {
                        "set_on": {"shared_id": "acme", "name": "Acme"},
                        "source": "account",
                        "visible": True,
                        "applies": True,
                        "reason": "applies",
                    }
                ],
            }
        ]
    },
    response_only=True,
)
PRICES = OpenApiExample(
    "One SKU",
    value={
        "results": [
            {
                "sku": "SAW-10",
                "quantity": 2,
                "unit_price": "151.2000",
                "currency": "USD",
                "price_list": "P20",
                "available": True,
                "why": ["P20: 20 % off BASE-US"],
            }
        ]
    },
    response_only=True,
)
SECTIONS = OpenApiExample(
    "Of a buyer for an account",
    value={
        "results": [
            {"code": "overview", "name": "Overview", "href": "/api/v1/storefront/context"},
            {"code": "shopping_lists", "name": "Shopping lists", "href": "/api/v1/storefront/shopping-lists"},
        ]
    },
    response_only=True,
)
# Of bodies.
ACCOUNT_CHANGE = OpenApiExample(
    "Another phone", value={"phone": "+19015550101", "attributes": {"delivery_gate": "A"}}, request_only=True
)
ATTRIBUTES_INPUT = OpenApiExample("Another gate", value={"attributes": {"delivery_gate": "A"}}, request_only=True)
COLLEAGUE_INPUT = OpenApiExample("A buyer", value={"email": "ben@acme.example", "role": "buyer"}, request_only=True)
COLLEAGUE_CHANGE = OpenApiExample(
    "Only until the year ends", value={"role": "buyer", "valid_until": "2027-01-01T00:00:00Z"}, request_only=True
)
NEWSLETTER_INPUT = OpenApiExample("He wants it", value={"subscribed": True}, request_only=True)
# Of answers.
NEWSLETTER = OpenApiExample("He wants it", value={"subscribed": True}, response_only=True)
