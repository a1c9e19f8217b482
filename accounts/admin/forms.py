"""What staff type about accounts."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from accounts.models import Account, AccountStatus, Contact
from customers.models import ErpSystem
from interface.panel.forms import SeenAtField, ServiceForm


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

    class Meta:
        model = Account
        fields = [
            "name", "shared_id", "phone", "fax", "email", "postal_code", "erp_system", "account_number",
            "business_number", "tax_id",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "shared_id" in self.fields:
            self.fields["shared_id"].required = False
            self.fields["shared_id"].help_text = _(
                "The id that all systems share; it never changes. Empty: one is made."
            )


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
