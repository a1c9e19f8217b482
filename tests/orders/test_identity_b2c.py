"""Whose a B2C order is: own customers by e-mail, then phone; contacts, accounts and the ERP are not looked at."""

from datetime import timedelta

from customers.models import Customer
from orders.models import IdentityDecision
from tests.orders.conftest import Send
from tests.shop import LONG_AGO, Shop


def test_contacts_and_the_erp_are_not_looked_at(shop: Shop, send: Send) -> None:
    shop.contact(shop.account("Acme", number="1000"), "cleo@home.example")
    shop.erp_customer("2000", emails=["cleo@home.example"])

    identity = send(email="cleo@home.example", kind="b2c")

    assert (identity["outcome"], identity["account"], identity["erp_customer_number"]) == ("created", None, None)
    content = IdentityDecision.objects.get().receipt_content()
    assert [step["step"] for step in content["steps"]] == ["customer_email", "customer_phone", "create"]
    assert content["erp_system"] is None


def test_email_then_phone_then_a_new_customer(shop: Shop, send: Send) -> None:
    by_email = shop.customer(email="cleo@home.example", phone="901 555 2222")
    by_phone = shop.customer(phone="901 555 4444")

    assert send("1", email="cleo@home.example", kind="b2c")["customer"]["shared_id"] == by_email.shared_id
    assert (
        send("2", email="x@home.example", phone="9015554444", kind="b2c")["customer"]["shared_id"] == by_phone.shared_id
    )
    assert send("3", email="new@home.example", kind="b2c")["outcome"] == "created"
    assert Customer.objects.count() == 3


def test_of_two_guests_the_oldest_is_taken_and_the_receipt_says_so(shop: Shop, send: Send) -> None:
    young = shop.customer(email="twin@home.example", at=LONG_AGO + timedelta(days=1))
    old = shop.customer(email="twin@home.example", at=LONG_AGO)

    identity = send(email="twin@home.example", kind="b2c")

    assert identity["customer"]["shared_id"] == old.shared_id
    (step, *_) = IdentityDecision.objects.get().receipt_content()["steps"]
    assert step["why"] == "oldest"
    assert {each["id"]: (each["verdict"], each["why"]) for each in step["candidates"]} == {
        old.shared_id: ("won", "oldest"),
        young.shared_id: ("lost", "younger"),
    }


def test_earliest_sale_goes_by_the_orders_of_exactly_that_customer(shop: Shop, send: Send) -> None:
    first = shop.customer(email="one@home.example")
    second = shop.customer(email="two@home.example")
    send("1", email="two@home.example", kind="b2c", placed_at="2026-03-01T00:00:00Z")
    send("2", email="one@home.example", kind="b2c", placed_at="2026-04-01T00:00:00Z")
    Customer.objects.filter(pk__in=[first.pk, second.pk]).update(email="same@home.example")
    shop.policy(b2c_ambiguous="earliest_sale")

    assert send("3", email="same@home.example", kind="b2c")["customer"]["shared_id"] == second.shared_id


def test_hold_is_possible_for_b2c_too(shop: Shop, send: Send) -> None:
    shop.customer(email="twin@home.example")
    shop.customer(email="twin@home.example")
    shop.policy(b2c_ambiguous="hold")
    identity = send(email="twin@home.example", kind="b2c")
    assert (identity["outcome"], identity["reason"]) == ("held", "ambiguous")
