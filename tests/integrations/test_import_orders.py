"""Orders of BigCommerce, as it writes them, through the intake that takes all orders."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from customers.models import Customer, ErpSystem
from events.models import Event
from integrations.services import orders as service
from integrations.services import rows
from orders.models import AddressRole, IdentityDecision, Order, OrderAddress, OrderLine
from tests.factories import AccountFactory, ContactFactory
from tests.integrations.conftest import SAMPLES, Said, run, sample

pytestmark = pytest.mark.django_db

PRODUCTS = SAMPLES / "bigcommerce" / "order_products.json"
ADDRESSES = SAMPLES / "bigcommerce" / "order_shipping_addresses.json"
NO_PRODUCTS = "products are missing: neither inside the order nor beside it, and an order has at least one line"


def load(path, *options: object) -> Said:
    return run("import_orders", path, "--format", "bigcommerce", "--storefront", "us", *options)


def order(**changes) -> dict:
    """An order of Ana's."""
    return {
        "id": 100,
        "customer_id": 11,
        "date_created": "Mon, 23 Nov 2026 09:00:00 +0000",
        "status_id": 11,
        "total_inc_tax": "39.8000",
        "currency_code": "USD",
        "billing_address": address(),
        "products": [product()],
        **changes,
    }


def product(**changes) -> dict:
    return {"order_id": 100, "sku": "SAW-10", "name": "Saw", "quantity": 2, "price_ex_tax": "19.9000", **changes}


def address(**changes) -> dict:
    return {"first_name": "Ana", "last_name": "Alvarez", "company": "Acme", "email": "ana@acme.example", **changes}


def claim(stored: Order) -> tuple[str, ...]:
    names = ("email", "phone", "first_name", "last_name", "external_id")
    return tuple(getattr(stored, f"claim_{name}") for name in names)


def lines() -> list[tuple[int, str, str, int, Decimal]]:
    return list(OrderLine.objects.order_by("position").values_list("position", "sku", "name", "quantity", "unit_price"))


def copied(role: AddressRole) -> dict[str, str]:
    (found,) = OrderAddress.objects.filter(role=role).values()
    return {name: value for name, value in found.items() if name not in {"id", "order_id", "role"} and value}


def rows_stored() -> list[int]:
    return [model.objects.count() for model in (Order, OrderLine, OrderAddress, IdentityDecision, Customer, Event)]


FOG_LINEN = (1, "S-ORAN", "Fog Linen Chambray Towel - Beige Stripe", 1, Decimal("55.9900"))
ABLE_BREWING = (2, "ABS", "Able Brewing System", 1, Decimal("0.0000"))
JANE_IN_AUSTIN = {
    "first_name": "Jane",
    "last_name": "Doe",
    "line1": "555 East Street",
    "city": "Austin",
    "region": "Texas",
    "postal_code": "78108",
    "country": "US",
    "phone": "1234567890",
}


# --- The sample bodies, as they are ---


def test_the_order_is_refused_for_its_products_belong_to_another_one(us):
    said = load(SAMPLES / "bigcommerce" / "order.json", "--products", PRODUCTS, "--shipping-addresses", ADDRESSES)

    assert said == Said(
        1,
        [
            "Read as UTF-8.",
            "Products of orders that are not in the file: 149.",
            "Shipping addresses of orders that are not in the file: 229.",
            "0 new, 0 changed, 0 the same, 1 refused.",
        ],
        [f"the document: {NO_PRODUCTS}", "Rows refused: 1."],
    )
    assert Order.objects.exists() is False


def test_the_one_with_the_mangled_key_is_refused_for_that_too(us):
    said = load(SAMPLES / "bigcommerce" / "order_multiple_items.json")

    assert said.refusals == [
        f"the document: {NO_PRODUCTS}",
        "the document: currency_code is missing (there is 'currency_code\"', which is another name)",
        "Rows refused: 1.",
    ]
    assert Order.objects.exists() is False


