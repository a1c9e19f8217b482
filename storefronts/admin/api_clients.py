"""API clients: programs with a key. The key is on one page, once, and nowhere else."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from interface.panel import showing
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.pages import Dialog
from interface.panel.refusals import Explanations
from storefronts.admin.forms import ApiClientForm, RotateForm
from storefronts.models import ApiClient
from storefronts.scopes import Scope
from storefronts.services.api_clients import (
    ClientRevokedError,
    IssuedKey,
    create_api_client,
    revoke_api_client,
    rotate_api_client,
)

SCOPES_SHOWN = 3


def state_tag(client: ApiClient) -> SafeString:
    if client.revoked:
        return showing.tag(_("Revoked"), "bad")
    if not client.is_usable(at=timezone.now()):
        return showing.tag(_("Expired"), "notice")
    return showing.tag(_("Active"), "good")


@admin.register(ApiClient)
class ApiClientAdmin(ServiceModelAdmin):
    """Programs that call us. Created, rotated and revoked; never changed."""

    form = ApiClientForm
    list_display = ("shown_name", "shown_scopes", "shown_storefront", "shown_expiry", "shown_use", "shown_state")
    list_display_links = None
    list_filter = ("revoked", "storefront")
    list_select_related = ("storefront",)
    search_fields = ("name", "prefix")
    search_help_text = _("Part of a name, or the first characters of a key")
    ordering = ("-created",)
    empty_text = _("A program needs a key to send orders. Create its API client here; the key is shown once.")
    page_template = "panel/storefronts/api_client.html"
    fields = ("name", "scopes", ("storefront", "expiry_date"))
    explanations: ClassVar[Explanations] = {ClientRevokedError: lambda _error: ("", _("This key has ended already."))}

    # --- List

    @admin.display(description=_("Name"), ordering="name")
    def shown_name(self, client: ApiClient) -> SafeString:
        return showing.link(self.url_of(client.pk), client.name)

    @admin.display(description=_("Scopes"))
    def shown_scopes(self, client: ApiClient) -> SafeString:
        shown = [(scope, "") for scope in client.scopes[:SCOPES_SHOWN]]
        more = len(client.scopes) - SCOPES_SHOWN
        return showing.tags([*shown, (f"+{more}", "")] if more > 0 else shown)

    @admin.display(description=_("Storefront"), ordering="storefront__name")
    def shown_storefront(self, client: ApiClient) -> str:
        return str(client.storefront or _("All"))

    @admin.display(description=_("Expires"), ordering="expiry_date")
    def shown_expiry(self, client: ApiClient) -> str:
        return showing.moment(client.expiry_date) if client.expiry_date else str(_("Never"))

    @admin.display(description=_("Last used"), ordering="last_used_at")
    def shown_use(self, client: ApiClient) -> str:
        return showing.moment(client.last_used_at) if client.last_used_at else str(_("Never"))

    @admin.display(description=_("State"))
    def shown_state(self, client: ApiClient) -> SafeString:
        return state_tag(client)

    # --- Page

    def header_context(self, request: HttpRequest, obj: ApiClient) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        return {"labels": state_tag(obj)}

    def page_context(self, request: HttpRequest, obj: ApiClient) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        known = {str(scope): scope.label for scope in Scope}
        replaced_by = ApiClient.objects.filter(replaces=obj).first()
        return {
            "scopes": [(scope, known.get(scope, "")) for scope in obj.scopes],
            "created_by": showing.actor_names([obj.created_by])[obj.created_by],
            "replaces": (obj.replaces, self.url_of(obj.replaces_id)) if obj.replaces else None,
            "replaced_by": (replaced_by, self.url_of(replaced_by.pk)) if replaced_by else None,
        }

    def dialogs(self) -> Sequence[Dialog]:
        return [
            Dialog(
                name="rotate",
                title=_("Rotate the key"),
                text=_("A new key with the same rights is made and shown once. It replaces this one."),
                button=_("Make a new key"),
                permission="storefronts.change_apiclient",
                perform=self._rotate,
                form=RotateForm,
                icon="autorenew",
                is_offered=_is_usable,
            ),
            Dialog(
                name="revoke",
                title=_("Revoke the key"),
                text=_("The next request with this key is refused. A revoked key never works again."),
                button=_("Revoke"),
                permission="storefronts.change_apiclient",
                perform=self._revoke,
                done=_("The key was revoked."),
                icon="block",
                is_dangerous=True,
                is_offered=_is_usable,
            ),
        ]

    # --- Writing

    def create(self, request: HttpRequest, given: Given) -> ApiClient:
        typed = dict(given.creation)
        issued = create_api_client(expires_at=typed.pop("expiry_date"), **typed)
        request.issued_key = issued  # type: ignore[attr-defined] # lives as long as this request, for its answer
        return issued.client

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:  # noqa: ARG002 -- Django's signature
        return self._show_key(request, request.issued_key)  # type: ignore[attr-defined]

    def _rotate(self, request: HttpRequest, obj: ApiClient, given: Given) -> HttpResponse:
        grace = timedelta(hours=given.fields["grace"])
        issued = rotate_api_client(client=obj, grace=grace, by=given.by, at=given.at)
        return self._show_key(request, issued)

    def _revoke(self, request: HttpRequest, obj: ApiClient, given: Given) -> None:  # noqa: ARG002 -- as dialogs say
        revoke_api_client(client=obj, by=given.by, at=given.at)

    def _show_key(self, request: HttpRequest, issued: IssuedKey) -> HttpResponse:
        """The one page that holds the key: the answer to the POST itself, kept by nobody on the way."""
        context = {"body_template": "panel/storefronts/issued_key.html", "issued": issued, "buttons": ()}
        answer = self._answer(request, issued.client, "panel/page.html", context)
        answer["Cache-Control"] = "no-store"
        return answer


def _is_usable(client: ApiClient) -> bool:
    return client.is_usable(at=timezone.now())
