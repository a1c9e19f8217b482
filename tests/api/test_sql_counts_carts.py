"""SQL statements of carts, ordering and reordering: the same with one line and cart as with many."""

from typing import Any

import pytest

from orders.models import Order
from tests.customers.shoppers import Browser, by_session
from tests.orders.shopping import Shopping, open_shopping
from tests.sql_counts import pinned_sql_count

ACME = {"X-Account-Shared-Id": "acme"}
WHERE = (({}, ""), (ACME, ", for an account"))


@pytest.fixture
def shopping(db: None) -> Shopping:
    return open_shopping()


@pytest.fixture
def browser(shopping: Shopping) -> Browser:
    return by_session(shopping.ana)


def pinned(browser: Browser, name: str, path: str, body: Any = None, **headers: str) -> Any:
    method = name.partition(" ")[0]
    with pinned_sql_count(name):
        answer = browser.call(method, path, body, **headers)
    assert answer.status_code < 300, answer.content
    return answer.json() if answer.content else None


def put_in(browser: Browser, cart: str, skus: list[str], **headers: str) -> None:
    for sku in skus:
        assert browser.call("POST", f"{cart}/lines", {"sku": sku, "quantity": 1}, **headers).status_code == 201


@pytest.mark.parametrize(("headers", "ending"), WHERE)
def test_a_cart_from_its_making_to_the_order_and_again(browser: Browser, headers: dict[str, str], ending: str) -> None:
    address = "hq" if headers else "home"
    for many in (["SAW"], ["SAW", "NAIL", "DRILL"]):
        made = pinned(browser, f"POST /storefront/carts{ending}", "carts", {}, **headers)
        cart = f"carts/{made['id']}"
        put_in(browser, cart, many, **headers)
        pinned(browser, f"GET /storefront/carts{ending}", "carts", **headers)
        held = pinned(browser, f"GET /storefront/carts/{{id}}{ending}", cart, **headers)
        line = f"{cart}/lines/{held['lines'][0]['id']}"
        more = {"sku": "SAW", "quantity": 1}
        pinned(browser, f"POST /storefront/carts/{{id}}/lines{ending}", f"{cart}/lines", more, **headers)
        now = pinned(browser, f"PATCH /storefront/carts/{{id}}/lines/{{id}}{ending}", line, {"quantity": 3}, **headers)
        body = {"expected_total": now["total"], "payment_method": "card", "shipping_address_id": address}
        placed = pinned(browser, f"POST /storefront/carts/{{id}}/order{ending}", f"{cart}/order", body, **headers)
        pinned(browser, f"POST /storefront/carts/{{id}}/order, again{ending}", f"{cart}/order", body, **headers)
        again = f"orders/{placed['id']}/reorder"
        filled = pinned(browser, f"POST /storefront/orders/{{id}}/reorder{ending}", again, {}, **headers)
        emptied = f"carts/{filled['cart']['id']}"
        last = f"{emptied}/lines/{filled['cart']['lines'][0]['id']}"
        pinned(browser, f"DELETE /storefront/carts/{{id}}/lines/{{id}}{ending}", last, **headers)
        pinned(browser, f"DELETE /storefront/carts/{{id}}{ending}", emptied, **headers)
    assert Order.objects.count() == 2


def test_several_carts_of_an_account(browser: Browser) -> None:
    cart = f"carts/{browser.call('POST', 'carts', {}, **ACME).json()['id']}"
    put_in(browser, cart, ["SAW", "NAIL"], **ACME)
    for turn in range(3):
        copy = pinned(browser, "POST /storefront/carts/{id}/duplicate", f"{cart}/duplicate", **ACME)
        path = f"carts/{copy['id']}"
        pinned(browser, "POST /storefront/carts/{id}/activate", f"{path}/activate", **ACME)
        pinned(browser, "PATCH /storefront/carts/{id}", path, {"name": f"Week {turn}"}, **ACME)
        pinned(browser, "GET /storefront/carts, for an account", "carts", **ACME)
