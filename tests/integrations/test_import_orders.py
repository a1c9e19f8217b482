"""Importing orders: what is refused, what stays when it is done twice, broken off or only tried."""

import json
from decimal import Decimal

import pytest

from customers.models import Customer, ErpSystem
from integrations.services import orders as service
from integrations.services import rows
from orders.models import Order
from tests.integrations.conftest import Said
from tests.integrations.shop_orders import NO_PRODUCTS, address, load, order, product, rows_stored

pytestmark = pytest.mark.django_db

DATE = "is not a date like Tue, 05 Mar 2019 21:40:11 +0000, between 1970 and 2200"


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"id": None}, ["id is missing"]),
        ({"id": "A-1"}, ["id 'A-1' is not a whole number from 1 to 1000000000000"]),
        ({"id": 0}, ["id '0' is not a whole number from 1 to 1000000000000"]),
        ({"date_created": ""}, ["date_created is missing"]),
        ({"date_created": "yesterday"}, [f"date_created 'yesterday' {DATE}"]),
        ({"date_created": "Tue, 05 Mar 2019 21:40:11"}, [f"date_created 'Tue, 05 Mar 2019 21:40:11' {DATE}"]),
        ({"date_created": "05 Mar 1919 21:40:11 +0000"}, [f"date_created '05 Mar 1919 21:40:11 +0000' {DATE}"]),
        ({"date_created": "35 Mar 2019 21:40:11 +0000"}, [f"date_created '35 Mar 2019 21:40:11 +0000' {DATE}"]),
        ({"date_created": 1551822011}, [f"date_created '1551822011' {DATE}"]),
        ({"currency_code": None}, ["currency_code is missing"]),
        ({"currency_code": "usd"}, ["currency_code 'usd' is not a currency like USD"]),
        ({"currency_code": "US Dollars"}, ["currency_code 'US Dollars' is not a currency like USD"]),
        ({"customer_id": -1}, ["customer_id '-1' is not a whole number from 0 to 1000000000000"]),
        ({"status_id": None}, ["status_id is missing"]),
        ({"status_id": 15}, ["status_id '15' is not a whole number from 0 to 14"]),
        (
            {"status_id": 0},
            ["status_id '0' is Incomplete: this checkout was never finished, so no order was placed"],
        ),
        ({"total_inc_tax": None}, ["total_inc_tax is missing"]),
        ({"total_inc_tax": "NaN"}, ["total_inc_tax 'NaN' is not an amount below a million million"]),
        ({"total_inc_tax": "1e12"}, ["total_inc_tax '1e12' is not an amount below a million million"]),
        (
            {"total_inc_tax": "1E+999999999"},
            ["total_inc_tax '1E+999999999' is not an amount below a million million"],
        ),
        (
            {"total_inc_tax": "-1E+999999999"},
            ["total_inc_tax '-1E+999999999' is not an amount below a million million"],
        ),
        ({"total_inc_tax": "12,50"}, ["total_inc_tax '12,50' is not an amount"]),
        ({"total_inc_tax": True}, ["total_inc_tax 'True' is not an amount"]),
        ({"total_tax": "0.00001"}, ["total_tax '0.00001' has more than four digits after the point"]),
        ({"payment_method": "x" * 61}, ["payment_method has 61 characters; at most 60 can be kept"]),
        ({"products": []}, [NO_PRODUCTS]),
        ({"products": None}, [NO_PRODUCTS]),
        ({"products": {"url": "https://shop.example", "resource": "/orders/100/products"}}, [NO_PRODUCTS]),
        ({"products": ["SAW-10"]}, ["products[0] is not an object with named fields"]),
        (
            {"products": [product(), product(sku="", quantity=0)]},
            ["products[1].sku is missing", "products[1].quantity '0' is not a whole number from 1 to 1000000000"],
        ),
        (
            {"products": [product(quantity=1.5)]},
            ["products[0].quantity '1.5' is not a whole number from 1 to 1000000000"],
        ),
        ({"products": [product(price_ex_tax="free")]}, ["products[0].price_ex_tax 'free' is not an amount"]),
        ({"products": [product()] * 1001}, ["products are 1001; an order has at most 1000 lines"]),
        ({"billing_address": "Memphis"}, ["billing_address is not an object with named fields"]),
        (
            {"billing_address": address(first_name="A" * 1001)},
            ["billing_address.first_name has 1001 characters; at most 1000 can be kept"],
        ),
        ({"billing_address": address(city="Mem\u0000phis")}, ["billing_address.city holds a NUL or half a character"]),
        ({"shipping_addresses": [{"email": 1.5}]}, ["shipping_addresses[0].email is not text"]),
        ({"id": None, "currency_code": None}, ["id is missing", "currency_code is missing"]),
    ],
)
def test_a_wrong_field_refuses_its_order_and_no_other(us, write, changes, refusals):
    body = {**order(), "billing_address": address(email=""), **changes}

    said = load(write([body, order(id=101)]))

    assert said.refusals == [*(f"item 1: {refusal}" for refusal in refusals), "Rows refused: 1."]
    assert (said.status, said.output[-1]) == (1, "1 new, 0 changed, 0 the same, 1 refused.")
    assert [stored.number for stored in Order.objects.all()] == ["101"]


