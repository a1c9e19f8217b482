"""The address book a shopper uses: his own, or that of the account he acts for. The two are never mixed."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.acting import Acting
from accounts.permissions import Permission
from accounts.services.addresses import ACCOUNT_ADDRESSES
from customers.models import PostalAddress
from customers.services.address_book import OWN_ADDRESSES, AddressBook


def addresses_of(acting: Acting) -> "QuerySet[Any]":
    """The addresses he chooses from; every role reads them, whatever the status of the account."""
    owner: Any = acting.account or acting.customer
    found: QuerySet[Any] = owner.addresses.all()
    return found


def add_address(*, acting: Acting, code: str = "", at: datetime, **fields: Any) -> PostalAddress:
    """As `AddressBook.add`. Raises PermissionMissingError and what the status of the account forbids, too."""
    acting.insist_on(Permission.ADDRESSES_MANAGE)
    owner = acting.account or acting.customer
    added: PostalAddress = _book(acting).add(owner=owner, code=code, by=acting.by, at=at, **fields)
    return added


def change_address(
    *, acting: Acting, address: PostalAddress, seen_at: datetime | None = None, at: datetime, **fields: Any
) -> PostalAddress:
    """As `AddressBook.change`, on one of `addresses_of`. Raises as `add_address` too."""
    acting.insist_on(Permission.ADDRESSES_MANAGE)
    changed: PostalAddress = _book(acting).change(address=address, seen_at=seen_at, by=acting.by, at=at, **fields)
    return changed


def remove_address(*, acting: Acting, address: PostalAddress, seen_at: datetime | None = None, at: datetime) -> None:
    """As `AddressBook.remove`, on one of `addresses_of`. Raises as `add_address` too."""
    acting.insist_on(Permission.ADDRESSES_MANAGE)
    _book(acting).remove(address=address, seen_at=seen_at, by=acting.by, at=at)


def _book(acting: Acting) -> AddressBook[Any]:
    return OWN_ADDRESSES if acting.account is None else ACCOUNT_ADDRESSES
