"""The job queue, by name: lower rooms name jobs, upper rooms define them in their `jobs` module."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from procrastinate.contrib.django import app


def enqueue_many(job_name: str, arguments: Sequence[dict[str, Any]]) -> None:
    """Put one job per argument set into the queue, in the caller's transaction, with one statement.

    Arguments are ids: they stay readable in the job's row. Raises procrastinate.exceptions.TaskNotFound for a name no
    room defines.
    """
    if arguments:
        app.configure_task(job_name, allow_unknown=False).batch_defer(*arguments)


def enqueue_once(job_name: str, *, about: str, arguments: dict[str, Any]) -> int:
    """Make sure one job of that name about that object waits, and return its id.

    A waiting twin is locked until the caller commits, so the worker that takes it afterwards sees what the caller
    wrote; Procrastinate's own `queueing_lock` with "already there, so skip" loses exactly that. Two jobs about one
    object never run at once. Callers that enqueue for several objects do it in sorted order.
    """
    task = app.configure_task(job_name, allow_unknown=False).job
    lock = f"{job_name}:{about}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enqueue_once(%s, %s, %s, %s, %s::jsonb)", [task.queue, job_name, lock, lock, json.dumps(arguments)]
        )
        (job_id,) = cursor.fetchone()
    return int(job_id)
