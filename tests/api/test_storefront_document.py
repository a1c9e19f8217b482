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


def test_every_code_it_names_is_explained() -> None:
    explained = ERRORS.read_text(encoding="utf-8")
    named = {
        code
        for operation in operations().values()
        for answer in operation["responses"].values()
        for code in answer.get("x-codes", [])
    }
    assert "account_not_associated" in named
    assert {code for code in named if f"`{code}`" not in explained} == set()


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
        "409 `a_b`, `c`; 400 `d` and `e` where `f` is, `g`. 409 `h` (with `x` and more),\n`y`. 200 `i`, 4090 `k`."
    ) == {
        "409": ["a_b", "c", "h", "y"],
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
