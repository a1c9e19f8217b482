"""Create and change accounts. Tree writes take their lock first; `docs/decisions/0003-account-trees.md` says why."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AccountStatus
from accounts.permissions import BUYER_ADMIN
from accounts.services.admins import LastAdminError, insist_on_admins
from accounts.services.associates import add_associate, lock_people_of, person_of, role_of
from customers.attributes import Subject, written
from customers.models import Customer, CustomerKind, ErpSystem
from customers.services.access import CustomerNotRegisteredError, FirstAccess
from customers.services.companies import refresh_companies
from customers.services.customers import CustomerDraft, create_customer
from customers.services.errors import collecting
from customers.services.profile_attributes import definitions
from customers.services.segments import refuse_unknown_segments
from customers.services.shared_ids import claiming, new_shared_id
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import lock_key, transaction
from storefronts.models import Storefront

ROOTS_LOCK = lock_key("accounts", "roots")
WRITABLE = frozenset(
    {
        "name", "erp_system", "account_number", "business_number", "tax_id", "phone", "fax", "email", "postal_code",
        "inherits_settings", "segments", "attributes",
    }
)  # fmt: skip


class AccountNeverMovesError(Exception):
    """An account is born under its parent and stays there for ever."""


@dataclass(frozen=True, slots=True)
class AdminDraft:
    """Who is to manage a new organisation: the registered customer of that e-mail, or a new one."""

    email: str
    first_name: str = ""
    last_name: str = ""
    preferred_currency: str = ""
    send_password_link: bool = True


def create_root(
    *,
    shared_id: str = "",
    admin: AdminDraft | None = None,
    storefront: Storefront | None = None,
    by: str,
    at: datetime,
    **fields: Any,
) -> Account:
    """Create an organisation of its own. With a first admin it is active; without, pending: nobody manages it yet.

    `storefront` is where the admin is expected to sign in; its currency is his where he names none.
    Raises ValidationError (one entry per wrong field, `account_number_taken`, `admin.email`) and SharedIdTakenError.
    """
    with claiming(shared_id), transaction(by=by, locks=[ROOTS_LOCK]):
        account = _new_account(shared_id, fields, parent=None, at=at)
        account.status = AccountStatus.PENDING if admin is None else AccountStatus.ACTIVE
        _insert(account, by=by, at=at)
        if admin is not None:
            person = _first_admin(admin, storefront, by=by, at=at)
            add_associate(customer=person, account=account, role=role_of(BUYER_ADMIN), by=by, at=at)
    return account


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
    *,
    account: Account,
    seen_at: datetime | None = None,
    shopper_on: Storefront | None = None,
    by: str,
    at: datetime,
    **fields: Any,
) -> Account:
    """Change the named fields; unchanged input writes nothing. `attributes` are merged by key, null removes one.

    `shopper_on` is the storefront where an associate changes them: its policies apply.
    Raises ValidationError as `create_root`, AccountNeverMovesError where a parent is given that is not the account's,
    StaleError where it changed since `seen_at`.
    """
    if "parent" in fields and fields.pop("parent") != account.parent:
        raise AccountNeverMovesError
    with transaction(by=by):
        if fields.get("name", account.name) != account.name:
            lock_people_of(Account.objects.filter(pk=account.pk))
        locked = Account.objects.select_for_update(of=["self"]).get(pk=account.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        if "attributes" in fields:
            fields["attributes"] = _attributes(locked, fields["attributes"], shopper_on=shopper_on)
        if "segments" in fields:
            fields["segments"] = sorted(set(fields["segments"]))
        changed = [name for name, value in _known(fields).items() if getattr(locked, name) != value]
        if not changed:
            return locked
        for name in changed:
            setattr(locked, name, fields[name])
        _refuse_invalid(locked)
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

    Raises ValidationError for an unknown status, without a reason, or for an active root without an admin
    (`no_admin`); StaleError where it changed since `seen_at`.
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
            _refuse_active_without_admin(locked, by=by, at=at)
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
    account.segments = sorted(set(account.segments))
    account.attributes = _attributes(Account(), account.attributes)
    return account


def _insert(account: Account, *, by: str, at: datetime) -> Account:
    _refuse_invalid(account)
    account.save(force_insert=True)
    payload = {"parent": account.parent.shared_id if account.parent else None}
    record(Fact("account.created", f"account:{account.shared_id}", payload), by=by, at=at)
    return account


def _refuse_invalid(account: Account) -> None:
    """Raises ValidationError with everything that is wrong, one entry per field."""
    is_new = account._state.adding  # noqa: SLF001 -- Django's documented API
    with collecting() as errors:
        with errors.taking():
            _refuse_unknown_erp_system(account)
        with errors.taking():
            refuse_unknown_segments(account.segments)
        with errors.taking():
            account.full_clean(
                exclude=["parent", "lft", "rght", "level", "tree_id"] if is_new else ["shared_id", "parent"],
                validate_unique=not is_new,
            )


def _attributes(account: Account, given: Mapping[str, Any], *, shopper_on: Storefront | None = None) -> dict[str, Any]:
    return written(
        stored=account.attributes,
        given=given,
        definitions=definitions(subject=Subject.ACCOUNT, storefront=shopper_on),
        by_shopper=shopper_on is not None,
    )


def _first_admin(draft: AdminDraft, storefront: Storefront | None, *, by: str, at: datetime) -> Customer:
    """Who can manage at once. Raises ValidationError, its entries below `admin`."""
    try:
        with _below_admin():
            person = person_of(email=draft.email)
    except CustomerNotRegisteredError:
        currency = draft.preferred_currency or (storefront.currency if storefront else settings.DEFAULT_CURRENCY)
        customer = CustomerDraft(
            kind=CustomerKind.REGISTERED,
            email=draft.email,
            first_name=draft.first_name,
            last_name=draft.last_name,
            preferred_currency=currency,
            preferred_storefront=storefront,
        )
        access = FirstAccess(send_link=draft.send_password_link)
        with _below_admin():
            return create_customer(draft=customer, access=access, storefront=storefront, by=by, at=at)
    if not person.may_sign_in:
        sentence = _("This customer is inactive or on hold; an admin can act.")
        raise ValidationError({"admin.email": ValidationError(sentence, code="customer_not_active")})
    return person


@contextmanager
def _below_admin() -> Iterator[None]:
    """What is wrong with the person is told of the fields of `admin`."""
    try:
        yield
    except ValidationError as error:
        raise ValidationError({f"admin.{name}": found for name, found in error.error_dict.items()}) from error


def _refuse_active_without_admin(account: Account, *, by: str, at: datetime) -> None:
    try:
        insist_on_admins([account.pk], by=by, at=at)
    except LastAdminError as error:
        sentence = _("An active account has an admin: give someone a role that manages associates first.")
        raise ValidationError({"status": ValidationError(sentence, code="no_admin")}) from error


def _only_erp_system() -> str:
    codes = list(ErpSystem.objects.values_list("code", flat=True)[:2])
    return codes[0] if len(codes) == 1 else ""


def _refuse_unknown_erp_system(account: Account) -> None:
    if account.erp_system and not ErpSystem.objects.filter(code=account.erp_system).exists():
        raise ValidationError({"erp_system": f"There is no ERP system {account.erp_system!r}."})
