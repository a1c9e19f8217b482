"""The Admin Panel as a site: only classes that write through services, and the looser CSP that Unfold needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.contrib import messages
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth import logout as sign_out
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite

ROOMS = ("identity_site", "integrations", "orders", "accounts", "customers", "storefronts", "interface", "events")
# Unfold's Alpine evaluates the attributes of its templates, and some of its elements carry styles: the panel alone may.
PANEL_POLICY = {
    "script-src": ["'self'", "'unsafe-eval'"],
    "style-src": ["'self'", "'unsafe-inline'"],
}


class PanelSite(UnfoldAdminSite):
    """Django's admin site with our rules about who may be on it."""

    index_title = ""

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take classes of ours. What other packages register is left out: it would write past services.

        Raises ImproperlyConfigured for a class of ours that is not based on `ServiceModelAdmin`.
        """
        from interface.panel.model_admin import ServiceModelAdmin  # noqa: PLC0415 -- models load after the site

        if admin_class is not None and issubclass(admin_class, ServiceModelAdmin):
            super().register(model_or_iterable, admin_class, **options)
        elif admin_class is not None and admin_class.__module__.partition(".")[0] in ROOMS:
            raise ImproperlyConfigured(f"{admin_class.__name__} is not based on ServiceModelAdmin.")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:  # noqa: FBT001, FBT002 -- Django's signature
        checked = super().admin_view(_with_second_factor(view), cacheable)
        return cast("Callable[..., HttpResponse]", csp_update(PANEL_POLICY)(checked))

    def search(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 -- Unfold's signature
        """Unfold's own search walks every match of every model; lists are searched where they stand."""
        raise Http404

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 -- Django's signature
        """Signing in has pages of its own: they count attempts and ask for a second factor."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        wanted = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:  # noqa: ARG002 -- Django's signature
        """Ends the session and leads to where one signs in."""
        sign_out(request)
        return HttpResponseRedirect(reverse("account_login"))


def _with_second_factor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view, for people who have the second factor that is asked of them."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from identity_site.staff_door import lacks_second_factor  # noqa: PLC0415 -- models load after the site

        if lacks_second_factor(request):
            messages.warning(request, _("The panel asks everyone for a second factor. Set yours up to go on."))
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return view(request, *args, **kwargs)

    return checked


class PanelConfig(AdminConfig):
    """Django's admin app with our site."""

    default_site = "identity_site.admin_site.PanelSite"
