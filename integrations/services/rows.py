"""From the values of a file to what services take: unwrapped, translated, refused one by one, handed on in batches."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from django.db.transaction import atomic, set_rollback

from integrations.files.reading import JsonRow
from integrations.ports import Problem, RowRefusedError
from integrations.services.reports import ImportReport, OnRefusal, Refusal

BATCH = 500
Translated = TypeVar("Translated")
Item = TypeVar("Item")


def translated_rows(
    rows: Iterable[JsonRow],
    *,
    unwrap: Callable[[object], Sequence[object]],
    read: Callable[[object], Translated],
    report: ImportReport,
    on_refusal: OnRefusal,
) -> Iterator[tuple[str, Translated]]:
    """Every row that can be taken, with its place; the others are counted and told."""
    for row in rows:
        if row.problem:
            problem = Problem("", f"is not JSON: {row.problem}")
            refuse(row.place, [problem], report=report, on_refusal=on_refusal)
            continue
        try:
            items = unwrap(row.value)
        except RowRefusedError as error:
            refuse(row.place, error.problems, report=report, on_refusal=on_refusal)
            continue
        for number, item in enumerate(items, start=1):
            place = row.place if len(items) == 1 else f"{row.place}, item {number}"
            try:
                yield place, read(item)
            except RowRefusedError as error:
                refuse(place, error.problems, report=report, on_refusal=on_refusal)


def refuse(place: str, problems: Iterable[Problem], *, report: ImportReport, on_refusal: OnRefusal) -> None:
    """Count one row as refused and tell what is wrong with it."""
    report.refused += 1
    for problem in problems:
        on_refusal(Refusal(place, problem))


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """As many at a time as go into one transaction."""
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch


@contextmanager
def one_batch(*, dry_run: bool) -> Iterator[None]:
    """A transaction that commits; for a dry run one that does the same work and leaves nothing of it."""
    with atomic():
        yield
        if dry_run:
            set_rollback(True)
