"""Record what happened and hand it to the job queue, both in the caller's transaction: that is the outbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection

from events.models import Event
from events.queue import enqueue_many
from events.subscriptions import jobs_of


@dataclass(frozen=True, slots=True)
class Fact:
    """What happened: a name (`order.received`), the object (`order:<id>`), ids that say more. No personal data."""

    name: str
    subject: str
    payload: Mapping[str, object] = field(default_factory=dict)


class NotInTransactionError(RuntimeError):
    """An event recorded outside a transaction could stand for a change that never happened."""


def record(*facts: Fact, by: str, at: datetime) -> list[Event]:
    """Write the facts and enqueue every subscribed job: one insert, and one more per subscribed job name.

    Raises NotInTransactionError outside an atomic block.
    """
    if not connection.in_atomic_block:
        raise NotInTransactionError("record() belongs inside the transaction that makes the facts true.")
    events = Event.objects.bulk_create(
        Event(name=fact.name, subject=fact.subject, payload=dict(fact.payload), by=by, at=at) for fact in facts
    )
    for job_name, event_ids in _jobs_for(events):
        enqueue_many(job_name, [{"event_id": event_id} for event_id in event_ids])
    return events


def _jobs_for(events: Iterable[Event]) -> list[tuple[str, list[int]]]:
    wanted: dict[str, list[int]] = {}
    for event in events:
        for job_name in jobs_of(event.name):
            wanted.setdefault(job_name, []).append(event.id)
    return list(wanted.items())
