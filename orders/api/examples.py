"""Examples in the OpenAPI document."""

from typing import Any

from drf_spectacular.utils import OpenApiExample

_CUSTOMER = {
    "email": "jo@acme.example",
    "phone": "+1 901 555 2222",
    "first_name": "Jo",
    "last_name": "Hale",
    "external_id": "77",
}
_ADDRESS = {
    "first_name": "Jo",
    "last_name": "Hale",
    "company": "Acme",
    "line1": "1 Main St",
    "line2": "",
    "city": "Memphis",
    "region": "TN",
    "postal_code": "38103",
    "country": "US",
    "phone": "",
}

_ORDER: dict[str, Any] = {
    "storefront": "us",
    "number": "100023",
    "kind": "b2b",
    "placed_at": "2026-11-23T10:15:00Z",
    "currency": "USD",
    "customer": _CUSTOMER,
    "purchase_order_number": "PO-8812",
    "payment_method": "net30",
    "billing_address": _ADDRESS,
    "shipping_address": _ADDRESS,
    "lines": [{"sku": "SAW-10", "name": "Saw", "quantity": 2, "unit_price": "19.90"}],
    "total": "39.80",
}
_ACCOUNT = {"shared_id": "acme-memphis", "account_number": "1000", "name": "Acme Memphis"}
_DECISION = "/api/v1/identity/decisions/01a206e3-53b0-7031-bd99-54d2cb95daff"
_ANSWER = {
    "id": "01a206e3-53af-7006-b104-1dae18ad3c72",
    **_ORDER,
    "status": "placed",
    "lines": [{"id": "01a206e3-53b7-79b3-996b-cffb60ed3db1", **_ORDER["lines"][0]}],
    "subtotal": None,
    "shipping_total": None,
    "tax_total": None,
    "discount_total": None,
    "identity": {
        "outcome": "account",
        "reason": None,
        "account": _ACCOUNT,
        "customer": None,
        "erp_customer_number": "1000",
        "receipt": _DECISION,
    },
    "created_at": "2026-11-23T10:15:02Z",
    "updated_at": "2026-11-23T10:15:02Z",
}
_RECEIPT = {
    "outcome": "account",
    "reason": None,
    "decided_at": "2026-11-23T10:15:02Z",
    "decided_by": "rules",
    "policy_version": 1,
    "mirror_as_of": None,
    "steps": [
        {
            "step": "account_contact_email",
            "looked_for": {"kind": "email", "key": "0aabda84de97c1767eb2f26cae63ee27da9ce0b4f2e01c8fc7aef0e96f25068d"},
            "candidates": [
                {
                    "type": "contact",
                    "id": "01a206e2-f906-7d9c-8636-9e39b4e8fd6d",
                    "label": "Jo Hale — Acme Memphis",
                    "matched_on": ["email"],
                    "verdict": "won",
                    "why": "The only match",
                    "why_code": "only_match",
                    "details": {"account": "acme-memphis", "account_status": "active"},
                }
            ],
            "result": "match",
            "why": "The only match",
            "why_code": "only_match",
        }
    ],
    "warnings": [],
}

ORDER_EXAMPLES = [
    OpenApiExample("An order of a business", request_only=True, value=_ORDER),
    OpenApiExample("Taken, and whose it is", response_only=True, status_codes=["201"], value=_ANSWER),
]
RESOLVE_EXAMPLES = [
    OpenApiExample(
        "Whose would it be?", request_only=True, value={"storefront": "us", "kind": "b2b", "customer": _CUSTOMER}
    ),
    OpenApiExample(
        "An account's, by its contact",
        response_only=True,
        status_codes=["200"],
        value={
            "outcome": "account",
            "reason": None,
            "account": _ACCOUNT,
            "customer": None,
            "erp_customer_number": "1000",
            "receipt": _RECEIPT,
        },
    ),
]
DECISION_EXAMPLES = [
    OpenApiExample(
        "A decision with its receipt",
        response_only=True,
        value={
            **_RECEIPT,
            "id": _DECISION.rsplit("/", 1)[1],
            "order": "01a206e3-53af-7006-b104-1dae18ad3c72",
            "reason_given": "",
            "mended": {},
            "supersedes": None,
        },
    )
]
IDENTITY_EXAMPLES = [
    OpenApiExample(
        "Give it to an account",
        value={
            "action": "assign_account",
            "account_shared_id": "acme-memphis",
            "reason": "New at Acme Memphis",
        },
        request_only=True,
    ),
    OpenApiExample(
        "Mend the e-mail",
        value={"action": "mend_claim", "email": "jo@acme.example", "reason": "A letter was missing"},
        request_only=True,
    ),
    OpenApiExample("Whose it is now", value=_ANSWER, response_only=True, status_codes=["200"]),
]
