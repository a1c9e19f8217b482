"""Coloured words about customers."""

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, CustomerKind, CustomerMail, MailState
from interface.panel import showing

STATES = {
    "active": (_("Active"), "good"),
    "on_hold": (_("On hold"), "warning"),
    "inactive": (_("Inactive"), "notice"),
    "inactive_on_hold": (_("Inactive, on hold"), "warning"),
    "merged": (_("Merged"), ""),
    "anonymized": (_("Anonymized"), ""),
}
MAIL_TONES = {
    MailState.PLANNED: "",
    MailState.DUE: "notice",
    MailState.UNCLEAR: "warning",
    MailState.SENT: "good",
    MailState.FAILED: "bad",
    MailState.DROPPED: "",
}


def state_of(customer: Customer) -> str:
    """The one word that says most about whether the person counts and may act."""
    if customer.anonymized_at is not None:
        return "anonymized"
    if customer.merged_into_id is not None:
        return "merged"
    if not customer.active:
        return "inactive_on_hold" if customer.on_hold else "inactive"
    return "on_hold" if customer.on_hold else "active"


def state_tag(customer: Customer) -> SafeString:
    return showing.tag(*STATES[state_of(customer)])


def kind_tag(customer: Customer) -> SafeString:
    kind = CustomerKind(customer.kind)
    return showing.tag(kind.label, "accent" if kind == CustomerKind.REGISTERED else "")


def mail_tag(mail: CustomerMail) -> SafeString:
    return showing.tag(mail.state.label, MAIL_TONES[mail.state])
