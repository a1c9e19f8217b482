"""The mirror of ERP customers, to read: what an order's e-mail and phone are compared with."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers.identifiers import normal_email, normal_phone
from customers.models import CustomerExternalId, ErpCustomer, ErpIdentifier, ErpSystem, IdentifierKind
from interface.panel import showing
from interface.panel.model_admin import ServiceModelAdmin

SLOTS = {
    "email_1": _("E-mail 1"),
    "email_2": _("E-mail 2"),
    "phone_1": _("Phone 1"),
    "phone_2": _("Phone 2"),
    "mobile_1": _("Mobile 1"),
    "mobile_2": _("Mobile 2"),
}


def state_tag(row: ErpCustomer) -> SafeString:
    if row.erased_at is not None:
        return showing.tag(_("Erased"))
    if row.gone_at is not None:
        return showing.tag(_("Gone from the ERP"), "warning")
    if not row.allows_orders:
        return showing.tag(_("No orders allowed"), "notice")
    return showing.tag(_("In the ERP"), "good")


@admin.register(ErpCustomer)
class ErpCustomerAdmin(ServiceModelAdmin):
    """Our copy of the ERPs' customers. Sweeps, feeds and files write it; nobody does by hand."""

    list_display = ("shown_number", "name", "erp_system", "shown_state", "shown_first_sale", "shown_read")
    list_display_links = None
    list_filter = ("erp_system", "is_business", "allows_orders")
    search_fields = ("number",)
    search_help_text = _("Number, e-mail or phone, in full")
    ordering = ("erp_system", "number")
    empty_text = _("Nothing was read from an ERP yet. Load a file with the command import_erp_customers.")
    page_template = "panel/customers/erp_customer.html"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002 -- Django's signature
        text = search_term.strip()
        if not text:
            return queryset, False
        regions = ErpSystem.objects.values_list("default_region", flat=True).distinct()
        keys = {normal_email(text), *(normal_phone(text, region) for region in regions)} - {None}
        systems = list(ErpSystem.objects.values_list("code", flat=True))
        kinds = list(IdentifierKind.values)
        reached = ErpIdentifier.objects.filter(erp_system__in=systems, kind__in=kinds, key__in=keys)
        rows = list(reached.values_list("erp_customer", flat=True)[:1000])
        return queryset.filter(Q(erp_system__in=systems, number=text) | Q(pk__in=rows)), False

    @admin.display(description=_("Number"), ordering="number")
    def shown_number(self, row: ErpCustomer) -> SafeString:
        return showing.link(self.url_of(row.pk), row.number)

    @admin.display(description=_("State"))
    def shown_state(self, row: ErpCustomer) -> SafeString:
        return state_tag(row)

    @admin.display(description=_("First sale"))
    def shown_first_sale(self, row: ErpCustomer) -> str:
        return showing.moment(row.first_sale_on)

    @admin.display(description=_("Last read"))
    def shown_read(self, row: ErpCustomer) -> str:
        return showing.moment(row.read_at)

    def header_context(self, request: HttpRequest, obj: ErpCustomer) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        return {"labels": state_tag(obj)}

    def page_context(self, request: HttpRequest, obj: ErpCustomer) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        carrier = CustomerExternalId.objects.filter(system=obj.erp_system, external_id=obj.number)
        system = ErpSystem.objects.filter(code=obj.erp_system).first()
        return {
            "identifiers": [(SLOTS.get(each.slot, each.slot), each.key) for each in obj.identifiers.order_by("slot")],
            "carrier": carrier.select_related("customer").first(),
            "is_system_customer": system is not None and obj.number in system.system_customers,
        }
