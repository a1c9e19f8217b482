"""Small trees of accounts in the database, by a seed, with settings here and there: what the rules are compared on."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random

from django.core.exceptions import ValidationError

from accounts.models import Account, PaymentMethod, PriceList
from accounts.price_lists import PriceListKind
from accounts.services.assignments import assign_price_list
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import change_price_list, set_base_price_list
from storefronts.models import Storefront
from tests.factories import NOW, TESTS, AccountFactory, PaymentMethodFactory, PriceListFactory, StorefrontFactory

HOUR = timedelta(hours=1)
BY = {"by": TESTS, "at": NOW}
WHO_INHERITS = [True, True, True, False]


@dataclass
class World:
    """Two trees, two storefronts of different currency, lists that count and lists that do not."""

    random: Random
    storefronts: list[Storefront]
    lists: list[PriceList]
    methods: list[PaymentMethod]
    accounts: list[Account]

    def fresh(self) -> list[Account]:
        """The accounts as they are now, each after its parent."""
        return list(Account.objects.order_by("tree_id", "lft"))


def grow(seed: int, *, size: int = 7) -> World:
    """The same world for the same seed."""
    random = Random(seed)  # noqa: S311 -- so that a failure can be repeated
    us, eu = StorefrontFactory(code="us"), StorefrontFactory(code="eu", currency="EUR")
    lists = [
        PriceListFactory(code="P10"),
        PriceListFactory(code="P20"),
        PriceListFactory(code="E10", currency="EUR"),
        PriceListFactory(code="OFF", kind=PriceListKind.PERCENTAGE, percent_off=Decimal(20)),
        PriceListFactory(code="DEAD"),
    ]
    lists[-1] = change_price_list(price_list=lists[-1], active=False, **BY)
    if random.random() < 0.5:
        set_base_price_list(storefront=us, price_list=lists[0], **BY)
    if random.random() < 0.3:
        set_base_price_list(storefront=eu, price_list=lists[2], **BY)
    methods = [
        PaymentMethodFactory(
            storefront=shop,
            code=f"{shop.code}-{number}",
            visible_by_default=random.random() < 0.2,
            active=random.random() < 0.8,
        )
        for shop in (us, eu)
        for number in (1, 2)
    ]
    accounts: list[Account] = [
        AccountFactory(shared_id="root", inherits_settings=random.choice(WHO_INHERITS)),
        AccountFactory(shared_id="other-root"),
    ]
    for number in range(size - 2):
        parent = Account.objects.get(pk=random.choice(accounts).pk)
        inherits = random.choice(WHO_INHERITS)
        accounts.append(AccountFactory(shared_id=f"n{number}", parent=parent, inherits_settings=inherits))
    world = World(random, [us, eu], lists, methods, accounts)
    for account in accounts:
        for _turn in range(random.choice([0, 0, 1, 1, 2])):
            assign_something(world, account)
        for method in random.sample(methods, random.choice([0, 0, 1, 2])):
            set_payment_rules(account=account, words={method: random.random() < 0.5}, **BY)
    return world


def assign_something(world: World, account: Account) -> dict[str, object] | None:
    """Any list, storefront and dates; None where another stands at that time."""
    chosen = something_to_assign(world)
    try:
        assign_price_list(account=account, **chosen, **BY)  # type: ignore[arg-type] # a dict of several types
    except ValidationError:
        return None
    return chosen


def something_to_assign(world: World) -> dict[str, object]:
    random = world.random
    valid_from, valid_until = random.choice(
        [(None, None), (None, None), (-1, None), (0, None), (1, None), (None, 0), (None, 1), (-2, -1), (-2, 2), (1, 3)]
    )
    return {
        "price_list": random.choice(world.lists),
        "storefront": random.choice([None, None, *world.storefronts]),
        "valid_from": None if valid_from is None else NOW + valid_from * HOUR,
        "valid_until": None if valid_until is None else NOW + valid_until * HOUR,
    }
