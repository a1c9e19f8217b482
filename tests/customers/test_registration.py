"""People register themselves: not in until staff say so, and no guest's history until the mail was read."""

from itertools import pairwise

import pytest
from django.core import mail
from django.utils import timezone

from customers.models import Customer, CustomerKind, CustomerMerge, User
from customers.services.access import user_of
from customers.services.customers import CustomerDraft
from customers.services.lifecycle import change_customer
from customers.services.merging import NotMergeableError
from customers.services.proving import prove_email
from customers.services.registration import promote_guest
from customers.services.registration import register as serve
from customers.services.staff import create_staff_user
from orders.models import Order
from storefronts.services.storefronts import change_storefront
from tests.customers.shoppers import PASSWORD, Browser, code_of, key_in, letters, run_jobs
from tests.factories import NOW, TESTS, CustomerFactory, GuestFactory, StorefrontFactory
from tests.interface.panel.orders import receive
from tests.parallel import in_processes
from tests.shop import open_shop

ANA = "ana@acme.test"
BODY = {"email": ANA, "password": PASSWORD, "first_name": "Ana", "last_name": "Alvarez"}


@pytest.fixture
def shop(db):
    return StorefrontFactory(code="us", name="Acme Supplies US", url="https://shop.test", reference_prefix="US-")


def register(**fields):
    return Browser().call("POST", "registration", {**BODY, **fields})


@pytest.mark.usefixtures("shop")
class TestRegistering:
    def test_created_and_not_approved(self):
        answer = register()
        customer = Customer.objects.get()
        assert (answer.status_code, answer.json()) == (
            201,
            {
                "status": "created_not_approved",
                "shared_id": customer.shared_id,
                "reference": customer.reference,
                "email": ANA,
            },
        )
        assert (customer.kind, customer.active, customer.preferred_currency) == ("REGISTERED", False, "USD")
        assert customer.reference.startswith("US-")
        assert code_of(Browser().sign_in(ANA)) == (400, "not_active")
        run_jobs()
        assert letters() == [(ANA, "Please confirm your e-mail address for Acme Supplies US")]

    def test_activated_by_staff_he_is_told_and_signs_in(self):
        register()
        change_customer(customer=Customer.objects.get(), active=True, by="staff:12", at=timezone.now())
        run_jobs()
        assert letters()[-1] == (ANA, "Your account at Acme Supplies US is active")
        signed_in = Browser().sign_in(ANA)
        assert signed_in.json()["data"]["user"]["initial_password"] is False

    def test_everything_that_is_wrong_at_once(self):
        answer = register(email="none", password="short")
        assert code_of(answer) == (400, "invalid")
        assert {error["field"] for error in answer.json()["errors"]} == {"email", "password"}
        assert not User.objects.exists()

    def test_an_address_that_is_taken(self):
        user_of(CustomerFactory(email=ANA))
        answer = register(email=" ANA@acme.test")
        assert code_of(answer) == (409, "email_taken")
        assert [error["field"] for error in answer.json()["errors"]] == ["email"]
        assert Customer.objects.count() == 1

    def test_nobody_registers_as_a_member_of_staff(self):
        opal = create_staff_user(email="opal@merchant.test", password=PASSWORD, by=TESTS, at=NOW)
        assert code_of(register(email="opal@merchant.test", password="another fine one")) == (409, "email_taken")
        opal.refresh_from_db()
        assert opal.check_password(PASSWORD)

    def test_one_address_registers_so_often_and_no_oftener(self):
        answers = [register(email=f"p{number}@people.test").status_code for number in range(22)]
        assert answers == [201] * 20 + [429] * 2
        assert code_of(register()) == (429, "rate_limited")


def test_a_hundred_at_once(transactional_db):
    shop = StorefrontFactory(code="us", url="", reference_prefix="US-", reference_step_min=3, reference_step_max=9)

    def register_some(process: int) -> None:
        for number in range(25):
            draft = CustomerDraft(email=f"p{process}-{number}@people.test", preferred_currency="USD")
            serve(draft=draft, password=PASSWORD, storefront=shop, at=NOW)

    assert in_processes(4, register_some) == []

    in_order = list(Customer.objects.order_by("pk").values_list("reference", flat=True))
    numbers = sorted(int(reference.removeprefix("US-")) for reference in in_order)
    assert len(set(numbers)) == 100
    assert {3 <= later - earlier <= 9 for earlier, later in pairwise(numbers)} == {True}


def test_the_same_address_at_once_registers_once(transactional_db):
    StorefrontFactory(code="us", url="")

    def register_once(process: int) -> None:
        answer = register()
        assert code_of(answer) == (409, "email_taken") if answer.status_code != 201 else True

    assert in_processes(6, register_once) == []
    assert (Customer.objects.count(), User.objects.count()) == (1, 1)


