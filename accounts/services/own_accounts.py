"""What associates write to the account they act for."""

from datetime import datetime
from typing import Any

from accounts.acting import Acting, standing_of
from accounts.models import Account
from accounts.permissions import Permission
from accounts.services.accounts import change_account
from events.transaction import transaction

EDITABLE = frozenset({"name", "business_number", "tax_id", "phone", "fax", "email", "postal_code", "attributes"})


def edit_account(
    *, acting: Acting, account: Account, seen_at: datetime | None = None, at: datetime, **fields: Any
) -> Account:
    """Change the named fields (EDITABLE) of an account, whichever the header names; attributes as the storefront says.

    Raises AccountNotAssociatedError, PermissionMissingError, what the status of the account forbids, and as
    `change_account`.
    """
    if unknown := fields.keys() - EDITABLE:
        raise TypeError(f"An associate cannot write {', '.join(sorted(unknown))}.")
    with transaction(by=acting.by):
        standing_of(customer=acting.customer, account=account, at=at).insist_on(Permission.ACCOUNT_EDIT)
        return change_account(
            account=account, seen_at=seen_at, shopper_on=acting.storefront, by=acting.by, at=at, **fields
        )
