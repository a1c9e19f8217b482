"""What staff type about storefronts and API clients."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from interface.panel.forms import ServiceForm
from storefronts.admin.widgets import OrderedStepsField
from storefronts.models import ApiClient, Storefront
from storefronts.policy import B2B_STEPS, B2C_STEPS, POLICY_FIELDS, Ambiguous, Policy
from storefronts.ports import erp_system_codes
from storefronts.scopes import Scope

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class LinesField(forms.CharField):
    """A text per line; blank lines count for nothing."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return [line.strip() for line in str(text or "").splitlines() if line.strip()]

    def validate(self, value: Any) -> None:
        """The service says which lines are wrong."""

    def run_validators(self, value: Any) -> None:
        """The service says which lines are wrong."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(list(initial or []) != self.to_python(data))


def erp_system_choices() -> list[tuple[str, "StrOrPromise"]]:
    """The ERP systems there are, and none."""
    return [("", _("None: no ERP is asked")), *((code, code) for code in erp_system_codes())]


class StorefrontForm(ServiceForm):
    """A storefront with its resolution policy; the code only where it is new."""

    url = forms.URLField(label=_("URL"), required=False, assume_scheme="https", widget=UnfoldAdminURLInputWidget)
    locales = SimpleArrayField(
        forms.CharField(max_length=12),
        label=_("Locales"),
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("Separated by commas, as in en-US, es-US."),
    )
    erp_system = forms.ChoiceField(
        label=_("ERP system"),
        required=False,
        choices=erp_system_choices,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Orders are matched with its customers. A system is there once its customers were imported."),
    )
    b2b_steps = OrderedStepsField(
        label=_("B2B: where to look, in this order"),
        steps=B2B_STEPS,
        help_text=_(
            "The first step that finds someone ends the search. A pinned identity can only come first, a new "
            "customer last."
        ),
    )
    b2b_ambiguous = forms.ChoiceField(
        label=_("B2B: where several match"), choices=Ambiguous.choices, widget=UnfoldAdminSelectWidget
    )
    b2c_steps = OrderedStepsField(
        label=_("B2C: where to look, in this order"),
        steps=B2C_STEPS,
        help_text=_(
            "Contacts and accounts are not looked at. Without a new customer as the last step, unknown "
            "people's orders are held."
        ),
    )
    b2c_ambiguous = forms.ChoiceField(
        label=_("B2C: where several match"), choices=Ambiguous.choices, widget=UnfoldAdminSelectWidget
    )
    placeholders = LinesField(
        label=_("Placeholders"),
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5, "spellcheck": "false", "class": "ci-mono"}),
        help_text=_(
            "What shops and cashiers type where nobody gave anything, one per line: local@, @domain, whole "
            "addresses, or "
            "digits. Such a value never matches anyone."
        ),
    )
    erp_max_age_seconds = forms.IntegerField(
        label=_("ERP copy counts for (seconds)"),
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("A match on an older copy waits until the ERP was read anew. Empty: a copy of any age counts."),
    )
    assume_complete = forms.BooleanField(
        label=_("The copy is complete"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Who is not in our copy is not in the ERP, so nobody waits for it. For copies loaded from files."),
    )

    class Meta:
        model = Storefront
        fields = [
            "code", "name", "url", "currency", "default_region", "locales", "erp_system", "b2c_erp",
            "reference_prefix", "reference_step_min", "reference_step_max", "password_path", "verification_path",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.current_policy
        settings = (
            Policy.from_settings(stored.settings, version=stored.version).shown()
            if stored
            else Policy(version=1, default_region="US", erp_system="").shown()
        )
        self.initial = {**settings, **self.initial}

    def policy(self) -> dict[str, Any]:
        """The typed policy, as the service takes it."""
        return {name: value for name, value in self.cleaned_data.items() if name in POLICY_FIELDS}


class ApiClientForm(ServiceForm):
    """A new API client."""

    name = forms.CharField(
        label=_("Name"),
        max_length=50,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("What it is, as in: checkout of the US shop."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"),
        choices=[(scope.value, f"{scope.value}: {scope.label}") for scope in Scope],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("What the key may do. Give a program no more than it needs."),
    )
    storefront = forms.ModelChoiceField(
        label=_("Storefront"),
        queryset=Storefront.objects.all(),
        required=False,
        empty_label=_("All storefronts"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("The key sees and writes the orders of this storefront only."),
    )
    expiry_date = forms.DateTimeField(
        label=_("Expires"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "ci-input"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Empty: the key works until it is revoked."),
    )

    class Meta:
        model = ApiClient
        fields = ["name", "scopes", "storefront", "expiry_date"]


class RotateForm(forms.Form):
    """How long the old key goes on working."""

    grace = forms.TypedChoiceField(
        label=_("The old key works on for"),
        choices=[(0, _("It ends at once")), (1, _("1 hour")), (24, _("1 day")), (168, _("7 days"))],
        coerce=int,
        initial=0,
        widget=UnfoldAdminSelectWidget,
        help_text=_("Time to put the new key in place."),
    )
