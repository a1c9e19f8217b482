"""What watches the program learns whether it lives, and which part keeps it from working."""

from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from identity_site import health

SILENT = "no worker has been heard of for 30 seconds"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    health.migrations.forget()
    yield
    health.migrations.forget()


def worker_heard_of(*, ago: timedelta) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [timezone.now() - ago])


def test_live_asks_nobody(client: Client):
    # Without the django_db mark a query would be an error.
    reply = client.get("/health/live")

    assert (reply.status_code, reply.json()) == (200, {"status": "ok"})
    assert "no-store" in reply["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_a_worker(client: Client):
    worker_heard_of(ago=timedelta(seconds=29))

    reply = client.get("/health/ready")

    assert reply.status_code == 200
    assert reply.json() == {"status": "ok", "checks": {"database": "ok", "migrations": "ok", "worker": "ok"}}


@pytest.mark.django_db
def test_not_ready_without_a_worker(client: Client):
    reply = client.get("/health/ready")

    assert reply.status_code == 503
    assert reply.json() == {"status": "failed", "checks": {"database": "ok", "migrations": "ok", "worker": SILENT}}


@pytest.mark.django_db
def test_a_worker_that_fell_silent_is_none(client: Client):
    worker_heard_of(ago=timedelta(seconds=31))

    assert client.get("/health/ready").json()["checks"]["worker"] == SILENT


@pytest.mark.django_db
def test_not_ready_while_a_migration_is_missing(client: Client):
    worker_heard_of(ago=timedelta(0))
    app, name = max(key for key in MigrationRecorder(connection).applied_migrations() if key[0] == "orders")
    MigrationRecorder(connection).record_unapplied(app, name)

    reply = client.get("/health/ready")

    assert reply.status_code == 503
    assert reply.json()["checks"]["migrations"] == "1 not applied: run `manage.py migrate`"

    MigrationRecorder(connection).record_applied(app, name)
    assert client.get("/health/ready").status_code == 200


@pytest.mark.django_db
def test_complete_migrations_are_remembered(client: Client, django_assert_num_queries):
    worker_heard_of(ago=timedelta(0))
    assert client.get("/health/ready").status_code == 200

    with django_assert_num_queries(2):  # SELECT 1, the heartbeat
        assert client.get("/health/ready").status_code == 200


def test_a_database_that_does_not_answer_is_named_and_nothing_of_it(client: Client, monkeypatch):
    def refuse() -> str:
        raise OperationalError('connection to server at "10.0.0.7" failed for user "identity"')

    monkeypatch.setattr(health, "check_database", refuse)

    reply = client.get("/health/ready")

    assert reply.status_code == 503
    assert reply.json() == {"status": "failed", "checks": {"database": "the database does not answer"}}


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_only_reading(client: Client, address):
    assert client.post(address).status_code == 405
