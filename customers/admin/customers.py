"""Customers: the list and the page of one person, to read."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers import ports
from customers.models import Customer, CustomerKind
from interface.panel import showing
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.panels import Panels

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STATES = {
    "active": (_("Active"), "good"),
    "on_hold": (_("On hold"), "warning"),
    "inactive": (_("Inactive"), "notice"),
    "merged": (_("Merged"), ""),
    "anonymized": (_("Anonymized"), ""),
}


def state_of(customer: Customer) -> str:
    """The one word that says most about whether the person counts and may act."""
    if customer.anonymized_at is not None:
        return "anonymized"
    if customer.merged_into_id is not None:
        return "merged"
    if not customer.active:
        return "inactive"
    return "on_hold" if customer.on_hold else "active"


def state_tag(customer: Customer) -> SafeString:
    return showing.tag(*STATES[state_of(customer)])


def kind_tag(customer: Customer) -> SafeString:
    kind = CustomerKind(customer.kind)
    return showing.tag(kind.label, "accent" if kind == CustomerKind.REGISTERED else "")


class StateFilter(admin.SimpleListFilter):
    """Merged and anonymized customers are left out unless asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "Sequence[tuple[str, StrOrPromise]]":  # noqa: ARG002 -- Django's signature
        return [(word, title) for word, (title, _tone) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        match self.value():
            case "merged":
                return queryset.filter(merged_into__isnull=False)
            case "anonymized":
                return queryset.filter(anonymized_at__isnull=False)
            case "active":
                return queryset.existing().filter(active=True, on_hold=False)  # type: ignore[attr-defined, no-any-return]
            case "on_hold":
                return queryset.existing().filter(active=True, on_hold=True)  # type: ignore[attr-defined, no-any-return]
            case "inactive":
                return queryset.existing().filter(active=False)  # type: ignore[attr-defined, no-any-return]
            case _:
                return queryset.existing()  # type: ignore[attr-defined, no-any-return]

    def choices(self, changelist: Any) -> "Iterator[Any]":
        """As Django's; the first choice says what is left out."""
        for index, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("Existing")} if index == 0 else dict(choice)


@admin.register(Customer)
class CustomerAdmin(ServiceModelAdmin):
    """People: guests that orders made, and registered customers. To read for now."""

    list_display = ("shown_reference", "shown_name", "email", "shown_kind", "company", "shown_state")
    list_display_links = None
    list_filter = ("kind", StateFilter)
    search_fields = ("reference",)
    search_help_text = _("Reference, shared ID or e-mail in full; part of a name or company")
    empty_text = _("Customers come with orders: the first order of someone unknown makes one.")
    page_template = "panel/customers/customer.html"
    header_template = "panel/customers/header.html"
    panels: ClassVar[Panels[Customer] | None] = ports.panels

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002 -- Django's signature
        text = search_term.strip()
        return (queryset.holding(text) if text else queryset), False

    @admin.display(description=_("Reference"), ordering="reference")
    def shown_reference(self, customer: Customer) -> SafeString:
        return showing.link(self.url_of(customer.pk), customer.reference)

    @admin.display(description=_("Name"), ordering="name_sort")
    def shown_name(self, customer: Customer) -> str:
        return customer.full_name or showing.NOTHING

    @admin.display(description=_("Kind"), ordering="kind")
    def shown_kind(self, customer: Customer) -> SafeString:
        return kind_tag(customer)

    @admin.display(description=_("State"))
    def shown_state(self, customer: Customer) -> SafeString:
        return state_tag(customer)

    def header_context(self, request: HttpRequest, obj: Customer) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        survivor = obj.merged_into
        return {
            "labels": format_html("{} {}", kind_tag(obj), state_tag(obj)),
            "survivor": (survivor, self.url_of(survivor.pk)) if survivor else None,
        }

    def page_context(self, request: HttpRequest, obj: Customer) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        return {"external_ids": obj.external_ids.order_by("system")}
