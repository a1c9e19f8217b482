"""Pages by position, never by offset: the millionth row costs what the first does."""

from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

LONGEST_PAGE_SIZE = 3
NO_CURSOR = "Take it from `next` or `previous` of another page."


class CursorPages(CursorPagination):
    """`{"next", "previous", "results"}`; `?page_size=` up to 200. The first ordering field must be all but unique."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering: str | tuple[str, ...] = "-id"

    def decode_cursor(self, request: Request) -> Any:
        """Raises ValidationError for a cursor that is none of ours."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound as error:
            raise ValidationError({"cursor": NO_CURSOR}) from error
        if cursor is not None and "\x00" in str(cursor.position or ""):
            raise ValidationError({"cursor": NO_CURSOR})
        return cursor

    def get_page_size(self, request: Request) -> int | None:
        """Raises ValidationError for anything but 1 to 200."""
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        is_number = given.isascii() and given.isdecimal() and len(given) <= LONGEST_PAGE_SIZE
        if not (is_number and 1 <= int(given) <= self.max_page_size):
            raise ValidationError({self.page_size_query_param: f"1 to {self.max_page_size}."})
        return int(given)


class OldestFirst(CursorPages):
    ordering = ("created_at", "id")


class NewestFirst(CursorPages):
    ordering = ("-created_at", "-id")


class ByCode(CursorPages):
    ordering = "code"
