"""What buttons on the customer page do; each calls one service."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from customers.admin import forms
from customers.models import Customer, CustomerAddress, CustomerKind, CustomerMail, CustomerNote
from customers.services.access import give_initial_password, owe_password_link
from customers.services.address_book import OWN_ADDRESSES
from customers.services.lifecycle import change_customer
from customers.services.mails import send_mail_again
from customers.services.notes import add_note, remove_note
from interface.panel.forms import SEEN_AT
from interface.panel.given import Given
from interface.panel.pages import Dialog

CHANGE = "customers.change_customer"


def exists(customer: Customer) -> bool:
    return customer.anonymized_at is None and customer.merged_into_id is None


def has_unconfirmed_email(customer: Customer) -> bool:
    return signs_in(customer) and customer.email_is_own_word


def signs_in(customer: Customer) -> bool:
    return exists(customer) and customer.kind == CustomerKind.REGISTERED


def _found(model: type[Model], customer: Customer, text: str) -> Any:
    """The thing of this customer that the form names. Raises ObjectDoesNotExist, which reads as removed meanwhile."""
    try:
        pk = UUID(text)
    except ValueError as error:
        raise ValidationError(_("This form came back damaged. Open the page anew.")) from error
    return model._default_manager.get(pk=pk, customer=customer)  # noqa: SLF001 -- Django's documented API


def _details(customer: Customer) -> dict[str, Any]:
    names = forms.DetailsForm.base_fields.keys() - {SEEN_AT, "segments"}
    fields = model_to_dict(customer, fields=list(names))
    return {**fields, "segments": customer.segments, SEEN_AT: customer.updated_at}


def _change(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001 -- as dialogs say
    change_customer(customer=customer, **given.change)


def _change_attributes(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    change_customer(
        customer=customer,
        attributes=forms.attributes_in(given.fields),
        seen_at=given.seen_at,
        by=given.by,
        at=given.at,
    )


def _attributes(customer: Customer) -> dict[str, Any]:
    return {**forms.attribute_fields(customer.attributes), SEEN_AT: customer.updated_at}


def _give_password(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    typed = given.fields["way_in"] == forms.TYPED
    password = given.fields["initial_password"] if typed else ""
    give_initial_password(customer=customer, password=password, by=given.by, at=given.at)


def _send_link(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    owe_password_link(customer=customer, by=given.by, at=given.at)


def _confirm_email(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    change_customer(customer=customer, email_is_own_word=False, **given.change)


def _address(customer: Customer, named: dict[str, str]) -> dict[str, Any]:
    try:
        found = CustomerAddress.objects.filter(customer=customer, pk=UUID(named.get("address", ""))).first()
    except ValueError:
        found = None
    if found is None:
        shop = customer.preferred_storefront
        return {"address": "", SEEN_AT: None, "country": shop.default_region if shop else settings.DEFAULT_REGION}
    return {**model_to_dict(found), SEEN_AT: found.updated_at}


def _write_address(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    fields = dict(given.fields)
    named, code = fields.pop("address"), fields.pop("code", "")
    if named:
        address = _found(CustomerAddress, customer, named)
        OWN_ADDRESSES.change(address=address, seen_at=given.seen_at, by=given.by, at=given.at, **fields)
    else:
        OWN_ADDRESSES.add(owner=customer, code=code, by=given.by, at=given.at, **fields)


def _remove_address(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    address = _found(CustomerAddress, customer, given.fields["address"])
    OWN_ADDRESSES.remove(address=address, seen_at=given.seen_at, by=given.by, at=given.at)


def _add_note(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    add_note(customer=customer, text=given.fields["text"], by=given.by, at=given.at)


def _remove_note(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    remove_note(note=_found(CustomerNote, customer, given.fields["note"]), by=given.by, at=given.at)


def _send_again(request: HttpRequest, customer: Customer, given: Given) -> None:  # noqa: ARG001
    send_mail_again(owed=_found(CustomerMail, customer, given.fields["mail"]), by=given.by, at=given.at)


DIALOGS = (
    Dialog(
        name="details",
        title=_("Edit"),
        text="",
        button=_("Save"),
        permission=CHANGE,
        perform=_change,
        form=forms.DetailsForm,
        initial=_details,
        done=_("The customer was changed."),
        icon="edit",
        is_offered=exists,
    ),
    Dialog(
        name="state",
        title=_("Change state"),
        text=_(
            "Who is active and not on hold may sign in. Stopping someone ends his sessions with their next request; "
            "letting him in for the first time mails him that he may."
        ),
        button=_("Change state"),
        permission=CHANGE,
        perform=_change,
        form=forms.StateForm,
        permission_of={"suspend_accounts": "accounts.change_account"},
        initial=lambda customer: {
            "active": customer.active,
            "on_hold": customer.on_hold,
            SEEN_AT: customer.updated_at,
        },
        done=_("The state was changed."),
        icon="toggle_on",
        is_offered=exists,
    ),
    Dialog(
        name="password-link",
        title=_("Send password link"),
        text=_("A mail with a link to set a password. It works once, for two hours, and voids every earlier one."),
        button=_("Send the link"),
        permission=CHANGE,
        perform=_send_link,
        done=_("The link is on its way; see Mail."),
        icon="link",
        is_offered=signs_in,
    ),
    Dialog(
        name="email",
        title=_("The e-mail is his"),
        text=_(
            "He typed it himself. Say so only if you know him: he sees the orders that were placed with it from then "
            "on, and colleagues can add him by it. With a password link he shows it himself."
        ),
        button=_("It is his"),
        permission=CHANGE,
        perform=_confirm_email,
        form=forms.ReasonForm,
        initial=lambda customer: {SEEN_AT: customer.updated_at},
        done=_("The e-mail counts as his."),
        icon="mark_email_read",
        is_offered=has_unconfirmed_email,
    ),
    Dialog(
        name="initial-password",
        title=_("Issue initial password"),
        text=_("The password he has stops working, his sessions end, and the new one is mailed to him."),
        button=_("Issue and mail it"),
        permission=CHANGE,
        perform=_give_password,
        form=forms.InitialPasswordForm,
        done=_("A new initial password was issued; see Mail whether it was sent."),
        icon="password",
        is_dangerous=True,
        is_offered=signs_in,
    ),
    Dialog(
        name="attributes",
        title=_("Edit attributes"),
        text="",
        button=_("Save"),
        permission=CHANGE,
        perform=_change_attributes,
        form=forms.AttributesForm,
        initial=_attributes,
        done=_("The attributes were changed."),
        is_offered=exists,
        is_button=False,
    ),
    Dialog(
        name="address",
        title=_("Address"),
        text="",
        button=_("Save"),
        permission=CHANGE,
        perform=_write_address,
        form=forms.AddressForm,
        done=_("The address was saved."),
        from_address=("address",),
        initial_from=_address,
        is_offered=exists,
        is_button=False,
    ),
    Dialog(
        name="address-removal",
        title=_("Remove address"),
        text=_("Orders keep their copies of it. Where it was a default, there is none afterwards."),
        button=_("Remove"),
        permission=CHANGE,
        perform=_remove_address,
        form=forms.AddressOnlyForm,
        done=_("The address was removed."),
        from_address=("address",),
        initial_from=_address,
        is_dangerous=True,
        is_offered=exists,
        is_button=False,
    ),
    Dialog(
        name="note",
        title=_("Add note"),
        text="",
        button=_("Add note"),
        permission="customers.add_customernote",
        perform=_add_note,
        form=forms.NoteForm,
        done=_("The note was added."),
        icon="sticky_note_2",
        is_offered=exists,
    ),
    Dialog(
        name="note-removal",
        title=_("Remove note"),
        text=_("The customer's history keeps that it was there."),
        button=_("Remove"),
        permission="customers.delete_customernote",
        perform=_remove_note,
        form=forms.NoteOnlyForm,
        done=_("The note was removed."),
        from_address=("note",),
        is_dangerous=True,
        is_button=False,
    ),
    Dialog(
        name="mail",
        title=_("Send again"),
        text=_("The same kind of mail is written anew and sent. Where the first one did arrive, he gets two."),
        button=_("Send again"),
        permission=CHANGE,
        perform=_send_again,
        form=forms.MailOnlyForm,
        done=_("The mail is on its way."),
        from_address=("mail",),
        is_offered=exists,
        is_button=False,
    ),
)
