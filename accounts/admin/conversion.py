"""Convert to customer: the question put to whoever lets a contact sign in."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Account, Contact, Role
from accounts.services.conversion import convert_contact
from customers.admin.forms import WayInField, access_of, password_field, refuse_missing_password
from interface.panel.forms import SEEN_AT, SeenAtField
from interface.panel.given import Given
from interface.panel.pages import Dialog
from storefronts.models import Storefront


class ConvertForm(forms.Form):
    """Which role the person gets, and how he gets in."""

    contact = forms.CharField(widget=forms.HiddenInput)
    role = forms.ModelChoiceField(
        label=_("Role on this account"),
        required=False,
        queryset=Role.objects.all(),
        empty_label=_("None: may not act for it"),
        widget=UnfoldAdminSelectWidget,
    )
    preferred_currency = forms.CharField(
        label=_("Preferred currency"),
        max_length=3,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("ISO 4217, as in USD."),
    )
    preferred_storefront = forms.ModelChoiceField(
        label=_("Preferred storefront"),
        required=False,
        queryset=Storefront.objects.all(),
        widget=UnfoldAdminSelectWidget,
    )
    way_in = WayInField()
    initial_password = password_field()
    seen_at = SeenAtField(required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        refuse_missing_password(self)
        return cleaned


def _contact(account: Account, text: str) -> Contact:
    """Raises ObjectDoesNotExist, ValidationError for what is no id."""
    try:
        pk = UUID(text)
    except ValueError as error:
        raise ValidationError(_("This form came back damaged. Open the page anew.")) from error
    return Contact.objects.get(pk=pk, account=account)


def _initial(account: Account, named: dict[str, str]) -> dict[str, Any]:
    try:
        contact = _contact(account, named.get("contact", ""))
    except (ValidationError, Contact.DoesNotExist):
        return {}
    shop = Storefront.objects.first()
    return {
        SEEN_AT: contact.updated_at,
        "preferred_currency": shop.currency if shop else "",
        "preferred_storefront": shop,
    }


def _convert(request: HttpRequest, account: Account, given: Given) -> HttpResponse:  # noqa: ARG001 -- as dialogs say
    fields = dict(given.fields)
    access = access_of(fields)
    converted = convert_contact(
        contact=_contact(account, fields["contact"]),
        role=fields["role"],
        preferred_currency=fields["preferred_currency"],
        preferred_storefront=fields["preferred_storefront"],
        access=access,
        seen_at=given.seen_at,
        by=given.by,
        at=given.at,
    )
    return HttpResponseRedirect(reverse("admin:customers_customer_change", args=[converted.customer.pk]))


CONVERT = Dialog(
    name="convert",
    title=_("Convert to customer"),
    text=_(
        "The contact becomes a registered customer and keeps its place here. Where a registered customer has this "
        "e-mail already, it is that one; nobody is made twice."
    ),
    button=_("Convert to customer"),
    permission="customers.add_customer",
    perform=_convert,
    form=ConvertForm,
    from_address=("contact",),
    initial_from=_initial,
    is_button=False,
)


def links_of(request: HttpRequest, contact: Contact) -> list[tuple[Any, str]]:
    """Beside the contact's name: who it is, or how it becomes somebody."""
    links: list[tuple[Any, str]] = []
    if contact.customer_id is not None and request.user.has_perm("customers.view_customer"):
        links.append((_("Customer"), reverse("admin:customers_customer_change", args=[contact.customer_id])))
    if request.user.has_perm(CONVERT.permission):
        address = reverse("admin:accounts_account_convert", args=[contact.account_id])
        title = CONVERT.title if contact.customer_id is None else _("Give a role")
        links.append((title, f"{address}?contact={contact.pk}"))
    return links