@pytest.mark.usefixtures("world")
class TestVerifying:
    @pytest.fixture
    def world(self, db):  # noqa: ARG002 -- opens the database
        """Two guests of the same address with an order each, of whom the first is the oldest."""
        shop = open_shop()
        change_storefront(storefront=shop.storefront, url="https://shop.test", by=TESTS, at=NOW)
        receive(shop, "1", email=ANA)
        Customer.objects.update(created_at=NOW.replace(year=2025))
        GuestFactory(email=ANA)
        return shop

    def test_the_guests_history_becomes_the_persons_and_only_then(self):
        guest = Order.objects.get().customer
        other = Customer.objects.guests_of(ANA).last()
        register()
        run_jobs()
        person = Customer.objects.get(kind=CustomerKind.REGISTERED)
        assert Order.objects.get().customer == guest

        key = key_in(mail.outbox[0])
        assert Browser().call("POST", "registration/verify", {"key": key, "password": PASSWORD}).status_code == 204

        person.refresh_from_db()
        assert person.email_verified_at is not None
        assert Order.objects.get().customer == person
        merges = [(each.loser, each.survivor) for each in CustomerMerge.objects.order_by("pk")]
        assert merges == [(guest, person), (other, person)]
        assert guest != other
        assert Browser().call("POST", "registration/verify", {"key": key, "password": PASSWORD}).status_code == 204
        assert CustomerMerge.objects.count() == 2

    def test_those_beyond_the_limit_are_for_staff_and_who_typed_the_address_comes_last(self, monkeypatch):
        monkeypatch.setattr("customers.services.proving.MOST_GUESTS", 2)
        Customer.objects.filter(pk=Order.objects.get().customer_id).update(email_is_own_word=True)
        made = [GuestFactory(email=ANA), GuestFactory(email=ANA)]
        person = CustomerFactory(email=ANA)
        Customer.objects.guests_of(ANA).exclude(pk__in=[each.pk for each in made]).update(email_is_own_word=True)
        prove_email(customer_id=person.pk, email_key=ANA, at=NOW)
        assert [each.loser for each in CustomerMerge.objects.order_by("pk")] == made
        assert Customer.objects.guests_of(ANA).count() == 2

    def test_who_reads_the_mail_and_did_not_register_confirms_nothing(self):
        """Somebody registered with her address; her history is not his by her following a link."""
        guest = Order.objects.get().customer
        register()
        run_jobs()
        key = key_in(mail.outbox[0])
        for password in ("another fine one", "", PASSWORD.upper()):
            answer = Browser().call("POST", "registration/verify", {"key": key, "password": password})
            assert code_of(answer) == (400, "invalid")
            assert [error["field"] for error in answer.json()["errors"]] == ["password"]
        assert answer.json()["errors"][0]["code"] == "incorrect_password"
        assert code_of(Browser().call("POST", "registration/verify", {"key": key})) == (400, "invalid")
        person = Customer.objects.get(kind=CustomerKind.REGISTERED)
        assert (person.email_is_own_word, person.email_verified_at) == (True, None)
        assert (Order.objects.get().customer, CustomerMerge.objects.count()) == (guest, 0)

    def test_a_guest_who_is_merged_meanwhile_is_left_to_staff(self, monkeypatch):
        def gone(**_: object) -> None:
            raise NotMergeableError

        monkeypatch.setattr("customers.services.proving.absorb", gone)
        register()
        run_jobs()
        proof = {"key": key_in(mail.outbox[0]), "password": PASSWORD}
        assert Browser().call("POST", "registration/verify", proof).status_code == 204
        assert Customer.objects.get(kind=CustomerKind.REGISTERED).email_verified_at is not None

    @pytest.mark.parametrize("key", ["", "x", "WzEsIngiXQ:1:x", "\x00", "a" * 601])
    def test_other_keys_prove_nothing(self, key):
        register()
        answer = Browser().call("POST", "registration/verify", {"key": key, "password": PASSWORD})
        assert answer.status_code == 400
        assert Customer.objects.filter(email_verified_at__isnull=False).count() == 0

    def test_a_key_says_nothing_once_the_address_has_changed(self):
        register()
        run_jobs()
        person = Customer.objects.get(kind=CustomerKind.REGISTERED)
        change_customer(customer=person, email="new@acme.test", by="staff:12", at=NOW)
        answer = Browser().call("POST", "registration/verify", {"key": key_in(mail.outbox[0]), "password": PASSWORD})
        assert code_of(answer) == (400, "verification_key_invalid")
        assert not CustomerMerge.objects.exists()


@pytest.mark.usefixtures("shop")
class TestGuests:
    def test_a_session_of_ones_own(self):
        one, other = Browser(), Browser()
        for browser in (one, other):
            answer = browser.call("POST", "guest")
            assert answer.status_code == 201
            browser.token = answer.json()["session_token"]
        me = one.me().json()
        assert (me["kind"], me["email"], me["preferred_currency"]) == ("GUEST", "", "USD")
        assert me["shared_id"] != other.me().json()["shared_id"]

    def test_a_guest_who_is_stopped_is_out(self):
        browser = Browser()
        browser.token = browser.call("POST", "guest").json()["session_token"]
        change_customer(customer=Customer.objects.get(), on_hold=True, by="staff:12", at=NOW)
        assert code_of(browser.me()) == (401, "on_hold")
        change_customer(customer=Customer.objects.get(), on_hold=False, by="staff:12", at=NOW)
        assert code_of(browser.me()) == (401, "session_ended")

    def test_signing_in_leaves_the_guest_behind(self):
        register()
        change_customer(customer=Customer.objects.get(), active=True, by="staff:12", at=NOW)
        browser = Browser()
        browser.token = browser.call("POST", "guest").json()["session_token"]
        guest_token = browser.token
        assert browser.sign_in(ANA).status_code == 200
        assert browser.me().json()["email"] == ANA
        assert code_of(Browser().call("GET", "me", **{"X-Session-Token": guest_token})) == (401, "session_ended")


def test_a_guest_who_is_promoted_stays_the_same_record(db):
    guest = GuestFactory(email=ANA, shared_id="g-1")
    promoted = promote_guest(guest=guest, preferred_currency="USD", access=None, by=TESTS, at=NOW)
    assert (promoted.pk, promoted.shared_id, promoted.reference, promoted.kind) == (
        guest.pk,
        "g-1",
        guest.reference,
        "REGISTERED",
    )
