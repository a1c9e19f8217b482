"""What a file format must offer, and how its rows are read: every problem of a row is named, not only the first.

A problem never quotes names, e-mails, phones or addresses: it says where to look, not who stands there.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Self, TypeVar

from django.db import models

from customers.services.erp_mirror import ErpCustomerRecord
from orders.submissions import OrderSubmission
from storefronts.models import Storefront

LONGEST_VALUE_SHOWN = 40
# What the columns for amounts hold: sixteen digits, four of them after the point.
LARGEST_AMOUNT = Decimal(10) ** 12
SMALLEST_AMOUNT = Decimal("0.0001")
MISSING = "is missing"

_NOT_IN_NAMES = re.compile(r"[^a-z0-9_]")
Parsed = TypeVar("Parsed")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one field of a row; `field` is empty for the row itself, `value` where none is shown."""

    field: str
    reason: str
    value: str = ""

    def __str__(self) -> str:
        shown = f" {self.value!r}" if self.value else ""
        return f"{self.field}{shown} {self.reason}".strip()


class RowRefusedError(Exception):
    """A row cannot be taken as it is; `problems` says why, field by field."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


class OrderKindRule(models.TextChoices):
    """Which orders of a shop's file are B2B: all, none, or those billed to a company."""

    B2B = "b2b"
    B2C = "b2c"
    COMPANY = "company"


class PartsByOrder:
    """Parts of orders that came in a file of their own, by the order's number; remembers whose were asked for."""

    def __init__(self, parts: Mapping[str, Sequence[object]] | None = None) -> None:
        self._parts = dict(parts or {})
        self._asked: set[str] = set()

    def of(self, number: str) -> Sequence[object]:
        self._asked.add(number)
        return self._parts.get(number, ())

    def left_over(self) -> list[str]:
        """Numbers of orders whose parts are here and that nobody asked for."""
        return sorted(self._parts.keys() - self._asked)


@dataclass(frozen=True, slots=True)
class OrderSurroundings:
    """What a shop's order needs that does not stand in it."""

    storefront: Storefront
    kind: OrderKindRule
    products: PartsByOrder = field(default_factory=PartsByOrder)
    shipping_addresses: PartsByOrder = field(default_factory=PartsByOrder)


@dataclass(frozen=True, slots=True)
class ErpCustomerFormat:
    """How an ERP writes customers. Both functions raise RowRefusedError.

    `unwrap` gives the customers in one value of a file (an answer of the ERP may hold many); `read` translates one.
    """

    unwrap: Callable[[object], Sequence[object]]
    read: Callable[[object], ErpCustomerRecord]


@dataclass(frozen=True, slots=True)
class OrderFormat:
    """How a shop writes orders. All functions raise RowRefusedError.

    `unwrap` as in ErpCustomerFormat; `read` translates one order; `order_of_part` tells whose a product or address is
    that came in a file of its own.
    """

    unwrap: Callable[[object], Sequence[object]]
    read: Callable[[object, OrderSurroundings], OrderSubmission]
    order_of_part: Callable[[object], str]


