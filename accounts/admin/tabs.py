"""Tabs of the account page: its people, its book, what is known of it, what happened."""

from datetime import datetime
from itertools import chain
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin.links import dialog_url, page_url
from accounts.admin.settings import PAYMENT_METHODS, PRICE_LIST
from accounts.admin.tree import CHILDREN
from accounts.models import (
    Account,
    AccountAddress,
    AccountExternalId,
    AccountNote,
    Associate,
    Contact,
    PaymentRule,
    PriceListAssignment,
)
from customers.attributes import Subject
from customers.services.profile_attributes import definitions
from interface.panel import showing
from interface.panel.history import history_of, merged
from interface.panel.panels import Panel

SHOWN = 100
ON_A_PAGE = 48
HAPPENINGS = 60


def associates_of(request: HttpRequest, account: Account) -> dict[str, Any]:
    """Who may act for it, and who manages that from above."""
    at = timezone.now()
    found = Associate.objects.filter(account=account).select_related("customer", "role")
    page = Paginator(found.order_by("customer__name_sort", "pk"), ON_A_PAGE).get_page(request.GET.get("page"))
    managing = set(Associate.objects.managing(at=at).filter(account=account).values_list("pk", flat=True))
    above = Associate.objects.managing(at=at).filter(account__in=Account.objects.above(account).order_by())
    return {
        "associates": [
            {
                "associate": associate,
                "url": reverse("admin:customers_customer_change", args=[associate.customer_id]),
                "state": _force(associate, at=at),
                "is_admin": associate.pk in managing,
                "change_url": dialog_url("associate", account, associate=associate.pk),
                "remove_url": dialog_url("associate-removal", account, associate=associate.pk),
            }
            for associate in page
        ],
        "page": page,
        "from_above": [
            (each, reverse("admin:customers_customer_change", args=[each.customer_id]), page_url(each.account_id))
            for each in above.select_related("customer", "role", "account").order_by("account__lft", "pk")[:SHOWN]
        ],
        "add_url": dialog_url("associate", account),
        "may_add": request.user.has_perm("accounts.add_associate"),
        "may_change": request.user.has_perm("accounts.change_associate"),
        "may_remove": request.user.has_perm("accounts.delete_associate"),
    }


def _force(associate: Associate, *, at: datetime) -> Any:
    """Whether he may act now, in a word."""
    if associate.customer.anonymized_at or associate.customer.merged_into_id:
        return showing.tag(_("Gone"), "")
    if not associate.customer.may_sign_in:
        return showing.tag(_("Cannot sign in"), "warning")
    if associate.is_in_force(at=at):
        return showing.tag(_("In force"), "good")
    has_ended = associate.valid_until is not None and associate.valid_until <= at
    return showing.tag(_("Ended") if has_ended else _("Begins later"), "" if has_ended else "notice")


def addresses_of(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The account's address book."""
    page = Paginator(account.addresses.all(), SHOWN).get_page(request.GET.get("page"))
    rows = [
        {
            "address": address,
            "change_url": dialog_url("address", account, address=address.pk),
            "remove_url": dialog_url("address-removal", account, address=address.pk),
        }
        for address in page
    ]
    return {
        "addresses": rows,
        "page": page,
        "may_change": request.user.has_perm("accounts.change_account"),
        "add_url": dialog_url("address", account),
        "paste_url": dialog_url("addresses-paste", account),
        "empty_text": _("Its associates choose among these at checkout. Nobody sees them for another account."),
    }


def attributes_of(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The profile attributes there are, with the account's values."""
    asked = definitions(subject=Subject.ACCOUNT)
    return {
        "attributes": [(each, account.attributes.get(each.key)) for each in asked],
        "empty_title": _("Nothing more is asked of accounts"),
        "change_url": dialog_url("attributes", account),
        "may_change": request.user.has_perm("accounts.change_account"),
    }


def notes_of(request: HttpRequest, account: Account) -> dict[str, Any]:
    """What staff noted, the newest first, a hundred a page."""
    page = Paginator(account.notes.all(), SHOWN).get_page(request.GET.get("page"))
    notes = list(page)
    authors = showing.actor_names(note.author for note in notes)
    rows = [
        {
            "note": note,
            "author": authors.get(note.author, note.author),
            "remove_url": dialog_url("note-removal", account, note=note.pk),
        }
        for note in notes
    ]
    return {
        "page": page,
        "notes": rows,
        "empty_text": _("What colleagues should know of this account. Its buyers never see it."),
        "add_url": dialog_url("note", account),
        "may_add": request.user.has_perm("accounts.add_accountnote"),
        "may_remove": request.user.has_perm("accounts.delete_accountnote"),
    }


def timeline_of(request: HttpRequest, account: Account) -> dict[str, Any]:  # noqa: ARG001 -- as panels say
    """What happened to the account and what hangs on it, whoever wrote it and by whatever way."""
    histories = [
        history_of(Account, word=_("Account"), most=HAPPENINGS, hidden={"parent"}, pgh_obj=account),
        *(
            history_of(model, word=word, most=HAPPENINGS, hidden=HIDDEN, telling=telling, account=account)
            for model, word, telling in TOLD
        ),
    ]
    return {"happenings": merged(chain.from_iterable(histories), most=HAPPENINGS), "most": HAPPENINGS}


HIDDEN = frozenset({"account", "author"})
# What hangs on an account, what it is called, and what says which one it is.
TOLD: tuple[tuple[type[Model], Any, tuple[str, ...]], ...] = (
    (Associate, _("Associate"), ("customer", "role")),
    (Contact, _("Contact"), ("first_name", "last_name", "email")),
    (AccountAddress, _("Address"), ("label", "line1", "city")),
    (PriceListAssignment, _("Price list"), ("price_list", "storefront", "valid_from", "valid_until")),
    (PaymentRule, _("Payment method"), ("method", "visible")),
    (AccountNote, _("Note"), ("text",)),
    (AccountExternalId, _("ID in another system"), ("system", "external_id")),
)


VIEW = "accounts.view_account"
OWN: tuple[Panel[Account], ...] = (
    Panel("associates", _("Associates"), "accounts.view_associate", "panel/accounts/associates.html", associates_of),
    Panel("addresses", _("Address book"), VIEW, "panel/belongings/addresses.html", addresses_of),
    PAYMENT_METHODS,
    PRICE_LIST,
    CHILDREN,
    Panel("attributes", _("Attributes"), VIEW, "panel/belongings/attributes.html", attributes_of),
    Panel("notes", _("Notes"), VIEW, "panel/belongings/notes.html", notes_of),
    Panel("timeline", _("Timeline"), VIEW, "panel/timeline.html", timeline_of),
)
