"""An active root has an admin. Whatever could take the last one away asks here, in its own transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from accounts.models import Account, AccountStatus, Associate
from customers.models import Customer
from customers.ports import DependedOnError
from events.recording import Fact, record

SUSPENDED_BECAUSE = "Its last admin went."


class LastAdminError(DependedOnError):
    """These active roots would be left without an admin: name another first, or suspend them in the same step."""

    def __init__(self, accounts: Sequence[Account]) -> None:
        super().__init__(", ".join(account.name for account in accounts))
        self.accounts = accounts


def insist_on_admins(
    account_ids: Collection[int], *, suspend_instead: bool = False, by: str, at: datetime
) -> list[Account]:
    """Called after the write that may have taken an admin away. Returns the roots that were suspended instead.

    `account_ids` are those whose associates changed; only active roots among them need an admin, as those below count
    the admins above. The roots' rows stay locked until the transaction ends, so that of two writes at once the later
    one sees what the earlier left. Raises LastAdminError.
    """
    roots = Account.objects.filter(pk__in=account_ids, parent__isnull=True).order_by("pk")
    # No key: an insert of an associate holds the row's key, and must not wait for itself.
    locked = list(roots.select_for_update(of=["self"], no_key=True))
    active = [root for root in locked if root.status == AccountStatus.ACTIVE]
    if not active:
        return []
    managed = set(Associate.objects.managing(at=at).filter(account__in=active).values_list("account_id", flat=True))
    lost = [root for root in active if root.pk not in managed]
    if lost and not suspend_instead:
        raise LastAdminError(lost)
    for root in lost:
        root.status, root.updated_at = AccountStatus.SUSPENDED, at
        root.save(update_fields=["status", "updated_at"])
        change = {"from": str(AccountStatus.ACTIVE), "to": str(AccountStatus.SUSPENDED), "reason": SUSPENDED_BECAUSE}
        record(Fact("account.status_changed", f"account:{root.shared_id}", change), by=by, at=at)
    return lost


def has_admin(account: Account, *, at: datetime) -> bool:
    """Whether someone manages its associates: of the account itself, or of one above it."""
    above = Account.objects.above(account).order_by().values("pk")
    managing = Associate.objects.managing(at=at)
    return managing.filter(account=account).exists() or managing.filter(account__in=above).exists()


def guard_the_last_admin(*, customer: Customer, suspend_accounts: bool, by: str, at: datetime) -> None:
    """This room's answer when a person stops to be able to act. Raises LastAdminError."""
    managed = Associate.objects.managed_by(customer, at=at).filter(account__parent__isnull=True)
    account_ids = list(managed.values_list("account_id", flat=True))
    insist_on_admins(account_ids, suspend_instead=suspend_accounts, by=by, at=at)
