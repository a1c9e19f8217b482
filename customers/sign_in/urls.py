"""The endpoints of django-allauth that a shop needs, and no others.

Left out are those for what is not offered: sign-up, e-mail and phone management, sign-in by code, access tokens. A
password link is asked for at our own address, so that it takes the same work for every address.
"""

from collections.abc import Callable
from typing import Any

from allauth.headless.account import views as account
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from django.urls import path

from customers.sign_in.problems import with_problems
from customers.sign_in.resetting import ResetPasswordView
from customers.sign_in.signing_in import SignInView

EXPOSED: dict[str, Any] = {
    "auth/session": account.SessionView,
    "auth/login": SignInView,
    "auth/reauthenticate": account.ReauthenticateView,
    "auth/password/reset": ResetPasswordView,
    "auth/2fa/authenticate": mfa.AuthenticateView,
    "auth/2fa/reauthenticate": mfa.ReauthenticateView,
    "account/password/change": account.ChangePasswordView,
    "account/authenticators": mfa.AuthenticatorsView,
    "account/authenticators/totp": mfa.ManageTOTPView,
    "account/authenticators/recovery-codes": mfa.ManageRecoveryCodesView,
}


def methods_of(view: Any) -> list[str]:
    """Those the view answers; OPTIONS, which Django adds to each, is taken nowhere."""
    return [name.upper() for name in view.http_method_names if name != "options" and hasattr(view, name)]


def _view(view: Any) -> Callable[..., Any]:
    return with_problems(view.as_api_view(client=Client.APP), methods=methods_of(view))


urlpatterns = [path(f"storefront/{address}", _view(view)) for address, view in EXPOSED.items()]