def test_products_and_addresses_are_no_orders(us):
    said = load(PRODUCTS)

    assert (said.status, said.output[-1]) == (1, "0 new, 0 changed, 0 the same, 2 refused.")
    assert "item 1: date_created is missing" in said.refusals
    assert load(ADDRESSES).status == 1
    assert Order.objects.exists() is False


# --- The sample bodies, put together ---


def test_an_order_with_its_products_and_addresses_inside(us, write):
    body = sample("bigcommerce/order")
    body |= {
        "products": sample("bigcommerce/order_products"),
        "shipping_addresses": sample("bigcommerce/order_shipping_addresses"),
    }

    said = load(write(body))

    assert said == Said(
        0, ["Read as UTF-8.", "New by outcome: created 1.", "1 new, 0 changed, 0 the same, 0 refused."], []
    )
    stored = Order.objects.get()
    assert (stored.storefront, stored.number, stored.kind, stored.status) == (us, "218", "b2c", "placed")
    assert stored.placed_at == datetime(2019, 3, 5, 21, 40, 11, tzinfo=UTC)
    assert (stored.currency, stored.payment_method, stored.purchase_order_number) == ("USD", "Cash", "")
    assert claim(stored) == ("janedoe@example.com", "1234567890", "Jane", "Doe", "11")
    assert (stored.total, stored.subtotal, stored.tax_total) == (Decimal("69.84"), Decimal("62.6793"), Decimal("5.31"))
    assert (stored.shipping_total, stored.discount_total) == (Decimal("11.09"), Decimal(5))
    assert lines() == [FOG_LINEN, ABLE_BREWING]
    assert copied(AddressRole.BILLING) == JANE_IN_AUSTIN
    assert copied(AddressRole.SHIPPING) == {
        "first_name": "Trishy",
        "last_name": "Smith",
        "company": "Acme Pty Ltd",
        "line1": "666 Sussex St",
        "city": "San Antonio",
        "region": "Texas",
        "postal_code": "78251",
        "country": "US",
    }


def test_an_order_with_its_products_and_addresses_beside_it(us, write):
    body = sample("bigcommerce/order_multiple_items")
    body["currency_code"] = body.pop('currency_code"')
    products = [{**each, "order_id": 247} for each in sample("bigcommerce/order_products")]
    addresses = [{**each, "order_id": "247"} for each in sample("bigcommerce/order_shipping_addresses")]

    said = load(
        write([body]),
        "--products",
        write("\n".join(json.dumps(each) for each in products), "products.jsonl"),
        "--shipping-addresses",
        write(addresses, "addresses.json"),
    )

    assert (said.status, said.output[-1]) == (0, "1 new, 0 changed, 0 the same, 0 refused.")
    stored = Order.objects.get()
    assert (stored.number, stored.status, stored.payment_method) == ("247", "processing", "Test Payment Gateway")
    assert stored.placed_at == datetime(2019, 6, 20, 16, 7, 8, tzinfo=UTC)
    assert (stored.total, stored.subtotal, stored.tax_total) == (
        Decimal("1008.74"),
        Decimal("924.47"),
        Decimal("76.88"),
    )
    assert (stored.shipping_total, stored.discount_total) == (Decimal("7.39"), Decimal(0))
    assert lines() == [FOG_LINEN, ABLE_BREWING]
    assert copied(AddressRole.SHIPPING)["line1"] == "666 Sussex St"


# --- Whose the order is ---


def test_an_order_of_a_contact_gets_the_account(us, write):
    acme = AccountFactory(shared_id="acme", name="Acme")
    ContactFactory(account=acme, email="ana@acme.example")

    load(write(order(billing_address=address(email="Ana@ACME.example"))))

    stored = Order.objects.get()
    assert (stored.kind, stored.outcome, stored.account) == ("b2b", "account", acme)


