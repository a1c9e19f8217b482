"""Pages are read one after another, forward and back, while rows come and go: none twice, none left out."""

import base64
import json
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db.transaction import atomic, set_rollback
from django.urls import get_resolver
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from customers.models import Segment
from interface.api.pagination import CursorPages, NewestFirst, OldestFirst
from tests.factories import NOW

pytestmark = pytest.mark.django_db
CODES = count()
MANY = 1_100  # alike in the first field


class ByName(CursorPages):
    ordering = ("name", "-id")


MOMENT = "2026-11-23T10:00:00+00:00"
WORDS = ["created_at", "id"]
PAGES = {("created_at", "id"): OldestFirst, ("-created_at", "-id"): NewestFirst, ("name", "-id"): ByName}


class Page:
    """What one request answers."""

    def __init__(self, pages: type[CursorPages], address: str, *, as_rows: bool = False) -> None:
        queryset = Segment.objects.values("id", "name", "created_at") if as_rows else Segment.objects.all()
        paginator = pages()
        found = paginator.paginate_queryset(queryset, Request(APIRequestFactory().get(address)))
        answer: dict[str, Any] = paginator.get_paginated_response(found).data
        self.ids = [row["id"] if as_rows else row.pk for row in answer["results"]]
        self.next, self.previous = answer["next"], answer["previous"]


def walk(pages: type[CursorPages], address: str, *, way: str = "next", as_rows: bool = False) -> Iterator[Page]:
    """From that page on; ends by itself after as many pages as there can be."""
    following: str | None = address
    for _turn in range(MANY):
        assert following is not None
        page = Page(pages, following, as_rows=as_rows)
        yield page
        following = getattr(page, way)
        if following is None:
            return
    pytest.fail("It never ends.")


def make(moments: Sequence[int], names: Sequence[str]) -> list[Segment]:
    return Segment.objects.bulk_create(
        Segment(code=f"s{next(CODES)}", name=name, created_at=NOW + timedelta(seconds=at), updated_at=NOW)
        for at, name in zip(moments, names, strict=True)
    )


def in_order(words: tuple[str, ...]) -> list[int]:
    return list(Segment.objects.order_by(*words).values_list("pk", flat=True))


@pytest.mark.parametrize("as_rows", [False, True], ids=["objects", "rows"])
def test_more_alike_than_any_page_holds(as_rows):
    make([0] * MANY, "a" * MANY)
    found = [page.ids for page in walk(NewestFirst, "/?page_size=200", as_rows=as_rows)]
    assert [len(ids) for ids in found] == [200] * 5 + [100]
    assert [pk for ids in found for pk in ids] == in_order(("-created_at", "-id"))


@settings(max_examples=40)
@given(
    words=st.sampled_from(sorted(PAGES)),
    size=st.integers(1, 4),
    rows=st.lists(st.tuples(st.integers(0, 2), st.sampled_from('äAb,"%')), max_size=14),
    added=st.lists(st.tuples(st.integers(0, 2), st.sampled_from("äAb")), max_size=3),
    removed=st.tuples(st.integers(0, 5), st.sets(st.integers(0, 13), max_size=3)),
)
def test_whatever_comes_and_goes(words, size, rows, added, removed):
    change_at, indexes = removed
    with atomic():
        stored = make([at for at, _name in rows], "".join(name for _at, name in rows))
        gone = {stored[index].pk for index in indexes if index < len(stored)}
        there_all_the_time = {row.pk for row in stored} - gone
        seen, last, everything = [], None, in_order(words)
        for number, page in enumerate(walk(PAGES[words], f"/?page_size={size}")):
            seen.extend(page.ids)
            last = page
            if number == change_at:
                make([at for at, _name in added], "".join(name for _at, name in added))
                everything = in_order(words)
                Segment.objects.filter(pk__in=gone).delete()
        assert len(seen) == len(set(seen))
        assert there_all_the_time <= set(seen)
        now = [pk for pk in in_order(words) if pk in there_all_the_time]
        assert [pk for pk in seen if pk in there_all_the_time] == now
        # And back from the last page: what stands before it now, also where its first row is gone by now.
        assert last is not None
        if last.previous is not None and last.ids:
            back = [pk for page in reversed(list(walk(PAGES[words], last.previous, way="previous"))) for pk in page.ids]
            there = set(in_order(words))
            assert back == [pk for pk in everything[: everything.index(last.ids[0])] if pk in there]
        set_rollback(True)


