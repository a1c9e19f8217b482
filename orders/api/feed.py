"""`GET /orders?decided_after=`: orders in the order in which their decisions were committed, late answers too."""

import base64
import re
from typing import Any
from uuid import UUID

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from events.feed import Place, in_commit_order
from interface.api.pagination import CursorPages

PARAMETER = "decided_after"
NO_PLACE = "Take it from `decided_after` of the last answer; a blank one starts at the beginning."
LARGEST = 2**63
BYTES_OF_NUMBER = 8
# Eight bytes and the sixteen of an id, as base64 without padding.
WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{32}")


class OrderPages(CursorPages):
    """Pages by id; asked by `decided_after`, the feed of decisions, whose answer says where to go on."""

    # Ids rise with reception and no two are equal: a page can neither repeat nor lose an order.
    ordering = "-id"
    place: str | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """Raises ValidationError for a place that is none of ours, and for another order than the feed's."""
        if PARAMETER not in request.query_params:
            return super().paginate_queryset(queryset, request, view)
        given = request.query_params[PARAMETER]
        for other in ("ordering", self.cursor_query_param):
            if request.query_params.get(other):
                raise ValidationError({other: f"Not together with `{PARAMETER}`, which has an order of its own."})
        size = self.get_page_size(request)
        settled = in_commit_order(queryset, written_in="decided_in", after=read_place(given))
        found = list(settled[: size + 1])
        page = found[:size]
        self.place = place_of(page[-1].decided_in, page[-1].pk) if page else given
        self.has_more = len(found) > size
        self.url = request.build_absolute_uri()
        return page

    def get_paginated_response(self, data: Any) -> Response:
        if self.place is None:
            return super().get_paginated_response(data)
        following = replace_query_param(self.url, PARAMETER, self.place) if self.has_more else None
        return Response({"next": following, "previous": None, "results": data, PARAMETER: self.place})

    def get_paginated_response_schema(self, schema: Any) -> Any:
        described = super().get_paginated_response_schema(schema)
        described["properties"][PARAMETER] = {
            "type": "string",
            "description": "In answers to `decided_after` only: give it with the next call, also after the last page.",
        }
        return described


def place_of(transaction: int, order: UUID) -> str:
    """A place in the feed as text that callers hand back and do not read."""
    return base64.urlsafe_b64encode(transaction.to_bytes(BYTES_OF_NUMBER, "big") + order.bytes).decode()


def read_place(text: str) -> Place | None:
    """What `place_of` gave; None for a blank. Raises ValidationError for anything else."""
    if not text:
        return None
    if not WELL_FORMED.fullmatch(text):
        raise ValidationError({PARAMETER: NO_PLACE})
    read = base64.urlsafe_b64decode(text)
    transaction = int.from_bytes(read[:BYTES_OF_NUMBER], "big")
    if transaction >= LARGEST:
        raise ValidationError({PARAMETER: NO_PLACE})
    return Place(transaction, UUID(bytes=read[BYTES_OF_NUMBER:]))
