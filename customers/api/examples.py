"""Examples of people's own things in the OpenAPI document."""

from drf_spectacular.utils import OpenApiExample

_MOMENTS = {"created_at": "2026-11-20T09:00:00Z", "updated_at": "2026-11-23T10:15:00Z"}
_NAMES = {"first_name": "Jo", "last_name": "Hale", "company": ""}

_HEAD_OFFICE = {
    "label": "Head office",
    **_NAMES,
    "line1": "100 Front Street",
    "line2": "",
    "city": "Memphis",
    "region": "TN",
    "postal_code": "38103",
    "country": "US",
    "phone": "",
    "is_shipping": True,
    "is_billing": True,
    "default_shipping": True,
    "default_billing": True,
}

PROFILE = OpenApiExample(
    "Jo, for himself",
    value={
        "shared_id": "jo",
        "reference": "C-104733",
        "kind": "REGISTERED",
        "email": "jo@acme.example",
        "email_verified": True,
        "phone": "+19015550140",
        "salutation": "",
        **_NAMES,
        "gender": "",
        "birth_date": None,
        "preferred_currency": "USD",
        "preferred_storefront": "us",
        "preferred_locale": "en-US",
        "shipping_option": "",
        "attributes": {"trade": "roofing"},
        "links": {"accounts": "/api/v1/storefront/accounts", "addresses": "/api/v1/storefront/addresses"},
        **_MOMENTS,
    },
    response_only=True,
)
REGISTRATION = OpenApiExample(
    "Waits for the merchant's staff",
    value={
        "status": "created_not_approved",
        "shared_id": "9f2c6c1e",
        "reference": "C-104740",
        "email": "kim@home.example",
    },
    response_only=True,
)
GUEST = OpenApiExample(
    "A guest",
    value={"session_token": "0v3x9k2m7q1c5f8h4j6l", "shared_id": "5b1de4a0", "reference": "C-104741"},
    response_only=True,
)
ADDRESS = OpenApiExample(
    "Where goods go",
    value={
        "id": "head-office",
        **_HEAD_OFFICE,
        **_MOMENTS,
    },
    response_only=True,
)
# Of bodies.
ADDRESS_INPUT = OpenApiExample("Head office", value={"id": "head-office", **_HEAD_OFFICE}, request_only=True)
ADDRESS_CHANGE = OpenApiExample(
    "Another street", value={"line1": "102 Front Street", "default_billing": True}, request_only=True
)
PROFILE_CHANGE = OpenApiExample(
    "Another phone", value={"phone": "+19015550141", "attributes": {"trade": "roofing"}}, request_only=True
)
REGISTRATION_INPUT = OpenApiExample(
    "Kim, for herself",
    value={
        "email": "kim@home.example",
        "password": "a long and quiet river",
        "first_name": "Kim",
        "last_name": "Hale",
        "preferred_locale": "en-US",
    },
    request_only=True,
)
VERIFICATION_INPUT = OpenApiExample(
    "From the mail",
    value={"key": "eyJjIjo3LCJlIjoia2ltIn0:1vNa2k:3q2_8nBf", "password": "a long walk by the sea"},
    request_only=True,
)
PASSWORD_LINK_INPUT = OpenApiExample("Of whoever it is", value={"email": "kim@home.example"}, request_only=True)
