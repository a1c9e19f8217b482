"""What every answer under `/storefront` says, and what guards addresses that are no views of the framework's."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import APIException, Throttled
from rest_framework.request import Request

from accounts.api.storefront.authentication import ACCOUNT_HEADERS, AccountRefused, ActingAuthentication
from accounts.models import Associate
from customers.api.shoppers import CUSTOMER_HEADER, TOKEN_HEADER
from interface.api.context import STOREFRONT_PATH
from interface.api.problems import problem_of

ACTING_HEADER = "X-Acting-Account"
# Whose answer it is stands in headers that no cache between looks at.
NOT_KEPT = "private, no-store"


class ActingAccountMiddleware:
    """Echoes the account acted for in every answer, and lets no cache keep one.

    It guards what is no view of the framework's, such as sign-in.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path.startswith(STOREFRONT_PATH):
            response.setdefault("Cache-Control", NOT_KEPT)
        association: Associate | None = getattr(request, "acting_association", None)
        if association is not None:
            response[ACTING_HEADER] = association.account.shared_id
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:  # noqa: ARG002 -- Django's signature
        """Whose session it is, is asked where both headers are there; one that ended is the view's matter."""
        names_account = any(request.headers.get(name, "").strip() for name in ACCOUNT_HEADERS)
        names_person = any(name in request.headers for name in (TOKEN_HEADER, CUSTOMER_HEADER))
        is_guarded = bool(getattr(getattr(view, "cls", None), "authentication_classes", ()))
        if is_guarded or not (request.path.startswith(STOREFRONT_PATH) and names_account and names_person):
            return None
        try:
            ActingAuthentication().authenticate(Request(request))
        except (AccountRefused, Throttled) as refused:
            problem = problem_of(refused)
            assert problem is not None, "every APIException has one"
            return problem.http_response()
        except APIException:
            return None
        return None
