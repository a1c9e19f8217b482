"""A password set by a mailed link: he reads the mail, so the e-mail is his, and what another prepared is not."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db.models import F

from customers.models import Customer, CustomerAddress, User
from customers.services.address_book import OWN_ADDRESSES
from customers.services.lifecycle import change_customer
from customers.services.proving import prove_email_by_link
from events.models import Event
from events.transaction import transaction
from storefronts.models import Storefront
from tests.customers.shoppers import PASSWORD, Browser, code_of, key_in, run_jobs
from tests.customers.test_sign_in import totp
from tests.factories import NOW, CustomerFactory, StorefrontFactory
from tests.parallel import another_client, waits_for_a_lock

ANA, BEN = "ana@home.test", "ben@home.test"
BY: dict[str, Any] = {"by": "staff:12", "at": NOW}
NEW = "another fine one"


@pytest.fixture
def shop(db: None) -> Storefront:
    shop: Storefront = StorefrontFactory(code="us", url="https://shop.test")
    return shop


def registered(*, own_word: bool) -> Customer:
    """With a password, a second factor, and an address that goods are sent to."""
    body = {"email": ANA, "password": PASSWORD, "first_name": "Ana", "last_name": "Alvarez"}
    assert Browser().call("POST", "registration", body).status_code == 201
    ana = change_customer(customer=Customer.objects.get(), active=True, **BY)
    if not own_word:
        ana = change_customer(customer=ana, email_is_own_word=False, **BY)
    browser = Browser()
    assert browser.sign_in(ANA).status_code == 200
    assert browser.call("POST", "auth/reauthenticate", {"password": PASSWORD}).status_code == 200
    secret = browser.call("GET", "account/authenticators/totp").json()["meta"]["secret"]
    assert browser.call("POST", "account/authenticators/totp", {"code": totp(secret)}).status_code == 200
    OWN_ADDRESSES.add(
        owner=ana, code="drop", last_name="X", line1="9 Drop St", city="Memphis", region="TN", postal_code="38103",
        country="US", **BY,
    )  # fmt: skip
    return ana


def link_of_ana() -> str:
    assert Browser().call("POST", "auth/password/request", {"email": ANA}).status_code == 202
    run_jobs()
    return key_in(mail.outbox[-1])


def reset(key: str, password: str = NEW) -> Any:
    return Browser().call("POST", "auth/password/reset", {"key": key, "password": password})


def defaults() -> list[tuple[bool, bool]]:
    return list(CustomerAddress.objects.values_list("default_shipping", "default_billing"))


@pytest.mark.usefixtures("shop")
class TestWhatWasPreparedBefore:
    def test_by_whoever_registered_with_somebodys_address_is_gone(self) -> None:
        ana = registered(own_word=True)
        assert (Authenticator.objects.exists(), defaults()) == (True, [(True, True)])
        assert reset(link_of_ana()).status_code == 401
        assert (Authenticator.objects.exists(), defaults()) == (False, [(False, False)])
        told = Event.objects.filter(subject=f"customer:{ana.shared_id}").values_list("name", flat=True)
        assert {"customer.second_factor_removed", "customer.address_changed"} <= set(told)
        ana.refresh_from_db()
        assert (ana.email_is_own_word, ana.email_verified_at is not None) == (False, True)
        assert Browser().sign_in(ANA, NEW).status_code == 200

    def test_by_whose_address_it_is_known_to_be_stays(self) -> None:
        registered(own_word=False)
        assert reset(link_of_ana()).status_code == 401
        assert (Authenticator.objects.exists(), defaults()) == (True, [(True, True)])
        assert code_of(Browser().sign_in(ANA, NEW)) == (401, "second_factor_required")

    def test_of_a_member_of_staff_the_second_factor_stays(self) -> None:
        ana = registered(own_word=True)
        User.objects.filter(pk=ana.user_id).update(is_staff=True)
        user = User.objects.get(pk=ana.user_id)
        assert prove_email_by_link(user=user, email_key=ANA, at=NOW)
        assert Authenticator.objects.exists()


@pytest.mark.usefixtures("shop")
class TestTooLate:
    """The key was good when it was looked at, and is not any more."""

    @pytest.fixture
    def user(self) -> User:
        ana: Customer = CustomerFactory(email=ANA, email_is_own_word=True)
        link_of_ana()
        return User.objects.get(customer=ana)

    def still(self, user: User) -> bool:
        proved = prove_email_by_link(user=user, email_key=ANA, at=NOW)
        ana = Customer.objects.get()
        assert (ana.email_verified_at is not None) == proved
        return proved

    def test_in_time(self, user: User) -> None:
        assert self.still(user)

    def test_staff_wrote_another_address(self, user: User) -> None:
        change_customer(customer=Customer.objects.get(), email=BEN, **BY)
        assert not self.still(user)
        assert User.objects.get().email == BEN

    def test_a_newer_link_was_sent(self, user: User) -> None:
        User.objects.update(link_epoch=F("link_epoch") + 1)
        assert not self.still(user)

    def test_another_password_was_set(self, user: User) -> None:
        other = User.objects.get()
        other.set_password(NEW)
        other.save()
        assert not self.still(user)

    def test_it_is_answered_as_any_key_that_is_none(self, monkeypatch: pytest.MonkeyPatch, user: User) -> None:
        def overtaken(**given: Any) -> bool:
            User.objects.update(link_epoch=F("link_epoch") + 1)
            return prove_email_by_link(**given)

        key = key_in(mail.outbox[-1])
        monkeypatch.setattr("customers.sign_in.resetting.prove_email_by_link", overtaken)
        assert code_of(reset(key)) == (400, "invalid_password_reset")
        user.refresh_from_db()
        assert (user.check_password(NEW), Customer.objects.get().email_verified_at) == (False, None)


def test_a_password_that_cannot_be_set_proves_nothing(shop: Storefront, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other half fails after the proof was written."""

    def fails(**_: object) -> None:
        assert Customer.objects.get().email_verified_at is not None
        raise RuntimeError("the database is gone")

    CustomerFactory(email=ANA, email_is_own_word=True)
    key = link_of_ana()
    monkeypatch.setattr("customers.sign_in.adapters.set_own_password", fails)
    with pytest.raises(RuntimeError):
        reset(key)
    monkeypatch.undo()
    ana = Customer.objects.get()
    assert (ana.email_is_own_word, ana.email_verified_at) == (True, None)
    assert reset(key).status_code == 401


def test_one_key_at_once_sets_one_password(transactional_db: None) -> None:
    """Both were looked at before either was used."""
    StorefrontFactory(code="us", url="https://shop.test")
    CustomerFactory(email=ANA, email_is_own_word=True)
    link_of_ana()
    first, second = User.objects.get(), User.objects.get()

    def set_password(user: User, password: str) -> bool:
        if proved := prove_email_by_link(user=user, email_key=ANA, at=NOW):
            user.set_password(password)
            user.save(update_fields=["password"])
        return proved

    with another_client() as one, another_client() as other:
        writes = transaction(by="shopper")
        one.enter(writes)
        assert one.do(set_password, first, NEW)
        backend = other.backend()
        late = other.begin(set_password, second, "the other one")
        assert waits_for_a_lock(backend)
        one.leave(writes)
        assert late.result(10) is False
    assert User.objects.get().check_password(NEW)
