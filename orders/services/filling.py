"""Put things into a cart: what can be had goes in, what cannot is named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from accounts.acting import Acting
from accounts.permissions import Permission
from orders.cart_contents import LeftOut, merged, put_together
from orders.cart_prices import prices_of
from orders.models import Cart, CartLine, OrderLine, ShoppingListLine
from orders.services.carts import active_or_new, changing_carts

ChoosableLine = OrderLine | ShoppingListLine


@dataclass(frozen=True, slots=True)
class Filled:
    """The cart, and what was wanted and is not in it."""

    cart: Cart
    left_out: Sequence[LeftOut]


def fill_cart(*, acting: Acting, wanted: Sequence[tuple[str, int]], at: datetime) -> Filled:
    """Put so many of each SKU into the active cart, which is made where there is none; what is in it is added to.

    What cannot be had now, or does not fit in, is left out and named. The number of statements does not depend on how
    much is wanted. Raises what `Acting.insist_on` does.
    """
    acting.insist_on(Permission.CARTS_MANAGE)
    with changing_carts(acting):
        cart = active_or_new(acting, at=at)
        return Filled(cart, put_in(cart, acting=acting, wanted=wanted, at=at))


def put_in(cart: Cart, *, acting: Acting, wanted: Sequence[tuple[str, int]], at: datetime) -> Sequence[LeftOut]:
    """Add to that cart, inside `changing_carts`; answers what was left out."""
    held = dict(cart.lines.order_by().values_list("sku", "quantity"))
    prices = prices_of(acting=acting, wanted=list(merged(wanted, held=held).items()), at=at)
    put = put_together(prices, held=held)
    if put.quantities:
        last = cart.lines.order_by().aggregate(last=Max("position"))["last"] or 0
        CartLine.objects.bulk_create(
            [
                CartLine(cart=cart, position=position, sku=sku, name=put.names[sku], quantity=quantity)
                for position, (sku, quantity) in enumerate(put.quantities.items(), start=last + 1)
            ],
            # A line that is there already keeps its id and its place.
            update_conflicts=True,
            unique_fields=["cart", "sku"],
            update_fields=["quantity", "name"],
        )
        touch(cart, at=at)
    return put.left_out


def chosen(lines: Sequence[ChoosableLine], ids: Collection[UUID] | None) -> list[tuple[str, int]]:
    """So many of each SKU that the named lines have, all of them where none is named.

    Raises ValidationError (`unknown_line`) for one that is not among them.
    """
    if ids is None:
        return [(line.sku, line.quantity) for line in lines]
    if unknown := sorted(str(each) for each in set(ids) - {line.pk for line in lines}):
        error = ValidationError(_("There is no line %(id)s in it."), code="unknown_line", params={"id": unknown[0]})
        raise ValidationError({"lines": error})
    return [(line.sku, line.quantity) for line in lines if line.pk in set(ids)]


def touch(cart: Cart, *, at: datetime) -> None:
    """Something in the cart changed."""
    cart.updated_at = at
    cart.save(update_fields=["updated_at"])
