"""Contacts as rows on their account's page, any number of them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin.conversion import links_of
from accounts.admin.forms import ContactForm
from accounts.admin.links import page_url
from accounts.models import Account, Contact, ContactType
from accounts.services.contacts import add_contact, change_contact, remove_contact
from interface.panel import showing
from interface.panel.given import Given
from interface.panel.inlines import ServiceInline
from interface.panel.model_admin import ServiceModelAdmin


class ContactInline(ServiceInline):
    """The people named on an account."""

    model = Contact
    form = ContactForm
    verbose_name_plural = _("Contacts")
    fields = (("first_name", "last_name", "email", "phone"), ("type", "erp_slot", "active", "on_hold"), "seen_at")
    per_page = 20
    beside: ClassVar[Mapping[str, str]] = {"email_taken": "email"}
    ordering = ("created_at", "id")

    def comes_late(self, typed: Mapping[str, Any]) -> bool:
        return typed.get("erp_slot") is not None

    def links_of(self, request: HttpRequest, obj: Contact) -> Sequence[tuple[Any, str]]:
        return links_of(request, obj)

    def create(self, request: HttpRequest, parent: Account, given: Given) -> Contact:  # noqa: ARG002 -- as the base says
        return add_contact(account=parent, **given.creation)

    def change(self, request: HttpRequest, obj: Contact, given: Given) -> Contact:  # noqa: ARG002 -- as the base says
        return change_contact(contact=obj, **given.change)

    def remove(self, request: HttpRequest, obj: Contact, given: Given) -> None:  # noqa: ARG002 -- as the base says
        remove_contact(contact=obj, seen_at=given.seen_at, by=given.by, at=given.at)


@admin.register(Contact)
class ContactAdmin(ServiceModelAdmin):
    """Contacts of all accounts, to find someone; they are changed on their account's page."""

    list_display = ("shown_name", "email", "phone", "shown_account", "shown_type", "shown_state", "shown_slot")
    list_display_links = None
    list_filter = ("type", "active", "on_hold", "erp_slot")
    search_fields = ("email",)
    search_help_text = _("Part of a name, e-mail or phone")
    ordering = ("-id",)
    sortable_by = ()
    empty_text = _("A contact is a person named on an account. Add contacts on the account's page.")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account")

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002 -- Django's signature
        text = search_term.strip()
        return (queryset.holding(text) if text else queryset), False

    @admin.display(description=_("Contact"))
    def shown_name(self, contact: Contact) -> SafeString:
        return showing.link(f"{page_url(contact.account_id)}?tab=contacts", contact)

    @admin.display(description=_("Account"))
    def shown_account(self, contact: Contact) -> SafeString:
        return showing.link(page_url(contact.account_id), contact.account)

    @admin.display(description=_("Type"))
    def shown_type(self, contact: Contact) -> str:
        return str(ContactType(contact.type).label)

    @admin.display(description=_("State"))
    def shown_state(self, contact: Contact) -> SafeString:
        if not contact.active:
            return showing.tag(_("Inactive"), "")
        return showing.tag(_("On hold"), "warning") if contact.on_hold else showing.tag(_("Active"), "good")

    @admin.display(description=_("ERP slot"))
    def shown_slot(self, contact: Contact) -> str:
        return str(contact.erp_slot or showing.NOTHING)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:  # noqa: ARG002 -- Django's signature
        """On the page of its account."""
        self.insist(self.has_view_permission(request))
        contact = self.get_object(request, object_id)
        if contact is None:
            return HttpResponseRedirect(reverse("admin:accounts_contact_changelist"))
        return HttpResponseRedirect(f"{page_url(contact.account_id)}?tab=contacts")
