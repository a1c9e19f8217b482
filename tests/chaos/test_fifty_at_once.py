"""Fifty at once, over HTTP and through files: one person is one customer, one order is one order."""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.conftest import Running, order

pytestmark = pytest.mark.slow
FIFTY = 50


def at_once(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(FIFTY) as pool:
        return list(pool.map(work, range(FIFTY)))


def customers_of(answers: list[Any]) -> set[str]:
    return {answer["identity"]["customer"]["shared_id"] for answer in answers}


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("email", {"email": "fifty@new.example"}),
        ("phone", {"phone": "+1 901 555 7301"}),
        ("both", {"email": "both@new.example", "phone": "+1 901 555 7302"}),
    ],
)
def test_first_orders_of_one_unknown_person(running: Running, name: str, claim: dict[str, str]) -> None:
    answers = at_once(lambda number: running.call("POST", "/api/v1/orders", order(f"{name}-{number}", **claim)))

    assert {status for status, _ in answers} == {201}
    orders = [answer for _, answer in answers]
    assert len({each["id"] for each in orders}) == FIFTY
    assert len(customers_of(orders)) == 1
    assert Counter(each["identity"]["outcome"] for each in orders) == {"created": 1, "customer": FIFTY - 1}
    made = "SELECT count(*) FROM customers_customer WHERE email_key = %s OR phone_key = %s"
    phone = claim.get("phone", "none").replace(" ", "")
    assert running.rows(made, claim.get("email"), phone) == [(1,)]


def test_two_addresses_of_one_erp_customer_share_no_key_and_make_one_guest(running: Running, tmp_path: Path) -> None:
    row = {
        "CUST_NO": "99001",
        "NAM": "Two Addresses",
        "EMAIL_ADRS_1": "one@two.example",
        "EMAIL_ADRS_2": "two@two.example",
    }
    file = tmp_path / "erp.json"
    file.write_text(json.dumps([row]))
    imported = running.manage(
        "import_erp_customers", str(file), "--format", "counterpoint", "--erp-system", "counterpoint-main"
    )
    assert imported.communicate(timeout=60)[1] == ""
    who = ("one@two.example", "two@two.example")

    answers = at_once(lambda n: running.call("POST", "/api/v1/orders", order(f"two-{n}", email=who[n % 2])))

    assert {status for status, _ in answers} == {201}
    assert {answer["identity"]["erp_customer_number"] for _, answer in answers} == {"99001"}
    assert len(customers_of([answer for _, answer in answers])) == 1
    carriers = "SELECT count(*) FROM customers_customerexternalid WHERE external_id = '99001'"
    assert running.rows(carriers) == [(1,)]


def test_equal_posts_are_one_order(running: Running) -> None:
    answers = at_once(lambda _: running.call("POST", "/api/v1/orders", order("same", email="same@new.example")))

    assert Counter(status for status, _ in answers) == {201: 1, 200: FIFTY - 1}
    assert len({answer["id"] for _, answer in answers}) == 1
    assert running.rows("SELECT count(*) FROM orders_order WHERE number = 'same'") == [(1,)]
    assert running.rows("SELECT count(*) FROM customers_customer WHERE email_key = 'same@new.example'") == [(1,)]


def test_bulks_with_a_twin_inside_and_an_order_that_all_share(running: Running) -> None:
    def bulk(number: int) -> tuple[int, Any]:
        own = order(f"bulk-{number}", email="bulk@new.example")
        shared = order("bulk-shared", email="bulk@new.example")
        return running.call("POST", "/api/v1/orders/bulk", {"orders": [own, own, shared]})

    answers = at_once(bulk)

    assert {status for status, _ in answers} == {207}
    results = [answer["results"] for _, answer in answers]
    assert {(own["status"], twin["status"]) for own, twin, _ in results} == {(201, 200)}
    assert Counter(shared["status"] for _, _, shared in results) == {201: 1, 200: FIFTY - 1}
    assert len({shared["order"]["id"] for _, _, shared in results}) == 1
    assert len(customers_of([result["order"] for each in results for result in each])) == 1
    assert running.rows("SELECT count(*) FROM orders_order WHERE number LIKE 'bulk-%%'") == [(FIFTY + 1,)]


def test_one_file_loaded_at_once_beside_posts_of_the_same_person(running: Running, tmp_path: Path) -> None:
    who = {"first_name": "Jo", "last_name": "Hale", "email": "file@new.example"}
    product = {"sku": "SAW-10", "name": "Saw", "quantity": 1, "price_ex_tax": "19.9000"}
    rows = [
        {
            "id": 880000 + number,
            "customer_id": 0,
            "date_created": "Mon, 23 Nov 2026 09:00:00 +0000",
            "status_id": 11,
            "total_inc_tax": "19.9000",
            "currency_code": "USD",
            "billing_address": who,
            "products": [{"order_id": 880000 + number, **product}],
        }
        for number in range(FIFTY)
    ]
    file = tmp_path / "orders.json"
    file.write_text(json.dumps(rows))
    words = ("import_orders", str(file), "--format", "bigcommerce", "--storefront", "us", "--kind", "b2b")

    loads = [running.manage(*words) for _ in range(4)]
    posts = at_once(lambda n: running.call("POST", "/api/v1/orders", order(f"beside-{n}", email="file@new.example")))
    ends = [(load.communicate(timeout=120)[1], load.returncode) for load in loads]

    assert ends == [("", 0)] * 4
    assert {status for status, _ in posts} == {201}
    stored = running.rows(
        "SELECT customer_id, count(*) FROM orders_order WHERE claim_email = %s GROUP BY 1", who["email"]
    )
    assert [count for _, count in stored] == [2 * FIFTY]
