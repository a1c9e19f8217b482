"""Customers: the list, one person's page, and making one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers import ports
from customers.admin import filters
from customers.admin.dialogs import DIALOGS
from customers.admin.forms import NewCustomerForm, access_of
from customers.admin.labels import kind_tag, state_tag
from customers.admin.tabs import OWN
from customers.models import Customer, CustomerKind, ErpCustomer, Segment
from customers.services.access import CustomerNotRegisteredError
from customers.services.customers import CustomerDraft, create_customer
from customers.services.lifecycle import CustomerGoneError
from customers.services.shared_ids import SharedIdTakenError
from interface.panel import showing
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.pages import Dialog
from interface.panel.panels import Panel, Panels
from interface.panel.refusals import Explanations

GUESTS_SHOWN = 10
SOON = timedelta(minutes=1)
BY_STATE = Case(
    When(active=True, on_hold=False, then=Value(0)),
    When(active=True, then=Value(1)),
    When(on_hold=False, then=Value(2)),
    default=Value(3),
    output_field=IntegerField(),
)


@admin.register(Customer)
class CustomerAdmin(ServiceModelAdmin):
    """People: guests that orders made, and registered customers."""

    form = NewCustomerForm
    list_display = (
        "shown_reference", "shown_first_name", "shown_last_name", "email", "shown_kind", "shown_company",
        "shown_storefront", "shown_state",
    )  # fmt: skip
    list_display_links = None
    list_filter = (
        "kind", filters.StateFilter, "preferred_storefront", filters.MailFilter, filters.IdFilter,
        filters.FirstNameFilter, filters.LastNameFilter, filters.CompanyFilter,
    )  # fmt: skip
    list_filter_submit = True
    search_fields = ("reference",)
    search_help_text = _("Reference, shared ID or e-mail in full; part of a name or company")
    empty_text = _("Customers come with orders: the first order of someone unknown makes one. Or add one here.")
    page_template = "panel/customers/customer.html"
    header_template = "panel/customers/header.html"
    panels: ClassVar[Panels[Customer] | None] = ports.panels
    beside: ClassVar[Mapping[str, str]] = {"email_taken": "email"}
    explanations: ClassVar[Explanations] = {
        SharedIdTakenError: lambda _error: ("shared_id", _("This id was given before; ids are never used twice.")),
        ports.DependedOnError: lambda error: (
            "",
            _("%s would have no admin any more. Name another one first, or have it suspended.") % error,
        ),
        CustomerGoneError: lambda _error: ("", _("This customer was merged or anonymized meanwhile.")),
        CustomerNotRegisteredError: lambda _error: ("", _("Only a registered customer with an e-mail signs in.")),
    }

    # --- List

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = super().get_queryset(request)
        return queryset.select_related("preferred_storefront", "merged_into")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002 -- Django's signature
        text = search_term.strip()
        return (queryset.holding(text) if text else queryset), False

    @admin.display(description=_("Reference"), ordering="reference")
    def shown_reference(self, customer: Customer) -> SafeString:
        return showing.link(self.url_of(customer.pk), customer.reference)

    @admin.display(description=_("First name"), ordering="first_name_sort")
    def shown_first_name(self, customer: Customer) -> str:
        return customer.first_name or showing.NOTHING

    @admin.display(description=_("Last name"), ordering="name_sort")
    def shown_last_name(self, customer: Customer) -> str:
        return customer.last_name or showing.NOTHING

    @admin.display(description=_("Kind"), ordering="kind")
    def shown_kind(self, customer: Customer) -> SafeString:
        return kind_tag(customer)

    @admin.display(description=_("Company"), ordering="company_sort")
    def shown_company(self, customer: Customer) -> str:
        return customer.companies or showing.NOTHING

    @admin.display(description=_("Preferred storefront"), ordering="preferred_storefront")
    def shown_storefront(self, customer: Customer) -> str:
        return str(customer.preferred_storefront or showing.NOTHING)

    @admin.display(description=_("State"), ordering=BY_STATE)
    def shown_state(self, customer: Customer) -> SafeString:
        return state_tag(customer)

    # --- Page

    def own_panels(self) -> Sequence[Panel[Customer]]:
        return OWN

    def dialogs(self) -> Sequence[Dialog]:
        return DIALOGS

    def header_context(self, request: HttpRequest, obj: Customer) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        survivor = obj.merged_into
        unsent = obj.mails.filter(due_at__isnull=False, sent_at__isnull=True, dropped_at__isnull=True)
        # One that is on its way this minute is nobody's worry.
        waiting = unsent.filter(Q(failed_at__isnull=False) | Q(created_at__lt=timezone.now() - SOON))
        return {
            "labels": format_html("{} {}", kind_tag(obj), state_tag(obj)),
            "survivor": (survivor, self.url_of(survivor.pk)) if survivor else None,
            "mail_is_due": waiting.exists(),
            "mail_url": f"{self.url_of(obj.pk)}?tab=mail",
        }

    def page_context(self, request: HttpRequest, obj: Customer) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        guests = Customer.objects.guests_of(obj.email_key).exclude(pk=obj.pk) if obj.email_key else ()
        names = dict(Segment.objects.filter(code__in=obj.segments).values_list("code", "name"))
        whole = Customer.objects.prefetch_related("external_ids").get(pk=obj.pk)
        return {
            "external_ids": whole.external_ids.all(),
            "loyalty": ErpCustomer.objects.loyalty_of([whole]).get(obj.pk),
            "segments": [names.get(code, code) for code in obj.segments],
            "guests": [(guest, self.url_of(guest.pk)) for guest in guests[:GUESTS_SHOWN]],
            "signs_in": obj.kind == CustomerKind.REGISTERED,
            "accounts": ports.answer_parts([obj.pk])[obj.pk].get("accounts", ()),
        }

    # --- Making one

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 -- Django's signature
        return [
            (None, {"fields": [("salutation", "gender"), ("first_name", "last_name"), ("email", "phone"), "company"]}),
            (
                _("Shop"),
                {"fields": [("preferred_currency", "preferred_storefront"), ("preferred_locale", "shared_id")]},
            ),
            (_("Sign-in"), {"fields": [("active", "on_hold"), "way_in", "initial_password"]}),
        ]

    def create(self, request: HttpRequest, given: Given) -> Customer:  # noqa: ARG002 -- as the base says
        fields = dict(given.fields)
        access = access_of(fields)
        draft = CustomerDraft(kind=CustomerKind.REGISTERED, **fields)
        return create_customer(draft=draft, access=access, by=given.by, at=given.at)
