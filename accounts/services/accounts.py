"""Create and change accounts. Tree writes take their lock first; `docs/decisions/0003-account-trees.md` says why."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Account, AccountStatus
from customers.models import ErpSystem
from customers.services.companies import refresh_companies
from customers.services.shared_ids import claiming, new_shared_id
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import lock_key, transaction

ROOTS_LOCK = lock_key("accounts", "roots")
WRITABLE = frozenset(
    {
        "name", "erp_system", "account_number", "business_number", "tax_id", "phone", "fax", "email", "postal_code",
    }
)  # fmt: skip


class AccountNeverMovesError(Exception):
    """An account is born under its parent and stays there for ever."""


def create_root(*, shared_id: str = "", by: str, at: datetime, **fields: Any) -> Account:
    """Create an organisation of its own. It starts pending: nobody manages it yet.

    Raises ValidationError (one entry per wrong field, `account_number_taken`) and SharedIdTakenError.
    """
    with claiming(shared_id), transaction(by=by, locks=[ROOTS_LOCK]):
        account = _new_account(shared_id, fields, parent=None, at=at)
        account.status = AccountStatus.PENDING
        return _insert(account, by=by, at=at)


def create_child(*, parent: Account, shared_id: str = "", by: str, at: datetime, **fields: Any) -> Account:
    """Create a part of an organisation. It starts active where its parent is, else pending.

    Raises as `create_root`.
    """
    with claiming(shared_id), transaction(by=by):
        fresh_parent = lock_tree(parent)
        account = _new_account(shared_id, fields, parent=fresh_parent, at=at)
        starts_active = fresh_parent.status == AccountStatus.ACTIVE
        account.status = AccountStatus.ACTIVE if starts_active else AccountStatus.PENDING
        return _insert(account, by=by, at=at)


def change_account(
    *, account: Account, seen_at: datetime | None = None, by: str, at: datetime, **fields: Any
) -> Account:
    """Change the named fields; unchanged input writes nothing.

    Raises ValidationError as `create_root`, AccountNeverMovesError where a parent is given that is not the account's,
    StaleError where it changed since `seen_at`.
    """
    if "parent" in fields and fields.pop("parent") != account.parent:
        raise AccountNeverMovesError
    with transaction(by=by):
        locked = Account.objects.select_for_update(of=["self"]).get(pk=account.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        changed = [name for name, value in _known(fields).items() if getattr(locked, name) != value]
        if not changed:
            return locked
        for name in changed:
            setattr(locked, name, fields[name])
        _refuse_unknown_erp_system(locked)
        locked.full_clean(exclude=["shared_id", "parent"])
        locked.updated_at = at
        locked.save(update_fields=[*changed, "updated_at"])
        if "name" in changed:
            refresh_companies(list(locked.associates.values_list("customer_id", flat=True)))
        record(Fact("account.changed", f"account:{locked.shared_id}", {"fields": sorted(changed)}), by=by, at=at)
    return locked


def change_account_status(
    *, account: Account, status: AccountStatus, reason: str, seen_at: datetime | None = None, by: str, at: datetime
) -> Account:
    """Give the account another status.

    Raises ValidationError for an unknown status or without a reason, StaleError where it changed since `seen_at`.
    """
    if not reason.strip():
        raise ValidationError({"reason": ValidationError("Say why the status changes.", code="required")})
    if status not in AccountStatus.values:
        raise ValidationError({"status": f"One of {', '.join(AccountStatus.values)}."})
    with transaction(by=by, reason=reason):
        locked = Account.objects.select_for_update(of=["self"]).get(pk=account.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        if locked.status != status:
            was, locked.status, locked.updated_at = locked.status, status, at
            locked.save(update_fields=["status", "updated_at"])
            change = {"from": str(was), "to": str(status)}
            record(Fact("account.status_changed", f"account:{locked.shared_id}", change), by=by, at=at)
    return locked


def lock_tree(account: Account) -> Account:
    """Lock the root of the account's tree until the transaction ends, and return the account as it is now.

    Every insert in a tree waits here: two at once would give the same place in the tree twice.
    """
    list(Account.objects.select_for_update(of=["self"]).filter(tree_id=account.tree_id, parent__isnull=True))
    fresh = Account.objects.get(pk=account.pk)
    # A repair may have given the tree another number since the caller read the account.
    return fresh if fresh.tree_id == account.tree_id else lock_tree(fresh)


def _known(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"An account has no writable field {', '.join(sorted(unknown))}.")
    return fields


def _new_account(shared_id: str, fields: Mapping[str, Any], *, parent: Account | None, at: datetime) -> Account:
    account = Account(
        shared_id=shared_id or new_shared_id(), parent=parent, created_at=at, updated_at=at, **_known(fields)
    )
    if account.account_number and not account.erp_system:
        account.erp_system = _only_erp_system()
    _refuse_unknown_erp_system(account)
    return account


def _insert(account: Account, *, by: str, at: datetime) -> Account:
    account.full_clean(exclude=["parent", "lft", "rght", "level", "tree_id"], validate_unique=False)
    account.save(force_insert=True)
    payload = {"parent": account.parent.shared_id if account.parent else None}
    record(Fact("account.created", f"account:{account.shared_id}", payload), by=by, at=at)
    return account


def _only_erp_system() -> str:
    codes = list(ErpSystem.objects.values_list("code", flat=True)[:2])
    return codes[0] if len(codes) == 1 else ""


def _refuse_unknown_erp_system(account: Account) -> None:
    if account.erp_system and not ErpSystem.objects.filter(code=account.erp_system).exists():
        raise ValidationError({"erp_system": f"There is no ERP system {account.erp_system!r}."})
