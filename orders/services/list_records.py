"""Shopping lists and wish lists when a person is erased or merged. Callers hold his row, as who changes a list does."""

from collections.abc import Collection
from datetime import datetime

from customers.models import Customer
from customers.ports import Erased, Moved
from orders.limits import MOST_PIECES
from orders.models import LONGEST_LIST_NAME, ShoppingList, ShoppingListLine
from orders.names import free_name


class Lists:
    """What the person keeps in mind."""

    name = "orders.lists"
    relations = ("orders.ShoppingList.customer", "orders.ShoppingList.account")

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- as ports say
        theirs = ShoppingList.objects.filter(customer=customer)
        cleared = theirs.count()
        theirs.delete()
        return Erased(self.name, cleared=cleared)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        """A list whose name the survivor has too gets a number behind it.

        Of two wish lists the loser's stays with him, and what is on it goes onto the survivor's as well.
        """
        held = {_set_of(each): each for each in ShoppingList.objects.filter(customer=survivor, account=None)}
        taken = {(*_set_of(each), each.name) for each in ShoppingList.objects.filter(customer=survivor)}
        lists, renamed, added = [], [], []
        for each in ShoppingList.objects.filter(customer=loser).order_by("pk"):
            if each.account_id is None and _set_of(each) in held:
                added += _put_onto(held[_set_of(each)], each, at=at)
                continue
            free = _free_name(each, taken)
            if free != each.name:
                renamed.append([str(each.pk), each.name, free])
            taken.add((*_set_of(each), free))
            each.customer, each.name, each.updated_at = survivor, free, at
            each.save(update_fields=["customer", "name", "updated_at"])
            lists.append(str(each.pk))
        return Moved(self.name, {"lists": lists, "renamed": renamed, "added": added})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        """A list that was named anew since keeps that name; of a wish list goes what was added and is still on it."""
        taken = {(*_set_of(each), each.name) for each in ShoppingList.objects.filter(customer=loser)}
        former = {pk: (old, new) for pk, old, new in moved.ids["renamed"]}
        for each in ShoppingList.objects.filter(pk__in=moved.ids["lists"], customer=survivor):
            if each.account_id is None and (*_set_of(each), "") in taken:
                continue
            old, new = former.get(str(each.pk), (each.name, each.name))
            each.name = _free_name(each, taken, name=old if each.name == new else each.name)
            taken.add((*_set_of(each), each.name))
            each.customer, each.updated_at = loser, at
            each.save(update_fields=["customer", "name", "updated_at"])
        _take_off(moved.ids["added"], survivor, at=at)


def _set_of(each: ShoppingList) -> tuple[int | None, int]:
    return each.account_id, each.storefront_id


def _free_name(each: ShoppingList, taken: Collection[tuple[int | None, int, str]], *, name: str | None = None) -> str:
    """The name it has, or the one wanted; with a number behind it where that is taken."""
    of_its_set = {other for *of, other in taken if tuple(of) == _set_of(each)}
    return free_name(each.name if name is None else name, of_its_set, longest=LONGEST_LIST_NAME)


def _put_onto(wish_list: ShoppingList, other: ShoppingList, *, at: datetime) -> list[list[object]]:
    """Add the lines of the other one; answers what was added, as line and how many."""
    lines = {line.sku: line for line in wish_list.lines.all()}
    last = max((line.position for line in lines.values()), default=0)
    added: list[list[object]] = []
    for line in other.lines.all():
        mine = lines.get(line.sku)
        if mine is None:
            last += 1
            mine = ShoppingListLine(shopping_list=wish_list, position=last, sku=line.sku, quantity=0)
        more = min(line.quantity, MOST_PIECES - mine.quantity)
        mine.quantity += more
        mine.save()
        added.append([str(mine.pk), more])
    if added:
        ShoppingList.objects.filter(pk=wish_list.pk).update(updated_at=at)
    return added


def _take_off(added: Collection[list[object]], survivor: Customer, *, at: datetime) -> None:
    more = {str(pk): quantity for pk, quantity in added}
    lines = list(ShoppingListLine.objects.filter(pk__in=more, shopping_list__customer=survivor))
    for line in lines:
        left = line.quantity - int(str(more[str(line.pk)]))
        if left <= 0:
            line.delete()
        else:
            line.quantity = left
            line.save(update_fields=["quantity"])
    ShoppingList.objects.filter(pk__in={line.shopping_list_id for line in lines}).update(updated_at=at)


LISTS = Lists()