def test_an_empty_page_leads_back_to_the_end_and_on_to_the_beginning():
    one, two = make([0, 1], "ab")
    behind = Page(OldestFirst, f"/?page_size=2&cursor={said([False, WORDS, ['2100-01-01T00:00:00+00:00', '1']])}")
    assert (behind.ids, behind.next) == ([], None)
    end = Page(OldestFirst, behind.previous)
    assert (end.ids, end.next, end.previous) == ([one.pk, two.pk], None, None)
    before = Page(OldestFirst, f"/?page_size=2&cursor={said([True, WORDS, ['1999-01-01T00:00:00+00:00', '1']])}")
    assert (before.ids, before.previous) == ([], None)
    assert Page(OldestFirst, before.next).ids == [one.pk, two.pk]


def said(content: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


@pytest.mark.parametrize(
    "content",
    [
        None, 1, "x", [], {}, [False], [False, WORDS], [1, WORDS, [MOMENT, "1"]], [False, WORDS, None],
        [False, ["-created_at", "-id"], [MOMENT, "1"]], [False, WORDS, [MOMENT]], [False, WORDS, [MOMENT, 1]],
        [False, WORDS, [MOMENT, "x"]], [False, WORDS, [MOMENT, "\x00"]], [False, WORDS, ["yesterday", "1"]],
        [False, WORDS, ["2026-11-23T10:00:00", "1"]], [False, WORDS, ["0001-01-01T00:00:00+14:00", "1"]],
        [False, WORDS, ["9999-12-31T23:59:59-14:00", "1"]], [False, WORDS, [MOMENT, ""]], [False, WORDS, ["", "1"]],
        [[]] * 3, "[" * 2_000,
    ],
)  # fmt: skip
def test_what_is_no_cursor_of_the_list_is_refused(content):
    with pytest.raises(ValidationError) as refused:
        Page(OldestFirst, f"/?cursor={said(content)}")
    assert set(refused.value.detail) == {"cursor"}


@pytest.mark.parametrize("name", ["\x00", "\ud800", "a\udfff"])
def test_text_that_cannot_be_stored_is_no_place(name):
    with pytest.raises(ValidationError):
        Page(ByName, f"/?cursor={said([False, ['name', '-id'], [name, '1']])}")


@pytest.mark.parametrize("letter", ["n", "\U0001d4d0", "\u4e00"])
def test_the_longest_names_are_places(letter):
    make([0, 1, 2], ["%s" % (letter * 119 + end) for end in "abc"])
    assert [len(page.ids) for page in walk(ByName, "/?page_size=1")] == [1, 1, 1]


@pytest.mark.parametrize("text", ["x", "%00", "=", "ä", "[]", "bnVsbA", "W10=" * 2_000])
def test_text_that_is_no_cursor_is_refused(text):
    with pytest.raises(ValidationError):
        Page(OldestFirst, f"/?cursor={text}")


def test_a_place_with_an_absurd_number_is_a_place():
    (one,) = make([0], "a")
    assert Page(OldestFirst, f"/?cursor={said([False, WORDS, [MOMENT, '9' * 30]])}").ids == []
    assert Page(OldestFirst, f"/?cursor={said([True, WORDS, [MOMENT, '9' * 30]])}").ids == [one.pk]


def subclasses(of: type) -> Iterator[type]:
    for each in of.__subclasses__():
        yield each
        yield from subclasses(each)


def test_every_order_ends_in_what_no_two_rows_share():
    assert get_resolver().url_patterns  # every list is known now
    ours = [each for each in subclasses(CursorPages) if not each.__module__.startswith("tests.")]
    assert len(ours) > 8
    for pages in ours:
        last = pages.ordering if isinstance(pages.ordering, str) else pages.ordering[-1]
        assert last.removeprefix("-") in {"id", "code", "min_quantity"}, pages
