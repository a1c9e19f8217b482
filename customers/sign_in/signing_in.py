"""Signing in by an e-mail as it is typed, where django-allauth takes ASCII alone (`müller@`)."""

from typing import Any, ClassVar

from allauth.headless.account import views
from allauth.headless.account.inputs import LoginInput
from allauth.headless.internal.restkit import inputs
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from customers.identifiers import normal_email


class EmailAsTyped(inputs.EmailField):
    """Comes out in its normal form, under which everybody signs in. Raises ValidationError (`invalid`)."""

    default_validators: ClassVar[list[Any]] = []

    def to_python(self, value: Any) -> str:
        typed = super().to_python(value) or ""
        normal = normal_email(typed)
        if typed and normal is None:
            raise ValidationError(EmailValidator.message, code="invalid")
        return normal or ""


class SignInInput(LoginInput):
    email = EmailAsTyped(required=False)


class SignInView(views.LoginView):
    """As the library's."""

    input_class = SignInInput
