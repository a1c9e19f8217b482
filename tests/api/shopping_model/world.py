"""A small world in plain values: everything section 4 of the domain rules speaks of, and nothing of how it is stored.

Every text that an answer could show carries a mark of its own (`zq17z`), so that an answer can be searched for what it
should not say; `marks` tells what each of them is. What gets an id from the database has it once it is built.
"""

from dataclasses import dataclass, field
from decimal import Decimal

PERMISSIONS = (
    "prices.view", "carts.manage", "lists.manage", "orders.place", "purchases.view", "account.edit",
    "addresses.manage", "associates.manage",
)  # fmt: skip
CUSTOM = "custom"
BUILT_IN = {
    "limited-catalog-browser": frozenset[str](),
    "catalog-browser": frozenset(PERMISSIONS[:1]),
    "buyer": frozenset(PERMISSIONS[:5]),
    "buyer-admin": frozenset(PERMISSIONS),
}


@dataclass(eq=False, repr=False)
class Shop:
    code: str
    base: "PriceList"
    methods: "list[Method]"


@dataclass(eq=False, repr=False)
class PriceList:
    """`prices`: (SKU, from which quantity) to the price of a piece, None for one that cannot be had."""

    code: str
    name: str
    prices: dict[tuple[str, int], Decimal]
    percent_off: Decimal | None = None
    sold_out: frozenset[str] = frozenset()


@dataclass(eq=False, repr=False)
class Method:
    code: str
    name: str
    by_default: bool


@dataclass(eq=False, repr=False)
class Address:
    """`default`: the one that is billed to where nothing is said."""

    id: str
    company: str
    line: str
    default: bool = False


@dataclass(eq=False, repr=False)
class Account:
    id: str
    name: str
    status: str
    parent: "Account | None"
    inherits: bool
    profile: dict[str, str]
    attributes: dict[str, str]
    secrets: dict[str, str]
    addresses: list[Address] = field(default_factory=list)
    price_list: PriceList | None = None
    rules: dict[Method, bool] = field(default_factory=dict)

    def path(self) -> "list[Account]":
        """Itself and what stands above, the nearest first."""
        return [self, *(self.parent.path() if self.parent else [])]


@dataclass(eq=False, repr=False)
class Person:
    id: str
    registered: bool
    email: str
    first_name: str
    last_name: str
    secrets: dict[str, str]
    attributes: dict[str, str] = field(default_factory=dict)
    on_hold: bool = False
    addresses: list[Address] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class Association:
    """`when`: `now`, `later` (it has not begun) or `over`; `ends` where an end is set that is still to come."""

    person: Person
    account: Account
    role: str
    when: str = "now"
    ends: bool = False
    id: str = ""


@dataclass(eq=False, repr=False)
class Line:
    id: str
    sku: str
    name: str
    quantity: int
    price: Decimal | None = None


@dataclass(eq=False, repr=False)
class Cart:
    """`changed` rises with every change. An ordered one has its order, and the body it was ordered with."""

    person: Person
    account: Account | None
    shop: Shop
    id: str
    name: str
    active: bool
    changed: int
    lines: list[Line] = field(default_factory=list)
    order: "Order | None" = None
    ordered_with: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False, repr=False)
class Order:
    """`person` None: nobody's whom we know, such as one that a contact of the account placed in the shop."""

    id: str
    number: str
    shop: Shop
    account: Account | None
    person: Person | None
    lines: list[Line]
    purchase_order: str
    method: str
    places: list[str]
    claimed: str = ""

    @property
    def total(self) -> Decimal:
        return sum((line.quantity * (line.price or 0) for line in self.lines), Decimal(0))


@dataclass(repr=False)
class World:
    """`done`: what people did that their activity tells, the oldest first."""

    marks: dict[str, str] = field(default_factory=dict)
    segment: str = ""
    shops: list[Shop] = field(default_factory=list)
    lists: list[PriceList] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    associations: list[Association] = field(default_factory=list)
    custom: frozenset[str] = frozenset()
    orders: list[Order] = field(default_factory=list)
    carts: list[Cart] = field(default_factory=list)
    done: "list[tuple[Person, str | Order]]" = field(default_factory=list)
    newsletters: set[tuple[Person, Shop]] = field(default_factory=set)
    ticks: int = 0

    def mark(self, what: str) -> str:
        """A text that occurs nowhere else."""
        made = f"zq{len(self.marks)}z"
        self.marks[made] = what
        return made

    def tick(self) -> int:
        """A moment after all others."""
        self.ticks += 1
        return self.ticks

    def permissions(self, role: str) -> frozenset[str]:
        return self.custom if role == CUSTOM else BUILT_IN[role]
