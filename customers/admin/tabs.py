"""Tabs of the customer page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from customers.admin.labels import mail_tag
from customers.attributes import Subject
from customers.models import Customer, CustomerAddress, CustomerExternalId, CustomerMail, CustomerNote
from customers.services.mails import UNREPEATABLE
from customers.services.profile_attributes import definitions
from interface.panel import showing
from interface.panel.history import Happening, history_of, merged
from interface.panel.panels import Panel

ON_A_PAGE = 48
SHOWN = 100
HAPPENINGS = 60


def dialog_url(name: str, customer: Customer, **named: Any) -> str:
    query = "&".join(f"{key}={value}" for key, value in named.items())
    address = reverse(f"admin:customers_customer_{name}", args=[customer.pk])
    return f"{address}?{query}" if query else address


def addresses_of(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The person's own address book."""
    may_change = request.user.has_perm("customers.change_customer")
    page = Paginator(customer.addresses.all(), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "address": address,
            "change_url": dialog_url("address", customer, address=address.pk),
            "remove_url": dialog_url("address-removal", customer, address=address.pk),
        }
        for address in page
    ]
    return {
        "addresses": rows,
        "page": page,
        "may_change": may_change,
        "add_url": dialog_url("address", customer),
        "empty_text": _("The person's own address book. Addresses of accounts are kept there and never mixed with it."),
    }


def notes_of(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """What staff noted, the newest first."""
    notes = list(customer.notes.all()[:SHOWN])
    authors = showing.actor_names(note.author for note in notes)
    rows = [
        {
            "note": note,
            "author": authors.get(note.author, note.author),
            "remove_url": dialog_url("note-removal", customer, note=note.pk),
        }
        for note in notes
    ]
    return {
        "notes": rows,
        "empty_text": _("What colleagues should know of this person. He never sees it."),
        "add_url": dialog_url("note", customer),
        "may_add": request.user.has_perm("customers.add_customernote"),
        "may_remove": request.user.has_perm("customers.delete_customernote"),
    }


def attributes_of(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """The profile attributes there are, with the person's values."""
    asked = definitions(subject=Subject.CUSTOMER)
    return {
        "attributes": [(each, customer.attributes.get(each.key)) for each in asked],
        "empty_title": _("Nothing more is asked of customers"),
        "change_url": dialog_url("attributes", customer),
        "may_change": request.user.has_perm("customers.change_customer"),
    }


def mails_of(request: HttpRequest, customer: Customer) -> dict[str, Any]:
    """Every mail the person was owed, and what became of it."""
    mails = list(customer.mails.all()[:SHOWN])
    senders = showing.actor_names(mail.by for mail in mails)
    rows = [
        {
            "mail": mail,
            "label": mail_tag(mail),
            "by": senders.get(mail.by, mail.by),
            "again_url": "" if mail.kind in UNREPEATABLE else dialog_url("mail", customer, mail=mail.pk),
            "asks_for_password": mail.kind in UNREPEATABLE and mail.sent_at is None and mail.dropped_at is None,
        }
        for mail in mails
    ]
    return {
        "mails": rows,
        "password_url": dialog_url("initial-password", customer),
        "may_change": request.user.has_perm("customers.change_customer"),
    }


def timeline_of(request: HttpRequest, customer: Customer) -> dict[str, Any]:  # noqa: ARG001 -- as panels say
    """What happened to the person and what hangs on him, whoever wrote it and by whatever way."""
    histories = [
        *history_of(Customer, word=_("Customer"), most=HAPPENINGS, hidden={"user"}, pgh_obj=customer),
        *history_of(CustomerAddress, word=_("Address"), most=HAPPENINGS, customer=customer),
        *history_of(CustomerNote, word=_("Note"), most=HAPPENINGS, hidden={"author"}, customer=customer),
        *history_of(CustomerExternalId, word=_("ID in another system"), most=HAPPENINGS, customer=customer),
        *(
            Happening(mail.sent_at, _("Mail sent: %s") % mail, mail.by)
            for mail in CustomerMail.objects.filter(customer=customer, sent_at__isnull=False)[:HAPPENINGS]
            if mail.sent_at is not None
        ),
    ]
    return {"happenings": merged(histories, most=HAPPENINGS), "most": HAPPENINGS}


OWN: tuple[Panel[Customer], ...] = (
    Panel("addresses", _("Addresses"), "customers.view_customer", "panel/belongings/addresses.html", addresses_of),
    Panel("attributes", _("Attributes"), "customers.view_customer", "panel/belongings/attributes.html", attributes_of),
    Panel("notes", _("Notes"), "customers.view_customer", "panel/belongings/notes.html", notes_of),
    Panel("mail", _("Mail"), "customers.view_customer", "panel/customers/mails.html", mails_of),
    Panel("timeline", _("Timeline"), "customers.view_customer", "panel/timeline.html", timeline_of),
)
