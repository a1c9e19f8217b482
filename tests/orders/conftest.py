"""Fixtures of the tests of orders."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.customers.shoppers import speak
from tests.orders.shopping import Shopping, open_shopping
from tests.shop import Shop, open_shop

__all__ = ["speak"]

Send = Callable[..., Any]


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


@pytest.fixture
def shopping(db: None) -> Shopping:
    return open_shopping()


@pytest.fixture
def api(shop: Shop) -> Client:
    """A program with a key that may do everything."""
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {shop.key()}"})


@pytest.fixture
def order_body() -> Callable[..., dict[str, Any]]:
    """A valid order; `email`, `phone` and `number` are what tests vary most."""

    def body(
        number: str = "100023", *, email: str = "", phone: str = "", kind: str = "b2b", **changes: Any
    ) -> dict[str, Any]:
        return {
            "storefront": "us",
            "number": number,
            "kind": kind,
            "placed_at": "2026-11-23T10:15:00Z",
            "currency": "USD",
            "customer": {"email": email, "phone": phone, "first_name": "Jo", "last_name": "Hale"},
            "lines": [{"sku": "SAW-10", "name": "Saw", "quantity": 2, "unit_price": "19.90"}],
            "total": "39.80",
            **changes,
        }

    return body


@pytest.fixture
def send(api: Client, order_body: Callable[..., dict[str, Any]]) -> Send:
    """Post one order and give its `identity`, asserting that it was taken."""

    def post(number: str = "100023", **claim: Any) -> Any:
        answer = api.post("/api/v1/orders", order_body(number, **claim), content_type="application/json")
        assert answer.status_code == 201, answer.content
        return answer.json()["identity"]

    return post
