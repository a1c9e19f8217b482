"""Whose an order is, is found by what it says; shown it is to who is known to have that e-mail, not to who typed it."""

from typing import Any

import pytest
from django.core import mail

from customers.models import Customer
from customers.services.lifecycle import change_customer
from customers.services.proving import prove_email
from events.transaction import transaction
from orders.models import Order
from orders.services.intake import receive_orders
from orders.services.staff_decisions import IdentityChange, change_identity
from orders.submissions import Claim
from orders.words import Action, OrderKind
from storefronts.models import Storefront
from storefronts.policy import B2B_STEPS
from storefronts.services.storefronts import change_storefront
from tests.customers.shoppers import PASSWORD, Browser, Speak, code_of, key_in, run_jobs
from tests.factories import NOW, TESTS, AccountFactory, AssociateFactory, CustomerFactory, GuestFactory
from tests.interface.panel.orders import receive
from tests.orders.known_emails import ANA, BEN, BY, register, shown
from tests.orders.submissions import submission
from tests.parallel import another_client, waits_for_a_lock
from tests.shop import Shop, open_shop


@pytest.fixture
def shop(shop: Shop) -> Shop:
    change_storefront(storefront=shop.storefront, url="https://shop.test", by=TESTS, at=NOW)
    return shop


@pytest.mark.parametrize("kind", ["b2b", "b2c"])
def test_a_guest_who_types_somebodys_keys_is_shown_nothing_by_them(shop: Shop, speak: Speak, kind: str) -> None:
    guest = GuestFactory(preferred_storefront=shop.storefront)
    browser = speak(guest)
    typed = browser.call("PATCH", "me", {"email": ANA, "phone": "+1 901 555 2222"})
    assert typed.status_code == 200, typed.content
    by_email = receive(shop, "1", email=ANA, kind=kind)
    by_phone = receive(shop, "2", email=BEN, phone="+1 901 555 2222", kind=kind)
    assert [by_email.customer, by_phone.customer] == [guest, guest]
    assert shown(browser) == []

    given = IdentityChange(Action.ASSIGN_CUSTOMER, "He called.", customer_shared_id=guest.shared_id)
    change_identity(order=by_phone, change=given, **BY)
    assert shown(browser) == ["2"]


def test_a_phone_leads_to_nothing_that_is_shown(shop: Shop, speak: Speak) -> None:
    ana = CustomerFactory(email=ANA)
    browser = speak(ana)
    assert browser.call("PATCH", "me", {"phone": "+1 901 555 2222"}).status_code == 200
    assert receive(shop, "1", email=BEN, phone="+1 901 555 2222").customer == ana
    assert receive(shop, "2", phone="+1 901 555 2222").customer == ana
    assert receive(shop, "3", email="Ana@Home.test").customer == ana
    assert shown(browser) == ["3"]
    assert [order["number"] for order in activity(browser)] == ["3"]


def activity(browser: Browser) -> list[Any]:
    entries = browser.call("GET", "me/activity").json()["results"]
    return [entry["details"] for entry in entries if entry["type"] == "order_placed"]


