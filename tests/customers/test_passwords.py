"""Passwords: initial and changed ones, how often one may try, links to set another."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import CustomerKind, PasswordLinkRequest, User
from customers.services.access import FirstAccess
from customers.services.customers import CustomerDraft, create_customer
from tests.customers.shoppers import BASE, PASSWORD, Browser, code_of, key_in, letters, run_jobs
from tests.customers.signing_in import ANA, OTHER, ana, change, shop
from tests.factories import TESTS

__all__ = ["ana", "shop"]

pytestmark = pytest.mark.django_db


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