class Fields:
    """Reads named fields of one object and collects what is wrong; `refuse_if_wrong` says all of it at once.

    Missing, null and blank are one and the same. Text comes back trimmed, and never with what a database cannot hold.
    """

    def __init__(self, row: object, *, path: str = "", problems: list[Problem] | None = None) -> None:
        self.path = path
        self.problems: list[Problem] = [] if problems is None else problems
        self._is_object = isinstance(row, dict)
        self._row: Mapping[str, Any] = row if isinstance(row, dict) else {}
        if not self._is_object:
            self.problems.append(Problem(path.rstrip("."), "is not an object with named fields"))

    def inside(self, name: str) -> Self:
        """The fields of the object that stands in the field; of an empty one where there is none."""
        return self.nested(self._row.get(name) or {}, f"{name}.")

    def nested(self, row: object, path: str) -> Self:
        """The fields of an object that belongs to this one, with its problems among this one's."""
        return type(self)(row, path=f"{self.path}{path}", problems=self.problems)

    def raw(self, name: str) -> Any:
        return self._row.get(name)

    def wrong(self, name: str, reason: str, value: object = None) -> None:
        shown = "" if value is None else str(value).strip()
        if len(shown) > LONGEST_VALUE_SHOWN:
            shown = f"{shown[:LONGEST_VALUE_SHOWN]}…"
        self.problems.append(Problem(f"{self.path}{name}", reason, shown))

    def text(self, name: str, *, max_length: int, required: bool = False) -> str:
        value = self._row.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | None):
            self.wrong(name, "is not text")
            return ""
        text = "" if value is None else str(value).strip()
        if not text:
            if required:
                self._missing(name)
        elif not is_storable(text):
            self.wrong(name, "holds a NUL or half a character")
            return ""
        elif len(text) > max_length:
            self.wrong(name, f"has {len(text)} characters; at most {max_length} can be kept")
            return ""
        return text

    def parsed(
        self, name: str, parse: Callable[[str], Parsed], expected: str, *, required: bool = False
    ) -> Parsed | None:
        """What `parse` makes of the text; None where there is none. Its ValueError becomes the problem `expected`."""
        value = self._row.get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            if required:
                self._missing(name)
            return None
        if not isinstance(value, str):
            self.wrong(name, expected, value)
            return None
        try:
            return parse(value.strip())
        except (ValueError, OverflowError):
            self.wrong(name, expected, value)
            return None

    def amount(self, name: str, *, required: bool = False) -> Decimal | None:
        """A decimal number, written as text or as a number; at most four digits after the point."""
        value = self._row.get(name)
        if value is None or value == "":
            if required:
                self._missing(name)
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
                raise InvalidOperation  # noqa: TRY301 -- one sentence for all that is no amount
            amount = Decimal(value)
        except (InvalidOperation, ValueError):
            self.wrong(name, "is not an amount", value)
            return None
        # Compared, not computed with: abs() of what has a large exponent overflows.
        if not amount.is_finite() or not -LARGEST_AMOUNT < amount < LARGEST_AMOUNT:
            self.wrong(name, "is not an amount below a million million", value)
            return None
        if amount != amount.quantize(SMALLEST_AMOUNT):
            self.wrong(name, "has more than four digits after the point", value)
            return None
        return amount

    def integer(self, name: str, *, at_least: int, at_most: int, required: bool = False) -> int | None:
        value = self._row.get(name)
        if value is None or value == "":
            if required:
                self._missing(name)
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
                raise InvalidOperation  # noqa: TRY301 -- one sentence for all that is no number
            number = Decimal(value)
        except (InvalidOperation, ValueError):
            number = Decimal("NaN")
        if not number.is_finite() or not at_least <= number <= at_most or number != int(number):
            self.wrong(name, f"is not a whole number from {at_least} to {at_most}", value)
            return None
        return int(number)

    def flag(self, name: str, *, yes: str, no: str, default: bool) -> bool:
        value = self._row.get(name)
        word = value.strip().upper() if isinstance(value, str) else value
        if word in (None, ""):
            return default
        if word not in (yes, no):
            self.wrong(name, f"is neither {yes} nor {no}", value)
        return bool(word == yes)

    def refuse_if_wrong(self) -> None:
        """Raises RowRefusedError where anything read so far was wrong."""
        if self.problems:
            raise RowRefusedError(dict.fromkeys(self.problems))  # a field that is read twice is wrong once

    def _missing(self, name: str) -> None:
        if not self._is_object:
            return  # that was said, and covers it
        lookalikes = [key for key in self._row if key != name and _NOT_IN_NAMES.sub("", key.lower()) == name.lower()]
        hint = f" (there is {lookalikes[0][:LONGEST_VALUE_SHOWN]!r}, which is another name)" if lookalikes else ""
        self.wrong(name, f"{MISSING}{hint}")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold the text: it has no NUL, and nothing that is no character (half of a UTF-16 pair)."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
