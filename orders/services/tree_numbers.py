"""Orders repeat the number of their account's tree, so that the orders of a whole organisation are one index lookup."""

from collections.abc import Sequence

from django.db import connection

_FOLLOW = """
    UPDATE orders_order SET account_tree_id = account.tree_id
    FROM accounts_account account
    WHERE account.id = orders_order.account_id AND account.id = ANY(%s)
      AND orders_order.account_tree_id <> account.tree_id
"""


def follow_tree_numbers(account_ids: Sequence[int]) -> None:
    """Give orders of the accounts the tree numbers that the accounts have now, in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, [list(account_ids)])
