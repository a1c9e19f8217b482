"""Shoppers sign in: through django-allauth's endpoints, with our rules about who may."""

import unicodedata

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core.cache import cache

from customers.api import urls as api_urls
from customers.models import Customer
from customers.services.lifecycle import change_customer
from customers.sign_in import urls as sign_in_urls
from customers.sign_in.sessions import hashed
from customers.sign_in.urls import EXPOSED, methods_of
from events.models import Event
from storefronts.scopes import Scope
from tests.customers.shoppers import BASE, PASSWORD, Browser, code_of
from tests.customers.signing_in import ANA, ana, change, shop
from tests.factories import NOW, ApiClientFactory

__all__ = ["ana", "shop"]

pytestmark = pytest.mark.django_db


def test_exactly_these_addresses_are_there():
    """For signing in and registering; the rooms above have addresses of their own."""
    patterns = [*sign_in_urls.urlpatterns, *api_urls.urlpatterns]
    assert {str(each.pattern) for each in patterns if str(each.pattern).startswith("storefront/")} == {
        f"storefront/{each}"
        for each in (
            "auth/session", "auth/login", "auth/reauthenticate", "auth/password/request", "auth/password/reset",
            "auth/2fa/authenticate", "auth/2fa/reauthenticate", "account/password/change", "account/authenticators",
            "account/authenticators/totp", "account/authenticators/recovery-codes", "registration",
            "registration/verify", "guest",
        )
    }  # fmt: skip


BODIES = [
    b"", b"{", b"[]", b'"x"', b"null", b"\xff\xfe", b'{"email": {}, "password": []}', b'{"email": "a\\u0000b@x.test"}',
    b'{"email": "a@x.test", "password": "\\ud800"}', b'{"key": 7, "password": null}', b'{"code": "1e999"}',
    b'{"email": "' + b"a" * 100_000 + b'@x.test", "password": "x"}', b'{"email": 1e400}', b"{" * 5000,
    *(b'{"email": ' + b"[" * deep + b"]" * deep + b', "password": "x"}' for deep in range(38, 1000, 31)),
    *(b'{"email": ' + b"[" * deep + b"]" * deep + b', "password": "x"}' for deep in range(880, 990, 4)),
]  # fmt: skip


@pytest.mark.parametrize("signed_in", [False, True])
def test_whatever_is_sent_is_answered_as_a_problem_and_never_with_a_fault(ana, signed_in):
    browser = Browser()
    if signed_in:
        browser.sign_in(ANA)
    refused = 0
    for address in EXPOSED:
        for method in ("POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS"):
            for body in BODIES if method == "POST" else BODIES[:2]:
                cache.clear()
                answer = browser.client.generic(
                    method,
                    f"{BASE}/{address.removeprefix('storefront/')}",
                    body,
                    content_type="application/json",
                    headers={"X-Session-Token": browser.token} if browser.token else {},
                )
                assert answer.status_code < 500, (method, address, body[:40])
                if answer.status_code >= 400:
                    refused += 1
                    assert answer["Content-Type"] == "application/problem+json", (method, address, body[:40])
                    assert {"type", "title", "status", "detail", "code", "errors", "request_id"} <= answer.json().keys()
    assert refused > 100


@pytest.mark.parametrize("address", EXPOSED)
def test_other_methods_are_refused_before_anything_is_read(address):
    taken = methods_of(EXPOSED[address])
    for method in {"HEAD", "OPTIONS", "GET", "POST", "PUT", "PATCH", "DELETE"} - {*taken}:
        if method == "HEAD" and "GET" in taken:
            continue
        answer = Browser().client.generic(method, f"{BASE}/{address}", b"{", content_type="application/json")
        assert (answer.status_code, answer["Allow"]) == (405, ", ".join(taken)), method
        assert method == "HEAD" or answer.json()["code"] == "method_not_allowed"


def test_signing_in_says_who_it_is_and_that_the_password_is_an_initial_one(ana):
    browser = Browser()
    answer = browser.sign_in(" ANA@ACME.test ")

    assert answer.status_code == 200
    assert answer.json()["data"]["user"] == {
        "id": "ana",
        "display": "Ana",
        "email": ANA,
        "has_usable_password": True,
        "initial_password": True,
    }
    assert not answer.cookies
    assert browser.me().json()["shared_id"] == "ana"
    ana.refresh_from_db()
    assert ana.last_sign_in_at is not None
    assert Event.objects.get(name="customer.signed_in").by == "customer:ana"


@pytest.mark.parametrize(("state", "code"), [({"on_hold": True}, "on_hold"), ({"active": False}, "not_active")])
def test_a_stopped_person_is_out_with_the_next_request_and_not_in_again_afterwards(ana, state, code):
    browser = Browser()
    browser.sign_in(ANA)
    assert browser.me().status_code == 200

    change(ana, **state)

    assert code_of(browser.me()) == (401, code)
    assert code_of(browser.me()) == (401, "session_ended")
    assert code_of(Browser().sign_in(ANA)) == (400, code)
    change(ana, active=True, on_hold=False)
    assert code_of(browser.me()) == (401, "session_ended")
    assert browser.call("GET", "auth/session").status_code == 401
    assert Browser().sign_in(ANA).status_code == 200