@pytest.mark.usefixtures("shop")
class TestRegisteringOneself:
    """Staff let him in, and his e-mail is still his own word."""

    def test_until_he_confirms_it_orders_found_by_it_are_not_shown(self, shop: Shop, speak: Speak) -> None:
        person = register(ANA)
        assert receive(shop, "1", email=ANA).customer == person
        browser = speak(person)
        assert shown(browser) == []
        run_jobs()
        key = next(key_in(letter) for letter in mail.outbox if "confirm" in letter.subject)
        proof = {"key": key, "password": PASSWORD}
        assert Browser().call("POST", "registration/verify", proof).status_code == 204
        assert shown(browser) == ["1"]

    def test_a_password_set_by_a_mailed_link_confirms_it_too(self, shop: Shop) -> None:
        guests = receive(shop, "1", email=ANA).customer
        person = register(ANA)
        receive(shop, "2", email=ANA)
        assert Browser().call("POST", "auth/password/request", {"email": ANA}).status_code == 202
        run_jobs()
        reset = {"key": key_in(mail.outbox[-1]), "password": "another fine one"}
        assert Browser().call("POST", "auth/password/reset", reset).status_code == 401
        person.refresh_from_db()
        assert (person.email_is_own_word, person.email_verified_at is None) == (False, False)
        browser = Browser()
        assert browser.sign_in(ANA, "another fine one").status_code == 200
        assert shown(browser) == ["1", "2"]
        assert Customer.objects.get(pk=guests.pk).merged_into == person

    def test_a_key_that_opens_nothing_confirms_nothing(self) -> None:
        person = register(ANA)
        reset = {"key": f"{person.user_id}-x", "password": "another fine one"}
        assert code_of(Browser().call("POST", "auth/password/reset", reset)) == (400, "invalid_password_reset")
        person.refresh_from_db()
        assert (person.email_is_own_word, person.email_verified_at) == (True, None)

    def test_an_address_that_staff_write_is_known(self, shop: Shop, speak: Speak) -> None:
        person = register(ANA)
        person = change_customer(customer=person, email=BEN, **BY)
        assert receive(shop, "1", email=BEN).customer == person
        assert shown(speak(person)) == ["1"]

    def test_other_fields_leave_it_his_own_word(self, shop: Shop, speak: Speak) -> None:
        person = register(ANA)
        change_customer(customer=person, email=ANA, first_name="Anna", on_hold=True, **BY)
        person = change_customer(customer=person, on_hold=False, **BY)
        receive(shop, "1", email=ANA)
        assert (person.first_name, shown(speak(person))) == ("Anna", [])

    def test_what_staff_give_him_he_sees(self, shop: Shop, speak: Speak) -> None:
        person = register(ANA)
        order = receive(shop, "1", email=ANA)
        given = IdentityChange(Action.ASSIGN_CUSTOMER, "His.", customer_shared_id=person.shared_id)
        change_identity(order=order, change=given, **BY)
        assert shown(speak(person)) == ["1"]


class TestAnotherEmail:
    def test_what_was_his_stays_his(self, shop: Shop, speak: Speak) -> None:
        ana = CustomerFactory(email=ANA)
        receive(shop, "1", email=ANA)
        ana = change_customer(customer=ana, email=BEN, **BY)
        assert shown(speak(ana)) == ["1"]

    def test_what_was_found_otherwise_is_his_to_see_from_then_on(self, shop: Shop, speak: Speak) -> None:
        ana = CustomerFactory(email=ANA, phone="+1 901 555 2222")
        assert receive(shop, "1", email=BEN, phone="+1 901 555 2222").customer == ana
        assert shown(speak(ana)) == []
        ana = change_customer(customer=ana, email=BEN, **BY)
        assert shown(speak(ana)) == ["1"]

    def test_the_same_one_written_otherwise_changes_nothing(self, shop: Shop, speak: Speak) -> None:
        person = register("ANA@Home.test")
        receive(shop, "1", email=ANA)
        person = change_customer(customer=person, email=ANA, **BY)
        assert (person.email, person.email_is_own_word, shown(speak(person))) == (ANA, True, [])
        Customer.objects.filter(pk=person.pk).update(email_verified_at=NOW)
        person = change_customer(customer=person, email="Ana@home.test", **BY)
        assert person.email_verified_at == NOW


class TestInOneCall:
    """What an earlier order of the same call has brought about counts, and shows no more than one after another."""

    def receive_both(self, shop: Shop, first: Claim, second: Claim) -> list[tuple[str, Customer | None, bool]]:
        storefront = Storefront.objects.with_policy().get(pk=shop.storefront.pk)
        both = [submission(storefront, claim, OrderKind.B2B, number, 0) for number, claim in ((1, first), (2, second))]
        receive_orders(submissions=both, **BY)
        orders = Order.objects.order_by("number")
        return [(order.number, order.customer, order.shown_to_customer) for order in orders]

    def test_a_pin_shows_nothing(self, shop: Shop) -> None:
        shop.policy(b2b_steps=[str(step) for step in B2B_STEPS])
        ana = CustomerFactory(email=ANA)
        told = self.receive_both(shop, Claim(email=ANA, external_id="77"), Claim(email=BEN, external_id="77"))
        assert told == [("1", ana, True), ("2", ana, False)]

    def test_nor_does_a_number_that_was_taken_just_now(self, shop: Shop) -> None:
        ana = CustomerFactory(email=ANA)
        shop.erp_customer("7000", emails=[ANA, BEN])
        assert self.receive_both(shop, Claim(email=ANA), Claim(email=BEN)) == [("1", ana, True), ("2", ana, False)]


