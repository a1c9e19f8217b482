"""One job waits about one object, and the one that runs sees what everybody wrote before it."""

import pytest
from django.db.transaction import atomic
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import TaskNotFound

from events.queue import enqueue_once
from storefronts.models import Storefront
from tests.events.conftest import run_worker, waiting
from tests.factories import StorefrontFactory
from tests.parallel import another_client, scalar, taken_back, waits_for_a_lock

PUSH = "tests.push"


@pytest.fixture
def push(define_job, seen):
    """A job that sends the name the shop has by then."""
    return define_job(PUSH, lambda storefront_id: seen.append(Storefront.objects.get(pk=storefront_id).name))


def enqueue(storefront_id: int) -> int:
    return enqueue_once(PUSH, about=f"storefront:{storefront_id}", arguments={"storefront_id": storefront_id})


def rename(shop: Storefront, name: str) -> None:
    Storefront.objects.filter(pk=shop.pk).update(name=name)


@pytest.mark.django_db
def test_what_is_written(push):
    job_id = enqueue(7)

    job = ProcrastinateJob.objects.get()
    assert (job.id, job.task_name, job.queue_name, job.status) == (job_id, PUSH, "default", "todo")
    assert (job.args, job.scheduled_at, job.priority) == ({"storefront_id": 7}, None, 0)
    assert job.lock == job.queueing_lock == "tests.push:storefront:7"


@pytest.mark.django_db
def test_the_second_time_the_waiting_one_is_answered(push):
    assert enqueue(7) == enqueue(7)
    assert enqueue(8) != enqueue(7)

    assert waiting() == [(PUSH, {"storefront_id": 7}), (PUSH, {"storefront_id": 8})]


@pytest.mark.django_db
def test_one_statement(push, django_assert_num_queries):
    with django_assert_num_queries(1):
        enqueue(7)
    with django_assert_num_queries(1):
        enqueue(7)


@pytest.mark.django_db
def test_a_job_that_no_room_defines_is_refused():
    with pytest.raises(TaskNotFound):
        enqueue_once("tests.misspelt", about="storefront:7", arguments={"storefront_id": 7})

    assert waiting() == []


@pytest.mark.django_db(transaction=True)
def test_rolled_back_with_the_transaction(push):
    with taken_back(), atomic():
        enqueue(7)
        raise ZeroDivisionError

    assert waiting() == []


@pytest.mark.django_db
def test_a_running_one_does_not_count_as_waiting(push):
    running = enqueue(7)
    scalar("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s RETURNING id", running)

    assert enqueue(7) != running
    assert waiting() == [(PUSH, {"storefront_id": 7})]


@pytest.mark.django_db(transaction=True)
def test_two_never_run_at_once_about_one_object(push, seen):
    shop = StorefrontFactory()
    running = enqueue(shop.pk)
    scalar("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s RETURNING id", running)
    enqueue(shop.pk)

    run_worker()

    assert seen == []
    assert len(waiting()) == 1


@pytest.mark.django_db(transaction=True)
def test_no_update_is_lost(push, seen):
    """A job waits; somebody changes the object and enqueues; a worker looks for work before that is committed."""
    shop = StorefrontFactory(name="old")
    first = enqueue(shop.pk)
    with another_client() as writer:
        scope = atomic()
        writer.enter(scope)
        writer.do(rename, shop, "new")
        assert writer.do(enqueue, shop.pk) == first

        run_worker()
        assert seen == [], "the worker took the job and sent what is no longer so"

        writer.leave(scope)

    run_worker()
    assert seen == ["new"]
    assert waiting() == []


@pytest.mark.django_db(transaction=True)
def test_where_the_change_is_taken_back_the_waiting_job_runs_all_the_same(push, seen):
    shop = StorefrontFactory(name="old")
    enqueue(shop.pk)
    with another_client() as writer:
        scope = atomic()
        writer.enter(scope)
        writer.do(rename, shop, "new")
        writer.do(enqueue, shop.pk)
        writer.leave(scope, ZeroDivisionError())

    run_worker()

    assert seen == ["old"]


@pytest.mark.django_db(transaction=True)
def test_two_transactions_at_once_share_one_job(push):
    with another_client() as first, another_client() as second:
        scope = atomic()
        first.enter(scope)
        job_id = first.do(enqueue, 7)

        backend = second.backend()
        late = second.begin(enqueue, 7)
        assert waits_for_a_lock(backend)
        first.leave(scope)

        assert late.result(10) == job_id
    assert waiting() == [(PUSH, {"storefront_id": 7})]


@pytest.mark.django_db(transaction=True)
def test_where_the_first_takes_it_back_the_second_has_its_own(push):
    with another_client() as first, another_client() as second:
        scope = atomic()
        first.enter(scope)
        job_id = first.do(enqueue, 7)
        backend = second.backend()
        late = second.begin(enqueue, 7)
        assert waits_for_a_lock(backend)
        first.leave(scope, ZeroDivisionError())

        assert late.result(10) != job_id
    assert waiting() == [(PUSH, {"storefront_id": 7})]


@pytest.mark.django_db(transaction=True)
def test_a_job_begun_meanwhile_leaves_room_for_the_next(push, seen):
    """The waiting job is taken just before the second transaction looks: that one must get a job of its own."""
    shop = StorefrontFactory(name="old")
    enqueue(shop.pk)
    run_worker()
    with atomic():
        rename(shop, "new")
        enqueue(shop.pk)

    run_worker()

    assert seen == ["old", "new"]
