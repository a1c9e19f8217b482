"""A shop's web server in tests: it speaks to the storefront API, and reads the mail that people get."""

import json
import re
from typing import Any

from django.core import mail
from django.db import connection
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

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
