"""What a change of a setting would touch, before it is made: which accounts below would have something else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.effective import assigned_to, base_lists_on, listed, offered, rules_of
from accounts.inheritance import Node
from accounts.models import Account, PaymentMethod, PriceList
from accounts.payment_visibility import effective_methods
from accounts.price_lists import Assigned, Listed, effective_price_list
from storefronts.models import Storefront

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Change:
    """One account that would have another price list; blank where it had or would have none."""

    node: Node
    was: str
    becomes: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What the change does on one storefront: `accounts` counts all, `examples` names the first of them."""

    storefront: Storefront
    accounts: int
    examples: Sequence[Change]


@dataclass(frozen=True, slots=True)
class Turn:
    """Whose buyers would see a payment method, or where not `becomes_visible`, see it no longer."""

    becomes_visible: bool
    nodes: Sequence[Node]


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
    nodes, parents = _lines([account])
    assigned = dict(assigned_to(nodes))
    code = storefront.code if storefront else None
    kept = [
        each for each in assigned.get(account.pk, ()) if not (each.storefront == code and each.valid_from == valid_from)
    ]
    added = [Assigned(listed(price_list), code, valid_from, valid_until)] if price_list else []
    after = {**assigned, account.pk: [*kept, *added]}
    moment = max(at, valid_from) if valid_from else at
    storefronts = [storefront] if storefront else list(Storefront.objects.order_by("code"))
    bases = base_lists_on(storefronts)
    effects = []
    for shop in storefronts:
        before, then = (
            _lists(shop, nodes, parents, each, base=bases.get(shop.pk), at=moment) for each in (assigned, after)
        )
        changed = [
            Change(node, _named(before[node.id]), _named(then[node.id]))
            for node in _below(account, nodes, parents)
            if before[node.id] != then[node.id]
        ]
        effects.append(Effect(shop, len(changed), changed[:EXAMPLES]))
    return effects


def effects_of_rule(*, account: Account, method: PaymentMethod, visible: bool | None) -> Turn | None:
    """Whose buyers would see the method, or see it no longer, had the account that word on it; None: had it none.

    They all turn the same way: they have what the account has. None where nobody would see anything else.
    """
    nodes, parents = _lines([account])
    methods = [offered(method)]
    before = rules_of(list(nodes), methods)
    after = {key: word for key, word in before.items() if key != (account.pk, method.pk)}
    if visible is not None:
        after[account.pk, method.pk] = visible
    turned: dict[bool, list[Node]] = {True: [], False: []}
    for node in _below(account, nodes, parents):
        path = _climb(node.id, nodes, parents)
        was, becomes = (effective_methods(path=path, rules=rules, methods=methods)[0] for rules in (before, after))
        if was.visible != becomes.visible:
            turned[becomes.visible].append(node)
    return next((Turn(way, found) for way, found in turned.items() if found), None)


def accounts_on(
    *, accounts: Collection[Account], price_list: PriceList, storefronts: Sequence[Storefront], at: datetime
) -> dict[tuple[int, int], int]:
    """How many accounts of each one's subtree have the list on each storefront, by both ids; three statements."""
    nodes, parents = _lines(accounts)
    assigned, bases = assigned_to(nodes), base_lists_on(storefronts)
    counts: dict[tuple[int, int], int] = {}
    for shop in storefronts:
        lists = _lists(shop, nodes, parents, assigned, base=bases.get(shop.pk), at=at)
        having = {pk: int(found is not None and found.id == price_list.pk) for pk, found in lists.items()}
        for pk in reversed(list(nodes)):
            parent = parents[pk]
            if parent is not None:
                having[parent] += having[pk]
        counts.update({(account.pk, shop.pk): having.get(account.pk, 0) for account in accounts})
    return counts


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


def _lines(accounts: Collection[Account]) -> tuple[dict[int, Node], dict[int, int | None]]:
    """Everything from the roots down to the accounts and below them, each after its parent, and who that is.

    One statement.
    """
    nodes: dict[int, Node] = {}
    parents: dict[int, int | None] = {}
    found = Account.objects.in_line_with(accounts).order_by("tree_id", "lft")
    # Values, not objects: a tree has ten thousand accounts.
    columns = found.values_list("pk", "parent_id", "shared_id", "name", "inherits_settings")
    for pk, parent, shared_id, name, inherits in columns:
        nodes[pk], parents[pk] = Node(pk, shared_id, name, inherits), parent
    return nodes, parents


def _below(account: Account, nodes: Mapping[int, Node], parents: Mapping[int, int | None]) -> list[Node]:
    """The account and what is below it."""
    above = {node.id for node in _climb(account.pk, nodes, parents)[1:]}
    return [node for pk, node in nodes.items() if pk not in above]


def _climb(pk: int, nodes: Mapping[int, Node], parents: Mapping[int, int | None]) -> list[Node]:
    path: list[Node] = []
    here: int | None = pk
    while here is not None and here in nodes:  # not there any more: deleted meanwhile
        path.append(nodes[here])
        here = parents[here]
    return path


def _named(price_list: Listed | None) -> str:
    return price_list.name if price_list else ""
