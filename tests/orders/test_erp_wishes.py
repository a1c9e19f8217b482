"""What the ERP is to be told of decisions: facts for whoever speaks with it."""

from datetime import timedelta
from typing import Any

import pytest

from customers.models import Customer
from customers.services.customers import link_external_id
from customers.services.erp_mirror import record_catch_up
from events.models import Event
from orders import jobs
from orders.models import Order
from orders.services.waiting import decide_waiting_orders
from storefronts.services.storefronts import change_storefront
from tests.orders.conftest import Send
from tests.shop import ERP, LONG_AGO, Shop


def wishes() -> list[tuple[str, dict[str, Any]]]:
    events = Event.objects.filter(name="customer.wanted_in_erp").order_by("id")
    return [(event.subject, event.payload) for event in events]


def wish(number: str, what: str, otherwise: str | None) -> tuple[str, dict[str, Any]]:
    order = Order.objects.get(number=number)
    assert order.customer is not None
    return f"customer:{order.customer.shared_id}", {
        "order": str(order.pk), "storefront": "us", "erp_system": ERP, "wish": what, "otherwise": otherwise,
    }  # fmt: skip


def test_a_customer_made_for_a_business_is_to_be_made_in_the_erp_once(shop: Shop, send: Send) -> None:
    send("1", email="new@home.example")
    assert wishes() == [wish("1", "create", None)]
    send("2", email="new@home.example")  # found: the first order has asked already
    assert len(wishes()) == 1


def test_who_has_a_number_or_an_account_is_not_asked_for(shop: Shop, send: Send) -> None:
    shop.contact(shop.account("Acme"), "ana@acme.example")
    shop.erp_customer("2000", emails=["bill@bill.example"])
    carl = shop.customer(email="carl@home.example")
    link_external_id(customer=carl, system=ERP, external_id="77", by="staff:opal", at=LONG_AGO)
    for number, email in enumerate(("ana@acme.example", "bill@bill.example", "carl@home.example", "")):
        send(f"b2b-{number}", email=email)
        send(f"b2c-{number}", email=email, kind="b2c")
    assert {order.outcome for order in Order.objects.all()} == {
        "account", "erp_customer", "customer", "created", "held",
    }  # fmt: skip
    assert wishes() == [wish("b2c-0", "link", "none")]


@pytest.mark.parametrize("otherwise", ["create", "default_customer", "none"])
def test_a_private_customer_is_to_be_linked_or_what_the_storefront_says(shop: Shop, send: Send, otherwise: str) -> None:
    shop.storefront = change_storefront(
        storefront=shop.storefront, b2c_erp=otherwise, by="staff:opal", at=shop.storefront.updated_at
    )
    assert send("1", email="cleo@home.example", kind="b2c")["outcome"] == "created"
    assert wishes() == [wish("1", "link", otherwise)]


def test_a_storefront_without_erp_asks_for_nothing(shop: Shop, send: Send) -> None:
    shop.another_storefront("eu", erp_system="")
    send("1", storefront="eu", email="new@home.example")
    send("2", storefront="eu", email="cleo@home.example", kind="b2c")
    assert Customer.objects.count() == 2
    assert wishes() == []


def test_an_order_that_waited_asks_when_it_is_decided(shop: Shop, send: Send) -> None:
    shop.policy(assume_complete=False)
    send("1", email="new@home.example")
    assert wishes() == []
    began = Order.objects.get().received_at + timedelta(seconds=1)
    record_catch_up(erp_system=shop.erp, began_at=began, complete=False, by="system:test", at=began)
    decide_waiting_orders(by=jobs.BY, at=began)
    assert wishes() == [wish("1", "create", None)]
