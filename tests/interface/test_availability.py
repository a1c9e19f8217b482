"""A database that is not there is said so: 503, and when to come again. A fault of ours stays 500."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import Client

from interface.api.problems import UNAVAILABLE, problem_of
from interface.availability import database_was_away

LOST = OperationalError("server closed the connection unexpectedly")


@pytest.fixture
def other(db: None) -> Iterator[Any]:
    """A second connection to the same database."""
    other = connection.copy()
    yield other
    other.close()


def failing(other: Any, statement: str) -> DatabaseError:
    with pytest.raises(DatabaseError) as raised, other.cursor() as cursor:
        cursor.execute(statement)
    return raised.value


def test_nobody_answers(other: Any) -> None:
    nowhere = DatabaseWrapper({**other.settings_dict, "HOST": "/nowhere", "OPTIONS": {}}, alias="nowhere")
    error = failing(nowhere, "SELECT 1")
    assert (database_was_away(error), problem_of(error)) == (True, UNAVAILABLE)


def test_it_was_ended_in_between(other: Any) -> None:
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    first = failing(other, "SELECT 1")
    assert database_was_away(first), repr(first.__cause__)
    assert database_was_away(failing(other, "SELECT 1"))


def test_what_the_database_itself_refuses_is_something_else(other: Any) -> None:
    for statement in ("SELECT 1/0", "SELECT nonsense", "SET statement_timeout = 1; SELECT pg_sleep(1)"):
        assert not database_was_away(failing(other, statement)), statement
    assert not database_was_away(InterfaceError("cursor already closed"))
    assert not database_was_away(ValueError())
    assert not database_was_away(None)


@pytest.mark.parametrize("lost", [LOST, InterfaceError("connection already closed")])
@pytest.mark.parametrize("path", ["/api/v1/storefront/me", "/api/v1/orders"])
def test_the_api_says_so(db: None, monkeypatch: pytest.MonkeyPatch, path: str, lost: Exception) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise lost

    monkeypatch.setattr("rest_framework.views.APIView.perform_authentication", away)
    answer = Client(raise_request_exception=False).get(path)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "5")
    assert answer["Content-Type"] == "application/problem+json"


def test_so_do_addresses_that_are_no_views_of_the_framework(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise LOST

    monkeypatch.setattr("storefronts.api.cross_origin.allowed_origins", away)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/storefront/auth/session", headers={"Origin": "https://shop.example"})
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "unavailable", "5")
