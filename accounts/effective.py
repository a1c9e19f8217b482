"""What holds for accounts now: gathers facts, set-wise, and asks the pure rules."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from accounts.inheritance import Node
from accounts.models import (
    Account,
    PaymentMethod,
    PaymentRule,
    PriceList,
    PriceListAssignment,
    PriceListEntry,
    StorefrontDefaults,
)
from accounts.payment_visibility import EffectiveMethod, Method, effective_methods
from accounts.price_lists import (
    Assigned,
    EffectivePriceList,
    Entry,
    Listed,
    Price,
    PriceListKind,
    effective_price_list,
    price_of,
)
from storefronts.models import Storefront


def path_of(account: Account) -> list[Node]:
    """The account and what stands above it, the nearest first; one statement."""
    above = Account.objects.above(account).order_by("-lft").only("shared_id", "name", "inherits_settings")
    return [node_of(account), *map(node_of, above)]


def paths_of(accounts: Sequence[Account]) -> dict[int, list[Node]]:
    """The path of each account, by its id; one statement for all of them."""
    known = {account.pk: account for account in accounts}
    for account in Account.objects.above_all(accounts):
        known.setdefault(account.pk, account)
    paths: dict[int, list[Node]] = {}
    for account in accounts:
        path, here = paths.setdefault(account.pk, []), account
        path.append(node_of(here))
        # Who is no longer there ends the path.
        while here.parent_id is not None and here.parent_id in known:
            here = known[here.parent_id]
            path.append(node_of(here))
    return paths


def node_of(account: Account) -> Node:
    return Node(account.pk, account.shared_id, account.name, account.inherits_settings)


def listed(price_list: PriceList) -> Listed:
    """A price list as the rule looks at it; `base` is expected to be fetched."""
    return Listed(
        id=price_list.pk,
        code=price_list.code,
        name=price_list.name,
        currency=price_list.currency,
        active=price_list.active,
        kind=PriceListKind(price_list.kind),
        percent_off=price_list.percent_off,
        base=listed(price_list.base) if price_list.base else None,
    )


def assigned_to(account_ids: Collection[int]) -> dict[int, list[Assigned]]:
    """Every assignment of the accounts, by account; one statement."""
    assigned: dict[int, list[Assigned]] = defaultdict(list)
    rows = PriceListAssignment.objects.filter(account__in=account_ids).order_by("pk")
    for row in rows.select_related("price_list__base", "storefront"):
        shop = row.storefront.code if row.storefront else None
        assigned[row.account_id].append(Assigned(listed(row.price_list), shop, row.valid_from, row.valid_until))
    return assigned


def base_lists_on(storefronts: Sequence[Storefront]) -> dict[int, Listed]:
    """What everybody pays there who has nothing else, by the id of the storefront; one statement."""
    rows = StorefrontDefaults.objects.filter(storefront__in=storefronts).select_related("base_price_list__base")
    return {each.storefront_id: listed(each.base_price_list) for each in rows if each.base_price_list is not None}


def base_list_of(storefront: Storefront) -> Listed | None:
    """What everybody pays there who has nothing else; one statement."""
    return base_lists_on([storefront]).get(storefront.pk)


def price_list_for(*, account: Account, storefront: Storefront, at: datetime) -> EffectivePriceList:
    """The price list of the account on the storefront, and why; three statements."""
    return _price_list(account, storefront, base_list_of(storefront), at=at)


def _price_list(account: Account, storefront: Storefront, base: Listed | None, *, at: datetime) -> EffectivePriceList:
    path = path_of(account)
    return effective_price_list(
        path=path,
        assigned=assigned_to([node.id for node in path]),
        base=base,
        storefront=storefront.code,
        currency=storefront.currency,
        at=at,
    )


def price_lists_on(
    *, paths: Mapping[int, Sequence[Node]], storefronts: Sequence[Storefront], at: datetime
) -> dict[tuple[int, int], EffectivePriceList]:
    """The price list of each account on each storefront, by both ids; two statements whatever their number."""
    assigned = assigned_to({node.id for path in paths.values() for node in path})
    bases = base_lists_on(storefronts)
    return {
        (pk, shop.pk): effective_price_list(
            path=path,
            assigned=assigned,
            base=bases.get(shop.pk),
            storefront=shop.code,
            currency=shop.currency,
            at=at,
        )
        for pk, path in paths.items()
        for shop in storefronts
    }


def prices_for(
    *, account: Account | None, storefront: Storefront, skus: Sequence[str], quantity: int, at: datetime
) -> list[Price]:
    """What the account pays for each SKU on the storefront, without account what everybody pays; four statements."""
    asked = [(sku, quantity) for sku in skus]
    return prices_at_quantities(account=account, storefront=storefront, asked=asked, at=at)


def prices_at_quantities(
    *, account: Account | None, storefront: Storefront, asked: Sequence[tuple[str, int]], at: datetime
) -> list[Price]:
    """As `prices_for`, each SKU at a quantity of its own: one price for each of `asked`, in their order."""
    base = base_list_of(storefront)
    effective = base
    if account is not None:
        effective = _price_list(account, storefront, base, at=at).price_list
    lists = [each for each in (effective, effective.base if effective else None, base) if each is not None]
    skus = {sku for sku, _quantity in asked}
    entries: dict[str, dict[int, list[Entry]]] = defaultdict(lambda: defaultdict(list))
    for row in PriceListEntry.objects.filter(price_list__in=[each.id for each in lists]).of_skus(skus):
        entries[row.sku][row.price_list_id].append(Entry(row.unit_price, row.min_quantity, row.available, row.name))
    return [
        price_of(
            sku=sku,
            quantity=quantity,
            effective=effective,
            base=base,
            currency=storefront.currency,
            entries=entries[sku],
        )
        for sku, quantity in asked
    ]


def offered(method: PaymentMethod) -> Method:
    """A payment method as the rule looks at it."""
    return Method(method.pk, method.code, method.name, method.active, method.visible_by_default)


def methods_of(storefront: Storefront) -> list[Method]:
    """What the storefront offers, by name; one statement."""
    return [offered(each) for each in PaymentMethod.objects.filter(storefront=storefront)]


def rules_of(account_ids: Collection[int], methods: Collection[Method]) -> dict[tuple[int, int], bool]:
    """What the accounts say themselves, by account and method; one statement."""
    rules = PaymentRule.objects.filter(account__in=account_ids, method__in=[each.id for each in methods])
    return {
        (account, method): visible for account, method, visible in rules.values_list("account", "method", "visible")
    }


def payment_methods_on(*, path: Sequence[Node], storefronts: Sequence[Storefront]) -> dict[int, list[EffectiveMethod]]:
    """What the first account of the path sees on each storefront, by its id; two statements."""
    methods: dict[int, list[Method]] = {shop.pk: [] for shop in storefronts}
    for each in PaymentMethod.objects.filter(storefront__in=storefronts):
        methods[each.storefront_id].append(offered(each))
    rules = rules_of([node.id for node in path], [each for found in methods.values() for each in found])
    return {pk: effective_methods(path=path, rules=rules, methods=found) for pk, found in methods.items()}


def payment_methods_for(*, account: Account, storefront: Storefront) -> list[EffectiveMethod]:
    """Every method of the storefront, and whether the account's buyers see it; three statements."""
    path = path_of(account)
    methods = methods_of(storefront)
    return effective_methods(path=path, rules=rules_of([node.id for node in path], methods), methods=methods)


def visible_payment_methods(*, account: Account | None, storefront: Storefront) -> list[EffectiveMethod]:
    """What the account's buyers pay by there, without account what everybody does; at most three statements."""
    if account is None:
        found = effective_methods(path=[], rules={}, methods=methods_of(storefront))
    else:
        found = payment_methods_for(account=account, storefront=storefront)
    return [each for each in found if each.visible]
