"""Shoppers sign in: through django-allauth's endpoints, with our rules about who may."""

from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.api import urls as api_urls
from customers.models import Customer, CustomerKind, PasswordLinkRequest, User
from customers.services.access import FirstAccess, give_initial_password
from customers.services.customers import CustomerDraft, create_customer
from customers.services.lifecycle import change_customer
from customers.services.staff import create_staff_user
from customers.sign_in import urls as sign_in_urls
from customers.sign_in.sessions import hashed
from customers.sign_in.urls import EXPOSED
from events.models import Event
from storefronts.scopes import Scope
from tests.customers.shoppers import BASE, PASSWORD, Browser, code_of, key_in, letters, run_jobs
from tests.factories import NOW, TESTS, ApiClientFactory, StorefrontFactory

pytestmark = pytest.mark.django_db

ANA = "ana@acme.test"
OTHER = "another fine password"


@pytest.fixture(autouse=True)
def shop(db):
    return StorefrontFactory(code="us", name="Acme Supplies US", url="https://shop.test")


@pytest.fixture
def ana() -> Customer:
    draft = CustomerDraft(
        kind=CustomerKind.REGISTERED, shared_id="ana", email=ANA, first_name="Ana", preferred_currency="USD"
    )
    return create_customer(draft=draft, access=FirstAccess(initial_password=PASSWORD), by=TESTS, at=timezone.now())


def change(customer: Customer, **fields) -> None:
    change_customer(customer=customer, by="staff:12", at=timezone.now(), **fields)


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


def test_a_changed_password_is_no_initial_one_and_ends_all_other_sessions(ana):
    here, elsewhere = Browser(), Browser()
    here.sign_in(ANA)
    elsewhere.sign_in(ANA)

    changed = here.call("POST", "account/password/change", {"current_password": PASSWORD, "new_password": OTHER})

    assert (changed.status_code, changed.json()["data"]["user"]["initial_password"]) == (200, False)
    assert here.me().status_code == 200
    assert code_of(elsewhere.me()) == (401, "session_ended")
    assert code_of(Browser().sign_in(ANA)) == (400, "email_password_mismatch")
    assert Browser().sign_in(ANA, OTHER).json()["data"]["user"]["initial_password"] is False


