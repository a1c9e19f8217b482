"""The lines of one cart, changed one at a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.acting import Acting
from events.concurrency import refuse_stale
from orders.cart_contents import LeftOut, NotToBeHad, why_not
from orders.cart_prices import prices_of
from orders.limits import MOST_PIECES
from orders.models import Cart, CartLine
from orders.services.carts import carts_of, changing_carts
from orders.services.filling import put_in, touch


class LineUnavailableError(Exception):
    """What cannot be had stands in the way; `left_out` says what, and why."""

    def __init__(self, left_out: Sequence[LeftOut]) -> None:
        super().__init__(", ".join(each.sku for each in left_out))
        self.left_out = left_out


class TooManyLinesError(Exception):
    """The cart has no room for another line."""


def add_line(*, acting: Acting, cart_id: UUID, sku: str, quantity: int, at: datetime) -> Cart:
    """Put so many more of the SKU into the cart.

    Raises what `Acting.insist_on` does, Cart.DoesNotExist, LineUnavailableError, TooManyLinesError, and ValidationError
    where that is more than fits on one line.
    """
    carts = carts_of(acting)
    with changing_carts(acting):
        cart = carts.get(pk=cart_id)
        for each in put_in(cart, acting=acting, wanted=[(sku, quantity)], at=at):
            if each.reason == NotToBeHad.TOO_MANY_LINES:
                raise TooManyLinesError
            if each.reason == NotToBeHad.QUANTITY_TOO_LARGE:
                sentence = _("With what the cart holds of it, that is more than %(most)s.")
                error = ValidationError(sentence, code="max_value", params={"most": MOST_PIECES})
                raise ValidationError({"quantity": error})
            raise LineUnavailableError([each])
    return cart


def change_line(
    *, acting: Acting, cart_id: UUID, line_id: UUID, quantity: int, seen_at: datetime | None = None, at: datetime
) -> Cart:
    """Have so many of it; an unchanged number writes nothing. `seen_at` is of the cart.

    Raises what `Acting.insist_on` does, Cart.DoesNotExist, CartLine.DoesNotExist, StaleError, LineUnavailableError.
    """
    carts = carts_of(acting)
    with changing_carts(acting):
        cart = carts.get(pk=cart_id)
        line = CartLine.objects.get(pk=line_id, cart=cart)
        refuse_stale(seen_at=seen_at, updated_at=cart.updated_at)
        if line.quantity == quantity:
            return cart
        (price,) = prices_of(acting=acting, wanted=[(line.sku, quantity)], at=at)
        if (reason := why_not(price)) is not None:
            raise LineUnavailableError([LeftOut(line.sku, reason)])
        line.quantity = quantity
        line.save(update_fields=["quantity"])
        touch(cart, at=at)
    return cart


def remove_line(*, acting: Acting, cart_id: UUID, line_id: UUID, seen_at: datetime | None = None, at: datetime) -> None:
    """Take it out. Raises as `change_line`, but never for what cannot be had."""
    carts = carts_of(acting)
    with changing_carts(acting):
        cart = carts.get(pk=cart_id)
        line = CartLine.objects.get(pk=line_id, cart=cart)
        refuse_stale(seen_at=seen_at, updated_at=cart.updated_at)
        line.delete()
        touch(cart, at=at)
