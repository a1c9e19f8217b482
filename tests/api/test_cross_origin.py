"""Which pages of browsers may call the storefront API: those of the storefronts' own URLs, and only that API."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from storefronts.api.cross_origin import origin_of
from storefronts.models import Storefront
from storefronts.services.storefronts import change_storefront
from tests.customers.shoppers import Browser, by_session
from tests.factories import NOW, TESTS, ApiClientFactory, CustomerFactory, StorefrontFactory

ME = "/api/v1/storefront/me"
SHOP = "https://us.shop.test"


@pytest.fixture
def us(db: None) -> Storefront:
    StorefrontFactory(code="eu")
    return StorefrontFactory(code="us", url="https://US.shop.test:443/tools/")


@pytest.fixture
def browser(us: Storefront) -> Client:
    return Client(SERVER_NAME="localhost")


def preflight(browser: Client, path: str = ME, origin: str = SHOP) -> dict[str, str]:
    headers = {"Origin": origin, "Access-Control-Request-Method": "PATCH"}
    answer = browser.options(path, headers=headers)
    told = {name: value for name, value in answer.headers.items() if name.lower().startswith("access-control")}
    return {"status": str(answer.status_code), **told}


def test_a_storefronts_page_is_told_what_it_may_send(browser: Client) -> None:
    assert preflight(browser) == {
        "status": "200",
        "access-control-allow-origin": SHOP,
        "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "access-control-allow-headers": "content-type, idempotency-key, if-match, x-account-shared-id, "
        "x-ep-account-shared-id, x-password-reset-key, x-request-id, x-session-token, x-storefront",
        "access-control-expose-headers": "ETag, Idempotent-Replayed, Retry-After, X-Acting-Account, X-Request-ID",
        "access-control-max-age": "600",
    }


@pytest.mark.parametrize(
    "origin",
    [
        "https://shop.test", "http://us.shop.test", "https://us.shop.test:8443", "https://us.shop.test.evil.test",
        "https://us.shop.test:x", "file://", "https://[", "null", "",
    ],
)  # fmt: skip
def test_another_origin_is_told_nothing(browser: Client, origin: str) -> None:
    assert preflight(browser, origin=origin) == {"status": "200"}


@pytest.mark.parametrize("url", ["ftp://files.test/", "https://a.test:99999", ""])
def test_a_url_that_is_no_web_pages_lets_nobody_in(browser: Client, us: Storefront, url: str) -> None:
    Storefront.objects.filter(pk=us.pk).update(url=url)
    for origin in ("null", "file://", "ftp://files.test", "about:blank", SHOP):
        assert preflight(browser, origin=origin) == {"status": "200"}


@pytest.mark.parametrize("path", ["/api/v1/customers", "/api/v1/storefronts", "/admin/", "/api/v1/storefront"])
def test_other_addresses_are_told_nothing(browser: Client, path: str) -> None:
    told = preflight(browser, path)
    del told["status"]
    assert told == {}


@pytest.mark.parametrize("path", ["me", "context", "auth/session", "nothing-here"])
def test_a_refusal_is_read_by_the_page_too(browser: Client, path: str) -> None:
    answer = browser.get(f"/api/v1/storefront/{path}", headers={"Origin": SHOP})
    assert answer.status_code in {401, 404}
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def faulty(*args: Any, **kwargs: Any) -> None:
    raise ZeroDivisionError


def test_so_is_a_limit_and_a_fault_of_ours(us: Storefront, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shopper = by_session(CustomerFactory())
    shopper.client.raise_request_exception = False
    settings.STOREFRONT_REQUESTS_PER_MINUTE = 1
    answers = [shopper.call("GET", "me", Origin=SHOP) for _turn in range(2)]
    settings.STOREFRONT_REQUESTS_PER_MINUTE = 600
    monkeypatch.setattr("accounts.api.storefront.context.MeView.get", faulty)
    answers.append(shopper.call("GET", "me", Origin=SHOP))
    weak = ApiClientFactory(scopes=["orders:read"]).clear_key
    answers.append(Browser().call("GET", "me", Origin=SHOP, Authorization=f"Api-Key {weak}"))
    assert [answer.status_code for answer in answers] == [200, 429, 500, 403]
    for answer in answers:
        assert answer.headers["Access-Control-Allow-Origin"] == SHOP
        assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]


def test_a_changed_url_holds_with_the_next_request(browser: Client, us: Storefront) -> None:
    change_storefront(storefront=us, url="https://new.test", by=TESTS, at=NOW)
    assert preflight(browser) == {"status": "200"}
    assert preflight(browser, origin="https://new.test")["access-control-allow-origin"] == "https://new.test"
    change_storefront(storefront=us, url="", by=TESTS, at=NOW)
    assert preflight(browser, origin="https://new.test") == {"status": "200"}


def test_a_server_that_sends_no_origin_pays_no_statement(us: Storefront) -> None:
    shopper = by_session(CustomerFactory())
    counts = []
    for headers in ({}, {"Origin": SHOP}):
        with CaptureQueriesContext(connection) as captured:
            assert shopper.call("GET", "me", **headers).status_code == 200
        counts.append(len(captured))
    assert counts[1] - counts[0] == 1


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://a.test:80/x?y#z", "http://a.test"),
        ("https://A.test:443", "https://a.test"),
        ("https://a.test:80", "https://a.test:80"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://user:secret@a.test", "https://a.test"),
        ("ftp://a.test", ""),
        ("https://müller.test/laden", "https://xn--mller-kva.test"),
        ("https://straße.test", "https://xn--strae-oqa.test"),
        ("https://a.test:99999", ""),
        ("https://-ä.test", ""),
        ("/only/a/path", ""),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    assert origin_of(url) == origin