class TestErpNumbers:
    """Whose an ERP number is, nobody takes by an e-mail that he wrote himself."""

    @pytest.mark.parametrize("who", ["guest", "registered"])
    def test_not_by_his_own_word(self, shop: Shop, speak: Speak, who: str) -> None:
        if who == "guest":
            person = GuestFactory(preferred_storefront=shop.storefront)
            assert speak(person).call("PATCH", "me", {"email": ANA}).status_code == 200
        else:
            person = register(ANA)
        shop.erp_customer("7000", emails=[ANA])
        order = receive(shop, "1", email=ANA)
        assert (order.outcome, order.erp_customer_number) == ("erp_customer", "7000")
        assert order.customer is not None
        assert (order.customer.kind, order.customer == person) == ("GUEST", False)
        assert not person.external_ids.exists()
        assert receive(shop, "2", email=ANA).customer == order.customer

    def test_but_by_one_that_is_known(self, shop: Shop) -> None:
        ana = CustomerFactory(email=ANA)
        shop.erp_customer("7000", emails=[ANA])
        assert receive(shop, "1", email=ANA).customer == ana
        assert ana.external_ids.get().external_id == "7000"


def test_an_order_that_arrives_while_he_confirms_is_shown(transactional_db: None) -> None:
    shop = open_shop()
    person = CustomerFactory(email=ANA, email_is_own_word=True)
    with another_client() as sender, another_client() as reader:
        writes = transaction(by=TESTS)
        sender.enter(writes)
        sender.do(receive, shop, "1", email=ANA)
        backend = reader.backend()
        confirmed = reader.begin(prove_email, customer_id=person.pk, email_key=ANA, at=NOW)
        assert waits_for_a_lock(backend)
        sender.leave(writes)
        assert confirmed.result(10) == person
    order = Order.objects.get()
    assert (order.customer, order.shown_to_customer) == (person, True)


def test_who_confirms_while_the_claim_is_mended_is_shown_what_is_his_afterwards(transactional_db: None) -> None:
    shop = open_shop()
    ana, ben = CustomerFactory(email=ANA, email_is_own_word=True), CustomerFactory(email=BEN, email_is_own_word=True)
    order = receive(shop, "1", email=ANA)
    with another_client() as staff, another_client() as reader:
        writes = transaction(by=TESTS)
        staff.enter(writes)
        mend = IdentityChange(Action.MEND_CLAIM, "A slip.", email=BEN)
        staff.do(change_identity, order=order, change=mend, **BY)
        backend = reader.backend()
        confirmed = reader.begin(prove_email, customer_id=ana.pk, email_key=ANA, at=NOW)
        assert waits_for_a_lock(backend)
        staff.leave(writes)
        assert confirmed.result(10) == ana
    order.refresh_from_db()
    assert (order.customer, order.shown_to_customer) == (ben, False)


def test_what_was_bought_for_an_account_is_found_by_its_contact(shop: Shop, speak: Speak) -> None:
    """The merchant wrote the contact: for the account it stays the buyer's."""
    ana, acme = CustomerFactory(email=ANA), AccountFactory(shared_id="acme")
    AssociateFactory(account=acme, customer=ana, role="buyer")
    contact = shop.contact(acme, "purchasing@acme.test")
    type(contact).objects.filter(pk=contact.pk).update(customer=ana)
    assert receive(shop, "1", email="purchasing@acme.test").account == acme
    listed = speak(ana).call("GET", "orders", **{"X-Account-Shared-Id": "acme"}).json()["results"]
    assert [order["number"] for order in listed] == ["1"]
