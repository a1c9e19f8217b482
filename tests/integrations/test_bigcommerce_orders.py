"""What is read of orders as BigCommerce writes them."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orders.models import AddressRole, Order
from tests.factories import AccountFactory, ContactFactory
from tests.integrations.conftest import SAMPLES, Said, sample
from tests.integrations.shop_orders import (
    ABLE_BREWING,
    ADDRESSES,
    FOG_LINEN,
    JANE_IN_AUSTIN,
    NO_PRODUCTS,
    PRODUCTS,
    address,
    claim,
    copied,
    lines,
    load,
    order,
)

pytestmark = pytest.mark.django_db


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
