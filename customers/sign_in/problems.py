"""Errors of django-allauth's endpoints in the shape that all others have, beside their own."""

import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import ParseError, Throttled

from customers.sign_in.limits import RETRY_AFTER, refuse_flood
from interface.api.parsers import read_json
from interface.api.problems import CONTENT_TYPE, FieldError, Problem, problem_of

View = Callable[..., HttpResponseBase]
DETAILS = {
    400: ("invalid", "The request is not valid; see errors."),
    401: ("not_authenticated", "Sign in, or finish signing in: see data.flows."),
    403: ("permission_denied", "You may not do this."),
    404: ("not_found", "There is none."),
    405: ("method_not_allowed", "This address does not take that method."),
    409: ("conflict", "This is not possible in the state you are in; read the session."),
    410: ("session_ended", "The session has ended. Sign in again."),
    429: ("rate_limited", "Too many requests. Try again later."),
}
_HEADERS = {429: {"Retry-After": str(RETRY_AFTER)}}
GONE = {410: 401}  # a session that is gone asks for signing in
LIMITED = "too_many_login_attempts"


def with_problems(view: View, *, methods: Sequence[str]) -> View:
    """The view, limited; answers from 400 on are RFC 9457 problems that keep what the library said (`data`, `meta`).

    Other methods than these are refused before anything is read. HEAD is taken where GET is.
    """
    taken = {*methods, "HEAD"} if "GET" in methods else {*methods}

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            refuse_flood(request)
        except Throttled as limited:
            problem = problem_of(limited)
            assert problem is not None, "every APIException has one"
            return problem.http_response()
        if request.method not in taken:
            refused = Problem(405, *DETAILS[405], headers={"Allow": ", ".join(methods)})
            return refused.http_response()
        if not _is_readable(request):
            unread = Problem(400, "parse_error", "The body is not JSON that can be stored.")
            return unread.http_response()
        try:
            response = view(request, *args, **kwargs)
        except ImmediateHttpResponse as immediate:
            response = immediate.response
        if response.status_code < 400 or not isinstance(response, HttpResponse):  # noqa: PLR2004 -- the first error status
            return response
        return _problem(response)

    return answer


def _is_readable(request: HttpRequest) -> bool:
    """As the parser of all other endpoints asks: JSON, and text that PostgreSQL and hashes can take."""
    try:
        return not request.body or isinstance(read_json(request.body), dict)
    except ParseError:
        return False


def _problem(response: HttpResponse) -> HttpResponse:
    said = _body(response)
    errors = [error for error in said.get("errors", []) if isinstance(error, dict)]
    codes = [str(error.get("code", "invalid")) for error in errors]
    status = GONE.get(response.status_code, response.status_code)
    code, detail = DETAILS.get(response.status_code, ("invalid", "The request cannot be answered."))
    if response.status_code == 401:  # noqa: PLR2004 -- who are you?
        code, detail = _missing(said)
    if LIMITED in codes:
        status, code, detail = 429, *DETAILS[429]
    elif len(set(codes)) == 1:
        code, detail = codes[0], str(errors[0].get("message", detail))
    problem = Problem(status, code, detail, tuple(map(_field_error, errors)), _HEADERS.get(status, {}))
    kept = {name: value for name, value in said.items() if name in {"data", "meta"}}
    return JsonResponse(
        {**kept, **problem.content()}, status=status, headers=dict(problem.headers), content_type=CONTENT_TYPE
    )


def _body(response: HttpResponse) -> dict[str, Any]:
    try:
        said = json.loads(response.content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _missing(said: dict[str, Any]) -> tuple[str, str]:
    """What a 401 of the library asks for: signing in, the second factor, or the password once more."""
    if (said.get("meta") or {}).get("is_authenticated"):
        return "reauthentication_required", "Confirm that it is you: POST auth/reauthenticate, then try again."
    if any(flow.get("is_pending") for flow in (said.get("data") or {}).get("flows", [])):
        return "second_factor_required", "Send the code of the second factor: POST auth/2fa/authenticate."
    return DETAILS[401]


def _field_error(error: dict[str, Any]) -> FieldError:
    return FieldError(str(error.get("param", "body")), str(error.get("code", "invalid")), str(error.get("message", "")))
