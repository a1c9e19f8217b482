"""Lists refuse query parameters they do not know: ignored, a misspelt one would answer with everything."""

from typing import Any

import pytest
from django.test import Client

from tests.shop import Shop, open_shop


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


@pytest.fixture
def api(shop: Shop) -> Client:
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {shop.key()}"})


def errors_of(answer: Any) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid"), answer.content
    assert "results" not in answer.json()
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


@pytest.mark.parametrize("path", ["/api/v1/orders", "/api/v1/storefronts"])
def test_an_unknown_parameter_is_named(api: Client, path: str) -> None:
    assert errors_of(api.get(path, {"decided_since": "2026-11-23T10:15:00Z", "page_size": 5, "Kind": "b2b"})) == [
        ("Kind", "unknown_parameter"),
        ("decided_since", "unknown_parameter"),
    ]
    assert errors_of(api.get(path, {"": "x"}))[0][1] == "unknown_parameter"
    assert errors_of(api.get(path, {"x" * 200: ""})) == [("x" * 100, "unknown_parameter")]


def test_what_one_list_knows_another_does_not(api: Client) -> None:
    assert errors_of(api.get("/api/v1/storefronts", {"ordering": "code"})) == [("ordering", "unknown_parameter")]
    assert errors_of(api.get("/api/v1/storefronts", {"number": "1"})) == [("number", "unknown_parameter")]


def test_every_parameter_of_the_document_is_known(api: Client) -> None:
    document = api.get("/api/schema/", headers={"Accept": "application/json"}).json()
    for path in ("/api/v1/orders", "/api/v1/storefronts"):
        names = {each["name"] for each in document["paths"][path]["get"]["parameters"]}
        assert {"cursor", "page_size"} <= names
        answer = api.get(path, dict.fromkeys(names - {"page_size"}, ""))
        assert answer.status_code == 200, answer.content
    assert api.get("/api/v1/orders", {"format": "json", "page_size": 1}).json()["results"] == []


@pytest.mark.parametrize("name", ["placed_after", "placed_before"])
def test_moments_are_read_as_in_bodies(api: Client, name: str) -> None:
    for moment in ("0018-11-01T04:56:35-19:50", "9999-12-31T23:59:59-23:59", "1969-12-31T23:59:59Z"):
        assert errors_of(api.get("/api/v1/orders", {name: moment})) == [(name, "out_of_range")]
    assert errors_of(api.get("/api/v1/orders", {name: "yesterday"})) == [(name, "invalid")]
    for moment in ("2026-11-24T00:00:00", "2026-11-24 00:00:00", "2026-01-01"):
        assert errors_of(api.get("/api/v1/orders", {name: moment})) == [(name, "no_offset")]
    # PostgreSQL refuses offsets that Python takes.
    assert api.get("/api/v1/orders", {name: "2026-11-23T10:15:00-19:50"}).status_code == 200
