"""So many requests a minute for each shopper, so many of them writes; then 429, and when to come again."""

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from customers.models import Customer
from customers.sign_in.limits import LIMITS
from interface.api.counting import count_request
from interface.jobs import forget_idempotency_keys
from interface.models import RequestCount
from storefronts.models import Storefront
from tests.customers.shoppers import BASE, Browser, Speak, by_key, by_session, code_of, speak
from tests.factories import ApiClientFactory, CustomerFactory, GuestFactory, StorefrontFactory
from tests.parallel import in_processes

__all__ = ["speak"]
NOWHERE = uuid.UUID(int=7)
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


def test_a_guess_at_an_account_counts_as_well(speak: Speak, ana: Customer) -> None:
    browser = speak(ana)
    guesses = [code_of(browser.call("GET", "me", **{"X-Account-Shared-Id": f"guess-{n}"})) for n in range(6)]
    assert guesses == [(401, "account_not_associated")] * 4 + [(429, "rate_limited")] * 2


@pytest.mark.usefixtures("us")
def test_nor_does_one_that_comes_with_signing_in_pass(ana: Customer) -> None:
    browser = by_session(ana)
    headers = {"X-Account-Shared-Id": "guess"}
    assert [browser.call("GET", "auth/session", **headers).status_code for _turn in range(5)] == [401] * 4 + [429]
    refused = browser.call("GET", "auth/session", **headers)
    assert (code_of(refused), refused.headers["Retry-After"]) == ((429, "rate_limited"), "43")


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


def test_who_comes_with_the_minute_before_begins_no_new_count(db: None) -> None:
    seconds = (59, 60, 59, 60, 59)
    counts = [count_request(caller="ana", is_write=True, at=NOON + timedelta(seconds=each)) for each in seconds]
    assert [(each.requests, each.writes) for each in counts] == [(1, 1), (1, 1), (2, 2), (3, 3), (4, 4)]


def operations() -> list[tuple[str, str, bool]]:
    """Method, address with made-up names in it, and whether anybody may call it: all there is under `/storefront`."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call]
    return [
        (method.upper(), re.sub(r"{\w+}", str(NOWHERE), path.removeprefix(f"{BASE}/")), not operation.get("security"))
        for path, methods in paths.items()
        if path.startswith(f"{BASE}/")
        for method, operation in methods.items()
    ]


def test_every_operation_of_shoppers_is_limited(ana: Customer, settings: Any) -> None:
    settings.STOREFRONT_REQUESTS_PER_MINUTE = 0
    browser = by_session(ana)
    asked = [(method, path) for method, path, is_open in operations() if not is_open]
    answers = {each: browser.call(*each, {} if each[0] != "GET" else None) for each in asked}
    assert {each for each, answer in answers.items() if code_of(answer) != (429, "rate_limited")} == set()
    assert {answer.headers["Retry-After"] for answer in answers.values()} == {"43"}
    assert {("GET", "me"), ("GET", "auth/session"), ("POST", "auth/login")} <= answers.keys()


@pytest.mark.usefixtures("us")
def test_every_operation_that_is_open_to_anybody_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    for action in LIMITS:
        monkeypatch.setitem(LIMITS, action, "1/m/ip")
    asked = [(method, path) for method, path, is_open in operations() if is_open]
    bodies = {"auth/password/request": {"email": "ana@acme.test"}}
    for each in asked:
        first, second = (Browser().call(*each, bodies.get(each[1], {})) for _turn in range(2))
        assert first.status_code != 429, each
        assert code_of(second) == (429, "rate_limited"), each
        assert int(second.headers["Retry-After"]) > 0
    assert len(asked) == len(LIMITS)
