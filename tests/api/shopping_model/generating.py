"""Random small worlds, and what is done in them. There are few of everything, so that everything meets everything."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.api.shopping_model.world import (
    BUILT_IN,
    CUSTOM,
    PERMISSIONS,
    Account,
    Address,
    Association,
    Line,
    Method,
    Order,
    Person,
    PriceList,
    Shop,
    World,
)

SKUS = ("SAW", "NAIL", "GLUE", "ROPE")
STATUSES = ("active", "active", "active", "active", "active", "active", "suspended", "suspended", "pending", "disabled")
PROFILE = ("business_number", "tax_id", "email")
ROLES = (CUSTOM, CUSTOM, CUSTOM, "buyer", "buyer", "buyer-admin", "catalog-browser", "limited-catalog-browser")
STEPS = 100


@dataclass(frozen=True)
class Step:
    """Something that staff or a shopper does. The numbers pick who, for which account and what; see `playing`.

    They are taken modulo of what there is, so that a step means something in every world, and a failing play can
    lose steps.
    """

    verb: str
    who: int
    header: int
    on: int
    thing: int
    more: int


def a_world(draw: Random) -> World:
    world = empty_world()
    world.custom = _custom(draw)
    _accounts(draw, world)
    _people(draw, world)
    _associations(draw, world)
    _orders(draw, world)
    return world


def empty_world() -> World:
    """Two shops, price lists and payment methods: the same in every world."""
    world = World()
    world.segment = world.mark("segment")
    world.lists = _price_lists(world)
    world.shops = [_shop(world, "us", world.lists[0]), _shop(world, "west", world.lists[0])]
    return world


def some_steps(draw: Random, verbs: list[str]) -> list[Step]:
    return [Step(draw.choice(verbs), *(draw.randrange(60) for _each in range(5))) for _each in range(STEPS)]


def one_in_four(draw: Random) -> bool:
    return draw.randrange(4) == 0


def _custom(draw: Random) -> frozenset[str]:
    """Often nearly everything but prices, which no built-in role is allowed."""
    some = set(draw.sample(PERMISSIONS, draw.randint(0, 3)))
    most = set(PERMISSIONS) - {"prices.view"} - some
    return frozenset(draw.choice([most, most, some]))


def _price_lists(world: World) -> list[PriceList]:
    """The base list, one with other prices for a part, and one that takes something off the base."""
    base = {("SAW", 1): "101.13", ("SAW", 5): "91.17", ("NAIL", 1): "7.19", ("GLUE", 1): "23.29"}
    other = {("SAW", 1): "67.31", ("ROPE", 1): "41.37"}
    return [
        PriceList(world.mark("code of base"), world.mark("name of base"), _amounts(base), sold_out=frozenset({"GLUE"})),
        PriceList(world.mark("code of P1"), world.mark("name of P1"), _amounts(other)),
        PriceList(world.mark("code of P2"), world.mark("name of P2"), {}, percent_off=Decimal(12)),
    ]


def _amounts(prices: dict[tuple[str, int], str]) -> dict[tuple[str, int], Decimal]:
    return {key: Decimal(amount) for key, amount in prices.items()}


def _shop(world: World, code: str, base: PriceList) -> Shop:
    methods = [
        Method(world.mark(f"code of method {code}.{place}"), world.mark(f"name of method {code}.{place}"), place != 1)
        for place in range(3 if code == "us" else 1)
    ]
    return Shop(code, base, methods)


def _accounts(draw: Random, world: World) -> None:
    for place in range(draw.randint(2, 7)):
        parent = draw.choice([None, *world.accounts]) if place > 1 else None
        account = new_account(world, f"a{place}", draw.choice(STATUSES), parent)
        account.inherits = not one_in_four(draw)
        account.addresses = _book(draw, world, f"a{place}")
        account.price_list = draw.choice([None, *world.lists[1:]])
        for method in world.shops[0].methods:
            if (word := draw.choice([None, None, True, False])) is not None:
                account.rules[method] = word


def new_account(world: World, label: str, status: str, parent: Account | None) -> Account:
    account = Account(
        id=world.mark(f"id of {label}"),
        name=world.mark(f"name of {label}"),
        status=status,
        parent=parent,
        inherits=True,
        profile={name: world.mark(f"{name} of {label}") for name in PROFILE},
        attributes={key: world.mark(f"{key} of {label}") for key in ("open", "fixed", "hidden")},
        secrets={
            name: world.mark(f"{name} of {label}") for name in ("note", "external_id", "contact", "account_number")
        },
    )
    account.profile["email"] += "@x.test"
    world.accounts.append(account)
    return account


def new_address(world: World, of: str) -> Address:
    return Address(world.mark(f"address of {of}"), world.mark(f"company of {of}"), world.mark(f"street of {of}"))


def _book(draw: Random, world: World, of: str) -> list[Address]:
    book = [new_address(world, of) for _each in range(draw.choice([1, 1, 2, 0]))]
    for first in book[:1]:
        first.default = True
    return book


def _people(draw: Random, world: World) -> None:
    for place in range(draw.randint(2, 4)):
        registered = place == 0 or not one_in_four(draw)
        person = new_person(
            world, f"p{place}", registered=registered, with_email=registered or draw.choice((True, False))
        )
        person.addresses = _book(draw, world, f"p{place}")


def new_person(world: World, label: str, *, registered: bool, with_email: bool = True) -> Person:
    person = Person(
        id=world.mark(f"id of {label}"),
        registered=registered,
        email=f"{world.mark(f'e-mail of {label}')}@x.test" if with_email else "",
        first_name=world.mark(f"first name of {label}"),
        last_name=world.mark(f"last name of {label}"),
        attributes={key: world.mark(f"{key} of {label}") for key in ("open", "fixed", "hidden")},
        secrets={name: world.mark(f"{name} of {label}") for name in ("note",)},
    )
    world.people.append(person)
    return person


def _associations(draw: Random, world: World) -> None:
    """The first person is an admin of every root, so that each may be active."""
    people = [each for each in world.people if each.registered]
    for account in world.accounts:
        if account.parent is None:
            world.associations.append(Association(people[0], account, "buyer-admin"))
    pairs = [(person, account) for account in world.accounts for person in people]
    taken = {(each.person, each.account) for each in world.associations}
    for pair in draw.sample(pairs, min(len(pairs), draw.randint(2, 8))):
        if pair not in taken:
            when = draw.choice(["now", "now", "now", "now", "later", "over"])
            world.associations.append(Association(*pair, draw.choice(ROLES), when, ends=one_in_four(draw)))


def _orders(draw: Random, world: World) -> None:
    """For people, for accounts by people, and for accounts by somebody who has no record."""
    for place in range(draw.randint(2, 7)):
        account = draw.choice([None, *world.accounts])
        people = [each for each in world.people if account is None or each.registered]
        person = draw.choice([*people, None] if account else people)
        cents = Decimal(place + 1) / 100
        lines = [
            Line("", sku, world.mark(f"{sku} in o{place}"), quantity, Decimal(800 + 40 * place + quantity) + cents)
            for sku, quantity in draw.choice([[("SAW", 1)], [("NAIL", 2), ("GLUE", 1)], [("ROPE", 3)]])
        ]
        shop = draw.choice([world.shops[0], world.shops[0], world.shops[1]])
        world.orders.append(
            Order(
                id="", number=f"S-{place}", shop=shop,
                account=account, person=person, lines=lines,
                purchase_order=world.mark(f"purchase order of o{place}"),
                places=[world.mark(f"street in o{place}")],
                method=world.mark(f"method of o{place}"), claimed=world.mark(f"claimed name in o{place}"),
            )
        )  # fmt: skip


ALL_ROLES = (*BUILT_IN, CUSTOM)
