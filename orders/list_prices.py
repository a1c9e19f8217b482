"""What the things on shopping lists cost now: looked up for all lists of a page at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.acting import Acting
from orders.cart_contents import Quote, quoted
from orders.cart_prices import prices_of
from orders.models import ShoppingList, ShoppingListLine


@dataclass(frozen=True, slots=True)
class PricedList:
    """A list with what each of its lines costs whoever acts, in the storefront's currency."""

    shopping_list: ShoppingList
    lines: Sequence[tuple[ShoppingListLine, Quote]]


def priced_lists(lists: Sequence[ShoppingList], *, acting: Acting, at: datetime) -> list[PricedList]:
    """The lists as they are now, in their order; their lines are read here where they were not fetched before."""
    lines = [list(each.lines.all()) for each in lists]
    wanted = [(line.sku, line.quantity) for own in lines for line in own]
    prices = iter(prices_of(acting=acting, wanted=wanted, at=at))
    return [
        PricedList(each, [(line, quoted(next(prices))) for line in own]) for each, own in zip(lists, lines, strict=True)
    ]


def priced_list(shopping_list: ShoppingList, *, acting: Acting, at: datetime) -> PricedList:
    """As `priced_lists`, one list."""
    (found,) = priced_lists([shopping_list], acting=acting, at=at)
    return found
