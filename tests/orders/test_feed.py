"""`GET /orders?decided_after=`: the feed of decisions, in the order in which they were committed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from customers.services.erp_mirror import record_catch_up
from orders import jobs
from orders.api.feed import place_of, read_place
from orders.models import Order
from orders.services.intake import receive_order
from orders.services.waiting import decide_waiting_orders
from orders.submissions import Claim
from orders.words import OrderKind
from tests.orders.conftest import Send
from tests.orders.submissions import NOON, submission
from tests.parallel import another_client
from tests.shop import Shop, open_shop
from tests.sql_counts import pinned_sql_count


@pytest.fixture
def feed(api: Client) -> Callable[..., Any]:
    def get(place: str = "", **more: Any) -> tuple[list[str], str]:
        answer = api.get("/api/v1/orders", {"decided_after": place, **more})
        assert answer.status_code == 200, answer.content
        told = answer.json()
        assert told["previous"] is None
        return [order["number"] for order in told["results"]], told["decided_after"]

    return get


# Each test commits for real: what a transaction wrote is fed only when that transaction has ended.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(transactional_db: None) -> Shop:
    return open_shop()


def test_a_reader_goes_on_where_he_stopped_and_sees_late_answers(
    shop: Shop, send: Send, feed: Callable[..., Any]
) -> None:
    shop.policy(assume_complete=False)
    shop.erp_customer("1", emails=["a@known.example"])
    assert feed() == ([], "")
    assert send("1", email="cleo@home.example")["outcome"] == "awaiting_erp"
    send("2", email="a@known.example")
    numbers, place = feed()
    assert numbers == ["1", "2"]
    assert feed(place) == ([], place)

    send("3")
    began = Order.objects.latest("id").received_at + timedelta(seconds=1)
    record_catch_up(erp_system=shop.erp, began_at=began, complete=False, by="system:test", at=began)
    decide_waiting_orders(by=jobs.BY, at=began)

    numbers, later = feed(place)
    assert numbers == ["3", "1"]
    assert feed(later) == ([], later)
    assert feed(place, outcome="created")[0] == ["1"]


def test_pages_of_one_transaction_and_of_many(shop: Shop, api: Client, feed: Callable[..., Any]) -> None:
    with transaction.atomic():
        for number in range(1, 4):
            receive_order(submission=order(shop, number), by="api:test", at=NOON)
    receive_order(submission=order(shop, 4), by="api:test", at=NOON)

    first = api.get("/api/v1/orders", {"decided_after": "", "page_size": 2}).json()
    second = api.get(first["next"]).json()

    assert [each["number"] for each in (*first["results"], *second["results"])] == ["1", "2", "3", "4"]
    assert second["next"] is None
    assert feed(second["decided_after"]) == ([], second["decided_after"])


def order(shop: Shop, number: int) -> Any:
    """One that is held and so makes nobody: customers made at once would take turns at their references."""
    return submission(shop.storefront, Claim(), OrderKind.B2B, number, 0)


def test_what_commits_late_is_not_passed_over(shop: Shop, feed: Callable[..., Any]) -> None:
    with another_client() as slow:
        block = transaction.atomic()
        slow.enter(block)
        slow.do(lambda: receive_order(submission=order(shop, 1), by="api:slow", at=NOON))
        receive_order(submission=order(shop, 2), by="api:test", at=NOON)
        hidden, place = feed()
        slow.leave(block)
    seen, _ = feed(place)

    assert hidden == []  # the second is committed, but the first may still come before it
    assert seen == ["1", "2"]


def test_the_statements_of_a_page_do_not_grow_with_it(shop: Shop, send: Send, feed: Callable[..., Any]) -> None:
    for number in range(8):
        send(str(number), email=f"{number}@home.example")
        if number in {0, 7}:
            with pinned_sql_count("GET /orders?decided_after="):
                assert len(feed()[0]) == number + 1


def test_a_changed_status_is_no_decision(shop: Shop, send: Send, feed: Callable[..., Any], api: Client) -> None:
    send("1")
    _, place = feed()
    api.patch(f"/api/v1/orders/{Order.objects.get().pk}", {"status": "shipped"}, content_type="application/json")

    assert feed(place) == ([], place)


@pytest.mark.parametrize("place", ["x", "é", "A" * 32 + "=", "_" * 32, "A" * 64, "A" * 65, "null"])
def test_a_place_that_is_none_of_ours_is_refused(shop: Shop, api: Client, place: str) -> None:
    answer = api.get("/api/v1/orders", {"decided_after": place})

    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, ["decided_after"])


def test_the_feed_has_an_order_of_its_own(shop: Shop, api: Client) -> None:
    for name, value in (("ordering", "number"), ("cursor", "cD0x")):
        answer = api.get("/api/v1/orders", {"decided_after": "", name: value})
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [name])


def test_a_place_comes_back_as_it_was_given(shop: Shop, send: Send) -> None:
    send("1")
    kept = Order.objects.get()
    read = read_place(place_of(kept.decided_in, kept.pk))
    assert read is not None
    assert (read.transaction, read.row) == (kept.decided_in, kept.pk)


def test_after_a_restored_dump_the_feed_starts_anew(shop: Shop, send: Send, feed: Callable[..., Any]) -> None:
    """Ids of another cluster would hide what was decided; docs/how-to/run-in-production.md says what to do."""
    send("1")
    Order.objects.update(decided_in=2**40)
    assert feed() == ([], "")
    Order.objects.update(decided_in=0)
    assert feed()[0] == ["1"]
