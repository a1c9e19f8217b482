"""Pages by place, never by offset: the millionth row costs what the first does.

None comes twice or is left out, but for what gets another place while one reads.
"""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError as InvalidValue
from django.db.models import Q, QuerySet
from django.utils.timezone import is_aware
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

from interface.api.fields import EARLIEST, LATEST
from interface.api.parsers import UNSTORABLE

LONGEST_PAGE_SIZE = 3
LONGEST_CURSOR = 4_000
NO_CURSOR = "Take it from `next` or `previous` of another page."


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: behind the row with these values of the ordering fields, or where it `is_backward`, before.

    Without a place: at the end of the list, backward.
    """

    is_backward: bool
    words: Sequence[str]
    place: Sequence[str] | None

    def text(self) -> str:
        """As callers hand it back."""
        said = json.dumps([self.is_backward, self.words, self.place], separators=(",", ":"), ensure_ascii=False)
        return base64.urlsafe_b64encode(said.encode()).decode()


def cursor_in(text: str, *, words: Sequence[str]) -> Cursor:
    """What `Cursor.text` gave for a list with that order. Raises ValidationError for anything else."""
    if len(text) > LONGEST_CURSOR:
        raise _no_cursor()
    try:
        is_backward, ordered_by, place = json.loads(base64.b64decode(text, altchars=b"-_", validate=True))
    except (ValueError, TypeError, RecursionError) as error:
        raise _no_cursor() from error
    is_place = isinstance(place, list) and len(place) == len(words) and all(isinstance(each, str) for each in place)
    is_end = place is None and is_backward is True
    if not isinstance(is_backward, bool) or ordered_by != list(words) or not (is_place or is_end):
        raise _no_cursor()
    return Cursor(is_backward, words, place)


class CursorPages(CursorPagination):
    """`{"next", "previous", "results"}`; `?page_size=` up to 200. No two rows have all ordering fields alike.

    Rows that come or go while pages are read change nothing about the others.
    """

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering: str | tuple[str, ...] = "-id"

    def paginate_queryset(self, queryset: QuerySet[Any], request: Request, view: Any = None) -> list[Any]:  # type: ignore[override]  # None is for no pages
        """Raises ValidationError for a page size or a cursor that is none of ours."""
        size = self.get_page_size(request)
        self.url = request.build_absolute_uri()
        self.words = self.get_ordering(request, queryset, view)
        given = request.query_params.get(self.cursor_query_param)
        cursor = cursor_in(given, words=self.words) if given else None
        is_backward = cursor is not None and cursor.is_backward
        words = [_turned(word) for word in self.words] if is_backward else self.words
        if cursor is not None and cursor.place is not None:
            queryset = queryset.filter(_beyond(words, self._values(queryset, cursor.place)))
        rows = list(queryset.order_by(*words)[: size + 1])
        has_more, rows = len(rows) > size, rows[:size]
        self.page = rows[::-1] if is_backward else rows
        is_inside = cursor is not None and cursor.place is not None
        self.has_next, self.has_previous = (is_inside, has_more) if is_backward else (has_more, is_inside)
        return self.page

    def get_next_link(self) -> str | None:
        """Behind the last row; from before the first one to the beginning."""
        if not self.has_next:
            return None
        if not self.page:
            return remove_query_param(self.url, self.cursor_query_param)
        return self._link(is_backward=False, place=self._place(self.page[-1]))

    def get_previous_link(self) -> str | None:
        """Before the first row; from behind the last one to the end."""
        if not self.has_previous:
            return None
        return self._link(is_backward=True, place=self._place(self.page[0]) if self.page else None)

    def get_page_size(self, request: Request) -> int:
        """Raises ValidationError for anything but 1 to 200."""
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        is_number = given.isascii() and given.isdecimal() and len(given) <= LONGEST_PAGE_SIZE
        if not (is_number and 1 <= int(given) <= self.max_page_size):
            raise ValidationError({self.page_size_query_param: f"1 to {self.max_page_size}."})
        return int(given)

    def _place(self, row: Any) -> list[str]:
        names = [word.removeprefix("-") for word in self.words]
        values = [row[name] if isinstance(row, dict) else getattr(row, name) for name in names]
        return [value.isoformat() if isinstance(value, datetime) else str(value) for value in values]

    def _values(self, queryset: QuerySet[Any], place: Sequence[str]) -> list[Any]:
        fields = [queryset.model._meta.get_field(word.removeprefix("-")) for word in self.words]  # noqa: SLF001 -- Django's documented API
        try:
            values = [field.to_python(text) for field, text in zip(fields, place, strict=True)]
        except InvalidValue as error:
            raise _no_cursor() from error
        if not all(_is_storable(value) for value in values):
            raise _no_cursor()
        return values

    def _link(self, *, is_backward: bool, place: Sequence[str] | None) -> str:
        return replace_query_param(self.url, self.cursor_query_param, Cursor(is_backward, self.words, place).text())


class OldestFirst(CursorPages):
    ordering = ("created_at", "id")


class NewestFirst(CursorPages):
    ordering = ("-created_at", "-id")


class ByCode(CursorPages):
    ordering = "code"


def _turned(word: str) -> str:
    return word.removeprefix("-") if word.startswith("-") else f"-{word}"


def _beyond(words: Sequence[str], values: Sequence[Any]) -> Q:
    """What comes behind the row with these values: alike in the first fields, and beyond it in the next."""
    pairs = [
        (word.removeprefix("-"), "lt" if word.startswith("-") else "gt", value)
        for word, value in zip(words, values, strict=True)
    ]
    found = Q()
    for count, (name, beyond, value) in enumerate(pairs):
        alike = Q(**{before: same for before, _beyond, same in pairs[:count]})
        found |= alike & Q(**{f"{name}__{beyond}": value})
    # Says nothing new, but by it an index finds the place.
    name, beyond, value = pairs[0]
    return Q(**{f"{name}__{beyond}e": value}) & found


def _is_storable(value: Any) -> bool:
    if isinstance(value, datetime):
        return is_aware(value) and EARLIEST <= value < LATEST
    return value is not None and not UNSTORABLE.search(str(value))


def _no_cursor() -> ValidationError:
    return ValidationError({"cursor": NO_CURSOR})
