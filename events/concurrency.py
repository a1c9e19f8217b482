"""Two people on one object: who writes on a state that is no longer so is told, and nothing is lost."""

from datetime import datetime

from django.db import Error, OperationalError
from psycopg.errors import DeadlockDetected


class StaleError(Exception):
    """The object was changed since the caller read it."""


def refuse_stale(*, seen_at: datetime | None, updated_at: datetime | None) -> None:
    """Compare the `updated_at` a caller read with the one of the locked row (None: it is gone).

    `seen_at` None means the caller does not mind.

    Raises StaleError where they differ.
    """
    if seen_at is not None and seen_at != updated_at:
        raise StaleError


def refused_by(error: Error) -> str:
    """The constraint that the database named when it refused a write; blank where it named none.

    Where a service has checked before, another transaction came first.
    """
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) or ""


def came_second(error: OperationalError) -> bool:
    """Whether two transactions waited for each other and the database ended this one; nothing of it was written."""
    return isinstance(error.__cause__, DeadlockDetected)
