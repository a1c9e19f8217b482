"""What staff type about customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from customers.attributes import Subject, Type
from customers.models import Customer, ProfileAttribute, Segment
from customers.postal import countries
from customers.services.access import FirstAccess
from customers.services.profile_attributes import definitions
from interface.panel.forms import SeenAtField, ServiceForm
from storefronts.models import Storefront

LINK, GENERATED, TYPED, NOTHING = "link", "generated", "typed", "nothing"
WAYS_IN = [
    (LINK, _("Mail a link to set a password")),
    (GENERATED, _("Mail a random initial password")),
    (TYPED, _("Mail the initial password typed below")),
    (NOTHING, _("Nothing yet")),
]
NAMES = ("salutation", "first_name", "last_name", "gender")
ATTRIBUTE = "attribute_"
ADDRESS_TEXTS = {
    "label": _("Label"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "company": _("Company"),
    "line1": _("Street"),
    "line2": _("Further line"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "region": _("State or region"),
}
NEEDED = frozenset({"line1", "city"})
USES = {
    "is_shipping": _("For shipping"),
    "default_shipping": _("Default for shipping"),
    "is_billing": _("For billing"),
    "default_billing": _("Default for billing"),
}


def text(label: Any, *, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, widget=UnfoldAdminTextInputWidget, **options)


class DayInput(forms.DateInput):
    """The browser's own calendar; Django's needs a script of translations."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(attrs={"class": " ".join(INPUT_CLASSES)}, format="%Y-%m-%d")


class UnrepeatedInput(UnfoldAdminTextInputWidget):
    """Typed in sight, and never sent back to the browser."""

    def format_value(self, value: Any) -> None:  # noqa: ARG002 -- Django's signature
        return None


def password_field() -> forms.CharField:
    """In sight, because it is mailed."""
    return forms.CharField(
        label=_("Initial password"),
        required=False,
        max_length=128,
        strip=False,
        widget=UnrepeatedInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("At least 12 characters. It is mailed and stored nowhere."),
    )


