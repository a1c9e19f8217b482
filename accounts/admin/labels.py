"""Coloured words about accounts."""

from collections.abc import Iterable

from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AccountStatus
from accounts.readiness import Lack
from interface.panel import showing

STATUS_TONES = {
    AccountStatus.PENDING: "notice",
    AccountStatus.ACTIVE: "good",
    AccountStatus.SUSPENDED: "warning",
    AccountStatus.DISABLED: "bad",
}
READY = _("Ready")


def status_tag(account: Account) -> SafeString:
    status = AccountStatus(account.status)
    return showing.tag(status.label, STATUS_TONES[status])


def readiness_tags(lacks: Iterable[Lack]) -> SafeString:
    """What is missing, or that nothing is."""
    words = [(lack.label, "warning") for lack in lacks]
    return showing.tags(words) if words else showing.tag(READY, "good")
