"""Rebuild the tree columns of broken trees from the parents, which never change."""

from collections import defaultdict
from datetime import datetime

from django.db.models import F, Max, Q

from accounts import ports
from accounts.models import Account
from accounts.services.accounts import ROOTS_LOCK
from accounts.trees import broken_trees
from events.recording import Fact, record
from events.transaction import transaction


def repair_trees(*, by: str, at: datetime) -> list[int]:
    """Rebuild every broken tree; two roots found in one are parted. Returns the numbers of the trees that were rebuilt.

    Accounts stay under their parents: one that strayed comes home, even where the tree of its parent is sound. All in
    one transaction, with new roots and every tree that is touched locked; who keeps tree numbers is told in it.
    """
    with transaction(by=by, locks=[ROOTS_LOCK]):
        found = {broken.tree_id for broken in broken_trees()}
        if not found:
            return []
        touched = Account.objects.filter(tree_id__in=_with_relatives(found))
        list(touched.select_for_update(of=["self"]).order_by("pk").values_list("pk"))
        # Read once the locks are held: a child that was inserted while we waited for them is seen too.
        nodes = list(touched.order_by("lft", "pk"))
        known = {node.pk for node in nodes}
        children: dict[int | None, list[Account]] = defaultdict(list)
        for node in nodes:
            children[node.parent_id if node.parent_id in known else None].append(node)
        rebuilt = _rebuild(children, free_tree_id=1 + (Account.objects.aggregate(last=Max("tree_id"))["last"] or 0))
        Account.objects.bulk_update(rebuilt, ["tree_id", "lft", "rght", "level"], batch_size=1000)
        ports.tree_numbers_changed(sorted(node.pk for node in rebuilt))
        tree_ids = sorted({node.tree_id for node in rebuilt})
        record(Fact("accounts.trees_repaired", "accounts", {"tree_ids": tree_ids}), by=by, at=at)
    return tree_ids


def _with_relatives(tree_ids: set[int]) -> set[int]:
    """The trees, and those that parents or children of their accounts strayed into, over any number of steps."""
    strays = Account.objects.filter(~Q(tree_id=F("parent__tree_id")), parent__isnull=False)
    links = [set(link) for link in strays.values_list("tree_id", "parent__tree_id")]
    reached = set(tree_ids)
    while wider := {tree_id for link in links if link & reached for tree_id in link} - reached:
        reached |= wider
    return reached


def _rebuild(children: dict[int | None, list[Account]], *, free_tree_id: int) -> list[Account]:
    taken: set[int] = set()
    done: list[Account] = []
    for root in (node for node in children[None] if node.parent_id is None):
        tree_id = root.tree_id
        if tree_id in taken:
            tree_id, free_tree_id = free_tree_id, free_tree_id + 1
        taken.add(tree_id)
        done.extend(_number(root, children, tree_id=tree_id))
    return done


def _number(root: Account, children: dict[int | None, list[Account]], *, tree_id: int) -> list[Account]:
    done: list[Account] = []
    edge = 0
    stack: list[tuple[Account, int, bool]] = [(root, 0, False)]
    while stack:
        node, level, is_left_behind = stack.pop()
        edge += 1
        if is_left_behind:
            node.rght = edge
            continue
        node.tree_id, node.level, node.lft = tree_id, level, edge
        done.append(node)
        stack.append((node, level, True))
        stack.extend((child, level + 1, False) for child in reversed(children[node.pk]))
    return done
