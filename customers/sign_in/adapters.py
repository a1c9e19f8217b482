"""What django-allauth asks of us: who may sign in, what happens when he does, what a shopper is told."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.headless.adapter import DefaultHeadlessAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import is_password_usable
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.identifiers import normal_email
from customers.models import Customer, User
from customers.services.access import initial_password_expired, note_sign_in, set_own_password
from customers.sign_in.backends import SHOPPERS, STAFF
from customers.sign_in.keys import derived_key
from customers.sign_in.sessions import GUEST

SHOPPER_SESSION = timedelta(days=14)
NOBODY = "0.0.0.0"  # noqa: S104 -- a word for rate limits, nothing listens there


def refusal_of(user: User) -> str:
    """Why the person may not sign in as a customer: a code of `docs/reference/errors.md`; blank where he may."""
    customer: Customer | None = getattr(user, "customer", None)
    if customer is None or customer.anonymized_at is not None or customer.merged_into_id is not None:
        return "email_password_mismatch"
    if customer.on_hold:
        return "on_hold"
    if not customer.active or not user.is_active:
        return "not_active"
    if initial_password_expired(user=user, at=timezone.now()):
        return "initial_password_expired"
    return ""


class SignInAdapter(DefaultAccountAdapter):
    """Sign-in, by password, for both doors."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "on_hold": _("The account is on hold."),
        "not_active": _("The account is not active."),
        "initial_password_expired": _("The initial password was not used in time. Ask for a new one."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 -- the library's signature
        """People register through `/storefront/registration`, which knows customers."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Raises ValidationError with the code of `refusal_of` after the right password only."""
        user = super().authenticate(request, **credentials)
        if not isinstance(user, User):
            return None
        if not is_headless_request(request):
            return user if user.is_active and user.is_staff else None
        refusal = refusal_of(user)
        if refusal == "email_password_mismatch":
            return None
        if refusal:
            raise self.validation_error(refusal)
        return user

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        again = self.authenticate(self.request, email=getattr(user, "email", ""), password=password)
        return again is not None and again.pk == user.pk

    def login(self, request: HttpRequest, user: Any) -> None:
        """Raises ImmediateHttpResponse where the person was stopped between password and second factor."""
        if not is_headless_request(request):
            user.backend = STAFF
            super().login(request, user)
            return
        fresh = User.objects.select_related("customer").get(pk=user.pk)
        if refusal := refusal_of(fresh):
            errors = [{"code": refusal, "message": str(self.error_messages[refusal])}]
            raise ImmediateHttpResponse(JsonResponse({"status": 400, "errors": errors}, status=400))
        user.backend = SHOPPERS
        super().login(request, user)
        request.session.set_expiry(int(SHOPPER_SESSION.total_seconds()))
        request.session.pop(GUEST, None)
        note_sign_in(customer=fresh.customer, at=timezone.now())

    def set_password(self, user: Any, password: str) -> None:
        """His own choice; wrong attempts before it are forgotten."""
        set_own_password(user=user, password=password)
        self._delete_login_attempts_cached_email(self.request, email=user.email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address limits are counted by; where the proxy promised one and sent none, all share one count."""
        try:
            found = super().get_client_ip(request)
        except (ImproperlyConfigured, PermissionDenied):
            return NOBODY
        return str(found)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """One count per address, however it is typed and whatever host was asked; one for each door."""
        typed = str(credentials.get("email") or credentials.get("username") or "")
        door = "shoppers" if is_headless_request(request) else "staff"
        return f"{door}:{normal_email(typed) or typed}"

    def respond_user_inactive(self, request: HttpRequest, user: AbstractBaseUser) -> HttpResponse:  # noqa: ARG002 -- the library's signature
        errors = [{"code": "not_active", "message": str(self.error_messages["not_active"])}]
        return JsonResponse({"status": 400, "errors": errors}, status=400)


@dataclass(frozen=True, slots=True)
class ShownUser:
    """What answers of the sign-in endpoints say of the person."""

    id: str = field(metadata={"description": "Shared ID of the customer.", "example": "ana"})
    display: str = field(metadata={"description": "Name, else e-mail.", "example": "Ana Alvarez"})
    email: str = field(metadata={"description": "The address he signs in with.", "example": "ana@acme.example"})
    has_usable_password: bool = field(metadata={"description": "Whether a password is set.", "example": True})
    initial_password: bool = field(
        metadata={
            "description": "The password is the one he was given: ask for another.",
            "example": False,
        }
    )


class ShopperAnswers(DefaultHeadlessAdapter):
    """The person in answers: by shared id, and whether his password is an initial one."""

    def get_user_dataclass(self) -> type[ShownUser]:
        return ShownUser

    def serialize_user(self, user: Any) -> dict[str, Any]:
        shown = self.user_as_dataclass(user)
        return {name: getattr(shown, name) for name in ShownUser.__dataclass_fields__}

    def user_as_dataclass(self, user: Any) -> ShownUser:
        customer: Customer | None = getattr(user, "customer", None)
        return ShownUser(
            id=customer.shared_id if customer else "",
            display=str(customer or user),
            email=user.email,
            has_usable_password=is_password_usable(user.password),
            initial_password=user.has_initial_password,
        )


class EncryptedFactors(DefaultMFAAdapter):
    """Secrets of second factors are stored encrypted, with a key derived from SECRET_KEY."""

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode()).decode()


def _fernet() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(derived_key(str(secret), "second factors")) for secret in secrets])
