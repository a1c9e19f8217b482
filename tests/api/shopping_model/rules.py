"""Section 4 of the domain rules, and what it takes from section 2, written down once more: slow, in plain loops."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from tests.api.shopping_model.world import (
    PERMISSIONS,
    Account,
    Association,
    Method,
    Order,
    Person,
    PriceList,
    Shop,
    World,
)

Code = tuple[int, str]
# What one still may do for an account of the status, if the role allows it.
STATUS_ALLOWS = {
    "active": {
        "prices.view", "carts.manage", "lists.manage", "orders.place", "purchases.view", "account.edit",
        "addresses.manage", "associates.manage",
    },
    "suspended": {
        "prices.view", "carts.manage", "lists.manage", "purchases.view", "account.edit", "addresses.manage",
        "associates.manage",
    },
    "pending": {"purchases.view"},
    "disabled": set[str](),
}  # fmt: skip


def in_force(world: World, person: Person, account: Account) -> Association | None:
    """By which the person acts for exactly this account."""
    for each in world.associations:
        if each.person is person and each.account is account and each.when == "now":
            return each
    return None


def above(world: World, person: Person, account: Account) -> list[Association]:
    """His associations in force here and further up, the nearest first."""
    found = [in_force(world, person, node) for node in account.path()]
    return [each for each in found if each]


def subtree(world: World, account: Account) -> list[Account]:
    return [each for each in world.accounts if account in each.path()]


def refused_header(world: World, person: Person, account: Account | None) -> Code | None:
    """`account` None: there is none of the id."""
    association = in_force(world, person, account) if account else None
    if association is None:
        return 401, "account_not_associated"
    return (401, "account_disabled") if association.account.status == "disabled" else None


@dataclass
class Acting:
    """A request that got past the header."""

    world: World
    person: Person
    shop: Shop
    account: Account | None = None
    role: str = ""

    def refusal(self, permission: str) -> Code | None:
        """Role first, then status."""
        if self.account is None:
            return None
        if permission not in self.world.permissions(self.role):
            return 403, "permission_missing"
        return refused_by_status(self.account, permission)

    def may(self, permission: str) -> bool:
        return self.refusal(permission) is None

    # --- What holds

    @property
    def price_list(self) -> PriceList:
        """The nearest, going up as far as settings are inherited, else the shop's."""
        node = self.account
        while node is not None:
            if node.price_list:
                return node.price_list
            node = node.parent if node.inherits else None
        return self.shop.base

    def price(self, sku: str, quantity: int) -> Decimal | None:
        """Of one piece, by the effective list, else by the base list."""
        held, base = self.price_list, self.shop.base
        if held.percent_off is not None:
            amount = _reached(base, sku, quantity)
            return None if amount is None else _rounded(amount * (100 - held.percent_off) / 100)
        amount = _reached(held, sku, quantity)
        return amount if amount is not None else _reached(base, sku, quantity)

    def can_be_had(self, sku: str) -> bool:
        return any(
            known == sku and sku not in each.sold_out
            for each in {self.price_list, self.shop.base}
            for known, _quantity in each.prices
        )

    def sees(self, method: Method) -> bool:
        node = self.account
        while node is not None:
            if method in node.rules:
                return node.rules[method]
            node = node.parent if node.inherits else None
        return method.by_default

    # --- What is his

    def own_orders(self) -> list[Order]:
        """Those he placed for the account, without one those he placed for himself; on every shop."""
        return [each for each in self.world.orders if each.person is self.person and each.account is self.account]

    def seen_orders(self) -> list[Order]:
        """For an account also those of colleagues, where the role shows its purchases."""
        if self.account is None or "purchases.view" not in self.world.permissions(self.role):
            return self.own_orders()
        return purchases(self.world, self.account, exact=True)

    def repeatable_orders(self) -> list[Order]:
        """Of this shop; where the role shows the account's purchases, these with everything below it."""
        found = self.own_orders()
        if self.account is not None and "purchases.view" in self.world.permissions(self.role):
            found = purchases(self.world, self.account, exact=False)
        return [each for each in found if each.shop is self.shop]


def refused_by_status(account: Account, permission: str) -> Code | None:
    return None if permission in STATUS_ALLOWS[account.status] else (409, f"account_{account.status}")


def refused_at(world: World, person: Person, account: Account, permission: str) -> Code | None:
    """Whether he may do it for the account of the path; managing associates is for admins above it too."""
    standing = above(world, person, account)
    if not standing:
        return 404, "not_found"
    direct = [each for each in standing if each.account is account]
    asked = standing if permission == "associates.manage" else direct
    if not any(permission in world.permissions(each.role) for each in asked):
        return 403, "permission_missing"
    return refused_by_status(account, permission)


def all_allowed(world: World, person: Person, account: Account) -> list[str]:
    """What he may do for the account now; its purchases are read from above, whatever its status."""
    nearest = above(world, person, account)[0]
    return [
        each
        for each in PERMISSIONS
        if refused_at(world, person, account, each) is None
        or (each == "purchases.view" and each in world.permissions(nearest.role))
    ]


def own_words(world: World, person: Person, account: Account) -> set[str]:
    """What he is allowed by any of his associations here and above, whatever the status."""
    return {word for each in above(world, person, account) for word in world.permissions(each.role)}


def manages_for_a_time(world: World, person: Person, account: Account) -> bool:
    """Whether every association by which he manages the account's associates has an end."""
    found = above(world, person, account)
    return all(each.ends for each in found if "associates.manage" in world.permissions(each.role))


def why_unusable(world: World, person: Person, account: Account) -> str | None:
    if in_force(world, person, account) is None:
        return "account_not_associated"
    return f"account_{account.status}" if account.status in {"pending", "disabled"} else None


def purchases(world: World, account: Account, *, exact: bool) -> list[Order]:
    """Of the account and everything below it."""
    nodes = [account] if exact else subtree(world, account)
    return [order for order in world.orders if order.account in nodes]


def is_admin(world: World, association: Association) -> bool:
    return (
        "associates.manage" in world.permissions(association.role)
        and association.when == "now"
        and not association.ends
        and association.person.registered
        and not association.person.on_hold
    )


def roots_without_admin(world: World, *, leaving_out: Iterable[Association]) -> list[Account]:
    """Active roots that nobody would manage any more."""
    left_out = list(leaving_out)
    return [
        root
        for root in world.accounts
        if root.parent is None
        and root.status == "active"
        and not any(
            is_admin(world, each) for each in world.associations if each.account is root and each not in left_out
        )
    ]


def _reached(price_list: PriceList, sku: str, quantity: int) -> Decimal | None:
    reached = [
        from_quantity for known, from_quantity in price_list.prices if known == sku and from_quantity <= quantity
    ]
    return price_list.prices[sku, max(reached)] if reached else None


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
