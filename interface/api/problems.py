"""Errors as RFC 9457 problems: one shape for all of them, with a stable code and the request's id.

Rooms name the HTTP status of their exceptions in their `api/errors.py`, through `answers_with`.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError, Error, IntegrityError, OperationalError
from django.http import Http404, HttpResponse, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler

from events.concurrency import StaleError, came_second, refused_by
from events.context import current
from interface.availability import database_was_away
from interface.constraints import violation_of

CONTENT_TYPE = "application/problem+json"
# Found wrong by a rule of the database or a model, but not malformed: the caller meets what another object has.
CONFLICT_CODES = frozenset(
    {
        "account_number_taken", "address_id_taken", "already_associated", "email_taken", "external_id_taken",
        "list_name_taken", "price_list_overlap", "shared_id_taken", "unique", "unique_together",
    }
)  # fmt: skip

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field; nested ones with dots and indexes (`lines.0.sku`)."""

    field: str
    code: str
    detail: str

    def shown(self) -> dict[str, str]:
        return {"field": self.field, "code": self.code, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class Problem:
    """One error answer. `members` are what its content says beside what all of them say."""

    status: int
    code: str
    detail: str
    errors: tuple[FieldError, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        return {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "errors": [error.shown() for error in self.errors],
            "request_id": current().request_id,
            **self.members,
        }

    def response(self) -> Response:
        """For views of the API."""
        return Response(self.content(), status=self.status, headers=dict(self.headers), content_type=CONTENT_TYPE)

    def http_response(self) -> HttpResponse:
        """For middleware and Django's own error pages."""
        return JsonResponse(self.content(), status=self.status, headers=dict(self.headers), content_type=CONTENT_TYPE)


ANOTHER_CAME_FIRST = Problem(409, "conflict", "Another write came first. Try again.")
UNAVAILABLE = Problem(
    503,
    "unavailable",
    "The database does not answer now. Try again, with the same Idempotency-Key if there was one.",
    headers={"Retry-After": "5"},
)

Members = Callable[[Any], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    code: str
    detail: str
    field: str = ""
    members: Members | None = None


_answers: dict[type[Exception], _Answer] = {
    StaleError: _Answer(412, "stale", "The object was changed since you read it. Read it again."),
}


def answers_with(
    exception: type[Exception], *, status: int, code: str, detail: str, field: str = "", members: Members | None = None
) -> None:
    """From now on that exception is answered so; `{error}` in the sentence is the exception's text.

    `field` is what of the body it is about, and is named in `errors`. `members` makes of the exception what the answer
    says besides, as RFC 9457 allows.
    """
    _answers[exception] = _Answer(status, code, detail, field, members)


@contextmanager
def naming_fields(names: Mapping[str, str]) -> Iterator[None]:
    """Errors of the block name fields as the body does, where a service calls them otherwise: `{"code": "id"}`."""
    try:
        yield
    except ModelValidationError as error:
        if not hasattr(error, "error_dict"):
            raise
        found = {names.get(field, field): errors for field, errors in error.error_dict.items()}
        raise ModelValidationError(found) from error


def problem_of(error: Exception) -> Problem | None:
    """The problem an exception stands for, or None for one that is a fault of ours."""
    if isinstance(error, exceptions.ValidationError):
        return _invalid(tuple(_field_errors(error.get_full_details())))
    if isinstance(error, ModelValidationError):
        return _invalid(tuple(_model_errors(error)))
    for kind, answer in _answers.items():
        if isinstance(error, kind):
            detail = answer.detail.replace("{error}", str(error))
            errors = (FieldError(answer.field, answer.code, detail),) if answer.field else ()
            members = answer.members(error) if answer.members else {}
            return Problem(answer.status, answer.code, detail, errors, members=members)
    # A service that does not find what the view has just read: someone removed it in between.
    if isinstance(error, Http404 | ObjectDoesNotExist):
        return Problem(404, "not_found", "There is none, or it is not yours.")
    if isinstance(error, PermissionDenied):
        return Problem(403, "permission_denied", "You may not do this.")
    if isinstance(error, Error):
        return _of_database(error)
    if isinstance(error, exceptions.APIException):
        return _from_api_exception(error)
    return None


def problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """The exception handler of the API."""
    problem = problem_of(error)
    if problem is None:
        return None
    exception_handler(error, context)  # marks the transaction for rollback where one surrounds the view
    return problem.response()


def _of_database(error: Error) -> Problem | None:
    if isinstance(error, IntegrityError | DataError):
        return _refused_by_database(error)
    if isinstance(error, OperationalError) and came_second(error):
        return ANOTHER_CAME_FIRST
    if not database_was_away(error):
        return None
    # Why, is in the logs alone: what the database says of it may name hosts and users.
    logger.error("The database was away", exc_info=error)
    return UNAVAILABLE


def _refused_by_database(error: IntegrityError | DataError) -> Problem:
    """Not the error itself: its text quotes the row."""
    if isinstance(error, DataError):
        logger.error("The database cannot store a value: %s", type(error.__cause__).__name__)
        return Problem(400, "invalid", "The request holds a value that cannot be stored.")
    logger.warning("The constraint %s refused a write", refused_by(error))
    violation = violation_of(error)
    if violation is not None and violation.code in CONFLICT_CODES:
        return _invalid(tuple(_model_errors(violation)))
    return ANOTHER_CAME_FIRST


def _from_api_exception(error: exceptions.APIException) -> Problem:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = f"{wait:.0f}"
    code = error.get_codes()
    detail = error.detail
    return Problem(error.status_code, str(code), str(detail), headers=headers)


def _invalid(errors: tuple[FieldError, ...]) -> Problem:
    errors = tuple(dict.fromkeys(errors))  # Two rules may say the same of one field.
    conflict = next((error for error in errors if error.code in CONFLICT_CODES), None)
    if conflict is not None and all(error.code in CONFLICT_CODES for error in errors):
        return Problem(409, conflict.code, conflict.detail, errors)
    return Problem(400, "invalid", "The request is not valid; see errors.", errors)


def _field_errors(details: Any, path: str = "") -> Iterator[FieldError]:
    if isinstance(details, dict) and set(details) == {"message", "code"} and isinstance(details["code"], str):
        yield FieldError(path or "body", details["code"], str(details["message"]))
    elif isinstance(details, dict):
        for name, inner in details.items():
            is_whole = str(name) == "non_field_errors"
            yield from _field_errors(inner, path if is_whole else f"{path}.{name}".strip("."))
    elif isinstance(details, list):
        holds_messages = all(isinstance(inner, dict) and set(inner) == {"message", "code"} for inner in details)
        for index, inner in enumerate(details):
            yield from _field_errors(inner, path if holds_messages else f"{path}.{index}".strip("."))


def _model_errors(error: ModelValidationError) -> Iterator[FieldError]:
    if hasattr(error, "error_dict"):
        for name, inner in error.error_dict.items():
            for each in inner:
                yield FieldError(
                    "body" if name == NON_FIELD_ERRORS else name, each.code or "invalid", " ".join(each.messages)
                )
    else:
        for each in error.error_list:
            yield FieldError("body", each.code or "invalid", " ".join(each.messages))
