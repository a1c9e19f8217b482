"""Delete an account with everything below it: what would go is said first, and orders forbid it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from accounts import ports
from accounts.models import (
    Account,
    AccountAddress,
    AccountNote,
    Associate,
    Contact,
    PaymentRule,
    PriceListAssignment,
)
from accounts.services.accounts import lock_tree
from accounts.services.associates import lock_people_of
from customers.services.companies import refresh_companies
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction


class AccountHasOrdersError(Exception):
    """Orders name the account or one below it; they are legal records and keep it."""


@dataclass(frozen=True, slots=True)
class DeletionPreview:
    """What goes with an account; `accounts` counts itself."""

    accounts: int
    contacts: int
    associates: int
    addresses: int
    notes: int
    settings: int
    carts: int
    shopping_lists: int
    is_refused: bool


def deletion_preview(account: Account) -> DeletionPreview:
    """Counts over the subtree as it is now, and whether its orders forbid the deletion."""
    account = Account.objects.get(pk=account.pk)
    subtree = Account.objects.in_subtree_of(account).order_by().values("pk")
    within = {"account__in": subtree}
    kept = ports.shoppers_things(account)
    return DeletionPreview(
        accounts=(account.rght - account.lft + 1) // 2,
        contacts=Contact.objects.filter(**within).count(),
        associates=Associate.objects.filter(**within).count(),
        addresses=AccountAddress.objects.filter(**within).count(),
        notes=AccountNote.objects.filter(**within).count(),
        settings=PriceListAssignment.objects.filter(**within).count() + PaymentRule.objects.filter(**within).count(),
        carts=kept.carts,
        shopping_lists=kept.shopping_lists,
        is_refused=not ports.may_delete(account),
    )


def delete_account(*, account: Account, seen_at: datetime | None = None, by: str, at: datetime) -> int:
    """Delete the account and all below it; returns how many accounts went. Their shared ids are never used again.

    Deleting twice changes nothing. Raises AccountHasOrdersError, and StaleError where it changed since `seen_at`.
    """
    with transaction(by=by):
        lock_people_of(Account.objects.in_subtree_of(account))
        try:
            fresh = lock_tree(account)
        except Account.DoesNotExist:
            return 0
        refuse_stale(seen_at=seen_at, updated_at=fresh.updated_at)
        if not ports.may_delete(fresh):
            raise AccountHasOrdersError
        subtree = Account.objects.in_subtree_of(fresh)
        # Locked before anything of theirs is, as by whoever writes to the book or the settings of one of them.
        locked = subtree.order_by("pk").select_for_update(of=["self"])
        gone = list(locked.values_list("pk", "shared_id"))
        people = Associate.objects.filter(account__in=[pk for pk, _shared_id in gone])
        bereft = sorted(set(people.values_list("customer_id", flat=True)))
        # From the deepest up: the database keeps a parent as long as it has children.
        for level in sorted(set(subtree.order_by().values_list("level", flat=True)), reverse=True):
            subtree.filter(level=level).delete()
        _close_gap(fresh)
        refresh_companies(bereft)
        for _pk, shared_id in gone:
            record(Fact("account.deleted", f"account:{shared_id}"), by=by, at=at)
    return len(gone)


def _close_gap(gone: Account) -> None:
    width = gone.rght - gone.lft + 1
    rest = Account.objects.filter(tree_id=gone.tree_id)
    rest.filter(lft__gt=gone.rght).update(lft=F("lft") - width)
    rest.filter(rght__gt=gone.rght).update(rght=F("rght") - width)
