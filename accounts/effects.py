"""What a change of a setting would touch, before it is made: which accounts below would have something else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.effective import assigned_to, base_list_of, listed, methods_of, node_of, path_of, rules_of
from accounts.inheritance import Node
from accounts.models import Account, PaymentMethod, PriceList
from accounts.payment_visibility import effective_methods
from accounts.price_lists import Assigned, Listed, effective_price_list
from storefronts.models import Storefront

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One account that would have something else."""

    node: Node
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What the change does on one storefront: `accounts` counts all, `examples` names the first of them."""

    storefront: Storefront
    accounts: int
    examples: Sequence[Change]


def effects_of_assignment(
    *,
    account: Account,
    price_list: PriceList | None,
    storefront: Storefront | None,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    at: datetime,
) -> list[Effect]:
    """Whose price list would be another one, were `price_list` assigned so; None: were that assignment taken away.

    As of `at`, or of its beginning where that is later. One entry for each storefront it is about.
    """
    nodes, parents = _subtree(account)
    assigned = dict(assigned_to(nodes))
    code = storefront.code if storefront else None
    kept = [
        each for each in assigned.get(account.pk, ()) if not (each.storefront == code and each.valid_from == valid_from)
    ]
    added = [Assigned(listed(price_list), code, valid_from, valid_until)] if price_list else []
    after = {**assigned, account.pk: [*kept, *added]}
    moment = max(at, valid_from) if valid_from else at
    return [
        _effect(shop, nodes, parents, account, (assigned, after), at=moment)
        for shop in ([storefront] if storefront else Storefront.objects.order_by("code"))
    ]


def effects_of_rule(*, account: Account, method: PaymentMethod, visible: bool | None) -> list[Change]:
    """Whose buyers would see the method, or see it no longer, had the account that word on it; None: had it none."""
    nodes, parents = _subtree(account)
    methods = [each for each in methods_of(method.storefront) if each.id == method.pk]
    before = rules_of(list(nodes), methods)
    after = {key: word for key, word in before.items() if key != (account.pk, method.pk)}
    if visible is not None:
        after[account.pk, method.pk] = visible
    changes = []
    for node in _below(account, nodes, parents):
        path = _climb(node.id, nodes, parents)
        was, becomes = (effective_methods(path=path, rules=rules, methods=methods)[0] for rules in (before, after))
        if was.visible != becomes.visible:
            changes.append(Change(node, *("visible" if each.visible else "hidden" for each in (was, becomes))))
    return changes


def accounts_on(*, account: Account, price_list: PriceList, storefront: Storefront, at: datetime) -> int:
    """How many accounts of the subtree have the list on the storefront."""
    nodes, parents = _subtree(account)
    lists = _lists(storefront, nodes, parents, assigned_to(nodes), base=base_list_of(storefront), at=at)
    return sum(1 for node in _below(account, nodes, parents) if (found := lists[node.id]) and found.id == price_list.pk)


def _effect(
    storefront: Storefront,
    nodes: Mapping[int, Node],
    parents: Mapping[int, int | None],
    account: Account,
    assigned: tuple[Mapping[int, Sequence[Assigned]], Mapping[int, Sequence[Assigned]]],
    *,
    at: datetime,
) -> Effect:
    base = base_list_of(storefront)
    before, after = (_lists(storefront, nodes, parents, each, base=base, at=at) for each in assigned)
    changed = [
        Change(node, _named(before[node.id]), _named(after[node.id]))
        for node in _below(account, nodes, parents)
        if before[node.id] != after[node.id]
    ]
    return Effect(storefront, len(changed), changed[:EXAMPLES])


def _lists(
    storefront: Storefront,
    nodes: Mapping[int, Node],
    parents: Mapping[int, int | None],
    assigned: Mapping[int, Sequence[Assigned]],
    *,
    base: Listed | None,
    at: datetime,
) -> dict[int, Listed | None]:
    """The effective list of every node, parents first: who has nothing of his own has what his parent has."""
    lists: dict[int, Listed | None] = {}
    for pk, node in nodes.items():
        parent = parents[pk]
        if node.inherits and parent is not None and not assigned.get(pk):
            lists[pk] = lists[parent]
            continue
        effective = effective_price_list(
            path=_climb(pk, nodes, parents),
            assigned=assigned,
            base=base,
            storefront=storefront.code,
            currency=storefront.currency,
            at=at,
        )
        lists[pk] = effective.price_list
    return lists


def _subtree(account: Account) -> tuple[dict[int, Node], dict[int, int | None]]:
    """Everything from the root down to the account, and everything below it; each after its parent. Two statements."""
    nodes: dict[int, Node] = {}
    parents: dict[int, int | None] = {}
    above: int | None = None
    for node in reversed(path_of(account)[1:]):
        nodes[node.id], parents[node.id], above = node, above, node.id
    fields = ("pk", "shared_id", "name", "inherits_settings", "parent_id")
    for below in Account.objects.in_subtree_of(account).order_by("lft").only(*fields):
        nodes[below.pk], parents[below.pk] = node_of(below), below.parent_id
    return nodes, parents


def _below(account: Account, nodes: Mapping[int, Node], parents: Mapping[int, int | None]) -> list[Node]:
    """The account and what is below it."""
    above = {node.id for node in _climb(account.pk, nodes, parents)[1:]}
    return [node for pk, node in nodes.items() if pk not in above]


def _climb(pk: int, nodes: Mapping[int, Node], parents: Mapping[int, int | None]) -> list[Node]:
    path: list[Node] = []
    here: int | None = pk
    while here is not None:
        path.append(nodes[here])
        here = parents[here]
    return path


def _named(price_list: Listed | None) -> str:
    return price_list.name if price_list else ""