def test_what_is_no_order_at_all(us, write):
    said = load(write([7, None, {"status": 404, "message": "The requested resource was not found."}, order()]))

    assert said.refusals == [
        "item 1: is not an object with named fields",
        "item 2: is not an object with named fields",
        "item 3: status '404' is what the shop answered instead of an order",
        "Rows refused: 3.",
    ]
    assert said.output[-1] == "1 new, 0 changed, 0 the same, 3 refused."


def test_pages_one_a_line(us, write):
    said = load(write([[order(), order(id=101)], [order(id=102), "?"], []]))

    assert said.refusals[0] == "item 2, item 2: is not an object with named fields"
    assert said.output[-1] == "3 new, 0 changed, 0 the same, 1 refused."


def test_refusals_name_no_person(us, write):
    person = address(
        email="ana@acme.example" * 80, phone="901" * 400, last_name="Alvarez" * 200, street_1=["1 Main St"]
    )

    said = load(write(order(billing_address=person)))

    assert said.refusals == [
        "line 1: billing_address.last_name has 1400 characters; at most 1000 can be kept",
        "line 1: billing_address.street_1 is not text",
        "line 1: billing_address.phone has 1200 characters; at most 1000 can be kept",
        "line 1: billing_address.email has 1280 characters; at most 1000 can be kept",
        "Rows refused: 1.",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            '{"order_id": 100, "sku": "SAW-10"}\n{"order_id": 100',
            "line 2, is not JSON: Expecting ',' delimiter at line 1, column 17.",
        ),
        ([product(order_id=None)], "item 1: order_id is missing."),
        ([product(), "SAW-10"], "item 2: is not an object with named fields."),
    ],
)
def test_of_a_broken_file_beside_the_orders_nothing_is_used(us, write, content, reason):
    """An order could lack a line and nobody would see."""
    products = write(content, "products.json")

    said = load(write(order(products=None)), "--products", products)

    assert said == Said(2, [], [f"{products}, {reason}"])
    assert Order.objects.exists() is False


def test_files_that_are_not_there_and_a_storefront_that_is_none(us, write, tmp_path):
    missing = tmp_path / "missing.json"

    assert load(missing) == Said(2, [], [f"{missing} cannot be read: No such file or directory."])
    assert load(write(order()), "--products", missing).status == 2
    assert load(write(order()), "--storefront", "mars") == Said(2, [], ["There is no storefront 'mars'."])
    assert Order.objects.exists() is False


# --- Twice, not at all, and half ---


def test_the_same_file_again_changes_nothing(us, write):
    path = write([order(), order(id=101, billing_address=address(email="ben@acme.example"))])
    load(path)
    before = rows_stored()

    assert load(path) == Said(0, ["Read as UTF-8.", "0 new, 0 changed, 2 the same, 0 refused."], [])
    assert rows_stored() == before


def test_the_same_in_other_words_is_the_same(us, write):
    load(write(order()))

    said = load(write(order(total_inc_tax=39.8, customer_id="11", date_modified="Tue, 24 Nov 2026 09:00:00 +0000")))

    assert said.output[-1] == "0 new, 0 changed, 1 the same, 0 refused."


def test_other_content_under_the_same_number_is_refused(us, write):
    load(write(order()))

    said = load(write([order(total_inc_tax="40"), order(id=101)]))

    assert said.refusals == [
        "item 1: is here already with other content; an import never changes an order",
        "Rows refused: 1.",
    ]
    assert (said.status, said.output[-1]) == (1, "1 new, 0 changed, 0 the same, 1 refused.")
    assert Order.objects.get(number="100").total == Decimal("39.8")


def test_twice_in_one_file(us, write):
    said = load(write([order(), order(), order(status_id=2)]))

    assert said.refusals[0] == "item 3: is here already with other content; an import never changes an order"
    assert said.output[-1] == "1 new, 0 changed, 1 the same, 1 refused."


def test_a_dry_run_tells_the_same_and_writes_nothing(us, write):
    before = rows_stored()

    said = load(write([order(), order(id=None)]), "--dry-run")

    assert said == Said(
        1,
        [
            "Read as UTF-8.",
            "New by outcome: created 1.",
            "1 new, 0 changed, 0 the same, 1 refused. Nothing was written: this was a dry run.",
        ],
        ["item 2: id is missing", "Rows refused: 1."],
    )
    assert rows_stored() == before
    assert load(write(order())).output[-1] == "1 new, 0 changed, 0 the same, 0 refused."


def test_a_killed_import_goes_on_where_it_stopped(us, write, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 2)
    path = write("".join(f"{json.dumps(order(id=number))}\n" for number in range(1, 6)))
    receive, calls = service.receive_orders, []

    def killed_at_the_second(**given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return receive(**given)

    monkeypatch.setattr(service, "receive_orders", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        load(path)
    assert sorted(stored.number for stored in Order.objects.all()) == ["1", "2"]

    assert load(path).output[-1] == "3 new, 0 changed, 2 the same, 0 refused."
    assert Customer.objects.count() == 1


def test_an_import_asks_no_erp_that_it_does_not_have(us, write):
    load(write(order()))

    assert ErpSystem.objects.exists() is False
    assert Order.objects.get().outcome == "created"
