"""What buttons on the account page do with the account and what belongs to it; each calls one service."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.admin import forms
from accounts.admin.conversion import CONVERT
from accounts.admin.pasted import pasted_addresses, told_by_row
from accounts.admin.setting_dialogs import SETTINGS
from accounts.models import Account, AccountAddress, AccountNote, Associate
from accounts.services.accounts import change_account, change_account_status
from accounts.services.addresses import ACCOUNT_ADDRESSES, add_addresses
from accounts.services.associates import add_associate, change_associate, person_of, remove_associate
from accounts.services.deletion import DeletionPreview, delete_account, deletion_preview
from accounts.services.external_ids import ACCOUNT_IDS
from accounts.services.notes import add_note, remove_note
from accounts.services.rows import RowsRefusedError
from customers.admin.forms import AddressForm, AddressOnlyForm, NoteForm, NoteOnlyForm, attribute_fields, attributes_in
from customers.services.access import CustomerNotRegisteredError
from interface.panel.forms import SEEN_AT
from interface.panel.given import Given
from interface.panel.pages import Dialog

CHANGE = "accounts.change_account"
# Suspending an account is changing it, on whatever page it is asked for.
SUSPENDING = {"suspend_account": CHANGE}


def _found(model: type[Model], account: Account, text: str) -> Any:
    """The thing of this account that the form names. Raises ObjectDoesNotExist, which reads as removed meanwhile."""
    try:
        pk = UUID(text)
    except ValueError as error:
        raise ValidationError(_("This form came back damaged. Open the page anew.")) from error
    return model._default_manager.get(pk=pk, account=account)  # noqa: SLF001 -- Django's documented API


def _change_status(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001 -- as dialogs say
    change_account_status(account=account, **given.change)


def _change_attributes(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    values = attributes_in(given.fields)
    change_account(account=account, attributes=values, seen_at=given.seen_at, by=given.by, at=given.at)


# --- Associates


def _associate(account: Account, named: dict[str, str]) -> dict[str, Any]:
    try:
        found = _found(Associate, account, named.get("associate", ""))
    except (ValidationError, Associate.DoesNotExist):
        return {"associate": "", SEEN_AT: None}
    return {
        "role": found.role,
        "valid_from": found.valid_from,
        "valid_until": found.valid_until,
        SEEN_AT: found.updated_at,
    }


def _write_associate(request: HttpRequest, account: Account, given: Given) -> None:
    fields = dict(given.fields)
    named, email = fields.pop("associate"), fields.pop("email", "")
    if named:
        if not request.user.has_perm("accounts.change_associate"):
            raise ValidationError(_("You may not change associates."))
        associate = _found(Associate, account, named)
        change_associate(associate=associate, seen_at=given.seen_at, by=given.by, at=given.at, **fields)
        return
    try:
        person = person_of(email=email)
    except CustomerNotRegisteredError as error:
        sentence = _("No registered customer has this e-mail. Convert a contact, or add a customer first.")
        raise ValidationError({"email": ValidationError(sentence, code="customer_not_registered")}) from error
    add_associate(customer=person, account=account, by=given.by, at=given.at, **fields)


def _remove_associate(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    fields = dict(given.fields)
    associate = _found(Associate, account, fields.pop("associate"))
    remove_associate(associate=associate, seen_at=given.seen_at, by=given.by, at=given.at, **fields)


# --- Address book


def _address(account: Account, named: dict[str, str]) -> dict[str, Any]:
    try:
        found = AccountAddress.objects.filter(account=account, pk=UUID(named.get("address", ""))).first()
    except ValueError:
        found = None
    if found is None:
        return {"address": "", SEEN_AT: None, "company": account.name, "country": settings.DEFAULT_REGION}
    return {**model_to_dict(found), SEEN_AT: found.updated_at}


def _write_address(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    fields = dict(given.fields)
    named, code = fields.pop("address"), fields.pop("code", "")
    if named:
        address = _found(AccountAddress, account, named)
        ACCOUNT_ADDRESSES.change(address=address, seen_at=given.seen_at, by=given.by, at=given.at, **fields)
    else:
        ACCOUNT_ADDRESSES.add(owner=account, code=code, by=given.by, at=given.at, **fields)


def _remove_address(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    address = _found(AccountAddress, account, given.fields["address"])
    ACCOUNT_ADDRESSES.remove(address=address, seen_at=given.seen_at, by=given.by, at=given.at)


def _paste_addresses(request: HttpRequest, account: Account, given: Given) -> None:
    rows = pasted_addresses(given.fields["rows"])
    try:
        saved = add_addresses(account=account, rows=[row for _number, row in rows], by=given.by, at=given.at)
    except RowsRefusedError as refused:
        numbered = {rows[index][0]: error for index, error in refused.errors.items()}
        raise told_by_row(numbered) from refused
    sentence = ngettext("%(count)s address was saved.", "%(count)s addresses were saved.", len(saved))
    messages.success(request, sentence % {"count": len(saved)})


# --- Notes, ids of other systems


def _add_note(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    add_note(account=account, text=given.fields["text"], by=given.by, at=given.at)


def _remove_note(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    remove_note(note=_found(AccountNote, account, given.fields["note"]), by=given.by, at=given.at)


def _set_external_id(request: HttpRequest, account: Account, given: Given) -> None:  # noqa: ARG001
    system = given.fields["system"]
    try:
        ids = {system: given.fields["external_id"]}
        ACCOUNT_IDS.set(owner=account, ids=ids, seen_at=given.seen_at, by=given.by, at=given.at)
    except ValidationError as error:
        raise ValidationError({"external_id": error.messages}) from error


# --- Deletion


def _deletion(account: Account, typed: dict[str, Any]) -> list[str]:  # noqa: ARG001 -- as dialogs say
    return deletion_sentences(deletion_preview(account))


def deletion_sentences(preview: DeletionPreview) -> list[str]:
    """What goes, a sentence a kind; or that nothing may."""
    if preview.is_refused:
        return [gettext("Orders name it or an account below it. They are legal records: it cannot be deleted.")]
    kinds = [
        (preview.accounts, ngettext("%(count)s account", "%(count)s accounts", preview.accounts)),
        (preview.associates, ngettext("%(count)s associate", "%(count)s associates", preview.associates)),
        (preview.contacts, ngettext("%(count)s contact", "%(count)s contacts", preview.contacts)),
        (preview.addresses, ngettext("%(count)s address", "%(count)s addresses", preview.addresses)),
        (preview.notes, ngettext("%(count)s note", "%(count)s notes", preview.notes)),
        (
            preview.settings,
            ngettext("%(count)s price or payment setting", "%(count)s price or payment settings", preview.settings),
        ),
        (preview.carts, ngettext("%(count)s cart", "%(count)s carts", preview.carts)),
        (
            preview.shopping_lists,
            ngettext("%(count)s shopping list", "%(count)s shopping lists", preview.shopping_lists),
        ),
    ]
    return [gettext("Goes: %s") % (text % {"count": count}) for count, text in kinds if count]


def _delete(request: HttpRequest, account: Account, given: Given) -> HttpResponse:
    if given.fields["name"].strip() != account.name.strip():
        raise ValidationError({"name": _("This is not the name of the account.")})
    gone = delete_account(account=account, seen_at=given.seen_at, by=given.by, at=given.at)
    sentence = ngettext("%(count)s account was deleted.", "%(count)s accounts were deleted.", gone)
    messages.success(request, sentence % {"count": gone})
    return HttpResponseRedirect(reverse("admin:accounts_account_changelist"))


DIALOGS = (
    Dialog(
        name="status",
        title=_("Change status"),
        text=_(
            "Pending and suspended accounts place no orders; orders that match them are held. "
            "Nobody acts for a disabled account. An active account at the top of its tree has an admin."
        ),
        button=_("Change status"),
        permission=CHANGE,
        perform=_change_status,
        form=forms.StatusForm,
        initial=lambda account: {"status": account.status, SEEN_AT: account.updated_at},
        done=_("The status was changed."),
        icon="published_with_changes",
    ),
    *SETTINGS,
    Dialog(
        name="associate",
        title=_("Associate"),
        text=_("Who may act for this account, and as what. A role here says nothing about accounts below."),
        button=_("Save"),
        permission="accounts.add_associate",
        perform=_write_associate,
        form=forms.AssociateForm,
        permission_of=SUSPENDING,
        done=_("The associate was saved."),
        from_address=("associate",),
        initial_from=_associate,
        is_button=False,
    ),
    Dialog(
        name="associate-removal",
        title=_("Remove associate"),
        text=_("The person acts for this account no more. What was bought stays as it is."),
        button=_("Remove"),
        permission="accounts.delete_associate",
        perform=_remove_associate,
        form=forms.AssociateRemovalForm,
        permission_of=SUSPENDING,
        done=_("The associate was removed."),
        from_address=("associate",),
        initial_from=_associate,
        is_dangerous=True,
        is_button=False,
    ),
    Dialog(
        name="address",
        title=_("Address"),
        text="",
        button=_("Save"),
        permission=CHANGE,
        perform=_write_address,
        form=AddressForm,
        done=_("The address was saved."),
        from_address=("address",),
        initial_from=_address,
        is_button=False,
    ),
    Dialog(
        name="address-removal",
        title=_("Remove address"),
        text=_("Orders keep their copies of it. Where it was a default, there is none afterwards."),
        button=_("Remove"),
        permission=CHANGE,
        perform=_remove_address,
        form=AddressOnlyForm,
        done=_("The address was removed."),
        from_address=("address",),
        initial_from=_address,
        is_dangerous=True,
        is_button=False,
    ),
    Dialog(
        name="addresses-paste",
        title=_("Paste addresses"),
        text=_(
            "One address a row, with a first row of headings in any order: ID, Label, First name, Last name, Company, "
            "Street, Further line, Postal code, City, State, Country, Phone, Shipping, Billing. "
            "A row whose ID the book has changes that address. All rows are stored, or none."
        ),
        button=_("Save them"),
        permission=CHANGE,
        perform=_paste_addresses,
        form=forms.PasteForm,
        is_button=False,
    ),
    Dialog(
        name="attributes",
        title=_("Edit attributes"),
        text="",
        button=_("Save"),
        permission=CHANGE,
        perform=_change_attributes,
        form=forms.AttributesForm,
        initial=lambda account: {**attribute_fields(account.attributes), SEEN_AT: account.updated_at},
        done=_("The attributes were changed."),
        is_button=False,
    ),
    Dialog(
        name="note",
        title=_("Add note"),
        text="",
        button=_("Add note"),
        permission="accounts.add_accountnote",
        perform=_add_note,
        form=NoteForm,
        done=_("The note was added."),
        icon="sticky_note_2",
    ),
    Dialog(
        name="note-removal",
        title=_("Remove note"),
        text=_("The account's history keeps that it was there."),
        button=_("Remove"),
        permission="accounts.delete_accountnote",
        perform=_remove_note,
        form=NoteOnlyForm,
        done=_("The note was removed."),
        from_address=("note",),
        is_dangerous=True,
        is_button=False,
    ),
    Dialog(
        name="external-id",
        title=_("ID in another system"),
        text=_("How a shop or another program names this account."),
        button=_("Save"),
        permission=CHANGE,
        perform=_set_external_id,
        form=forms.ExternalIdForm,
        initial=lambda account: {SEEN_AT: account.updated_at},
        done=_("The ID was saved."),
        from_address=("system", "external_id"),
        is_button=False,
    ),
    CONVERT,
    Dialog(
        name="deletion",
        title=_("Delete"),
        text=_("The account goes with everything below it. Its shared ID is never given again."),
        button=_("Delete"),
        permission="accounts.delete_account",
        perform=_delete,
        form=forms.DeletionForm,
        initial=lambda account: {SEEN_AT: account.updated_at},
        foretell=_deletion,
        icon="delete",
        is_dangerous=True,
    ),
)
