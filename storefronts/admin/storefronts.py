"""Storefronts: the shops that call us, and how whose an order is gets decided for each."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from interface.panel import showing
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.panels import Panel
from storefronts.admin.forms import StorefrontForm
from storefronts.models import Storefront
from storefronts.policy import POLICY_FIELDS, POLICY_PREFIX, Ambiguous, Step
from storefronts.services.storefronts import change_storefront, create_storefront

VERSIONS_SHOWN = 100
SETTING_NAMES = {
    "b2b_steps": _("B2B steps"),
    "b2c_steps": _("B2C steps"),
    "b2b_ambiguous": _("B2B: several match"),
    "b2c_ambiguous": _("B2C: several match"),
    "placeholders": _("Placeholders"),
    "erp_max_age_seconds": _("ERP copy counts for (seconds)"),
    "assume_complete": _("The copy is complete"),
    "default_region": _("Default region"),
    "erp_system": _("ERP system"),
}


@admin.register(Storefront)
class StorefrontAdmin(ServiceModelAdmin):
    """Storefronts with their resolution policy; every change of the policy is its next version."""

    form = StorefrontForm
    list_display = ("shown_name", "code", "currency", "shown_erp", "shown_version", "shown_changed")
    list_display_links = None
    search_fields = ("name", "code")
    search_help_text = _("Part of a name or code")
    empty_text = _("A storefront is a shop that sends orders. Create one, then give it an API client.")
    header_template = "panel/storefronts/header.html"

    # --- List

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = super().get_queryset(request).with_policy()
        return queryset

    @admin.display(description=_("Storefront"), ordering="name")
    def shown_name(self, storefront: Storefront) -> SafeString:
        return showing.link(self.url_of(storefront.pk), storefront.name)

    @admin.display(description=_("ERP system"), ordering="erp_system")
    def shown_erp(self, storefront: Storefront) -> str:
        return storefront.erp_system or showing.NOTHING

    @admin.display(description=_("Policy"))
    def shown_version(self, storefront: Storefront) -> str:
        return now_("version %s") % storefront.current_policy.version if storefront.current_policy else showing.NOTHING

    @admin.display(description=_("Changed"), ordering="updated_at")
    def shown_changed(self, storefront: Storefront) -> str:
        return showing.moment(storefront.updated_at)

    # --- Page

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 -- Django's signature
        named = [("name", "url")] if obj is not None else [("code", "name"), "url"]
        return [
            (_("Shop"), {"fields": [*named, ("currency", "default_region", "locales")]}),
            (_("ERP"), {"fields": [("erp_system", "b2c_erp"), ("erp_max_age_seconds", "assume_complete")]}),
            (
                _("Whose an order is"),
                {"fields": [("b2b_steps", "b2c_steps"), ("b2b_ambiguous", "b2c_ambiguous"), "placeholders"]},
            ),
            (
                _("Customer references"),
                {
                    "fields": [("reference_prefix", "reference_step_min", "reference_step_max")],
                    "description": _(
                        "References rise by a random step, so that they do not tell how many customers there are."
                    ),
                },
            ),
            (_("Pages that mails link to"), {"fields": [("password_path", "verification_path")]}),
        ]

    def own_panels(self) -> Sequence[Panel[Storefront]]:
        return [
            Panel(
                name="policy",
                title=_("Policy versions"),
                permission="storefronts.view_resolutionpolicy",
                template="panel/storefronts/versions.html",
                context=versions_of,
            )
        ]

    # --- Writing

    def create(self, request: HttpRequest, given: Given) -> Storefront:  # noqa: ARG002 -- as the base says
        with _beside_fields():
            return create_storefront(**_parted(given.creation))

    def change(self, request: HttpRequest, obj: Storefront, given: Given) -> Storefront:  # noqa: ARG002 -- as the base says
        with _beside_fields():
            return change_storefront(storefront=obj, **_parted(given.change))


@contextmanager
def _beside_fields() -> Iterator[None]:
    """In the form the policy's fields stand beside the storefront's own: so do their errors."""
    try:
        yield
    except ValidationError as error:
        told = {name.removeprefix(POLICY_PREFIX): errors for name, errors in error.error_dict.items()}
        raise ValidationError(told) from error


def _parted(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments with the policy's fields gathered as `policy`."""
    rest = {name: value for name, value in arguments.items() if name not in POLICY_FIELDS}
    return {**rest, "policy": {name: value for name, value in arguments.items() if name in POLICY_FIELDS}}


def versions_of(request: HttpRequest, storefront: Storefront) -> dict[str, Any]:  # noqa: ARG001 -- as panels say
    """The versions of the policy, newest first, each with what it changed."""
    stored = list(storefront.policies.order_by("-version")[: VERSIONS_SHOWN + 1])
    names = showing.actor_names(each.changed_by for each in stored)
    before = [*stored[1:], None]
    versions = [
        {
            "version": each.version,
            "at": each.at,
            "by": names[each.changed_by],
            "is_current": each.pk == storefront.current_policy_id,
            "changes": _changes(earlier.settings if earlier else {}, each.settings)
            if earlier or each.version == 1
            else [],
        }
        for each, earlier in zip(stored, before, strict=True)
    ]
    return {"versions": versions[:VERSIONS_SHOWN]}


def _changes(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": title,
            "before": _in_words(name, before[name]) if name in before else "",
            "after": _in_words(name, after.get(name)),
        }
        for name, title in SETTING_NAMES.items()
        if before.get(name) != after.get(name) or name not in before
    ]


def _in_words(name: str, value: Any) -> str:
    if name.endswith("_steps"):
        return " → ".join(str(Step(word).label) for word in value)
    if name.endswith("_ambiguous"):
        return str(Ambiguous(value).label)
    if name == "placeholders":
        return ", ".join(value) or now_("none")
    if name == "erp_max_age_seconds" and value is None:
        return now_("any age")
    if isinstance(value, bool):
        return now_("yes") if value else now_("no")
    return str(value) or now_("none")
