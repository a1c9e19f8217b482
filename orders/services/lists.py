"""Which shopping lists a person has for an account, and his wish list. `domain.md` 4.

Written in turn by one person, as carts are: the lock of his row keeps merging and erasing him out too.
"""

from datetime import datetime
from uuid import UUID

from accounts.acting import Acting
from accounts.permissions import Permission
from events.concurrency import refuse_stale
from orders.limits import MOST_LISTS
from orders.models import ShoppingList
from orders.querysets import ShoppingListQuerySet
from orders.services.carts import changing_carts


class ListNameTakenError(Exception):
    """Another list of the set has the name; its text says which."""


class TooManyListsError(Exception):
    """The set has as many lists as it may have."""


def lists_of(acting: Acting) -> ShoppingListQuerySet:
    """The lists of who acts, for the account. Raises AccountRequiredError, and what `Acting.insist_on` does."""
    acting.insist_on_account()
    acting.insist_on(Permission.LISTS_MANAGE)
    return ShoppingList.objects.of(acting)


def wish_list_of(acting: Acting) -> ShoppingListQuerySet:
    """His wish list, which may not be there yet. Raises AccountNotMeantError, RegistrationRequiredError."""
    acting.insist_on_no_account()
    acting.insist_on_registration()
    return ShoppingList.objects.of(acting)


def create_list(*, acting: Acting, name: str, at: datetime) -> ShoppingList:
    """Make a shopping list. Raises what `lists_of` does, ListNameTakenError, TooManyListsError."""
    lists = lists_of(acting)
    with changing_carts(acting):
        taken = set(lists.values_list("name", flat=True))
        if name in taken:
            raise ListNameTakenError(name)
        if len(taken) >= MOST_LISTS:
            raise TooManyListsError
        return _made(acting, name=name, at=at)


def rename_list(
    *, acting: Acting, list_id: UUID, name: str, seen_at: datetime | None = None, at: datetime
) -> ShoppingList:
    """Give it the name; an unchanged one writes nothing.

    Raises what `lists_of` does, ShoppingList.DoesNotExist, StaleError, ListNameTakenError.
    """
    lists = lists_of(acting)
    with changing_carts(acting):
        found = lists.get(pk=list_id)
        refuse_stale(seen_at=seen_at, updated_at=found.updated_at)
        if found.name == name:
            return found
        if lists.filter(name=name).exists():
            raise ListNameTakenError(name)
        found.name, found.updated_at = name, at
        found.save(update_fields=["name", "updated_at"])
    return found


def remove_list(*, acting: Acting, list_id: UUID, seen_at: datetime | None = None) -> None:
    """Remove it with its lines. Raises what `lists_of` does, ShoppingList.DoesNotExist, StaleError."""
    lists = lists_of(acting)
    with changing_carts(acting):
        found = lists.get(pk=list_id)
        refuse_stale(seen_at=seen_at, updated_at=found.updated_at)
        found.delete()


def wish_list_or_new(acting: Acting, *, at: datetime) -> ShoppingList:
    """The wish list, made where there is none; inside `changing_carts`. Raises what `wish_list_of` does."""
    return wish_list_of(acting).first() or _made(acting, name="", at=at)


def _made(acting: Acting, *, name: str, at: datetime) -> ShoppingList:
    return ShoppingList.objects.create(
        customer=acting.customer,
        account=acting.account,
        storefront=acting.storefront,
        name=name,
        created_at=at,
        updated_at=at,
    )
