"""What of a cart can be had, at which price, and why not. Computed from facts alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.price_lists import Price
from orders.limits import MOST_CART_LINES, MOST_PIECES


class NotToBeHad(TextChoices):
    """Why a SKU is not in a cart, or stands in it and cannot be ordered."""

    UNAVAILABLE = "unavailable", _("It cannot be had.")
    NOT_PRICED = "not_priced", _("It has no price at this quantity.")
    TOO_MANY_LINES = "too_many_lines", _("The cart has no room for another line.")
    QUANTITY_TOO_LARGE = "quantity_too_large", _("That is more than fits on one line.")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A SKU that cannot be had, and why."""

    sku: str
    reason: NotToBeHad


@dataclass(frozen=True, slots=True)
class Quote:
    """What one line costs now; both amounts are None where it cannot be had, and `reason` says why."""

    unit_price: Decimal | None
    line_total: Decimal | None
    name: str
    reason: NotToBeHad | None = None


@dataclass(frozen=True, slots=True)
class Put:
    """What a cart gets: so many of each SKU afterwards, what is left out, and what each is called."""

    quantities: Mapping[str, int]
    names: Mapping[str, str]
    left_out: Sequence[LeftOut]


def why_not(price: Price) -> NotToBeHad | None:
    """Why the SKU cannot be had at that price's quantity; None where it can."""
    if not price.available:
        return NotToBeHad.UNAVAILABLE
    return NotToBeHad.NOT_PRICED if price.unit_price is None else None


def quoted(price: Price) -> Quote:
    """What a line of that SKU and quantity costs."""
    reason = why_not(price)
    if reason is not None or price.unit_price is None:
        return Quote(None, None, price.name, reason)
    return Quote(price.unit_price, price.unit_price * price.quantity, price.name)


def total_of(quotes: Sequence[Quote]) -> Decimal:
    """What everything costs that can be had."""
    return sum((quote.line_total for quote in quotes if quote.line_total is not None), Decimal(0))


def merged(wanted: Sequence[tuple[str, int]], *, held: Mapping[str, int]) -> dict[str, int]:
    """How many of each wanted SKU the cart would have, in the order in which they were first wanted."""
    quantities: dict[str, int] = {}
    for sku, quantity in wanted:
        quantities[sku] = quantities.get(sku, held.get(sku, 0)) + quantity
    return quantities


def put_together(prices: Sequence[Price], *, held: Mapping[str, int]) -> Put:
    """What of the SKUs fits into a cart that holds `held`; each price is at the quantity the cart would have of it.

    Room for new lines goes to those that come first. What is left out leaves what the cart holds as it is.
    """
    room = MOST_CART_LINES - len(held)
    quantities: dict[str, int] = {}
    names: dict[str, str] = {}
    left_out: list[LeftOut] = []
    for price in prices:
        is_new = price.sku not in held
        reason = why_not(price)
        if reason is None and price.quantity > MOST_PIECES:
            reason = NotToBeHad.QUANTITY_TOO_LARGE
        elif reason is None and is_new and room <= 0:
            reason = NotToBeHad.TOO_MANY_LINES
        if reason is not None:
            left_out.append(LeftOut(price.sku, reason))
            continue
        room -= is_new
        quantities[price.sku], names[price.sku] = price.quantity, price.name
    return Put(quantities, names, left_out)
