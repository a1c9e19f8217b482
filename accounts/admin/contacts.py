"""Contacts as rows on their account's page, any number of them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.admin.conversion import links_of
from accounts.admin.forms import ContactForm
from accounts.models import Account, Contact
from accounts.services.contacts import add_contact, change_contact, remove_contact
from interface.panel.given import Given
from interface.panel.inlines import ServiceInline


class ContactInline(ServiceInline):
    """The people named on an account."""

    model = Contact
    form = ContactForm
    verbose_name_plural = _("Contacts")
    fields = (("first_name", "last_name", "email", "phone"), ("type", "erp_slot", "active", "on_hold"), "seen_at")
    per_page = 20
    beside: ClassVar[Mapping[str, str]] = {"email_taken": "email"}
    ordering = ("created_at", "id")

    def links_of(self, request: HttpRequest, obj: Contact) -> Sequence[tuple[Any, str]]:
        return links_of(request, obj)

    def create(self, request: HttpRequest, parent: Account, given: Given) -> Contact:  # noqa: ARG002 -- as the base says
        return add_contact(account=parent, **given.creation)

    def change(self, request: HttpRequest, obj: Contact, given: Given) -> Contact:  # noqa: ARG002 -- as the base says
        return change_contact(contact=obj, **given.change)

    def remove(self, request: HttpRequest, obj: Contact, given: Given) -> None:  # noqa: ARG002 -- as the base says
        remove_contact(contact=obj, seen_at=given.seen_at, by=given.by, at=given.at)
