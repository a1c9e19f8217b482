"""The exposed endpoints of django-allauth, for the OpenAPI document: they are no views that describe themselves."""

from collections.abc import Iterator
from typing import Any

from customers.sign_in.resetting import RESET_KEY
from customers.sign_in.urls import EXPOSED

PREFIX = "/api/v1/storefront/"
TAG = "storefront"
_USER = {
    "id": "jo",
    "display": "Jo Hale",
    "email": "jo@acme.example",
    "has_usable_password": True,
    "initial_password": False,
}
_METHODS = [{"method": "password", "at": 1795687200.0, "email": "jo@acme.example"}]
_SIGNED_IN = {
    "status": 200,
    "data": {"user": _USER, "methods": _METHODS},
    "meta": {"is_authenticated": True, "session_token": "0v3x9k2m7q1c5f8h4j6l"},
}
_AGAIN = {"method": "password", "at": 1795687500.0, "reauthenticated": True}
_CONFIRMED = {**_SIGNED_IN, "data": {"user": _USER, "methods": [*_METHODS, _AGAIN]}}
_TOTP = {"status": 200, "data": {"type": "totp", "last_used_at": None, "created_at": 1795687200.0}}
_CODES = {
    "status": 200,
    "data": {
        "type": "recovery_codes",
        "last_used_at": None,
        "created_at": 1795687200.0,
        "total_code_count": 10,
        "unused_code_count": 10,
        "unused_codes": ["a1b2c3d4", "e5f6a7b8"],
    },
}
_CODE = {"code": "123456"}
_PASSWORD = {"password": "a long and quiet river"}

# Address, method: what it does, an example of its body, of its answer, and the codes of its errors by status.
_Told = tuple[str, dict[str, Any] | None, dict[str, Any] | None, dict[str, tuple[str, ...]]]
_WEAK = ("password_too_short", "password_too_common", "password_too_similar", "password_entirely_numeric")
_LATE = {"401": ("not_authenticated", "reauthentication_required")}
DESCRIBED: dict[tuple[str, str], _Told] = {
    ("auth/session", "get"): ("Who is signed in.", None, _SIGNED_IN, {"401": ("not_authenticated", "session_ended")}),
    ("auth/session", "delete"): ("Sign out. The answer is 401: nobody is signed in any more.", None, None,
                                 {"401": ("not_authenticated",)}),
    ("auth/login", "post"): (
        "Sign in. `meta.session_token` is the token from then on.",
        {"email": "jo@acme.example", **_PASSWORD},
        _SIGNED_IN,
        {
            "400": ("email_password_mismatch", "not_active", "on_hold", "initial_password_expired"),
            "401": ("second_factor_required",),
            "409": ("conflict",),
        },
    ),
    ("auth/reauthenticate", "post"): ("Confirm that it is you, by the password.", _PASSWORD, _CONFIRMED,
                                      {"400": ("incorrect_password",), "401": ("not_authenticated",)}),
    ("auth/password/reset", "get"): (
        f"Whether the key of a password link, in the header `{RESET_KEY}`, is still good.",
        None, {"status": 200, "data": {"user": _USER}}, {"400": ("invalid_password_reset",), "409": ("conflict",)},
    ),
    ("auth/password/reset", "post"): (
        "Set a password with the key of a link. The answer is 401: the password is changed, sign in now.",
        {"key": "4-d1k7…", **_PASSWORD}, None,
        {"400": ("invalid_password_reset", *_WEAK), "401": ("not_authenticated",)},
    ),
    ("auth/2fa/authenticate", "post"): ("Finish signing in, by the code of the second factor.", _CODE, _SIGNED_IN,
                                        {"400": ("incorrect_code",), "409": ("conflict",)}),
    ("auth/2fa/reauthenticate", "post"): ("Confirm that it is you, by the code of the app.", _CODE, _CONFIRMED,
                                          {"400": ("incorrect_code",), "401": ("not_authenticated",)}),
    ("account/password/change", "post"): (
        "Choose another password; every other session ends. The answer is the session.",
        {"current_password": "a long and quiet river", "new_password": "an even longer one of stones"},
        _SIGNED_IN,
        {"400": ("enter_current_password", *_WEAK), "401": ("not_authenticated",)},
    ),
    ("account/authenticators", "get"): ("The second factors of the person.", None,
                                        {"status": 200, "data": [_TOTP["data"]]}, {"401": ("not_authenticated",)}),
    ("account/authenticators/totp", "get"): (
        "The person's authenticator app. 404 where there is none, with the secret for a new one in `meta.secret`.",
        None, _TOTP, {**_LATE, "404": ("not_found",)},
    ),
    ("account/authenticators/totp", "post"): ("Set up an authenticator app, by a code of its.", _CODE, _TOTP,
                                              {**_LATE, "400": ("incorrect_code",), "409": ("conflict",)}),
    ("account/authenticators/totp", "delete"): ("Take the authenticator app away.", None, {"status": 200},
                                                {**_LATE, "404": ("not_found",)}),
    ("account/authenticators/recovery-codes", "get"): ("The codes for when the app is lost.", None, _CODES,
                                                       {**_LATE, "404": ("not_found",)}),
    ("account/authenticators/recovery-codes", "post"): ("New codes; the old ones end.", None, _CODES,
                                                        {**_LATE, "400": ("cannot_generate_recovery_codes",),
                                                         "409": ("conflict",)}),
}  # fmt: skip


def add_sign_in(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """A postprocessing hook: the document has these operations too."""
    for (address, method), told in DESCRIBED.items():
        assert address in EXPOSED, address
        result["paths"].setdefault(f"{PREFIX}{address}", {})[method] = _operation(address, method, told)
    return result


def _operation(address: str, method: str, told: _Told) -> dict[str, Any]:
    does, body, answer, codes = told
    # The library reads a body whatever the method.
    codes = {**codes, "400": (*codes.get("400", ()), "parse_error")}
    if body is not None or RESET_KEY in does:
        # The library's one complaint is the answer's own code, where elsewhere it would be inside `errors`.
        codes["400"] = (*codes["400"], "required")
    noun = address.replace("/", "_").replace("-", "_")
    described: dict[str, Any] = {
        "operationId": f"storefront_{noun}_{method}",
        "description": "\n\n".join([does, *_sentences(codes)]),
        "tags": [TAG],
        "security": [{"SessionToken": []}, {}],
        "responses": {status: {"$ref": "#/components/responses/Problem"} for status in codes},
    }
    if RESET_KEY in does:
        described["parameters"] = [{"name": RESET_KEY, "in": "header", "required": True, "schema": {"type": "string"}}]
    if body is not None:
        described["requestBody"] = {"required": True, "content": _content(body)}
    if answer is not None:
        described["responses"]["200"] = {"description": "", "content": _content(answer)}
    return described


def _sentences(codes: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for status, words in codes.items():
        yield f"{status} {', '.join(f'`{word}`' for word in words)}."


def _content(example: dict[str, Any]) -> dict[str, Any]:
    """Of a body the fields are text, all required; an answer's inner shape is the library's, shown by the example."""
    properties = {name: _type_of(value) for name, value in example.items()}
    schema = {"type": "object", "properties": properties, "required": list(example)}
    return {"application/json": {"schema": schema, "examples": {"Example": {"value": example}}}}


def _type_of(value: Any) -> dict[str, Any]:
    names = {str: "string", int: "integer", list: "array", dict: "object"}
    named: dict[str, Any] = {"type": names[type(value)]}
    return {**named, "items": {}} if isinstance(value, list) else named
