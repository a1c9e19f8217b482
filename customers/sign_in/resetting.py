"""Setting a password by the key of a link, where django-allauth fails on a key that names nobody (`-x`)."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.headless.account import views
from allauth.headless.account.inputs import ResetPasswordInput, ResetPasswordKeyInput
from allauth.headless.account.response import PasswordResetKeyResponse
from allauth.headless.internal.restkit.response import ErrorResponse
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from customers.services.proving import prove_email_by_link
from events.transaction import transaction

RESET_KEY = "X-Password-Reset-Key"


class _NamesSomebody:
    """A key is whose it is, a hyphen, and what proves it."""

    cleaned_data: dict[str, Any]

    def clean_key(self) -> str:
        """Raises ValidationError `invalid_password_reset`."""
        if not self.cleaned_data["key"].partition("-")[0]:
            raise get_adapter().validation_error("invalid_password_reset")
        return str(super().clean_key())  # type: ignore[misc] # the library's, behind this


class KeyInput(_NamesSomebody, ResetPasswordKeyInput):
    """The key alone."""


class ResetInput(_NamesSomebody, ResetPasswordInput):
    """The key and the password."""


class ResetPasswordView(views.ResetPasswordView):
    """As the library's."""

    input_class = ResetInput

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 -- the library's signature
        key = KeyInput({"key": request.headers.get(RESET_KEY, "")})
        answer: HttpResponse = ErrorResponse(request, input=key)
        if key.is_valid():
            answer = PasswordResetKeyResponse(request, key.user)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As the library's; and who has the key has read the mail. Both, or neither."""
        user = self.input.user
        with transaction(by="shopper"):
            if not prove_email_by_link(user=user, email_key=user.email, at=timezone.now()):
                self.input.add_error("key", get_adapter().validation_error("invalid_password_reset"))
                refused: HttpResponse = ErrorResponse(request, input=self.input)
                return refused
            answer: HttpResponse = super().post(request, *args, **kwargs)
        return answer