@pytest.mark.parametrize(
    ("new", "code"), [("short", "password_too_short"), ("123456789012345", "password_entirely_numeric")]
)
def test_a_weak_password_is_refused_as_a_problem(ana, new, code):
    browser = Browser()
    browser.sign_in(ANA)
    answer = browser.call("POST", "account/password/change", {"current_password": PASSWORD, "new_password": new})
    assert answer.status_code == 400
    assert code in {error["code"] for error in answer.json()["errors"]}
    assert answer["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "errors", "request_id"} <= answer.json().keys()


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


def test_an_initial_password_that_was_never_used_ends(ana):
    long_ago = timezone.now() - timedelta(days=14)
    User.objects.update(initial_password_usable_from=long_ago + timedelta(minutes=1))
    assert Browser().sign_in(ANA).status_code == 200
    User.objects.update(initial_password_usable_from=long_ago, initial_password_used_at=None)
    assert code_of(Browser().sign_in(ANA)) == (400, "initial_password_expired")
    User.objects.update(initial_password_used_at=long_ago)
    assert Browser().sign_in(ANA).status_code == 200


def test_the_days_begin_when_it_could_first_have_been_used():
    draft = CustomerDraft(kind=CustomerKind.REGISTERED, email=ANA, preferred_currency="USD", active=False)
    then = timezone.now() - timedelta(days=30)
    customer = create_customer(draft=draft, access=FirstAccess(initial_password=PASSWORD), by=TESTS, at=then)
    assert User.objects.get().initial_password_usable_from is None
    change(customer, active=True)
    assert Browser().sign_in(ANA).status_code == 200


def test_a_thousand_wrong_passwords_are_stopped(ana, settings):
    settings.STOREFRONT_REQUESTS_PER_MINUTE = 2000  # so that it is not the flood that is stopped
    browser = Browser()
    answers = [code_of(browser.sign_in(ANA, f"wrong {number}")) for number in range(1000)]
    looked_at = [answer for answer in answers if answer == (400, "email_password_mismatch")]
    assert len(looked_at) == 5
    assert answers[5:] == [(429, "rate_limited")] * 995

    limited = browser.sign_in(ANA)
    assert code_of(limited) == (429, "rate_limited")  # the right one too
    assert limited["Retry-After"] == "300"


@pytest.mark.parametrize("unknown", [{"REMOTE_ADDR": ""}, {"HTTP_X_FORWARDED_FOR": "unknown"}])
def test_callers_whose_address_nobody_knows_sign_in_too_and_share_one_count(ana, settings, unknown):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    settings.STOREFRONT_REQUESTS_PER_MINUTE = 2
    answers = []
    for _turn in range(3):
        browser = Browser()
        browser.client.defaults.update(unknown)
        answers.append(browser.sign_in(ANA).status_code)
    assert answers == [200, 200, 429]
    assert Browser().sign_in(ANA).status_code == 200


def test_attempts_are_counted_per_address_however_it_is_typed(ana):
    for typed in ("ana@acme.test", "ANA@acme.test", "Ana@Acme.Test", "anA@acme.test", "ana@ACME.test"):
        Browser().sign_in(typed, "wrong")
    for host in ("localhost", "127.0.0.1"):
        client = Client(SERVER_NAME=host)
        answer = client.post(
            f"{BASE}/auth/login", {"email": ANA, "password": PASSWORD}, content_type="application/json"
        )
        assert answer.status_code == 429, host


@pytest.mark.parametrize("key", ["-", "-x", " -x", "x", "1-x", "zzzzzzzzzzzzz-x", "zzzzzzzzzzzzzz-x", "é-x"])
def test_a_key_that_opens_nothing_is_refused_wherever_it_comes(ana, key):
    posted = Browser().call("POST", "auth/password/reset", {"key": key, "password": OTHER})
    assert code_of(posted) == (400, "invalid_password_reset")
    assert code_of(Browser().call("GET", "auth/password/reset", **{"X-Password-Reset-Key": key}))[0] == 400


def test_a_reset_lets_in_who_was_locked_out(ana):
    for number in range(6):
        Browser().sign_in(ANA, f"wrong {number}")
    assert Browser().call("POST", "auth/password/request", {"email": ANA}).status_code == 202
    run_jobs()
    reset = {"key": key_in(mail.outbox[-1]), "password": OTHER}
    assert Browser().call("POST", "auth/password/reset", reset).status_code == 401
    assert Browser().sign_in(ANA, OTHER).status_code == 200


def test_links_end_after_two_hours(ana, monkeypatch):
    Browser().call("POST", "auth/password/request", {"email": ANA})
    run_jobs()
    key = key_in(mail.outbox[-1])
    for minutes, status in ((121, 400), (119, 200)):
        moment = datetime.now(UTC).replace(tzinfo=None) + timedelta(minutes=minutes)
        monkeypatch.setattr("customers.links.PasswordLinkTokens._now", lambda _self, at=moment: at)
        answer = Browser().call("GET", "auth/password/reset", **{"X-Password-Reset-Key": key})
        assert answer.status_code == status, minutes


def test_an_unknown_address_gets_the_same_answer_after_the_same_work(ana):
    def asked(email: str):
        with CaptureQueriesContext(connection) as captured:
            answer = Browser().call("POST", "auth/password/request", {"email": email})
        jobs = list(ProcrastinateJob.objects.values_list("task_name", flat=True))
        return answer.status_code, answer.content, len(captured), jobs

    known = asked(ANA)
    run_jobs()
    unknown = asked("nobody@acme.test")
    run_jobs()

    assert known == unknown == (202, b"", known[2], ["customers.answer_password_link_request"])
    assert [to for to, _subject in letters()] == [ANA]
    assert not PasswordLinkRequest.objects.exists()


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


@pytest.mark.usefixtures("both")
class TestTwoDoors:
    """Someone who is both staff and customer: each door opens its own side only."""

    @pytest.fixture
    def both(self):
        staff = create_staff_user(email=ANA, password=PASSWORD, groups=["Administrators"], by=TESTS, at=NOW, name="Ana")
        draft = CustomerDraft(kind=CustomerKind.REGISTERED, email=ANA, preferred_currency="USD")
        create_customer(draft=draft, access=FirstAccess(), by=TESTS, at=NOW)
        return staff

    def test_one_user_two_sides(self, both):
        assert User.objects.get() == both
        assert Browser().sign_in(ANA).status_code == 200

    def test_nobody_takes_a_member_of_staff_over_through_his_customer(self):
        customer = Customer.objects.get()
        with pytest.raises(ValidationError) as refused:
            change(customer, email="evil@evil.test")
        assert refused.value.error_dict["email"][0].code == "staff_email"
        with pytest.raises(ValidationError) as refused:
            give_initial_password(customer=customer, password=OTHER, by="staff:12", at=NOW)
        assert refused.value.error_dict["initial_password"][0].code == "staff_password"
        staff = User.objects.get()
        assert (staff.email, staff.check_password(PASSWORD)) == (ANA, True)

    def test_a_shoppers_session_never_opens_the_panel(self):
        browser = Browser()
        browser.sign_in(ANA)
        panel = Client(SERVER_NAME="localhost")
        panel.cookies["sessionid"] = browser.token
        answer = panel.get("/admin/customers/customer/")
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/customers/customer/")

    def test_a_session_of_the_panel_is_no_shoppers_token(self):
        panel = Client(SERVER_NAME="localhost")
        assert panel.post("/staff/login/", {"login": ANA, "password": PASSWORD}).status_code == 302
        assert panel.get("/admin/").status_code == 200
        token = panel.cookies["sessionid"].value
        assert code_of(Browser().call("GET", "me", **{"X-Session-Token": token})) == (401, "session_ended")
        assert Browser().call("GET", "auth/session", **{"X-Session-Token": token}).status_code == 401

    def test_a_customers_hold_leaves_staff_work_alone(self):
        change(Customer.objects.get(), on_hold=True)
        assert code_of(Browser().sign_in(ANA)) == (400, "on_hold")
        panel = Client(SERVER_NAME="localhost")
        assert panel.post("/staff/login/", {"login": ANA, "password": PASSWORD}).status_code == 302
        assert panel.get("/admin/").status_code == 200


def test_staff_alone_are_no_customers_and_customers_no_staff(ana):
    create_staff_user(email="opal@merchant.test", password=PASSWORD, by=TESTS, at=NOW)
    assert code_of(Browser().sign_in("opal@merchant.test")) == (400, "email_password_mismatch")
    refused = Client(SERVER_NAME="localhost").post("/staff/login/", {"login": ANA, "password": PASSWORD})
    assert refused.status_code == 200
    assert "not correct" in refused.content.decode()


def totp(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


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