def test_the_hold_reaches_the_sign_in_endpoints_and_keys_too(ana, shop):
    browser = Browser()
    browser.sign_in(ANA)
    key = ApiClientFactory(scopes=[Scope.STOREFRONT_ACT_AS_CUSTOMER]).clear_key
    by_key = {"Authorization": f"Api-Key {key}", "X-Customer-Shared-Id": "ana"}
    assert Browser().call("GET", "me", **by_key).json() == browser.me().json()

    change(ana, on_hold=True)

    assert browser.call("GET", "auth/session").status_code == 401
    assert code_of(Browser().call("GET", "me", **by_key)) == (401, "on_hold")


@pytest.mark.parametrize(
    ("headers", "answer"),
    [
        ({}, (401, "not_authenticated")),
        ({"X-Session-Token": "x" * 32}, (401, "session_ended")),
        ({"X-Session-Token": "x"}, (401, "session_ended")),
        ({"Authorization": "Api-Key none.none"}, (401, "key_invalid")),
    ],
)
def test_who_is_nobody_is_told_so(headers, answer):
    assert code_of(Browser().call("GET", "me", **headers)) == answer


def test_a_key_needs_the_scope_and_a_customer(ana):
    weak, strong = (
        ApiClientFactory(scopes=[scope]).clear_key for scope in (Scope.CUSTOMERS_READ, Scope.STOREFRONT_ACT_AS_CUSTOMER)
    )
    ask = Browser().call
    assert code_of(ask("GET", "me", Authorization=f"Api-Key {weak}", **{"X-Customer-Shared-Id": "ana"})) == (
        403,
        "scope_missing",
    )
    for person, detail in (
        ({}, "Name a customer in X-Customer-Shared-Id."),
        ({"X-Customer-Shared-Id": "nobody"}, "There is no customer of the id in X-Customer-Shared-Id."),
    ):
        answer = ask("GET", "me", Authorization=f"Api-Key {strong}", **person)
        assert (*code_of(answer), answer.json()["detail"]) == (401, "customer_unknown", detail)


def test_the_reason_is_told_after_the_right_password_only(ana):
    change(ana, on_hold=True)
    assert code_of(Browser().sign_in(ANA, "wrong")) == (400, "email_password_mismatch")
    assert code_of(Browser().sign_in("nobody@acme.test", PASSWORD)) == (400, "email_password_mismatch")


def test_sessions_are_stored_hashed(ana):
    browser = Browser()
    browser.sign_in(ANA)
    keys = set(Session.objects.values_list("session_key", flat=True))
    assert hashed(browser.token) in keys
    assert browser.token not in keys


def test_signing_out_ends_the_token(ana):
    browser = Browser()
    browser.sign_in(ANA)
    assert browser.call("DELETE", "auth/session").status_code == 401
    assert code_of(browser.me()) == (401, "session_ended")


def totp(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


@pytest.mark.parametrize("registered", ["M\u00fcller@Acme.test", "anna@m\u00fcller.test", "strau\u00df@acme.test"])
@pytest.mark.usefixtures("shop")
def test_as_one_registers_one_signs_in(registered):
    body = {"email": registered, "password": PASSWORD, "last_name": "X"}
    assert Browser().call("POST", "registration", body).status_code == 201
    customer = Customer.objects.get()
    change_customer(customer=customer, active=True, by="staff:12", at=NOW)
    for typed in (registered, f" {registered.upper()} ", unicodedata.normalize("NFD", registered), customer.email_key):
        browser = Browser()
        assert browser.sign_in(typed).status_code == 200, typed
        assert browser.me().json()["email"] == registered
    assert code_of(Browser().sign_in(registered, "wrong")) == (400, "email_password_mismatch")


@pytest.mark.parametrize("typed", ["", "nobody", "a@b@c", "x" * 300 + "@acme.test", 7, None, ["a@acme.test"]])
def test_what_is_no_address_is_said_so(ana, typed):
    refused = Browser().call("POST", "auth/login", {"email": typed, "password": PASSWORD})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "email")


def test_a_second_factor_of_a_shopper(ana):
    browser = Browser()
    browser.sign_in(ANA)
    offered = browser.call("GET", "account/authenticators/totp")
    secret = offered.json()["meta"]["secret"]
    activate = {"code": totp(secret)}
    refused = browser.call("POST", "account/authenticators/totp", activate)
    assert code_of(refused) == (401, "reauthentication_required")
    assert browser.call("POST", "auth/reauthenticate", {"password": "wrong"}).status_code == 400
    assert browser.call("POST", "auth/reauthenticate", {"password": PASSWORD}).status_code == 200
    assert browser.call("POST", "account/authenticators/totp", activate).status_code == 200
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored

    again = Browser()
    pending = again.sign_in(ANA)
    assert code_of(pending) == (401, "second_factor_required")
    assert {"id": "mfa_authenticate", "is_pending": True, "types": ["totp"]} in [
        {**flow, "types": [each for each in flow.get("types", []) if each == "totp"]}
        for flow in pending.json()["data"]["flows"]
        if flow["id"] == "mfa_authenticate"
    ]
    again.token = pending.json()["meta"]["session_token"]
    assert code_of(again.me()) == (401, "not_authenticated")
    assert again.call("POST", "auth/2fa/authenticate", {"code": "000000"}).status_code == 400

    change(ana, on_hold=True)
    Authenticator.objects.update(last_used_at=None)
    stopped = again.call("POST", "auth/2fa/authenticate", {"code": totp(secret)})
    assert stopped.status_code in {400, 401}
    assert again.me().status_code == 401
