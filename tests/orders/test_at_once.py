"""Several senders at once: one order, one customer, no deadlock."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from customers.models import Customer, CustomerExternalId
from orders.models import IdentityDecision, Order
from tests.shop import Shop

Body = Callable[..., dict[str, Any]]
pytestmark = pytest.mark.django_db(transaction=True)


def all_at_once(work: list[Callable[[], Any]]) -> list[Any]:
    """Run every piece in a thread with a connection of its own; results in the order of the pieces."""
    results: list[Any] = [None] * len(work)
    start = threading.Barrier(len(work))

    def run(index: int) -> None:
        try:
            start.wait()
            results[index] = work[index]()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[index]) for index in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def sender(key: str, body: dict[str, Any]) -> Callable[[], Any]:
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {key}"})
    return lambda: client.post("/api/v1/orders", body, content_type="application/json")


def test_first_orders_of_one_unknown_person_make_one_customer(shop: Shop, order_body: Body) -> None:
    key = shop.key()
    answers = all_at_once(
        [sender(key, order_body(str(number), email="new@home.example", phone="901 555 2222")) for number in range(12)]
    )
    assert [answer.status_code for answer in answers] == [201] * 12
    outcomes = sorted(answer.json()["identity"]["outcome"] for answer in answers)
    assert outcomes == ["created"] + ["customer"] * 11
    assert Customer.objects.count() == 1
    assert Order.objects.count() == IdentityDecision.objects.count() == 12


def test_one_person_by_email_here_and_by_phone_there(shop: Shop, order_body: Body) -> None:
    key = shop.key()
    bodies = [
        order_body("1", email="a@home.example", phone="901 555 2222"),
        order_body("2", phone="901 555 2222"),
        order_body("3", phone="(901) 555-2222", email="b@home.example"),
        order_body("4", phone="+1 901 555 2222"),
    ]
    answers = all_at_once([sender(key, body) for body in bodies])
    assert [answer.status_code for answer in answers] == [201] * 4
    assert Customer.objects.count() == 1


def test_first_orders_of_one_erp_customer_make_one_guest_with_its_number(shop: Shop, order_body: Body) -> None:
    """Two addresses of one ERP customer share no key, so only the number's own lock can part them."""
    shop.erp_customer("2000", emails=["one@bill.example", "two@bill.example"])
    key = shop.key()
    answers = all_at_once(
        [
            sender(key, order_body(str(index), email=f"{'one' if index % 2 else 'two'}@bill.example"))
            for index in range(8)
        ]
    )
    assert [answer.status_code for answer in answers] == [201] * 8
    assert {answer.json()["identity"]["erp_customer_number"] for answer in answers} == {"2000"}
    assert CustomerExternalId.objects.get().external_id == "2000"
    assert Customer.objects.count() == 1


def test_the_same_order_from_several_senders_is_one(shop: Shop, order_body: Body) -> None:
    keys = [shop.key(), shop.key()]
    body = order_body("1", email="new@home.example")
    answers = all_at_once([sender(keys[index % 2], body) for index in range(10)])
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Order.objects.count() == Customer.objects.count() == 1
