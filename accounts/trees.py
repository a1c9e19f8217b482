"""What must be true of account trees, checked in the database: unique places, children inside parents, whole spans."""

from dataclasses import dataclass

from django.db import connection

_CHECKS = {
    "two roots stand in one tree": """
        SELECT tree_id, count(*) FROM accounts_account WHERE parent_id IS NULL GROUP BY tree_id HAVING count(*) > 1
    """,
    "no root stands in the tree": """
        SELECT tree_id, count(*) FROM accounts_account
        GROUP BY tree_id HAVING count(*) FILTER (WHERE parent_id IS NULL) = 0
    """,
    "accounts share a place": """
        SELECT tree_id, count(*) - count(DISTINCT edge)
        FROM accounts_account, LATERAL (VALUES (lft), (rght)) AS edges (edge)
        GROUP BY tree_id HAVING count(*) > count(DISTINCT edge)
    """,
    "children stand outside their parent, or at the wrong depth": """
        SELECT child.tree_id, count(*)
        FROM accounts_account child JOIN accounts_account parent ON parent.id = child.parent_id
        WHERE child.tree_id <> parent.tree_id OR child.lft <= parent.lft OR child.rght >= parent.rght
           OR child.level <> parent.level + 1
        GROUP BY child.tree_id
    """,
    "the root's span is not twice the number of accounts": """
        SELECT tree_id, count(*) FROM accounts_account GROUP BY tree_id
        HAVING max(rght) - min(lft) + 1 <> 2 * count(*) OR min(lft) <> 1
    """,
}


@dataclass(frozen=True, slots=True)
class BrokenTree:
    """One rule that one tree breaks, and how many accounts break it."""

    tree_id: int
    rule: str
    accounts: int


def broken_trees() -> list[BrokenTree]:
    """Every broken rule of every tree, by tree; empty where all is well. One pass over the table per rule."""
    found: list[BrokenTree] = []
    with connection.cursor() as cursor:
        for rule, statement in _CHECKS.items():
            cursor.execute(statement)
            found.extend(BrokenTree(tree_id, rule, accounts) for tree_id, accounts in cursor.fetchall())
    return sorted(found, key=lambda broken: (broken.tree_id, broken.rule))
