"""How much a caller asks in a minute, counted by all processes together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

MINUTE = timedelta(minutes=1)
_COUNT = """
    INSERT INTO interface_requestcount AS counted (caller, minute, requests, writes) VALUES (%s, %s, 1, %s)
    ON CONFLICT (caller) DO UPDATE SET
        minute = GREATEST(counted.minute, excluded.minute),
        requests = CASE WHEN counted.minute < excluded.minute THEN 0 ELSE counted.requests END + 1,
        writes = CASE WHEN counted.minute < excluded.minute THEN 0 ELSE counted.writes END + excluded.writes
    RETURNING requests, writes
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a caller has asked in this minute of the clock, this request included."""

    requests: int
    writes: int
    seconds_left: int


def count_request(*, caller: str, is_write: bool, at: datetime) -> Counted:
    """Count one request; one statement, which holds the caller's own row and no longer than itself takes.

    A request from a machine whose clock is behind counts in the later minute, which never begins anew. Called outside
    a transaction, so that what a request goes on to do leaves nobody waiting for its count.
    """
    minute = at.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [caller, minute, int(is_write)])
        requests, writes = cursor.fetchone()
    return Counted(requests, writes, seconds_left=int((minute + MINUTE - at).total_seconds()) + 1)
