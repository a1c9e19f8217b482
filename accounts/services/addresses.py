"""An account's address book, by the rules of every address book."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Account, AccountAddress
from accounts.services.rows import RowsRefusedError
from customers.services.address_book import AddressBook
from events.transaction import transaction

ACCOUNT_ADDRESSES = AddressBook(AccountAddress, "account")


def add_addresses(
    *, account: Account, rows: Sequence[Mapping[str, Any]], by: str, at: datetime
) -> list[AccountAddress]:
    """Add all of them, as pasted from a spreadsheet, or none. A row whose `code` the book has changes that address.

    Raises RowsRefusedError with what is wrong with each row.
    """
    errors: dict[int, ValidationError] = {}
    saved: list[AccountAddress] = []
    with transaction(by=by):
        ACCOUNT_ADDRESSES.lock(account)
        book = {address.code: address for address in account.addresses.all()}
        for number, row in enumerate(rows):
            fields = dict(row)
            code = fields.pop("code", "")
            try:
                if code in book:
                    address = ACCOUNT_ADDRESSES.change(address=book[code], by=by, at=at, **fields)
                else:
                    address = ACCOUNT_ADDRESSES.add(owner=account, code=code, by=by, at=at, **fields)
            except ValidationError as error:
                errors[number] = error
                continue
            book[address.code] = address
            saved.append(address)
        if errors:
            raise RowsRefusedError(errors)
    return saved
