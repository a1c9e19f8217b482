"""Two doors: shoppers come in by the storefront API, staff by the panel. A session belongs to its door."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal.httpkit import is_headless_request
from django.contrib.auth import BACKEND_SESSION_KEY
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from customers.identifiers import normal_email
from customers.models import Customer, User

SHOPPERS = "customers.sign_in.backends.ShopperBackend"
STAFF = "customers.sign_in.backends.StaffBackend"


class _ByNormalEmail(AuthenticationBackend):
    """Looks people up by the normal form of their address, one statement, however they type it."""

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        user = User.objects.select_related("customer").filter(email=normal_email(email) or "").first()
        checked: AbstractBaseUser | None = self._check_password(user, password)
        return checked


class StaffBackend(_ByNormalEmail):
    """Members of staff, and whatever their groups permit."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        if request is not None and is_headless_request(request):
            return None
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        return bool(user.is_active and user.is_staff)


class ShopperBackend(_ByNormalEmail):
    """Customers who are active and not on hold. Permits nothing in the panel."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        if request is None or not is_headless_request(request):
            return None
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        customer: Customer | None = getattr(user, "customer", None)
        return bool(user.is_active and customer is not None and customer.may_sign_in)

    def get_user(self, user_id: Any) -> Any:
        user = User.objects.select_related("customer").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:  # noqa: ARG002 -- Django's signature
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:  # noqa: ARG002 -- Django's signature
        return set()

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:  # noqa: ARG002 -- Django's signature
        return False


def is_of_staff(session: SessionBase) -> bool:
    """Whether the session was opened at the panel's door."""
    return bool(session.get(BACKEND_SESSION_KEY) == STAFF)
