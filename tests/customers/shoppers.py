"""A shop's web server in tests: it speaks to the storefront API, and reads the mail that people get."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core import mail
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import Customer, CustomerKind
from customers.services.access import user_of
from customers.sign_in.backends import SHOPPERS
from customers.sign_in.sessions import GUEST, SessionStore
from storefronts.scopes import Scope
from tests.factories import ApiClientFactory

BASE = "/api/v1/storefront"
PASSWORD = "correct horse battery staple"
KEY = re.compile(r"#key=(\S+)")
INITIAL = re.compile(r"^    (.+)$", re.MULTILINE)


class Browser:
    """One person's session: sends its token once it has one."""

    def __init__(self, storefront: str = "us") -> None:
        self.client = Client(SERVER_NAME="localhost", headers={"X-Storefront": storefront})
        self.token = ""

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        if self.token:
            headers.setdefault("X-Session-Token", self.token)
        content = {} if body is None else {"data": body, "content_type": "application/json"}
        answer = self.client.generic(method, f"{BASE}/{path}", headers=headers, **_encoded(content))
        if answer.headers.get("Content-Type", "").endswith("json"):
            self.token = (answer.json().get("meta") or {}).get("session_token") or self.token
        return answer

    def sign_in(self, email: str, password: str = PASSWORD) -> Any:
        return self.call("POST", "auth/login", {"email": email, "password": password})

    def me(self) -> Any:
        return self.call("GET", "me")


Speak = Callable[[Customer], Browser]


@pytest.fixture(params=["session", "key"])
def speak(request: pytest.FixtureRequest) -> Speak:
    """Makes a person's own session, or a back end that speaks for him: the answers are the same."""
    return by_session if request.param == "session" else by_key


def by_session(customer: Customer) -> Browser:
    """As if he had just signed in, or come as a guest; signing in has tests of its own and takes long."""
    session = SessionStore()
    if customer.kind == CustomerKind.GUEST:
        session[GUEST] = customer.pk
    else:
        user = user_of(customer)
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = SHOPPERS
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    browser = Browser()
    browser.token = session.session_key
    return browser


def by_key(customer: Customer) -> Browser:
    """A back end that speaks for him with its key."""
    browser = Browser()
    client = ApiClientFactory(scopes=[Scope.STOREFRONT_ACT_AS_CUSTOMER])
    browser.client.defaults["HTTP_AUTHORIZATION"] = f"Api-Key {client.clear_key}"
    browser.client.defaults["HTTP_X_CUSTOMER_SHARED_ID"] = customer.shared_id
    return browser


def _encoded(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "data": json.dumps(content["data"])} if content else {}


def run_jobs() -> list[str]:
    """Do what waits in the queue, here and now, and say what it was."""
    done = []
    while job := ProcrastinateJob.objects.filter(status="todo", scheduled_at=None).order_by("id").first():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.pk])
        app.tasks[job.task_name].func(**job.args)
        done.append(job.task_name)
    return done


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def key_in(letter: mail.EmailMessage) -> str:
    """What the link of the mail carries."""
    return KEY.search(letter.body).group(1)


def password_in(letter: mail.EmailMessage) -> str:
    return INITIAL.search(letter.body).group(1)


def letters() -> list[tuple[str, str]]:
    """Whom something was sent, and what it is about."""
    return [(letter.to[0], letter.subject) for letter in mail.outbox]
