"""A worker that is killed leaves its job `doing`; it is taken up again, and with it all that waits for its lock."""

import multiprocessing
import os
import signal
import time
import warnings
from pathlib import Path

import pytest
from django.db import connection, connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from events.jobs import remove_finished_jobs, rescue_stalled_jobs
from events.queue import enqueue_many, enqueue_once
from tests.events.conftest import run_worker
from tests.parallel import scalar

pytestmark = pytest.mark.django_db(transaction=True)

PUSH = "tests.push"


@pytest.fixture
def push(define_job, seen):
    return define_job(PUSH, lambda order_id: seen.append(f"pushed {order_id}"))


def enqueue(order_id: int) -> int:
    return enqueue_once(PUSH, about=f"order:{order_id}", arguments={"order_id": order_id})


def left_by_a_worker(job_id: int, *, seconds_silent: float) -> int:
    """As a worker leaves its job that was last heard of so long ago."""
    worker_id = scalar(
        "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s * interval '1 second') RETURNING id",
        seconds_silent,
    )
    scalar(
        "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s RETURNING id", worker_id, job_id
    )
    return worker_id


def status_of(job_id: int) -> str:
    return ProcrastinateJob.objects.get(pk=job_id).status


def rescue() -> None:
    """As the clock does every 30 seconds."""
    rescue_stalled_jobs.defer(timestamp=0)
    run_worker()


@pytest.mark.parametrize(("seconds_silent", "done"), [(15, []), (31, ["pushed 7"])])
def test_only_what_a_dead_worker_left_is_taken_up(push, seen, seconds_silent, done):
    job_id = enqueue(7)
    left_by_a_worker(job_id, seconds_silent=seconds_silent)

    # A worker that starts strikes dead ones off the list; that alone queues nothing again.
    rescue()
    run_worker()

    assert seen == done
    assert ProcrastinateJob.objects.filter(pk=job_id).exists() == (done == [])


def test_a_job_whose_worker_was_struck_off_already(push, seen):
    job_id = enqueue(7)
    scalar("DELETE FROM procrastinate_workers WHERE id = %s RETURNING id", left_by_a_worker(job_id, seconds_silent=0))
    assert ProcrastinateJob.objects.get(pk=job_id).worker_id is None

    rescue()
    run_worker()

    assert seen == ["pushed 7"]


def test_where_a_twin_waits_the_twin_does_the_work(push, seen):
    """Queued again, the job would stand beside its twin, which the database refuses; both would be stuck for ever."""
    dead = enqueue(7)
    left_by_a_worker(dead, seconds_silent=60)
    twin = enqueue(7)
    other = enqueue(8)
    left_by_a_worker(other, seconds_silent=60)
    assert twin != dead

    rescue()
    run_worker()

    assert sorted(seen) == ["pushed 7", "pushed 8"]
    assert not ProcrastinateJob.objects.filter(task_name=PUSH).exists()
    assert not ProcrastinateJob.objects.filter(status__in=["doing", "failed"]).exists()


def test_rescue_itself_waits_for_nobody():
    """Were it to have a lock, a worker killed while it rescues would end all rescuing."""
    assert (rescue_stalled_jobs.lock, rescue_stalled_jobs.queueing_lock) == (None, None)
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert periodic["events.rescue_stalled_jobs"] == "* * * * * */30"


def work_until_killed(marker: Path) -> None:
    """A real worker with a job that never ends."""

    def hang(order_id: int) -> None:
        marker.write_text(str(order_id), encoding="utf-8")
        connection.close()
        time.sleep(60)

    app.tasks[PUSH].func = hang
    run_worker(wait=True)


def test_a_worker_that_is_really_killed(push, seen, tmp_path: Path):
    job_id = enqueue(7)
    marker = tmp_path / "taken"
    connections.close_all()
    worker = multiprocessing.get_context("fork").Process(target=work_until_killed, args=[marker], daemon=True)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*fork.*")
        worker.start()
    give_up = time.monotonic() + 20
    while not (marker.exists() and marker.read_text(encoding="utf-8")):
        assert time.monotonic() < give_up
        time.sleep(0.02)
    os.kill(worker.pid, signal.SIGKILL)
    worker.join(10)

    next_one = enqueue(7)
    run_worker()
    assert (status_of(job_id), status_of(next_one), seen) == ("doing", "todo", []), "its lock held all back"

    scalar("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds' RETURNING id")
    rescue()
    run_worker()

    assert seen == ["pushed 7"]
    assert not ProcrastinateJob.objects.filter(task_name=PUSH).exists()


def test_failed_jobs_are_kept_two_weeks(push):
    enqueue_many(PUSH, [{"order_id": number} for number in range(4)])
    young, old, waiting, running = ProcrastinateJob.objects.order_by("id").values_list("id", flat=True)
    for job_id, status, hours in [
        (young, "failed", 335),
        (old, "failed", 337),
        (waiting, "todo", 999),
        (running, "doing", 999),
    ]:
        scalar("UPDATE procrastinate_jobs SET status = %s WHERE id = %s RETURNING id", status, job_id)
        scalar(
            "UPDATE procrastinate_events SET at = now() - %s * interval '1 hour' WHERE job_id = %s RETURNING id",
            hours,
            job_id,
        )
    scalar("UPDATE procrastinate_jobs SET queue_name = 'elsewhere' WHERE id = %s RETURNING id", waiting)
    remove_finished_jobs.defer(timestamp=0)

    run_worker(queues=["default"])

    left = ProcrastinateJob.objects.filter(task_name=PUSH).order_by("id").values_list("id", flat=True)
    assert list(left) == [young, waiting, running]
