"""Which pages a shop shows a person, and his word on its newsletter, which is nobody else's."""

from typing import Any

import pytest
from django.contrib import admin

from customers import ports
from customers.models import Customer, NewsletterSubscription
from customers.services.merging import absorb
from customers.services.newsletter import NEWSLETTERS, is_subscribed, set_newsletter
from events.models import Event
from storefronts.models import Storefront
from tests.customers.shoppers import Speak, code_of
from tests.factories import (
    NOW,
    TESTS,
    AccountFactory,
    AssociateFactory,
    CustomerFactory,
    GuestFactory,
    StorefrontFactory,
)

BY = {"by": TESTS, "at": NOW}


@pytest.fixture
def ana(us: Storefront) -> Customer:
    ana = CustomerFactory(shared_id="ana", email="ana@acme.test")
    AssociateFactory(account=AccountFactory(shared_id="acme"), customer=ana)
    return ana


def test_the_pages_of_a_buyer_for_an_account_and_of_one_for_himself(ana: Customer, speak: Speak) -> None:
    browser = speak(ana)

    def codes(**headers: str) -> list[str]:
        return [each["code"] for each in browser.call("GET", "me/sections", **headers).json()["results"]]

    both = ["overview", "profile", "addresses", "order_history", "newsletter"]
    assert codes(**{"X-Account-Shared-Id": "acme"}) == [*both, "shopping_lists", "shopping_carts"]
    assert codes() == [*both, "wishlist"]
    (first, *_rest) = browser.call("GET", "me/sections").json()["results"]
    assert first == {"code": "overview", "name": "Overview", "href": "/api/v1/storefront/context"}


@pytest.mark.parametrize(
    ("role", "more"),
    [
        ("limited-catalog-browser", []),
        ("catalog-browser", []),
        ("buyer", ["shopping_lists", "shopping_carts"]),
        ("buyer-admin", ["shopping_lists", "shopping_carts"]),
    ],
)
def test_no_page_that_the_role_may_not_read(us: Storefront, speak: Speak, role: str, more: list[str]) -> None:
    ben = CustomerFactory()
    AssociateFactory(account=AccountFactory(shared_id="zenith"), customer=ben, role=role)
    browser, zenith = speak(ben), {"X-Account-Shared-Id": "zenith"}
    sections = browser.call("GET", "me/sections", **zenith).json()["results"]
    assert [each["code"] for each in sections][5:] == more
    for each in sections:
        path = each["href"].removeprefix("/api/v1/storefront/")
        assert browser.call("GET", path, **zenith).status_code == 200, path


def test_a_newsletter_is_wanted_on_one_storefront_until_it_is_not(ana: Customer, speak: Speak) -> None:
    StorefrontFactory(code="eu")
    browser = speak(ana)
    before = Event.objects.count()
    assert browser.call("GET", "newsletter").json() == {"subscribed": False}
    for wanted in (True, True, False, True):
        assert browser.call("PUT", "newsletter", {"subscribed": wanted}).json() == {"subscribed": wanted}
        assert browser.call("GET", "newsletter").json() == {"subscribed": wanted}
    assert browser.call("GET", "newsletter", **{"X-Storefront": "eu"}).json() == {"subscribed": False}
    assert (NewsletterSubscription.objects.count(), Event.objects.count()) == (1, before)
    for body in ({}, {"subscribed": None}, {"subscribed": "perhaps"}, {"subscribed": True, "email": "x"}, []):
        assert code_of(browser.call("PUT", "newsletter", body)) == (400, "invalid")


def test_staff_do_not_see_it(db: None) -> None:
    assert NewsletterSubscription not in admin.site._registry


def test_guests_have_neither(us: Storefront, speak: Speak) -> None:
    guest = speak(GuestFactory())
    calls: list[tuple[Any, ...]] = [
        ("GET", "me/sections"), ("GET", "newsletter"), ("PUT", "newsletter", {"subscribed": True})
    ]  # fmt: skip
    for call in calls:
        assert code_of(guest.call(*call)) == (403, "registration_required")


def test_it_goes_with_the_person(ana: Customer, us: Storefront) -> None:
    eu, guest = StorefrontFactory(code="eu"), GuestFactory()
    for storefront in (us, eu):
        set_newsletter(customer=guest, storefront=storefront, subscribed=True, **BY)
    set_newsletter(customer=ana, storefront=us, subscribed=False, **BY)
    merge = absorb(loser=guest, survivor=ana, reason="The same", **BY)
    assert [is_subscribed(customer=ana, storefront=each) for each in (us, eu)] == [False, True]
    (moved,) = [ports.Moved(**each) for each in merge.moved if each["records"] == NEWSLETTERS.name]
    NEWSLETTERS.move_back(moved=moved, loser=guest, survivor=ana, at=NOW)
    assert [is_subscribed(customer=guest, storefront=each) for each in (us, eu)] == [True, True]
    assert NEWSLETTERS.erase(customer=guest, at=NOW).cleared == 2
    assert NewsletterSubscription.objects.count() == 1
