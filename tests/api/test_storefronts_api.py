"""`/storefronts` as programs meet them."""

from typing import Any

import pytest
from django.test import Client

from storefronts.models import ResolutionPolicy, Storefront
from tests.shop import Shop, open_shop

NEW = {"code": "eu", "name": "Tools EU", "currency": "EUR", "default_region": "DE"}


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


@pytest.fixture
def api(shop: Shop) -> Client:
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {shop.key()}"})


def post(api: Client, body: Any) -> Any:
    return api.post("/api/v1/storefronts", body, content_type="application/json")


def patch(api: Client, code: str, body: Any, **headers: str) -> Any:
    return api.patch(f"/api/v1/storefronts/{code}", body, content_type="application/json", headers=headers)


def test_create_read_list(api: Client) -> None:
    created = post(api, {**NEW, "policy": {"b2b_ambiguous": "oldest", "placeholders": ["none@"]}})
    assert created.status_code == 201
    shown = created.json()
    assert (shown["code"], shown["erp_system"], shown["reference_prefix"], shown["b2c_erp"]) == ("eu", "", "C-", "none")
    assert shown["policy"] == {
        "version": 1,
        "b2b_steps": ["account_contact_email", "erp_email", "erp_phone", "own_customer", "create"],
        "b2c_steps": ["customer_email", "customer_phone", "create"],
        "b2b_ambiguous": "oldest",
        "b2c_ambiguous": "oldest",
        "placeholders": ["none@"],
        "erp_max_age_seconds": 900,
        "assume_complete": False,
    }
    assert api.get("/api/v1/storefronts/eu").json() == shown
    assert [each["code"] for each in api.get("/api/v1/storefronts").json()["results"]] == ["eu", "us"]


def test_a_taken_code_is_409_and_changes_nothing(api: Client) -> None:
    answer = post(api, {**NEW, "code": "us"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (409, "code")
    assert Storefront.objects.get().name == "Tools US"


def test_what_decides_identities_becomes_the_next_version(api: Client) -> None:
    renamed = patch(api, "us", {"name": "Tools"}).json()
    held = patch(api, "us", {"policy": {"b2c_ambiguous": "hold"}}).json()
    same = patch(api, "us", {"policy": {"b2c_ambiguous": "hold"}}).json()
    region = patch(api, "us", {"default_region": "GB"}).json()
    versions = [each["policy"]["version"] for each in (renamed, held, same, region)]
    assert versions == [1, 2, 2, 3]
    assert held["policy"]["placeholders"] == ["none@", "555 0100"]  # what is left out stays
    settings = dict(ResolutionPolicy.objects.values_list("version", "settings"))
    assert [settings[version]["default_region"] for version in (1, 2, 3)] == ["US", "US", "GB"]
    assert [settings[version]["b2c_ambiguous"] for version in (1, 2, 3)] == ["oldest", "hold", "hold"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**NEW, "code": "No Spaces"}, "code"),
        ({**NEW, "currency": "euro"}, "currency"),
        ({**NEW, "default_region": "Germany"}, "default_region"),
        ({**NEW, "default_region": "QQ"}, "default_region"),
        ({**NEW, "url": "not a url"}, "url"),
        ({**NEW, "policy": {"b2b_steps": ["create", "own_customer"]}}, "policy.b2b_steps"),
        ({**NEW, "policy": {"b2b_steps": ["fly"]}}, "policy.b2b_steps.0"),
        ({**NEW, "policy": {"erp_max_age_seconds": -1}}, "policy.erp_max_age_seconds"),
        ({**NEW, "policy": {"placeholders": ["words"]}}, "policy.placeholders"),
        ({**NEW, "erp_system": "counterpoint-mian"}, "erp_system"),
        ({**NEW, "reference_step_min": 9, "reference_step_max": 3}, "body"),
        ({**NEW, "colour": "red"}, "colour"),
        ({}, "name"),
    ],
)
def test_wrong_input_names_the_field(api: Client, body: dict[str, Any], field: str) -> None:
    answer = post(api, body)
    assert answer.status_code == 400, answer.content
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert Storefront.objects.count() == 1
    assert ResolutionPolicy.objects.count() == 1


def test_the_code_never_changes(api: Client) -> None:
    answer = patch(api, "us", {"code": "usa"})
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "unknown_field")


def test_if_match(api: Client) -> None:
    tag = api.get("/api/v1/storefronts/us").headers["ETag"]
    assert patch(api, "us", {"name": "One"}, **{"If-Match": tag}).status_code == 200
    late = patch(api, "us", {"name": "Two"}, **{"If-Match": tag})
    assert (late.status_code, late.json()["code"]) == (412, "stale")
    assert Storefront.objects.get().name == "One"


def test_scopes(shop: Shop) -> None:
    reader = Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {shop.key('settings:read')}"})
    assert reader.get("/api/v1/storefronts/us").status_code == 200
    for answer in (post(reader, NEW), patch(reader, "us", {"name": "x"})):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
    assert Storefront.objects.get().name == "Tools US"
