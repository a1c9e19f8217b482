"""Django's own error pages: problems for the API, the panel's pages for people."""

import logging
import sys

from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.views import defaults

from interface.api.problems import Problem, problem_of

logger = logging.getLogger(__name__)


def is_for_people(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_people(request):
        return defaults.bad_request(request, exception)
    return Problem(400, "invalid", "The request is not valid.").http_response()


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_people(request):
        return defaults.permission_denied(request, exception)
    return Problem(403, "permission_denied", "You may not do this.").http_response()


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_people(request):
        return defaults.page_not_found(request, exception)
    return Problem(404, "not_found", "There is nothing at this address.").http_response()


def server_error(request: HttpRequest) -> HttpResponse:
    if is_for_people(request):
        return defaults.server_error(request)
    error = sys.exception()
    problem = problem_of(error) if isinstance(error, Error) else None
    if problem is not None:
        return problem.http_response()
    return Problem(500, "server_error", "Something failed here; the request id finds it in the logs.").http_response()
