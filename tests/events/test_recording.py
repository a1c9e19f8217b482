"""A fact and the jobs it starts stand or fall with the transaction that made it true."""

import time

import pytest
from django.db import connection
from django.db.transaction import atomic
from procrastinate.exceptions import TaskNotFound

from events.models import Event
from events.recording import Fact, NotInTransactionError, record
from events.subscriptions import jobs_of
from tests.events.conftest import waiting
from tests.factories import NOW
from tests.parallel import another_client, scalar, taken_back

SHIPPED = Fact("parcel.shipped", "parcel:7", {"carrier": 3})
LOST = Fact("parcel.lost", "parcel:8")


@pytest.fixture
def two_jobs(define_job, subscribe):
    define_job("tests.mail", lambda **_: None)
    define_job("tests.push", lambda **_: None)
    subscribe("parcel.shipped", "tests.mail")
    subscribe("parcel.shipped", "tests.push")


@pytest.mark.django_db
def test_what_is_written():
    (event,) = record(SHIPPED, by="staff:12", at=NOW)

    stored = Event.objects.get()
    assert stored.pk == event.pk
    assert (stored.name, stored.subject, stored.payload) == ("parcel.shipped", "parcel:7", {"carrier": 3})
    assert (stored.by, stored.at) == ("staff:12", NOW)
    assert stored.transaction_id == int(scalar("SELECT pg_current_xact_id()::text"))
    assert stored.recorded_at == scalar("SELECT transaction_timestamp()")


@pytest.mark.django_db(transaction=True)
def test_never_outside_a_transaction():
    with pytest.raises(NotInTransactionError):
        record(SHIPPED, by="staff:12", at=NOW)

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_each_subscribed_job_is_given_each_events_id(two_jobs):
    first, lost, second = record(SHIPPED, LOST, SHIPPED, by="staff:12", at=NOW)

    assert waiting() == [
        ("tests.mail", {"event_id": first.pk}),
        ("tests.mail", {"event_id": second.pk}),
        ("tests.push", {"event_id": first.pk}),
        ("tests.push", {"event_id": second.pk}),
    ]
    assert lost.pk == first.pk + 1


@pytest.mark.django_db
def test_one_statement_for_the_facts_and_one_for_each_job(two_jobs, django_assert_num_queries):
    with django_assert_num_queries(3):
        record(*[SHIPPED] * 50, by="staff:12", at=NOW)

    assert len(waiting()) == 100


@pytest.mark.django_db
def test_without_subscriber_an_event_is_only_recorded(two_jobs):
    record(LOST, by="staff:12", at=NOW)

    assert (Event.objects.count(), waiting()) == (1, [])


@pytest.mark.django_db(transaction=True)
def test_rolled_back_together(two_jobs):
    with taken_back(), atomic():
        record(SHIPPED, by="staff:12", at=NOW)
        assert len(waiting()) == 2
        raise ZeroDivisionError

    assert (Event.objects.count(), waiting()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_nobody_sees_them_before_the_commit(two_jobs):
    with another_client() as worker:
        with atomic():
            record(SHIPPED, by="staff:12", at=NOW)
            assert (worker.do(Event.objects.count), worker.do(waiting)) == (0, [])

        assert (worker.do(Event.objects.count), len(worker.do(waiting))) == (1, 2)


@pytest.mark.django_db(transaction=True)
def test_a_job_that_no_room_defines_is_refused_and_nothing_stays(subscribe):
    subscribe("parcel.shipped", "tests.misspelt")

    with pytest.raises(TaskNotFound), atomic():
        record(SHIPPED, by="staff:12", at=NOW)

    assert (Event.objects.count(), waiting()) == (0, [])


@pytest.mark.django_db
def test_subscribing_twice_starts_one_job(define_job, subscribe):
    define_job("tests.mail", lambda **_: None)
    subscribe("parcel.shipped", "tests.mail")
    subscribe("parcel.shipped", "tests.mail")

    (event,) = record(SHIPPED, by="staff:12", at=NOW)

    assert jobs_of("parcel.shipped") == ("tests.mail",)
    assert waiting() == [("tests.mail", {"event_id": event.pk})]


def in_the_feed() -> list[int]:
    """What is older than every transaction that still runs: nothing can come before it any more."""
    oldest_running = int(scalar("SELECT pg_snapshot_xmin(pg_current_snapshot())::text"))
    return list(Event.objects.filter(transaction_id__lt=oldest_running).order_by("pk").values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_who_commits_late_is_known_to_the_feed():
    """A feed by id alone would pass the first event by for ever: the second is there before it."""
    with another_client() as slow:
        scope = atomic()
        slow.enter(scope)
        (early,) = slow.do(record, SHIPPED, by="staff:12", at=NOW)
        with atomic():
            (late,) = record(LOST, by="staff:12", at=NOW)

        assert early.pk < late.pk
        assert list(Event.objects.values_list("pk", flat=True)) == [late.pk]
        assert in_the_feed() == []
        slow.leave(scope)

    # Transactions in other databases of the server hold the feed back too, for as long as they run.
    give_up = time.monotonic() + 20
    while (served := in_the_feed()) != [early.pk, late.pk] and time.monotonic() < give_up:
        time.sleep(0.05)
    assert served == [early.pk, late.pk]


def test_the_connection_is_asked_and_not_the_caller():
    assert not connection.in_atomic_block
    with pytest.raises(NotInTransactionError):
        record(by="staff:12", at=NOW)
