"""The one way services open their transaction: locks first, in one order, and history told who writes and why."""

import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import connection
from django.db.transaction import atomic

from events.context import current

# One statement whatever the number of locks. The array comes sorted, so two transactions never wait for each other.
_OPEN = """
    SELECT set_config('pghistory.context_id', %s, true),
           set_config('pghistory.context_metadata', %s, true),
           (SELECT count(*) FROM (SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key OFFSET 0) AS taken)
"""


def lock_key(*parts: object) -> int:
    """A stable signed 64-bit number for an advisory lock; Python's own `hash` differs from process to process."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


@dataclass(frozen=True, slots=True)
class _Told:
    """What history was told; `id` ties the rows of one service together."""

    by: str
    reason: str
    request_id: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()), compare=False)


# Of the innermost open service: where one calls another, history is told again when the inner one is done.
_told: ContextVar[_Told | None] = ContextVar("told", default=None)


@contextmanager
def transaction(*, by: str, reason: str = "", locks: Iterable[int] = ()) -> Iterator[None]:
    """An atomic block that holds the advisory locks until it commits.

    `by` is the actor's text (`staff:12`), `reason` what the person gave; every history row the block causes has both.
    Within another such block, no reason means that block's. `locks` are keys of `lock_key`; they are taken in ascending
    order before anything else happens.
    """
    outer = _told.get()
    told = _Told(by, reason or (outer.reason if outer else ""), current().request_id)
    if told == outer:
        told = outer
    keys = sorted(set(locks))
    with atomic():
        if told is not outer or keys:
            _tell(told, keys)
        token = _told.set(told)
        try:
            yield
        finally:
            _told.reset(token)
        if outer is not None and outer is not told:
            _tell(outer, [])


def _tell(told: _Told, keys: list[int]) -> None:
    context = {"by": told.by, "reason": told.reason, "request_id": told.request_id, "from": current().source}
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [told.id, json.dumps(context), keys])


def take_locks(keys: Iterable[int]) -> None:
    """Take further advisory locks inside a running `transaction`, in ascending order, until it ends.

    A second stage is safe only for keys that no transaction takes in its first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [sorted(set(keys))])
