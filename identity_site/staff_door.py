"""Who is on the panel's side of the door: members of staff, by a session that was opened there."""

from collections.abc import Callable
from typing import cast

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from customers.models import User
from customers.sign_in.backends import is_of_staff

PLACES = ("/admin/", "/staff/")


class StaffDoorMiddleware:
    """A shopper's session, shown as a cookie, is nobody's here, even where the same person is staff too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PLACES) and request.user.is_authenticated and not is_of_staff(request.session):
            request.user = AnonymousUser()
        return self.get_response(request)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the person must set one up before the panel opens."""
    return bool(settings.STAFF_MFA_REQUIRED and not is_mfa_enabled(cast("User", request.user)))
