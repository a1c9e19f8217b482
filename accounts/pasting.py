"""Rows pasted from a spreadsheet: tabs, semicolons or commas, with or without a row of headings. Pure."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from io import StringIO

MOST_ROWS = 5000
SEPARATORS = ("\t", ";", ",")
YES = frozenset({"", "1", "true", "yes", "y", "x", "ja", "oui"})
NO = frozenset({"0", "false", "no", "n", "-", "nein", "non"})
# 1,234.50 and 1.234,50 and 1234.5 and 19,90; not 1,234, which could be either.
GROUPED = re.compile(r"^\d{1,3}([.,' ])\d{3}(?:\1\d{3})*(?:(?!\1)([.,])\d+)?$")
PLAIN = re.compile(r"^\d+(?:[.,]\d+)?$")
# A currency around it. No sign behind it, no brackets (both mean less than nothing), no point or comma in front.
AMOUNT = re.compile(r"^(?:[^\d()+-]*[^\d()+.,'-])?([+-]?) *(\d(?:.*\d)?)[^\d()+-]*$")
THREE = 3


class PastedTooMuchError(ValueError):
    """More rows than one paste takes."""


@dataclass(frozen=True, slots=True)
class PastedRow:
    """One row: its number in what was pasted, from 1, and its cells by the name of their column."""

    number: int
    cells: Mapping[str, str]


class UnreadableCellError(ValueError):
    """A cell that is no number, or no yes or no."""


def pasted_rows(text: str, *, columns: Sequence[str], headings: Mapping[str, str]) -> list[PastedRow]:
    """The rows that are not blank, their cells by column.

    Where the first row has a heading (`headings`: in lower case, to column), its order counts and columns without a
    known heading are passed over; else the cells are in the order of `columns`. Raises PastedTooMuchError, also for a
    cell that is no cell: a quotation mark that nobody closed.
    """
    text = text.removeprefix("\ufeff")
    try:
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=_separator(text), skipinitialspace=True))
    except csv.Error as error:
        raise PastedTooMuchError(f"A cell is too long: {error}.") from error
    filled = [(number, cells) for number, cells in enumerate(lines, start=1) if any(cell.strip() for cell in cells)]
    if not filled:
        return []
    first = [headings.get(cell.strip().lower()) for cell in filled[0][1]]
    order: Sequence[str | None] = columns
    if any(first):
        order, filled = first, filled[1:]
    if len(filled) > MOST_ROWS:
        raise PastedTooMuchError(f"{len(filled)} rows; at most {MOST_ROWS} at once.")
    return [
        PastedRow(number, {column: cell.strip() for column, cell in zip(order, cells, strict=False) if column})
        for number, cells in filled
    ]


def amount_in(cell: str) -> Decimal:
    """The amount, whichever of point and comma is the decimal sign; a currency around it is passed over.

    Raises UnreadableCellError for what is none, and for what could be two (1,234).
    """
    found = AMOUNT.match(cell.strip())
    if found is None:
        raise UnreadableCellError(cell)
    sign, bare = -1 if found.group(1) == "-" else 1, found.group(2)
    grouped = GROUPED.match(bare)
    if grouped and (grouped.group(2) or bare.count(grouped.group(1)) > 1 or grouped.group(1) in "' "):
        bare = bare.replace(grouped.group(1), "")
    elif not PLAIN.match(bare) or ("," in bare and len(bare.partition(",")[2]) == THREE):
        raise UnreadableCellError(cell)
    try:
        return sign * Decimal(bare.replace(",", "."))
    except InvalidOperation as error:
        raise UnreadableCellError(cell) from error


def count_in(cell: str) -> int:
    """A whole number; blank is 1. Raises UnreadableCellError."""
    if not cell:
        return 1
    if not cell.isascii() or not cell.isdecimal() or len(cell) > 9:  # noqa: PLR2004 -- what the column holds
        raise UnreadableCellError(cell)
    return int(cell)


def yes_or_no(cell: str) -> bool:
    """Blank is yes. Raises UnreadableCellError."""
    word = cell.lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise UnreadableCellError(cell)


def _separator(text: str) -> str:
    """The one that a spreadsheet used: tabs before all, else what splits the first line most."""
    if "\t" in text:
        return "\t"
    line = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=line.count)
