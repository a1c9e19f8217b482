"""What is on a shopping list or the wish list, which is meant where no list is named (`list_id` None)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from accounts.acting import Acting
from accounts.permissions import Permission
from events.concurrency import refuse_stale
from orders.limits import MOST_LIST_LINES, MOST_PIECES
from orders.models import ShoppingList, ShoppingListLine
from orders.querysets import ShoppingListQuerySet
from orders.services.carts import changing_carts
from orders.services.filling import Filled, chosen, fill_cart
from orders.services.lists import lists_of, wish_list_of, wish_list_or_new


class ListFullError(Exception):
    """The list has no room for another line."""


def add_to_list(*, acting: Acting, list_id: UUID | None, sku: str, quantity: int, at: datetime) -> ShoppingList:
    """Put so many more of the SKU on it, whether it can be had or not; the wish list is made where there is none.

    Raises what `lists_of` or `wish_list_of` does, ShoppingList.DoesNotExist, ListFullError, and ValidationError where
    that is more than fits on one line.
    """
    _of(acting, list_id)
    with changing_carts(acting):
        found = wish_list_or_new(acting, at=at) if list_id is None else lists_of(acting).get(pk=list_id)
        line = found.lines.filter(sku=sku).first()
        if line is None:
            _append(found, sku=sku, quantity=quantity)
        elif line.quantity + quantity > MOST_PIECES:
            sentence = _("With what the list holds of it, that is more than %(most)s.")
            error = ValidationError(sentence, code="max_value", params={"most": MOST_PIECES})
            raise ValidationError({"quantity": error})
        else:
            line.quantity += quantity
            line.save(update_fields=["quantity"])
        _touch(found, at=at)
    return found


def change_list_line(
    *,
    acting: Acting,
    list_id: UUID | None,
    line_id: UUID,
    quantity: int,
    seen_at: datetime | None = None,
    at: datetime,
) -> ShoppingList:
    """Want so many of it; an unchanged number writes nothing. `seen_at` is of the list.

    Raises what `lists_of` or `wish_list_of` does, DoesNotExist of list or line, StaleError.
    """
    lists = _of(acting, list_id)
    with changing_carts(acting):
        found = lists.get()
        line = ShoppingListLine.objects.get(pk=line_id, shopping_list=found)
        refuse_stale(seen_at=seen_at, updated_at=found.updated_at)
        if line.quantity != quantity:
            line.quantity = quantity
            line.save(update_fields=["quantity"])
            _touch(found, at=at)
    return found


def remove_list_line(
    *, acting: Acting, list_id: UUID | None, line_id: UUID, seen_at: datetime | None = None, at: datetime
) -> None:
    """Take it off. Raises as `change_list_line`."""
    lists = _of(acting, list_id)
    with changing_carts(acting):
        found = lists.get()
        line = ShoppingListLine.objects.get(pk=line_id, shopping_list=found)
        refuse_stale(seen_at=seen_at, updated_at=found.updated_at)
        line.delete()
        _touch(found, at=at)


def fill_cart_from_list(
    *, acting: Acting, list_id: UUID | None, line_ids: Collection[UUID] | None = None, at: datetime
) -> Filled:
    """Put the named lines into the active cart, all of them where none is named. The list stays as it is.

    Raises what `lists_of` or `wish_list_of` does, PermissionMissingError, ShoppingList.DoesNotExist, and
    ValidationError for a line that the list has not.
    """
    lists = _of(acting, list_id)
    acting.insist_on(Permission.CARTS_MANAGE)
    found = lists.first() if list_id is None else lists.get()
    lines = list(found.lines.all()) if found is not None else []
    return fill_cart(acting=acting, wanted=chosen(lines, line_ids), at=at)


def _of(acting: Acting, list_id: UUID | None) -> ShoppingListQuerySet:
    return wish_list_of(acting) if list_id is None else lists_of(acting).filter(pk=list_id)


def _append(found: ShoppingList, *, sku: str, quantity: int) -> None:
    known = found.lines.order_by().aggregate(count=Count("pk"), last=Max("position"))
    if known["count"] >= MOST_LIST_LINES:
        raise ListFullError
    ShoppingListLine.objects.create(shopping_list=found, position=(known["last"] or 0) + 1, sku=sku, quantity=quantity)


def _touch(found: ShoppingList, *, at: datetime) -> None:
    found.updated_at = at
    found.save(update_fields=["updated_at"])
