"""HEAD asks for what GET does, and a method that an endpoint does not name is nobody's."""

import uuid

import pytest
from django.test import Client

from tests.shop import Shop, open_shop

NOWHERE = uuid.UUID(int=7)
ENDPOINTS = {
    "/api/v1/storefronts": "GET, POST",
    "/api/v1/storefronts/us": "GET, PATCH",
    "/api/v1/orders": "GET, POST",
    "/api/v1/orders/bulk": "POST",
    f"/api/v1/orders/{NOWHERE}": "GET, PATCH",
    "/api/v1/identity/resolve": "POST",
    f"/api/v1/identity/decisions/{NOWHERE}": "GET",
}
READABLE = [path for path, methods in ENDPOINTS.items() if "GET" in methods]


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


def client_with(key: str) -> Client:
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {key}"})


@pytest.mark.parametrize("path", READABLE)
def test_head_needs_the_scope_of_get(shop: Shop, path: str) -> None:
    stranger = client_with(shop.key("webhooks:manage"))
    refused = stranger.head(path)
    assert refused.status_code == stranger.get(path).status_code == 403
    assert "ETag" not in refused.headers

    reader = client_with(shop.key("orders:read", "settings:read"))
    assert reader.head(path).status_code == reader.get(path).status_code != 403


@pytest.mark.parametrize("path", [path for path in ENDPOINTS if path not in READABLE])
def test_head_is_405_where_there_is_no_get(shop: Shop, path: str) -> None:
    assert client_with(shop.key()).head(path).status_code == 405


@pytest.mark.parametrize("method", ["OPTIONS", "DELETE", "TRACE", "PURGE"])
@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_method_that_an_endpoint_does_not_name_is_405_for_every_key(shop: Shop, path: str, method: str) -> None:
    for key in (shop.key("webhooks:manage"), shop.key()):
        answer = client_with(key).generic(method, path)
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["Allow"] == ENDPOINTS[path]
        assert set(answer.json()) == {"type", "title", "status", "detail", "code", "errors", "request_id"}


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD"])
@pytest.mark.parametrize("path", ENDPOINTS)
def test_without_a_key_it_is_401(db: None, path: str, method: str) -> None:
    assert Client(SERVER_NAME="localhost").generic(method, path).status_code == 401
