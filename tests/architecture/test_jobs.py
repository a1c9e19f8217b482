"""What a job is given stays readable in its row, and in the worker's log: so it is given ids only."""

import inspect
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from croniter import croniter
from procrastinate import JobContext
from procrastinate.contrib.django import app

from tests.architecture.project import ROOMS, modules

MAY_BE_GIVEN = {"context", "timestamp"}


def own_jobs():
    app.perform_import_paths()
    return {name: task for name, task in app.tasks.items() if task.func.__module__.partition(".")[0] in ROOMS}


def not_an_id(job) -> list[str]:
    """The parameters that could hold more than an id."""
    given = inspect.signature(job).parameters.values()
    return [
        str(parameter)
        for parameter in given
        if not (
            (parameter.name == "context" and parameter.annotation is JobContext)
            or (parameter.name == "timestamp" and parameter.annotation is int)
            or (parameter.name.endswith("_id") and parameter.annotation in {int, str})
            or (parameter.name.endswith("_ids") and parameter.annotation in {list[int], list[str]})
        )
        or parameter.kind in {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
    ]


def test_jobs_are_given_ids_only():
    jobs = own_jobs()

    assert {"events.rescue_stalled_jobs", "events.remove_finished_jobs"} <= set(jobs)
    assert {name: wrong for name, job in jobs.items() if (wrong := not_an_id(job.func))} == {}


@pytest.mark.parametrize("given", ["email: str", "order_id: dict", "order", "*order_id: int", "timestamp: str"])
def test_a_job_that_is_given_more_shows(given):
    namespace: dict = {}
    exec(f"def job({given}): ...", namespace)  # noqa: S102 -- text of this file

    assert len(not_an_id(namespace["job"])) == 1


def test_a_job_is_named_after_its_room_and_lives_in_its_jobs_module():
    for name, job in own_jobs().items():
        room = job.func.__module__.partition(".")[0]
        assert name == f"{room}.{job.func.__name__}"
        assert job.func.__module__.startswith(f"{room}.jobs")


def test_no_job_retries_by_itself():
    """A retry of the library's against a waiting twin leaves the job `doing` for ever."""
    assert [name for name, job in own_jobs().items() if job.retry_strategy is not None] == []


def test_tasks_are_declared_in_jobs_modules_only():
    declaring = [
        str(path)
        for room in ROOMS
        for path in modules(room)
        if "@app.task" in path.read_text(encoding="utf-8") and "jobs" not in path.with_suffix("").parts
    ]

    assert declaring == []


@pytest.mark.parametrize(("job", "seconds"), [("orders.decide_waiting_orders", 10), ("events.rescue_stalled_jobs", 30)])
def test_a_tick_is_as_often_as_its_docstring_says(job, seconds):
    """In six fields the seconds are the last one."""
    crons = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    ticks = croniter(crons[job], datetime(2026, 11, 23, 12, 1, 5, tzinfo=UTC))
    moments = [ticks.get_next(datetime) for _ in range(5)]
    assert {later - earlier for earlier, later in pairwise(moments)} == {timedelta(seconds=seconds)}
