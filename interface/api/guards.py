"""Requests that no view should have to think about."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from interface.api.problems import Problem


class RefuseUnusableMiddleware:
    """Refuses addresses with a NUL (400: PostgreSQL takes none), bodies without length (411) or too large (413)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "\x00" in request.path or "\x00" in query or "%00" in query:
            return Problem(400, "invalid", "The address contains a NUL character.").http_response()
        if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return Problem(411, "length_required", "Send the body with a Content-Length.").http_response()
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _declared_length(request) > limit:
            return Problem(413, "payload_too_large", f"The body is larger than {limit} bytes.").http_response()
        return self.get_response(request)


def _declared_length(request: HttpRequest) -> int:
    declared = request.META.get("CONTENT_LENGTH") or "0"
    return int(declared) if declared.isdecimal() else 0
