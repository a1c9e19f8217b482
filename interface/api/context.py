"""Ties everything a request causes to one id and one actor."""

import re
import uuid
from collections.abc import Callable
from typing import cast

from django.http import HttpRequest, HttpResponse

from events.context import API, PANEL, STOREFRONT, WorkContext, become, current, working_as

GivenResponse = Callable[[HttpRequest], HttpResponse]
STOREFRONT_PATH = "/api/v1/storefront/"
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")


class AnsweredRequest(HttpRequest):
    """What RequestContextMiddleware makes of a request: `work` says who it turned out to come from, and its id.

    Django logs 4xx and 5xx answers after the last middleware is done; those lines find the context here.
    """

    work: WorkContext


class RequestContextMiddleware:
    """Takes the caller's `X-Request-ID` if it is well-formed, else makes one; the answer, errors and logs carry it."""

    def __init__(self, get_response: GivenResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        with working_as(actor="anonymous", request_id=request_id, source=_source(request.path)):
            response = self.get_response(request)
            cast("AnsweredRequest", request).work = current()  # not earlier: signing in changes the actor
        response["X-Request-ID"] = request_id
        return response


def _source(path: str) -> str:
    if path.startswith(STOREFRONT_PATH):
        return STOREFRONT
    return API if path.startswith("/api/") else PANEL


class StaffActorMiddleware:
    """Names the signed-in staff member as the actor of panel requests; the session is read only there."""

    def __init__(self, get_response: GivenResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/admin/", "/staff/")) and request.user.is_authenticated:
            become(f"staff:{request.user.pk}")
        return self.get_response(request)
