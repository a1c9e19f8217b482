"""Which jobs an event starts. Upper rooms subscribe in their `ready()`; an event without one is only recorded."""

from collections import defaultdict

_jobs_of: dict[str, list[str]] = defaultdict(list)


def subscribe(event_name: str, job_name: str) -> None:
    """From now on each such event puts one job of that name into the queue, with the event's id as `event_id`."""
    if job_name not in _jobs_of[event_name]:
        _jobs_of[event_name].append(job_name)


def unsubscribe(event_name: str, job_name: str) -> None:
    _jobs_of[event_name].remove(job_name)


def jobs_of(event_name: str) -> tuple[str, ...]:
    return tuple(_jobs_of[event_name])
