"""What staff type about accounts and contacts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.models import Account, AccountStatus, Contact, PaymentMethod, PriceList, Role
from customers.admin.forms import AttributesForm as CustomerAttributesForm
from customers.admin.forms import text
from customers.attributes import Subject
from customers.models import ErpSystem, Segment
from interface.panel.forms import SeenAtField, ServiceForm
from storefronts.models import Storefront

METHOD = "method_"
FIRST_ADMIN = ("admin_email", "admin_storefront", "admin_first_name", "admin_last_name")
AS_ABOVE, VISIBLE, HIDDEN = "", "visible", "hidden"
WORDS = [(AS_ABOVE, _("As above it")), (VISIBLE, _("Visible")), (HIDDEN, _("Hidden"))]


def erp_systems() -> list[tuple[str, Any]]:
    return [
        ("", _("None")),
        *((code, code) for code in ErpSystem.objects.order_by("code").values_list("code", flat=True)),
    ]


class AccountForm(ServiceForm):
    """An account; the shared id only where it is new, the parent never."""

    erp_system = forms.ChoiceField(
        label=_("ERP system"), choices=erp_systems, required=False, widget=UnfoldAdminSelectWidget
    )
    segments = forms.MultipleChoiceField(
        label=_("Segments"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    admin_email = text(
        _("First admin's e-mail"),
        max_length=254,
        help_text=_("A registered customer, or a new one, who is mailed a link to set a password. Empty: pending."),
    )
    admin_storefront = forms.ModelChoiceField(
        label=_("Storefront"),
        required=False,
        queryset=Storefront.objects.order_by("name"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Where a new person signs in, and in whose currency he buys."),
    )
    admin_first_name = text(_("First name"), max_length=120)
    admin_last_name = text(_("Last name"), max_length=120)

    class Meta:
        model = Account
        fields = [
            "name", "shared_id", "phone", "fax", "email", "postal_code", "erp_system", "account_number",
            "business_number", "tax_id", "inherits_settings", "segments",
        ]  # fmt: skip
        widgets = {"inherits_settings": UnfoldBooleanSwitchWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "shared_id" in self.fields:
            self.fields["shared_id"].required = False
            self.fields["shared_id"].help_text = _(
                "The id that all systems share; it never changes. Empty: one is made."
            )
        if self.instance.pk is not None:
            for name in FIRST_ADMIN:
                self.fields.pop(name, None)
        elif len(shops := list(Storefront.objects.all()[:2])) == 1:
            self.initial["admin_storefront"] = shops[0]
        if "segments" in self.fields:
            self.fields["segments"].choices = list(Segment.objects.values_list("code", "name"))  # type: ignore[attr-defined]


class StatusForm(forms.Form):
    """Another status, and why."""

    status = forms.ChoiceField(label=_("Status"), choices=AccountStatus.choices, widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(
        label=_("Reason"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Kept in the account's history with your name."),
    )
    seen_at = SeenAtField()


class ContactForm(ServiceForm):
    """A person named on an account."""

    erp_slot = forms.TypedChoiceField(
        label=_("ERP slot"),
        choices=[("", _("Only here")), (1, _("Slot 1")), (2, _("Slot 2"))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = Contact
        fields = ["first_name", "last_name", "email", "phone", "type", "erp_slot", "active", "on_hold"]


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock, in the server's time zone."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(attrs={"class": " ".join(INPUT_CLASSES), "step": "1"}, format="%Y-%m-%dT%H:%M:%S")


class AttributesForm(CustomerAttributesForm):
    """One field for each profile attribute of accounts."""

    subject = Subject.ACCOUNT


class AssociateForm(forms.Form):
    """Who may act for the account, as what, from when to when; `associate` names the one that is changed."""

    associate = forms.CharField(required=False, widget=forms.HiddenInput)
    email = text(_("E-mail"), required=True, max_length=254, help_text=_("Of a registered customer."))
    role = forms.ModelChoiceField(label=_("Role"), queryset=Role.objects.all(), widget=UnfoldAdminSelectWidget)
    valid_from = forms.DateTimeField(label=_("From"), required=False, widget=MomentInput())
    valid_until = forms.DateTimeField(
        label=_("Until"), required=False, widget=MomentInput(), help_text=_("He may act up to this moment.")
    )
    suspend_account = forms.BooleanField(
        label=_("Suspend the account if it loses its last admin"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    seen_at = SeenAtField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_change = self.initial.get("associate") or (self.is_bound and self.data.get("associate"))
        del self.fields["email" if is_change else "suspend_account"]


class AssociateRemovalForm(forms.Form):
    """Which associate."""

    associate = forms.CharField(widget=forms.HiddenInput)
    suspend_account = forms.BooleanField(
        label=_("Suspend the account if it loses its last admin"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    seen_at = SeenAtField()


class PasteForm(forms.Form):
    """Rows copied out of a spreadsheet."""

    rows = forms.CharField(
        label=_("Rows"),
        max_length=1_000_000,
        strip=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "class": "ci-mono", "spellcheck": "false"}),
    )


class ExternalIdForm(forms.Form):
    """How another system names the account."""

    system = text(_("System"), required=True, max_length=40, help_text=_("As in bigcommerce-us."))
    external_id = text(_("ID"), max_length=120, help_text=_("Empty: the system no longer names it."))
    seen_at = SeenAtField()


class PriceListForm(forms.Form):
    """Which list, on which storefront, from when to when; `assignment` names the one that is changed.

    That keeps its storefront and its beginning: they say which one it is.
    """

    assignment = forms.CharField(required=False, widget=forms.HiddenInput)
    storefront = forms.ModelChoiceField(
        label=_("Storefront"),
        required=False,
        queryset=Storefront.objects.order_by("name"),
        empty_label=_("All storefronts"),
        widget=UnfoldAdminSelectWidget,
    )
    price_list = forms.ModelChoiceField(
        label=_("Price list"),
        required=False,
        queryset=PriceList.objects.all(),
        empty_label=_("None of its own"),
        widget=UnfoldAdminSelectWidget,
    )
    valid_from = forms.DateTimeField(
        label=_("From"), required=False, widget=MomentInput(), help_text=_("Empty: it holds already.")
    )
    valid_until = forms.DateTimeField(
        label=_("Until"), required=False, widget=MomentInput(), help_text=_("Empty: it has no end.")
    )
    seen_at = SeenAtField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("assignment") if self.is_bound else self.initial.get("assignment"):
            self.fields["seen_at"].required = True
            for name in ("storefront", "valid_from"):
                self.fields[name].disabled = True
            self.fields["valid_from"].help_text = _("To begin at another time, take it away and assign it anew.")


class AssignmentOnlyForm(forms.Form):
    """Which assignment."""

    assignment = forms.CharField(widget=forms.HiddenInput)
    seen_at = SeenAtField(required=False)


class PaymentMethodsForm(forms.Form):
    """What the account says of each method of one storefront; `seen` is what it said when the form was opened."""

    storefront = forms.CharField(widget=forms.HiddenInput)
    seen = forms.JSONField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = self.data.get("storefront", "") if self.is_bound else self.initial.get("storefront", "")
        for method in PaymentMethod.objects.filter(storefront__code=code):
            self.fields[f"{METHOD}{method.pk}"] = forms.ChoiceField(
                label=method.name, choices=WORDS, required=False, widget=UnfoldAdminSelectWidget
            )

    def clean_seen(self) -> dict[str, str]:
        seen = self.cleaned_data["seen"]
        words = {AS_ABOVE, VISIBLE, HIDDEN}
        if not isinstance(seen, dict) or not all(isinstance(word, str) and word in words for word in seen.values()):
            raise forms.ValidationError(_("This form came back damaged. Open the page anew."))
        return seen


class DeletionForm(forms.Form):
    """The account's name, typed to be sure."""

    name = forms.CharField(
        label=_("Type the account's name"), widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
    )
    seen_at = SeenAtField()
