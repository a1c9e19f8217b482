"""`Idempotency-Key` on POST: the same request sent again gets the same answer, and its effect happens once.

The answer is a row written in the effect's own transaction, so neither can stand without the other.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from django.conf import settings
from django.db import OperationalError, connection
from django.db.transaction import atomic
from django.http import HttpResponse
from django.utils import timezone
from psycopg.errors import LockNotAvailable
from rest_framework import exceptions, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from events.context import current
from events.transaction import lock_key
from interface.api.problems import CONTENT_TYPE
from interface.models import IdempotencyRecord

KEPT = timedelta(hours=24)
SECONDS_A_TWIN_WAITS = 5
# An answer that the same request would not get again: kept, it would refuse the repetition it asks for.
PASSING = frozenset({"conflict"})
WELL_FORMED = re.compile(r"[\x21-\x7e]{1,255}")

# Limits the wait, waits, and lifts the limit. Each step reads the one before it: SQL promises no order otherwise.
_LOCK = """
    WITH limited AS MATERIALIZED (SELECT set_config('lock_timeout', %s, true) AS text),
         taken AS MATERIALIZED (SELECT pg_advisory_xact_lock(%s) FROM limited WHERE text IS NOT NULL)
    SELECT set_config('lock_timeout', '0', true) FROM taken
"""

View = TypeVar("View", bound=Callable[..., Response])


class IdempotencyKeyReused(exceptions.APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"
    default_detail = "This Idempotency-Key came with another body, or in another role, before."


class IdempotencyInProgress(exceptions.APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "idempotency_in_progress"
    default_detail = "The first request with this Idempotency-Key is still running. Try again."


class _Undo(Exception):  # noqa: N818 -- carries an answer out of a transaction that must not stay
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


def idempotent(view: View) -> View:
    """Make a POST view of the API idempotent for callers that send a key; without one nothing changes.

    Answers 422 `idempotency_key_reused` for another body under the same key, or of a caller whose rights changed
    since; 409 `idempotency_in_progress` where the first request runs longer than 5 seconds. Answers of 500 and above
    are never kept, nor is 409 `conflict`.
    """

    @wraps(view)
    def answer_once(self: APIView, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return view(self, request, *args, **kwargs)
        # Also an empty one: the web server empties a header that is not ASCII, and who sent it counts on being safe.
        if not WELL_FORMED.fullmatch(key):
            raise exceptions.ValidationError({"Idempotency-Key": "1 to 255 visible ASCII characters."})
        call = {"caller": _caller(self), "method": request.method, "path": request.path[:500], "key": key}
        digest = _digest(request.data, _rights(self))
        try:
            with atomic():
                _wait_for_twin(call)
                kept = IdempotencyRecord.objects.filter(**call).first()
                if kept is not None and timezone.now() - kept.at < KEPT:
                    return _again(kept, digest)
                response = _answer(self, view, request, *args, **kwargs)
                _keep(call, digest, response)
                return response
        except _Undo as undone:
            return undone.response

    return answer_once  # type: ignore[return-value]


def caller_of(*parts: str) -> str:
    """Who a key belongs to, as short text, where more than the actor decides about it."""
    return f"{parts[0][:60]} {hashlib.sha256(chr(31).join(parts).encode()).hexdigest()[:40]}"


def _caller(view: APIView) -> str:
    """The actor, unless the view tells callers apart more finely (`idempotency_caller`)."""
    own: Callable[[], str] | None = getattr(view, "idempotency_caller", None)
    return own() if own else current().actor


def _rights(view: APIView) -> list[str]:
    """What the caller's role allows, where the view says so (`idempotency_rights`)."""
    own: Callable[[], list[str]] | None = getattr(view, "idempotency_rights", None)
    return own() if own else []


def _digest(body: Any, rights: list[str]) -> bytes:
    """Keyed, because a body may hold a password: who reads the table cannot guess at it."""
    text = json.dumps([body, rights] if rights else body, sort_keys=True).encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).digest()


def _wait_for_twin(call: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        try:
            cursor.execute(_LOCK, [f"{SECONDS_A_TWIN_WAITS}s", lock_key("idempotency", *call.values())])
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise IdempotencyInProgress from error
            raise


def _again(kept: IdempotencyRecord, digest: bytes) -> HttpResponse:
    if bytes(kept.body_digest) != digest:
        raise IdempotencyKeyReused
    answer = HttpResponse(kept.answer, status=kept.status, content_type=kept.content_type)
    answer["Idempotent-Replayed"] = "true"
    if kept.etag:
        answer["ETag"] = kept.etag
    return answer


def _answer(self: APIView, view: Callable[..., Response], request: Request, *args: Any, **kwargs: Any) -> Response:
    """The view's answer, errors included: what a failed service wrote was undone by its own savepoint."""
    try:
        with atomic():
            return view(self, request, *args, **kwargs)
    except Exception as error:
        response = self.handle_exception(error)
        if response.status_code >= status.HTTP_500_INTERNAL_SERVER_ERROR or response.data["code"] in PASSING:
            raise _Undo(response) from error
        return response


def _keep(call: dict[str, Any], digest: bytes, response: Response) -> None:
    values = {
        "body_digest": digest,
        "status": response.status_code,
        "answer": JSONRenderer().render(response.data).decode(),
        "content_type": CONTENT_TYPE if response.status_code >= status.HTTP_400_BAD_REQUEST else "application/json",
        "etag": response.headers.get("ETag", ""),
        "at": timezone.now(),
    }
    # One statement; a row that is there already is one past its 24 hours.
    IdempotencyRecord.objects.bulk_create(
        [IdempotencyRecord(**call, **values)],
        update_conflicts=True,
        unique_fields=list(call),
        update_fields=list(values),
    )
