"""Order again what was ordered before: into the active cart, at the prices of today."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.acting import Acting
from accounts.permissions import Permission
from orders.models import Order
from orders.services.filling import Filled, fill_cart


def reorder(*, acting: Acting, order_id: UUID, line_ids: Collection[UUID] | None = None, at: datetime) -> Filled:
    """Put the named lines of the order into the active cart, all of them where none is named.

    Raises what `Acting.insist_on` does, Order.DoesNotExist for one that is not his to order again, ValidationError for
    a line that the order has not.
    """
    acting.insist_on(Permission.CARTS_MANAGE)
    order = Order.objects.repeatable_by(acting).get(pk=order_id)
    lines = list(order.lines.all())
    if line_ids is not None:
        if unknown := sorted(str(each) for each in set(line_ids) - {line.pk for line in lines}):
            sentence = _("The order has no line %(id)s.")
            error = ValidationError(sentence, code="unknown_line", params={"id": unknown[0]})
            raise ValidationError({"lines": error})
        lines = [line for line in lines if line.pk in set(line_ids)]
    return fill_cart(acting=acting, wanted=[(line.sku, line.quantity) for line in lines], at=at)
