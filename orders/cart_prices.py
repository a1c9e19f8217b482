"""What carts cost now: gathers facts, set-wise, and asks the pure rule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.acting import Acting
from accounts.effective import prices_at_quantities
from accounts.price_lists import Price
from orders.cart_contents import Quote, quoted, total_of
from orders.models import Cart, CartLine


@dataclass(frozen=True, slots=True)
class PricedCart:
    """A cart with what each of its lines costs whoever acts, in the storefront's currency, and all of them together."""

    cart: Cart
    lines: Sequence[tuple[CartLine, Quote]]
    total: Decimal


def prices_of(*, acting: Acting, wanted: Sequence[tuple[str, int]], at: datetime) -> list[Price]:
    """What whoever acts pays for so many of each SKU; at most five statements, none where nothing is wanted."""
    if not wanted:
        return []
    return prices_at_quantities(account=acting.account, storefront=acting.storefront, asked=wanted, at=at)


def priced(carts: Sequence[Cart], *, acting: Acting, at: datetime) -> list[PricedCart]:
    """The carts as they are now, in their order; their lines are read here where they were not fetched before."""
    lines = [list(cart.lines.all()) for cart in carts]
    wanted = [(line.sku, line.quantity) for own in lines for line in own]
    prices = iter(prices_of(acting=acting, wanted=wanted, at=at))
    found = []
    for cart, own in zip(carts, lines, strict=True):
        quotes = [quoted(next(prices)) for _line in own]
        found.append(PricedCart(cart, list(zip(own, quotes, strict=True)), total_of(quotes)))
    return found


def priced_cart(cart: Cart, *, acting: Acting, at: datetime) -> PricedCart:
    """As `priced`, one cart."""
    (found,) = priced([cart], acting=acting, at=at)
    return found
