"""Which ERP number orders of an account get: its own, else its nearest ancestor's."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from accounts.models import Account

_NEAREST_NUMBERED_ANCESTOR = """
    SELECT DISTINCT ON (account.id) account.id, above.account_number, above.shared_id
      FROM accounts_account account
      JOIN accounts_account above
        ON above.tree_id = account.tree_id AND above.lft < account.lft AND above.rght > account.rght
     WHERE account.id = ANY(%s) AND above.erp_system = %s AND above.account_number <> ''
     ORDER BY account.id, above.level DESC
"""


@dataclass(frozen=True, slots=True)
class NumberOf:
    """The number and the shared id of the account it is taken from; both None where there is none."""

    number: str | None
    shared_id: str | None


def account_numbers(accounts: Iterable[Account], *, erp_system: str) -> dict[int, NumberOf]:
    """By account id, the number in that ERP system. One statement, and none where every account has its own."""
    numbers: dict[int, NumberOf] = {}
    without: list[int] = []
    for account in accounts:
        if not erp_system:
            numbers[account.pk] = NumberOf(None, None)
        elif account.erp_system == erp_system and account.account_number:
            numbers[account.pk] = NumberOf(account.account_number, account.shared_id)
        else:
            numbers[account.pk] = NumberOf(None, None)
            if account.parent_id is not None:
                without.append(account.pk)
    if without:
        with connection.cursor() as cursor:
            cursor.execute(_NEAREST_NUMBERED_ANCESTOR, [without, erp_system])
            numbers |= {pk: NumberOf(number, shared_id) for pk, number, shared_id in cursor.fetchall()}
    return numbers
