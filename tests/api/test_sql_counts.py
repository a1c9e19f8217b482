"""SQL statements of every endpoint: pinned, and the same with one row as with many."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services.assignments import assign_price_list
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import set_base_price_list
from customers.models import CustomerKind
from customers.services.access import FirstAccess
from customers.services.customers import CustomerDraft, create_customer
from orders.models import Order
from storefronts.services.storefronts import create_storefront
from tests.customers.shoppers import PASSWORD, Browser
from tests.factories import AccountAddressFactory, AssociateFactory, PaymentMethodFactory, PriceListFactory
from tests.shop import LONG_AGO, Shop, open_shop
from tests.sql_counts import pinned_sql_count


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


@pytest.fixture
def api(shop: Shop) -> Client:
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {shop.key()}"})
    client.get("/api/v1/storefronts")  # the key's use is noted once a minute: not in these counts
    return client


def body(number: str, email: str, **changes: Any) -> dict[str, Any]:
    return {
        "storefront": "us",
        "number": number,
        "kind": "b2b",
        "placed_at": "2026-11-23T10:15:00Z",
        "currency": "USD",
        "customer": {"email": email, "phone": "901 555 2222"},
        "billing_address": {"line1": "1 Main St"},
        "shipping_address": {"line1": "2 Main St"},
        "lines": [{"sku": f"S{line}", "quantity": 1, "unit_price": "1"} for line in range(3)],
        "total": "3",
        **changes,
    }


def post(api: Client, path: str, content: Any, **headers: str) -> Any:
    return api.post(path, content, content_type="application/json", headers=headers)


@pytest.mark.parametrize(
    ("outcome", "email", "kind"),
    [
        ("account", "ana@acme.example", "b2b"),
        ("erp_customer", "bill@bill.example", "b2b"),
        ("customer", "cleo@home.example", "b2b"),
        ("created", "new@home.example", "b2b"),
        ("customer", "cleo@home.example", "b2c"),
        ("created", "new@home.example", "b2c"),
    ],
)
def test_post_order(shop: Shop, api: Client, outcome: str, email: str, kind: str) -> None:
    shop.contact(shop.account("Acme", number="1000"), "ana@acme.example")
    shop.erp_customer("2000", emails=["bill@bill.example"])
    shop.customer(email="cleo@home.example")
    with pinned_sql_count(f"POST /orders {kind} {outcome}"):
        answer = post(api, "/api/v1/orders", body("1", email, kind=kind))
    assert answer.json()["identity"]["outcome"] == outcome


WHO = (("c", "acme"), ("e", "bill"), ("k", "home"), ("n", "new"))


def test_post_order_with_idempotency_key(shop: Shop, api: Client) -> None:
    shop.contact(shop.account("Acme", number="1000"), "ana@acme.example")
    with pinned_sql_count("POST /orders b2b account, keyed"):
        post(api, "/api/v1/orders", body("1", "ana@acme.example"), **{"Idempotency-Key": "k"})
    with pinned_sql_count("POST /orders replayed by key"):
        post(api, "/api/v1/orders", body("1", "ana@acme.example"), **{"Idempotency-Key": "k"})


def test_a_bulk_takes_at_most_twice_the_statements_of_one(shop: Shop, api: Client) -> None:
    """Whatever its size: 28 are twice what one order of outcome `account` may take."""
    acme = shop.account("Acme", number="1000")
    for number in range(20):
        shop.contact(acme, f"c{number}@acme.example")
        shop.erp_customer(str(2000 + number), emails=[f"e{number}@bill.example"])
        shop.customer(email=f"k{number}@home.example")
    bodies = [body(f"{who}{n}", "", customer={"email": f"{who}{n}@{at}.example"}) for n in range(20) for who, at in WHO]
    with pinned_sql_count("POST /orders/bulk of every outcome"):
        answer = post(api, "/api/v1/orders/bulk", {"orders": bodies})
    assert {each["order"]["identity"]["outcome"] for each in answer.json()["results"]} == {
        "account", "erp_customer", "customer", "created",
    }  # fmt: skip
    with pinned_sql_count("POST /orders/bulk of outcome account"):
        answer = post(api, "/api/v1/orders/bulk", {"orders": [body(f"{n}", f"c{n}@acme.example") for n in range(20)]})
    assert {each["order"]["identity"]["outcome"] for each in answer.json()["results"]} == {"account"}


def test_post_the_same_order_again(shop: Shop, api: Client) -> None:
    post(api, "/api/v1/orders", body("1", "ana@acme.example"))
    with pinned_sql_count("POST /orders again"):
        post(api, "/api/v1/orders", body("1", "ana@acme.example"))


def test_reads_and_changes_do_not_depend_on_the_number_of_rows(shop: Shop, api: Client) -> None:
    shop.contact(shop.account("Acme", number="1000"), "ana@acme.example")
    create_storefront(code="eu", name="EU", currency="EUR", default_region="DE", by="staff:opal", at=LONG_AGO)
    for first in (0, 20):
        for number in range(first, first + 1 + first):
            post(api, "/api/v1/orders", body(f"{number:03}", f"buyer{number}@home.example"))
        for name, call in calls_of(api, Order.objects.latest("number")).items():
            with pinned_sql_count(name):
                answer = call()
            assert answer.status_code == 200, (name, answer.content)


def calls_of(api: Client, order: Order) -> dict[str, Callable[[], Any]]:
    """Every endpoint that answers 200, on that order."""

    def resolve(email: str) -> Any:
        return post(api, "/api/v1/identity/resolve", {"storefront": "us", "kind": "b2b", "customer": {"email": email}})

    path = f"/api/v1/orders/{order.pk}"
    return {
        "GET /orders": lambda: api.get("/api/v1/orders"),
        "GET /orders/{id}": lambda: api.get(path),
        "POST /orders/{id}/identity hold": lambda: post(api, f"{path}/identity", {"action": "hold", "reason": "x"}),
        "POST /orders/{id}/identity resolve_again": lambda: post(
            api, f"{path}/identity", {"action": "resolve_again", "reason": "x"}
        ),
        "GET /identity/decisions/{id}": lambda: api.get(f"/api/v1/identity/decisions/{order.decision_id}"),
        "PATCH /orders/{id} status": lambda: api.patch(path, {"status": "shipped"}, content_type="application/json"),
        "POST /identity/resolve account": lambda: resolve("ana@acme.example"),
        "POST /identity/resolve created": lambda: resolve("no@one.example"),
        "GET /storefronts": lambda: api.get("/api/v1/storefronts"),
        "GET /storefronts/{code}": lambda: api.get("/api/v1/storefronts/us"),
    }


def test_accounts(shop: Shop, api: Client) -> None:
    """With one of everything below and beside them, then with eight."""
    base = PriceListFactory(prices={"SAW": "1.00"})
    set_base_price_list(storefront=shop.storefront, price_list=base, by="staff:opal", at=LONG_AGO)
    for many in (1, 8):
        root = shop.account(f"Root {many}", shared_id=f"root{many}")
        west = shop.account(f"West {many}", parent=root, shared_id=f"west{many}")
        for number in range(many):
            shop.account(f"Store {many}.{number}", parent=west)
            shop.contact(west, f"c{many}.{number}@acme.example")
            AssociateFactory(account=west)
            AccountAddressFactory(account=west)
            prices, method = PriceListFactory(), PaymentMethodFactory(storefront=shop.storefront)
            assign_price_list(account=root, price_list=prices, by="staff:opal", at=LONG_AGO)
            set_payment_rules(account=root, words={method: True}, by="staff:opal", at=LONG_AGO)
        for path in (
            "", "/associates", "/contacts", "/addresses", "/notes", "/children", "/readiness", "/timeline",
            "/purchases", "/price-list", "/price-list/assignments", "/prices?sku=SAW&sku=DRILL", "/payment-methods",
            "/deletion",
        ):  # fmt: skip
            with pinned_sql_count(f"GET /accounts/{{id}}{path}"):
                assert api.get(f"/api/v1/accounts/west{many}{path}").status_code == 200
        for address in (
            "/accounts", "/accounts?q=store&ordering=name", "/accounts?readiness=no_admin", "/price-lists",
            "/payment-methods", "/roles", f"/price-lists/{base.code}/entries", f"/price-lists/{base.code}/accounts",
        ):  # fmt: skip
            name = address.replace(base.code, "{code}")
            with pinned_sql_count(f"GET {name}"):
                assert api.get(f"/api/v1{address}").status_code == 200


def test_customers(shop: Shop, api: Client) -> None:
    for many in (1, 12):
        for number in range(many):
            shop.customer(email=f"p{many}-{number}@people.example", registered=True, shared_id=f"p{many}-{number}")
        for address in ("/api/v1/customers", "/api/v1/customers?q=p&ordering=company", "/api/v1/customers/p1-0/orders"):
            with pinned_sql_count(f"GET {address}"):
                assert api.get(address).status_code == 200
    with pinned_sql_count("GET /customers/{id}"):
        api.get("/api/v1/customers/p1-0")
    with pinned_sql_count("POST /customers"):
        new = {"email": "new@people.example", "preferred_currency": "USD", "send_password_link": False}
        assert post(api, "/api/v1/customers", new).status_code == 201
    with pinned_sql_count("PATCH /customers/{id}, on hold"):
        content = {"on_hold": True}
        answer = api.patch("/api/v1/customers/p1-0", content, content_type="application/json")
    assert answer.json()["on_hold"] is True


def test_shoppers(shop: Shop) -> None:
    draft = CustomerDraft(kind=CustomerKind.REGISTERED, email="ana@acme.test", preferred_currency="USD")
    create_customer(draft=draft, access=FirstAccess(initial_password=PASSWORD), by="staff:opal", at=timezone.now())
    browser = Browser()
    with pinned_sql_count("POST /storefront/auth/login"):
        assert browser.sign_in("ana@acme.test").status_code == 200
    with pinned_sql_count("POST /storefront/auth/login, wrong password"):
        assert Browser().sign_in("ana@acme.test", "wrong").status_code == 400
    with pinned_sql_count("GET /storefront/me"):
        assert browser.me().status_code == 200
    with pinned_sql_count("POST /storefront/auth/password/request"):
        assert browser.call("POST", "auth/password/request", {"email": "ana@acme.test"}).status_code == 202
    with pinned_sql_count("POST /storefront/registration"):
        body = {"email": "ben@acme.test", "password": PASSWORD}
        assert browser.call("POST", "registration", body).status_code == 201
    with pinned_sql_count("POST /storefront/guest"):
        assert browser.call("POST", "guest").status_code == 201
