"""Order again what was ordered before: into the active cart, at the prices of today."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from accounts.acting import Acting
from accounts.permissions import Permission
from orders.models import Order
from orders.services.filling import Filled, chosen, fill_cart


def reorder(*, acting: Acting, order_id: UUID, line_ids: Collection[UUID] | None = None, at: datetime) -> Filled:
    """Put the named lines of the order into the active cart, all of them where none is named.

    Raises what `Acting.insist_on` does, Order.DoesNotExist for one that is not his to order again, ValidationError for
    a line that the order has not.
    """
    acting.insist_on(Permission.CARTS_MANAGE)
    order = Order.objects.repeatable_by(acting).get(pk=order_id)
    return fill_cart(acting=acting, wanted=chosen(list(order.lines.all()), line_ids), at=at)
