"""So many requests a minute for each shopper, so many of them writes; then 429, and when to come again."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver
from rest_framework.views import APIView

from customers.api.throttling import ShopperThrottle
from customers.models import Customer
from interface.api.counting import count_request
from interface.jobs import forget_idempotency_keys
from interface.models import RequestCount
from storefronts.models import Storefront
from tests.customers.shoppers import Browser, Speak, by_key, by_session, code_of, speak
from tests.factories import ApiClientFactory, CustomerFactory, GuestFactory, StorefrontFactory
from tests.parallel import in_processes

__all__ = ["speak"]
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def us(db: None) -> Storefront:
    return StorefrontFactory(code="us")


@pytest.fixture
def ana(us: Storefront) -> Customer:
    return CustomerFactory(shared_id="ana", first_name="Ana")


@pytest.fixture(autouse=True)
def _few(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STOREFRONT_REQUESTS_PER_MINUTE, settings.STOREFRONT_WRITES_PER_MINUTE = 4, 2
    at(monkeypatch, NOON + timedelta(seconds=17.5))


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr("customers.api.throttling.timezone.now", lambda: moment)


def patch(browser: Browser, name: str) -> Any:
    return browser.call("PATCH", "me", {"first_name": name})


def test_one_request_too_many_is_told_when_to_come_again(speak: Speak, ana: Customer, monkeypatch) -> None:
    browser = speak(ana)
    assert [browser.me().status_code for _turn in range(5)] == [200, 200, 200, 200, 429]
    refused = browser.me()
    assert code_of(refused) == (429, "rate_limited")
    assert refused.headers["Retry-After"] == "43"
    at(monkeypatch, NOON + timedelta(seconds=60))
    assert browser.me().status_code == 200


def test_a_write_too_many_writes_nothing_and_reading_goes_on(speak: Speak, ana: Customer) -> None:
    browser = speak(ana)
    assert [patch(browser, name).status_code for name in ("A", "B", "C")] == [200, 200, 429]
    answer = browser.me()
    assert (answer.status_code, answer.json()["first_name"]) == (200, "B")


def test_the_person_is_counted_whoever_speaks_and_nobody_else_is_stopped(ana: Customer) -> None:
    ben, guest = CustomerFactory(shared_id="ben"), GuestFactory()
    for browser in (by_session(ana), by_key(ana), by_session(ana), by_key(ana)):
        assert browser.me().status_code == 200
    assert by_session(ana).me().status_code == by_key(ana).me().status_code == 429
    assert by_session(ben).me().status_code == by_session(guest).me().status_code == 200


def test_calls_of_servers_are_not_counted(us: Storefront) -> None:
    client = Client(headers={"Authorization": f"Api-Key {ApiClientFactory().clear_key}"})
    assert {client.get("/api/v1/customers").status_code for _turn in range(9)} == {200}
    assert RequestCount.objects.count() == 0


def test_minutes_of_the_clock_are_counted_and_old_ones_forgotten(db: None) -> None:
    for second, counted in ((0, (1, 0, 61)), (59.9, (2, 1, 1)), (60, (1, 0, 61))):
        found = count_request(caller="ana", is_write=second == 59.9, at=NOON + timedelta(seconds=second))
        assert (found.requests, found.writes, found.seconds_left) == counted
    forget_idempotency_keys(int((NOON + timedelta(hours=24)).timestamp()))
    assert RequestCount.objects.count() == 1
    forget_idempotency_keys(int((NOON + timedelta(hours=24, minutes=2)).timestamp()))
    assert RequestCount.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_requests_at_once_are_all_counted() -> None:
    def ask(index: int) -> None:
        for _turn in range(20):
            count_request(caller="ana", is_write=True, at=NOON)

    assert in_processes(4, ask) == []
    count = RequestCount.objects.get()
    assert (count.requests, count.writes) == (80, 80)


def test_every_address_of_shoppers_is_limited() -> None:
    patterns = [each for included in get_resolver().url_patterns for each in getattr(included, "url_patterns", [])]
    views = {str(each.pattern): each.callback.cls for each in patterns if hasattr(each.callback, "cls")}
    of_shoppers = {path: view for path, view in views.items() if path.startswith("storefront/")}
    assert APIView.throttle_classes == [ShopperThrottle]
    assert {path for path, view in of_shoppers.items() if view.throttle_classes != [ShopperThrottle]} == set()