class WayInField(forms.ChoiceField):
    """How a new customer gets in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=_("Sign-in"), choices=WAYS_IN, initial=LINK, widget=UnfoldAdminRadioSelectWidget, **options
        )


def access_of(fields: dict[str, Any]) -> FirstAccess:
    """The chosen way in; taken out of the fields."""
    way, password = fields.pop("way_in"), fields.pop("initial_password")
    return FirstAccess(
        initial_password=password if way == TYPED else "", generate=way == GENERATED, send_link=way == LINK
    )


def refuse_missing_password(form: forms.BaseForm) -> None:
    """Where a typed password was chosen, one is typed."""
    if form.cleaned_data.get("way_in") == TYPED and not form.cleaned_data.get("initial_password"):
        form.add_error("initial_password", _("Type the password that is mailed."))


class NewCustomerForm(ServiceForm):
    """A new registered customer."""

    way_in = WayInField()
    initial_password = password_field()

    class Meta:
        model = Customer
        fields = [
            "shared_id", *NAMES, "email", "phone", "company", "preferred_currency", "preferred_storefront",
            "preferred_locale", "active", "on_hold",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shared_id"].required = False
        self.fields["shared_id"].help_text = _("The id that all systems share; it never changes. Empty: one is made.")
        self.fields["preferred_currency"].help_text = _("ISO 4217, as in USD.")
        self.fields["preferred_locale"].help_text = _("The language of mails, as in de.")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        refuse_missing_password(self)
        return cleaned


class DetailsForm(forms.Form):
    """A customer's fields."""

    salutation = text(_("Salutation"), max_length=40)
    first_name = text(_("First name"), max_length=120)
    last_name = text(_("Last name"), max_length=120)
    gender = text(_("Gender"), max_length=20)
    birth_date = forms.DateField(label=_("Birth date"), required=False, widget=DayInput)
    email = text(_("E-mail"), max_length=254)
    phone = text(_("Phone"), max_length=60)
    company = text(
        _("Company"), max_length=200, help_text=_("In the person's own words; lists show the accounts he buys for.")
    )
    preferred_currency = text(_("Preferred currency"), max_length=3)
    preferred_storefront = forms.ModelChoiceField(
        label=_("Preferred storefront"),
        required=False,
        queryset=Storefront.objects.all(),
        widget=UnfoldAdminSelectWidget,
    )
    preferred_locale = text(_("Preferred locale"), max_length=12, help_text=_("The language of mails, as in de."))
    shipping_option = text(_("Shipping option"), max_length=60)
    segments = forms.MultipleChoiceField(
        label=_("Segments"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget
    )
    assisted_buying_allowed = forms.BooleanField(
        label=_("Assisted buying allowed"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    seen_at = SeenAtField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = list(Segment.objects.values_list("code", "name"))
        self.fields["segments"].choices = known  # type: ignore[attr-defined]
        if not known:
            del self.fields["segments"]


class ReasonForm(forms.Form):
    """Why something is said of the customer."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=400,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Kept in the customer's history with your name."),
    )
    seen_at = SeenAtField()


class StateForm(ReasonForm):
    """Whether he is active, whether he is on hold, and why that changes."""

    active = forms.BooleanField(label=_("Active"), required=False, widget=UnfoldBooleanSwitchWidget)
    on_hold = forms.BooleanField(label=_("On hold"), required=False, widget=UnfoldBooleanSwitchWidget)
    suspend_accounts = forms.BooleanField(
        label=_("Suspend accounts that lose their last admin"), required=False, widget=UnfoldBooleanSwitchWidget
    )
    field_order = ("active", "on_hold", "reason", "suspend_accounts")


class InitialPasswordForm(forms.Form):
    """A new initial password."""

    way_in = forms.ChoiceField(
        label=_("Password"),
        choices=[(GENERATED, _("A random one")), (TYPED, _("The one typed below"))],
        initial=GENERATED,
        widget=UnfoldAdminRadioSelectWidget,
    )
    initial_password = password_field()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        refuse_missing_password(self)
        return cleaned


class AddressForm(forms.Form):
    """One address of a book; `address` names the one that is changed."""

    address = forms.CharField(required=False, widget=forms.HiddenInput)
    code = text(_("ID"), max_length=100, help_text=_("How programs name it. Empty: one is made."))
    country = forms.ChoiceField(label=_("Country"), widget=UnfoldAdminSelectWidget)
    phone = text(_("Phone"), max_length=60)
    seen_at = SeenAtField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [(code, code) for code in sorted(countries())]  # type: ignore[attr-defined]
        lines = {name: text(label, required=name in NEEDED) for name, label in ADDRESS_TEXTS.items()}
        uses = {
            name: forms.BooleanField(
                label=label, required=False, initial=name.startswith("is_"), widget=UnfoldBooleanSwitchWidget
            )
            for name, label in USES.items()
        }
        own = {name: self.fields[name] for name in ("address", "code", "seen_at")}
        after = {name: self.fields[name] for name in ("country", "phone")}
        self.fields = {**own, **lines, **after, **uses}
        if self.initial.get("address") or (self.is_bound and self.data.get("address")):
            del self.fields["code"]


class AddressOnlyForm(forms.Form):
    """Which address."""

    address = forms.CharField(widget=forms.HiddenInput)
    seen_at = SeenAtField()


class NoteForm(forms.Form):
    """What is to be remembered about the person."""

    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text=_("Other staff see it with your name; shoppers never do."),
    )


class NoteOnlyForm(forms.Form):
    """Which note."""

    note = forms.CharField(widget=forms.HiddenInput)


class MailOnlyForm(forms.Form):
    """Which mail."""

    mail = forms.CharField(widget=forms.HiddenInput)


class AttributesForm(forms.Form):
    """One field for each profile attribute of the subject."""

    subject = Subject.CUSTOMER
    seen_at = SeenAtField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in definitions(subject=self.subject):
            self.fields[f"{ATTRIBUTE}{each.key}"] = _attribute_field(each)

    def values(self) -> dict[str, Any]:
        """The attributes as the service takes them."""
        return attributes_in(self.cleaned_data)


def attribute_fields(stored: dict[str, Any]) -> dict[str, Any]:
    """The stored values as the fields of the form show them."""
    words = {True: "yes", False: "no"}
    return {f"{ATTRIBUTE}{key}": words[value] if isinstance(value, bool) else value for key, value in stored.items()}


def attributes_in(fields: dict[str, Any]) -> dict[str, Any]:
    """The values among cleaned fields, by key; blank is null."""
    given = {name.removeprefix(ATTRIBUTE): value for name, value in fields.items() if name.startswith(ATTRIBUTE)}
    return {key: _as_json(value) for key, value in given.items()}


def _as_json(value: Any) -> Any:
    if value in ("", None):
        return None
    if value in ("yes", "no"):
        return value == "yes"
    return value.isoformat() if hasattr(value, "isoformat") else value


def _attribute_field(definition: Any) -> forms.Field:
    options: dict[str, Any] = {"label": definition.label, "required": False, "widget": UnfoldAdminTextInputWidget}
    match definition.type:
        case Type.INTEGER:
            return forms.IntegerField(**options)
        case Type.DATE:
            return forms.DateField(**{**options, "widget": DayInput})
        case Type.BOOLEAN:
            choices = [("", "—"), ("yes", _("Yes")), ("no", _("No"))]
            return forms.ChoiceField(choices=choices, **{**options, "widget": UnfoldAdminSelectWidget})
        case Type.CHOICE:
            choices = [("", "—"), *((choice, choice) for choice in definition.choices)]
            return forms.ChoiceField(choices=choices, **{**options, "widget": UnfoldAdminSelectWidget})
    return forms.CharField(max_length=1000, **options)


class AttributeForm(ServiceForm):
    """The definition of a profile attribute."""

    choices = forms.CharField(
        label=_("Choices"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=_("One per line, for the type “Choice”."),
    )

    class Meta:
        model = ProfileAttribute
        fields = ["subject", "key", "label", "type", "choices", "required", "policy"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["choices"] = "\n".join(self.instance.choices)

    def clean_choices(self) -> list[str]:
        lines = self.cleaned_data["choices"].splitlines()
        return [line.strip() for line in lines if line.strip()]


class SegmentForm(ServiceForm):
    """A segment."""

    class Meta:
        model = Segment
        fields = ["code", "name"]
