"""What the OpenAPI document says of every operation of shoppers alike: headers, and errors that any may answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from accounts.api.storefront.authentication import ACCOUNT_HEADERS
from accounts.api.storefront.middleware import ACTING_HEADER
from customers.api.shoppers import STOREFRONT_HEADER
from interface.api.context import STOREFRONT_PATH
from interface.api.schema import Codes, name_codes

ALWAYS: Codes = {"400": ["storefront_required"], "429": ["rate_limited"]}
OF_PEOPLE: Codes = {
    "401": [
        "not_authenticated", "session_ended", "not_active", "on_hold", "account_not_associated", "account_disabled",
    ]
}  # fmt: skip
OF_KEYS_FOR_PEOPLE: Codes = {"401": ["key_invalid", "customer_unknown"], "403": ["scope_missing"]}
_REGISTERED = {"403": ["registration_required"]}
_PERMITTED = {"403": ["permission_missing"], "409": ["account_pending"]}
_NOT_GONE = {"409": ["customer_gone"]}
# What is alike at an address and below it, whichever room answers there.
OF_ADDRESSES: Mapping[str, tuple[Codes, ...]] = {
    "accounts": (_REGISTERED,),
    "carts": (_PERMITTED,),
    "me/activity": (_REGISTERED,),
    "me/sections": (_REGISTERED,),
    "newsletter": (_REGISTERED,),
    "prices": (_PERMITTED,),
    "shopping-lists": ({"409": ["account_required"]}, _PERMITTED),
    "wishlist": (_REGISTERED, {"409": ["account_not_meant"]}),
}
OF_WRITES_THERE: Mapping[str, tuple[Codes, ...]] = {
    "accounts": (_PERMITTED, {"409": ["account_disabled"]}),
    "addresses": (_PERMITTED, _NOT_GONE),
    "carts": (_NOT_GONE,),
    "me": (_NOT_GONE,),
    "newsletter": (_NOT_GONE,),
    "orders": (_PERMITTED, _NOT_GONE),
    "shopping-lists": (_NOT_GONE,),
    "wishlist": (_NOT_GONE,),
}
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
            for method, operation in operations.items():
                _describe(operation)
                for codes in _codes_at(path.removeprefix(STOREFRONT_PATH), is_write=method != "get"):
                    name_codes(operation, codes)
    return result


def _codes_at(address: str, *, is_write: bool) -> Iterator[Codes]:
    for shared in (OF_ADDRESSES, OF_WRITES_THERE) if is_write else (OF_ADDRESSES,):
        for start, several in shared.items():
            if f"{address}/".startswith(f"{start}/"):
                yield from several


def _describe(operation: dict[str, Any]) -> None:
    schemes = {name for way in operation.get("security", []) for name in way}
    is_of_people = bool(schemes)
    operation["parameters"] = [*operation.get("parameters", []), _STOREFRONT, *([_ACCOUNT] if is_of_people else [])]
    name_codes(operation, ALWAYS)
    if is_of_people:
        name_codes(operation, OF_PEOPLE)
    if "ApiKeyForCustomer" in schemes:
        name_codes(operation, OF_KEYS_FOR_PEOPLE)
    if "Needs `" in operation.get("description", ""):
        name_codes(operation, {"403": ["permission_missing"]})
    for status, answer in operation["responses"].items():
        if is_of_people and status.startswith("2"):
            answer.setdefault("headers", {})[ACTING_HEADER] = _ACTING