@pytest.mark.parametrize(
    ("options", "company", "kind"),
    [
        ([], "Acme", "b2b"),
        ([], "", "b2c"),
        ([], "  ", "b2c"),
        (["--kind", "company"], "Acme", "b2b"),
        (["--kind", "b2b"], "", "b2b"),
        (["--kind", "b2c"], "Acme", "b2c"),
    ],
)
def test_which_orders_are_b2b(us, write, options, company, kind):
    load(write(order(billing_address=address(company=company))), *options)

    assert Order.objects.get().kind == kind


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"customer_id": 0}, ("ana@acme.example", "", "Ana", "Alvarez", "")),
        ({"customer_id": None}, ("ana@acme.example", "", "Ana", "Alvarez", "")),
        ({"customer_id": "77"}, ("ana@acme.example", "", "Ana", "Alvarez", "77")),
        (
            {"billing_address": address(email="", phone="901-555-2201")},
            ("west@acme.example", "901-555-2201", "Ana", "Alvarez", "11"),
        ),
        ({"billing_address": address()}, ("ana@acme.example", "602-555-2202", "Ana", "Alvarez", "11")),
        ({"billing_address": None}, ("west@acme.example", "602-555-2202", "Ben", "Baker", "11")),
        ({"billing_address": {"last_name": "Alvarez"}}, ("west@acme.example", "602-555-2202", "", "Alvarez", "11")),
    ],
)
def test_who_the_order_says_placed_it(us, write, changes, expected):
    """The billing address; what it lacks of e-mail and phone, from the first shipping address."""
    to_ben = {"first_name": "Ben", "last_name": "Baker", "email": "west@acme.example", "phone": "602-555-2202"}
    shipping = [to_ben, address(email="cleo@zenith.example")] if "billing_address" in changes else []

    load(write(order(**changes, shipping_addresses=shipping)))

    assert claim(Order.objects.get()) == expected


@pytest.mark.parametrize(
    ("status_id", "status"),
    [
        (1, "placed"), (2, "shipped"), (3, "processing"), (4, "completed"), (5, "cancelled"), (6, "cancelled"),
        (7, "placed"), (8, "processing"), (9, "processing"), (10, "completed"), (11, "processing"), (12, "placed"),
        (13, "processing"), (14, "completed"),
    ],
)  # fmt: skip
def test_every_status_of_the_shop_has_one_of_ours(us, write, status_id, status):
    load(write(order(status_id=status_id)))

    assert Order.objects.get().status == status


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Tue, 05 Mar 2019 21:40:11 -0600", datetime(2019, 3, 6, 3, 40, 11, tzinfo=UTC)),
        ("5 Mar 2019 21:40:11 GMT", datetime(2019, 3, 5, 21, 40, 11, tzinfo=UTC)),
        ("Tue, 05 Mar 2019 21:40:11 -0000", datetime(2019, 3, 5, 21, 40, 11, tzinfo=UTC)),
    ],
)
def test_dates_are_rfc_2822(us, write, text, moment):
    load(write(order(date_created=text)))

    assert Order.objects.get().placed_at == moment


def test_amounts_are_texts_or_numbers(us, write):
    load(
        write(
            order(
                total_inc_tax=39.8, subtotal_ex_tax="", total_tax=None, shipping_cost_ex_tax=0, discount_amount="-1.5"
            )
        )
    )

    stored = Order.objects.get()
    assert (stored.total, stored.subtotal, stored.tax_total) == (Decimal("39.8"), None, None)
    assert (stored.shipping_total, stored.discount_total) == (Decimal(0), Decimal("-1.5"))


# --- Refusals ---

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
            {"billing_address": address(first_name="A" * 121)},
            ["billing_address.first_name has 121 characters; at most 120 can be kept"],
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
    person = address(email="ana@acme.example" * 20, phone="901" * 30, last_name="Alvarez" * 20, street_1=["1 Main St"])

    said = load(write(order(billing_address=person)))

    assert said.refusals == [
        "line 1: billing_address.last_name has 140 characters; at most 120 can be kept",
        "line 1: billing_address.street_1 is not text",
        "line 1: billing_address.phone has 90 characters; at most 60 can be kept",
        "line 1: billing_address.email has 320 characters; at most 254 can be kept",
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
