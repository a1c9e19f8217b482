"""The OpenAPI document of the storefront API: complete, with an example of each answer and the codes of each error."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver
from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft4Validator

from customers.models import Customer
from customers.services.access import set_own_password, user_of
from customers.sign_in.urls import EXPOSED
from interface.api.schema import codes_in
from tests.customers.shoppers import PASSWORD, Browser
from tests.factories import CustomerFactory, StorefrontFactory

ERRORS = Path(__file__).parent.parent.parent / "docs" / "reference" / "errors.md"


@cache
def document() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]


def operations() -> dict[str, dict[str, Any]]:
    found = {}
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/api/v1/storefront/"):
                found[f"{method.upper()} {path.removeprefix('/api/v1/storefront/')}"] = operation
    return found


def test_every_address_is_in_it() -> None:
    patterns = [each for included in get_resolver().url_patterns for each in getattr(included, "url_patterns", [])]
    paths = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(each.pattern)) for each in patterns}
    here = {path.removeprefix("storefront/") for path in paths if path.startswith("storefront/")}
    assert {name.split(" ")[1] for name in operations()} == here
    assert set(EXPOSED) <= here


def test_every_answer_has_an_example() -> None:
    lacking = {
        f"{name} {status}"
        for name, operation in operations().items()
        for status, answer in operation["responses"].items()
        if status.startswith("2")
        for content in answer.get("content", {}).values()
        if not content.get("examples")
    }
    assert lacking == set()


def test_every_body_has_an_example_of_what_it_may_hold() -> None:
    lacking, unknown = set(), {}
    for name, operation in operations().items():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            fields = resolved(content["schema"])["properties"].keys()
            examples = [each["value"] for each in content.get("examples", {}).values()]
            if not any(examples):
                lacking.add(name)
            if more := {field for example in examples for field in example} - fields:
                unknown[name] = more
    assert lacking == set()
    assert unknown == {}


def test_every_code_that_is_explained_is_in_it_and_no_other() -> None:
    assert "account_not_associated" in explained()
    assert explained() - named(document()) == set()
    assert named(document()) - explained() == set()


def test_what_operations_of_one_kind_may_answer_is_at_each_of_them() -> None:
    lacking = set()
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
            expected = {"413 payload_too_large", "411 length_required", "406 not_acceptable"}
            if "Idempotency-Key" in headers:
                expected |= {"409 idempotency_in_progress", "422 idempotency_key_reused"}
            if "If-Match" in headers:
                expected |= {"412 stale"}
            if "requestBody" in operation:
                expected |= {"400 parse_error", "415 unsupported_media_type"}
            if "{" in path:
                expected |= {"404 not_found"}
            lacking |= {f"{method} {path} {code}" for code in expected - codes_of(operation)}
    assert lacking == set()


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("accounts/{shared_id}", {"patch", "delete"}),
        ("accounts/{shared_id}/status", {"post"}),
        ("accounts/by-external-id/{system}/{external_id}", {"put"}),
        ("customers/by-external-id/{system}/{external_id}", {"put"}),
        ("accounts/{shared_id}/price-list", set()),
        ("customers/{shared_id}/segments", {"put"}),
        ("customers/{shared_id}/notes/{note_id}", set()),
        ("orders/{id}/identity", {"post"}),
        ("price-lists/{code}/entries", set()),
        ("storefront/carts/{cart_id}", {"patch", "delete"}),
    ],
)
def test_who_compares_states_says_so(path: str, methods: set[str]) -> None:
    there = document()["paths"][f"/api/v1/{path}"]
    told = {method for method, operation in there.items() if "If-Match" in str(operation.get("parameters"))}
    assert told == methods


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("GET accounts", {"403 registration_required", "401 key_invalid"}),
        ("PATCH accounts/{shared_id}", {"403 permission_missing", "409 account_disabled", "400 unknown_attribute"}),
        ("POST accounts/{shared_id}/associates", {"400 ends_before_it_begins", "409 already_associated"}),
        (
            "POST addresses",
            {"403 permission_missing", "409 account_pending", "409 address_id_taken", "400 default_not_usable"},
        ),
        ("POST carts", {"409 account_required", "409 too_many_carts", "409 customer_gone"}),
        ("POST carts/{cart_id}/lines", {"409 line_unavailable", "409 too_many_lines"}),
        (
            "POST carts/{cart_id}/order",
            {"400 unknown_address", "400 address_not_usable", "409 payment_method_not_visible"},
        ),
        ("PATCH me", {"400 read_only", "400 in_the_future", "400 unknown_attribute", "409 customer_gone"}),
        ("PUT newsletter", {"403 registration_required", "409 customer_gone"}),
        ("POST orders/{order_id}/reorder", {"400 unknown_line", "403 permission_missing"}),
        ("POST registration", {"400 password_too_similar", "400 password_entirely_numeric", "409 email_taken"}),
        ("POST registration/verify", {"400 verification_key_invalid"}),
        ("POST auth/password/reset", {"400 password_too_similar", "400 password_entirely_numeric"}),
        ("GET shopping-lists", {"409 account_required", "409 account_pending", "403 permission_missing"}),
        ("GET wishlist", {"409 account_not_meant", "403 registration_required"}),
        ("POST wishlist/add-to-cart", {"409 account_not_meant", "400 unknown_line", "409 customer_gone"}),
    ],
)
def test_codes_are_where_they_are_answered(name: str, codes: set[str]) -> None:
    assert codes - codes_of(operations()[name]) == set()


def test_codes_are_not_where_they_are_not_answered() -> None:
    assert "403 registration_required" not in codes_of(operations()["GET me"])
    assert "409 account_not_meant" not in codes_of(operations()["POST carts"])
    assert "401 key_invalid" not in codes_of(operations()["POST guest"])
    assert "409 customer_gone" not in codes_of(operations()["GET carts"])


def test_every_operation_says_what_any_may_answer() -> None:
    for name, operation in operations().items():
        headers = {parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "header"}
        assert "X-Storefront" in headers, name
        assert "rate_limited" in operation["responses"]["429"]["x-codes"], name
        if name.split(" ")[1] in {"context", "me", "addresses", "accounts/{shared_id}"}:
            assert "X-Account-Shared-Id" in headers
            assert "account_disabled" in operation["responses"]["401"]["x-codes"]
    assert "X-Account-Shared-Id" not in str(operations()["POST guest"]["parameters"])


def test_a_person_comes_with_a_token_or_with_a_key_and_his_id() -> None:
    either = [{"SessionToken": []}, {"ApiKeyForCustomer": [], "CustomerOfKey": []}]
    ways = {name: operation.get("security") for name, operation in operations().items()}
    assert ways["GET me"] == ways["GET context"] == ways["GET prices"] == either
    assert ways["POST guest"] is None
    assert ways["GET auth/session"] == [{"SessionToken": []}, {}]
    schemes = document()["components"]["securitySchemes"]
    assert {name: schemes[name]["name"] for name in ("SessionToken", "ApiKeyForCustomer", "CustomerOfKey")} == {
        "SessionToken": "X-Session-Token",
        "ApiKeyForCustomer": "Authorization",
        "CustomerOfKey": "X-Customer-Shared-Id",
    }


def test_every_example_is_what_its_schema_says() -> None:
    wrong = {}
    for name, operation in operations().items():
        bodies = {"body": operation.get("requestBody", {}), **operation["responses"]}
        for where, body in bodies.items():
            for content in body.get("content", {}).values():
                checker = Draft4Validator({**as_json_schema(content["schema"]), "components": components()})
                for title, example in content.get("examples", {}).items():
                    errors = checker.iter_errors(example["value"])
                    if found := [f"{list(error.absolute_path)} {error.message}" for error in errors]:
                        wrong[f"{name} {where} {title}"] = found
    assert wrong == {}


def test_codes_are_read_from_sentences() -> None:
    assert codes_in(
        "409 `a_b`, `c`; 400 `d` and `e` where `f` is, `g`. 409 `h` (with `x`),\n`y`, and `z`. 200 `i`, 4090 `k`."
    ) == {
        "409": ["a_b", "c", "h", "y", "z"],
        "400": ["d", "e"],
    }


@pytest.mark.django_db
def test_what_it_says_of_signing_in_is_what_is_answered() -> None:
    StorefrontFactory(code="us")
    ana: Customer = CustomerFactory(email="ana@acme.test")
    set_own_password(user=user_of(ana), password=PASSWORD)
    browser = Browser()
    told = {name: example_of(operation) for name, operation in operations().items() if "auth" in name}
    for name, answer in (
        ("POST auth/login", browser.sign_in(ana.email)),
        ("GET auth/session", browser.call("GET", "auth/session")),
        ("POST auth/reauthenticate", browser.call("POST", "auth/reauthenticate", {"password": PASSWORD})),
        ("GET account/authenticators", browser.call("GET", "account/authenticators")),
    ):
        assert answer.status_code == 200, name
        assert shape_of(answer.json()) <= shape_of(told[name]), name


@cache
def components() -> Any:
    return as_json_schema(document()["components"])


def as_json_schema(value: Any) -> Any:
    """OpenAPI 3.0 says `nullable` where JSON Schema has a type of its own."""
    if isinstance(value, list):
        return [as_json_schema(each) for each in value]
    if not isinstance(value, dict):
        return value
    plain = {name: as_json_schema(inner) for name, inner in value.items() if name != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if value.get("nullable") is True else plain


def explained() -> set[str]:
    """The codes in the table of errors.md, and those it names of fields."""
    table, _, of_fields = ERRORS.read_text(encoding="utf-8").partition("Codes inside `errors`:")
    rows = [row.split("|") for row in table.splitlines() if re.match(r"\| [45]\d\d", row)]
    return {code for text in (of_fields, *(row[2] for row in rows)) for code in re.findall(r"`([a-z_]+)`", text)} - {
        "errors"
    }


def named(value: Any) -> set[str]:
    """All codes anywhere in that part of the document."""
    if isinstance(value, list):
        return {code for each in value for code in named(each)}
    if not isinstance(value, dict):
        return set()
    return {code for each in value.values() for code in named(each)} | set(value.get("x-codes", []))


def codes_of(operation: dict[str, Any]) -> set[str]:
    return {
        f"{status} {code}" for status, answer in operation["responses"].items() for code in answer.get("x-codes", [])
    }


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = components()["schemas"][name] if name else schema
    return found


def example_of(operation: dict[str, Any]) -> Any:
    content = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    return next(iter(content["examples"].values()))["value"] if content else None


def shape_of(value: Any, path: str = "") -> set[str]:
    """The names of all fields."""
    if isinstance(value, dict):
        return {
            part for name, inner in value.items() for part in {f"{path}.{name}", *shape_of(inner, f"{path}.{name}")}
        }
    return {part for inner in value for part in shape_of(inner, path)} if isinstance(value, list) else set()
