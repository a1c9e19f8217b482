"""Where staff sign in and keep their second factor: pages of django-allauth in looks of our own, without any script."""

from collections.abc import Callable
from typing import Any, cast

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.contrib.auth.decorators import user_passes_test
from django.http import HttpResponse
from django.urls import path

View = Callable[..., HttpResponse]


def _for_staff(view: View) -> View:
    """Keeping a second factor is for those who are in already."""
    return user_passes_test(lambda user: bool(user.is_authenticated and cast("Any", user).is_staff))(view)


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/", _for_staff(mfa.index), name="mfa_index"),
    path("2fa/totp/activate/", _for_staff(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", _for_staff(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", _for_staff(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        _for_staff(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "2fa/recovery-codes/download/",
        _for_staff(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]
