"""Change identity: the question put to a person who decides whose an order is."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from accounts.models import Account
from customers.models import Customer
from interface.panel.finding import FindingSelect
from interface.panel.forms import SEEN_AT, SeenAtField
from interface.panel.given import Given
from interface.panel.refusals import Explanations
from orders.limits import LONGEST_TYPED
from orders.models import Order
from orders.services.staff_decisions import (
    AccountDisabledError,
    IdentityChange,
    NotReleasableError,
    OrderErasedError,
    change_identity,
    is_releasable,
)
from orders.submissions import Mended
from orders.words import Action, Outcome

# What the form shows for each action; panel.js hides the rest, and of the rest nothing reaches the service.
FIELDS = {
    Action.ASSIGN_ACCOUNT: ("account",),
    Action.ASSIGN_CUSTOMER: ("customer",),
    Action.MEND_CLAIM: ("email", "phone"),
}
ACTION_OF = {name: action for action, names in FIELDS.items() for name in names}


class ChangeIdentityForm(forms.Form):
    """Every action that a person has, whom it names, and why."""

    action = forms.ChoiceField(
        label=_("What is to happen"), choices=Action.choices, widget=UnfoldAdminRadioSelectWidget
    )
    account = forms.ModelChoiceField(
        label=_("Account"),
        required=False,
        queryset=Account.objects.all(),
        widget=FindingSelect(Order._meta.get_field("account"), admin.site),  # noqa: SLF001 -- Django's documented API
        help_text=_("Search by name, number, phone or postal code."),
    )
    customer = forms.ModelChoiceField(
        label=_("Customer"),
        required=False,
        queryset=Customer.objects.all(),
        widget=FindingSelect(Order._meta.get_field("customer"), admin.site),  # noqa: SLF001 -- Django's documented API
        help_text=_("Search by name, e-mail, phone or reference."),
    )
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=LONGEST_TYPED,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Empty: the order has none. What the order says of itself is kept."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=LONGEST_TYPED,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_TYPED,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=_("Kept with the decision, beside your name."),
    )
    seen_at = SeenAtField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.initial.get("is_releasable"):
            offered = [choice for choice in Action.choices if choice[0] != Action.RELEASE]
            self.fields["action"].choices = offered  # type: ignore[attr-defined]
        for name, action in ACTION_OF.items():
            self.fields[name].widget.attrs["data-for-action"] = str(action)


EXPLANATIONS: Explanations = {
    NotReleasableError: lambda _error: (
        "action",
        _("Nothing holds this order that could be released. Say whose it is."),
    ),
    OrderErasedError: lambda _error: ("", _("A person whom this order names was erased. It is never decided again.")),
    AccountDisabledError: lambda _error: ("account", _("The account is disabled: no order is given to it.")),
}
# The service's names for what the form calls otherwise.
BESIDE = {"account_shared_id": "account", "customer_shared_id": "customer"}


def as_it_is(order: Order) -> dict[str, Any]:
    """What the form starts with: the e-mail and phone that hold now, typed or mended."""
    mended = Mended.from_stored(order.decision.evidence.mended)
    return {
        "email": order.claim_email if mended.email is None else mended.email,
        "phone": order.claim_phone if mended.phone is None else mended.phone,
        "is_releasable": is_releasable(order),
        SEEN_AT: order.updated_at,
    }


def perform(order: Order, given: Given) -> Order:
    """Hand what was chosen to the service, and nothing that stands in fields of other actions."""
    typed = given.fields
    action = Action(typed["action"])
    account, customer = typed["account"], typed["customer"]
    mends = action == Action.MEND_CLAIM
    before = as_it_is(order)
    change = IdentityChange(
        action=action,
        reason=typed["reason"],
        account_shared_id=account.shared_id if account and action == Action.ASSIGN_ACCOUNT else "",
        customer_shared_id=customer.shared_id if customer and action == Action.ASSIGN_CUSTOMER else "",
        email=typed["email"] if mends and typed["email"] != before["email"].strip() else None,
        phone=typed["phone"] if mends and typed["phone"] != before["phone"].strip() else None,
    )
    try:
        return change_identity(order=order, change=change, seen_at=given.seen_at, by=given.by, at=given.at)
    except ValidationError as error:
        errors = error.error_dict if hasattr(error, "error_dict") else {}
        raise ValidationError({BESIDE.get(name, name): each for name, each in errors.items()}) from error


def told(order: Order) -> Any:
    """What became of it, in one sentence."""
    if order.outcome == Outcome.HELD:
        return _("The order is held.")
    if order.outcome == Outcome.AWAITING_ERP:
        return _("The order waits for the ERP.")
    owner = order.account or order.customer
    return _("The order now belongs to %s.") % (owner or order.erp_customer_number)


def may_decide(request: HttpRequest) -> bool:
    return request.user.has_perm("orders.decide_identity")
