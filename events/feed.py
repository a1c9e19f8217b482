"""Rows in the order in which they were committed: a reader who remembers his place misses nothing that commits late.

An id that rises with insertion is no such order: a slow transaction commits rows with lower ids after a reader has
passed them. Rows are therefore ordered by the transaction that wrote them, and served only below the oldest one still
running.
"""

from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Func, Q, QuerySet

Rows = TypeVar("Rows", bound="QuerySet[Any]")


class OldestRunning(Func):
    """PostgreSQL's id of the oldest transaction that may still commit; everything below it is settled."""

    template = "(pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"
    output_field = models.BigIntegerField()
    arity = 0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader stands: after that row of that transaction."""

    transaction: int
    row: int | UUID


def in_commit_order(rows: Rows, *, written_in: str, after: Place | None) -> Rows:
    """The settled rows behind a place, or all of them; `written_in` names the column with the transaction's id."""
    settled = rows.filter(**{f"{written_in}__lt": OldestRunning()}).order_by(written_in, "pk")
    if after is None:
        return settled
    behind = Q(**{f"{written_in}__gt": after.transaction}) | Q(**{written_in: after.transaction, "pk__gt": after.row})
    return settled.filter(behind, **{f"{written_in}__gte": after.transaction})
