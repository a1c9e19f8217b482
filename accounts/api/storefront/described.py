"""What the OpenAPI document says of every operation of shoppers alike: headers, and errors that any may answer."""

from typing import Any

from accounts.api.storefront.authentication import ACCOUNT_HEADERS
from accounts.api.storefront.middleware import ACTING_HEADER
from customers.api.shoppers import STOREFRONT_HEADER
from interface.api.context import STOREFRONT_PATH
from interface.api.schema import name_codes

ALWAYS = {"400": ["storefront_required"], "429": ["rate_limited"]}
OF_PEOPLE = {
    "401": [
        "not_authenticated", "session_ended", "not_active", "on_hold", "customer_unknown", "account_not_associated",
        "account_disabled",
    ],
    "403": ["scope_missing"],
}  # fmt: skip
_STOREFRONT = {
    "name": STOREFRONT_HEADER,
    "in": "header",
    "schema": {"type": "string"},
    "example": "us",
    "description": "For which storefront. Left out: the key's own, else the person's preferred one, else the only one.",
}
_ACCOUNT = {
    "name": ACCOUNT_HEADERS[0],
    "in": "header",
    "schema": {"type": "string"},
    "example": "acme",
    "description": "For which account, by its shared id. Left out or blank: the person acts for himself.",
}
_ACTING = {"description": "The account acted for; missing where there is none.", "schema": {"type": "string"}}


def describe_storefront(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A postprocessing hook, after the one that adds the problems."""
    for path, operations in result["paths"].items():
        if path.startswith(STOREFRONT_PATH):
            for operation in operations.values():
                _describe(operation)
    return result


def _describe(operation: dict[str, Any]) -> None:
    is_of_people = any(scheme for scheme in operation.get("security", []))
    operation["parameters"] = [*operation.get("parameters", []), _STOREFRONT, *([_ACCOUNT] if is_of_people else [])]
    for status, codes in {**ALWAYS, **(OF_PEOPLE if is_of_people else {})}.items():
        name_codes(operation, status, codes)
    if "Needs `" in operation.get("description", ""):
        name_codes(operation, "403", ["permission_missing"])
    for status, answer in operation["responses"].items():
        if is_of_people and status.startswith("2"):
            answer.setdefault("headers", {})[ACTING_HEADER] = _ACTING
