"""Which carts a person has for an account or for himself, and which of them is active. `domain.md` 4."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

from accounts.acting import Acting
from accounts.permissions import Permission
from customers.models import Customer
from customers.services.lifecycle import CustomerGoneError
from events.concurrency import refuse_stale
from events.transaction import transaction
from orders.limits import MOST_CARTS
from orders.models import LONGEST_CART_NAME, Cart, CartLine
from orders.querysets import CartQuerySet


class CartNameTakenError(Exception):
    """Another open cart of the set has the name; its text says which. Blank is a name too."""


class TooManyCartsError(Exception):
    """The set has as many open carts as it may have."""


class OneCartOnlyError(Exception):
    """Who buys for himself has one cart, without a name."""


def carts_of(acting: Acting) -> CartQuerySet:
    """The open carts of whoever acts. Raises what `Acting.insist_on` does."""
    acting.insist_on(Permission.CARTS_MANAGE)
    return Cart.objects.of(acting).open()


@contextmanager
def changing_carts(acting: Acting) -> Iterator[Customer]:
    """A transaction in which nobody else changes the person's carts, merges him or erases him; gives him as he is now.

    Raises CustomerGoneError.
    """
    with transaction(by=acting.by):
        person = Customer.objects.select_for_update(of=["self"], no_key=True).get(pk=acting.customer.pk)
        if person.merged_into_id is not None or person.anonymized_at is not None:
            raise CustomerGoneError
        yield person


def create_cart(*, acting: Acting, name: str = "", at: datetime) -> Cart:
    """Make a cart; the first of a set is active.

    Raises what `Acting.insist_on` does, OneCartOnlyError, CartNameTakenError, TooManyCartsError.
    """
    carts = carts_of(acting)
    with changing_carts(acting):
        if acting.account is None and (name or carts.exists()):
            raise OneCartOnlyError
        return _add(carts, acting, name=name, at=at)


def rename_cart(*, acting: Acting, cart_id: UUID, name: str, seen_at: datetime | None = None, at: datetime) -> Cart:
    """Give it the name, blank for none; an unchanged one writes nothing.

    Raises what `Acting.insist_on` does, Cart.DoesNotExist, StaleError, OneCartOnlyError, CartNameTakenError.
    """
    carts = carts_of(acting)
    with changing_carts(acting):
        cart = carts.get(pk=cart_id)
        refuse_stale(seen_at=seen_at, updated_at=cart.updated_at)
        if cart.name == name:
            return cart
        if acting.account is None:
            raise OneCartOnlyError
        if carts.filter(name=name).exists():
            raise CartNameTakenError(name)
        cart.name, cart.updated_at = name, at
        cart.save(update_fields=["name", "updated_at"])
    return cart


def remove_cart(*, acting: Acting, cart_id: UUID, seen_at: datetime | None = None, at: datetime) -> None:
    """Remove it with its lines; where it was the active one, the cart that changed last is active now.

    Raises what `Acting.insist_on` does, Cart.DoesNotExist, StaleError.
    """
    carts = carts_of(acting)
    with changing_carts(acting):
        cart = carts.get(pk=cart_id)
        refuse_stale(seen_at=seen_at, updated_at=cart.updated_at)
        cart.delete()
        activate_the_latest(carts, at=at)


def activate_cart(*, acting: Acting, cart_id: UUID, at: datetime) -> Cart:
    """Make it the active one of its set; the one that was, is not any more. Twice changes nothing.

    Raises what `Acting.insist_on` does, Cart.DoesNotExist.
    """
    carts = carts_of(acting)
    with changing_carts(acting):
        cart = carts.get(pk=cart_id)
        if cart.active:
            return cart
        carts.filter(active=True).update(active=False, updated_at=at)
        cart.active, cart.updated_at = True, at
        cart.save(update_fields=["active", "updated_at"])
    return cart


def duplicate_cart(*, acting: Acting, cart_id: UUID, at: datetime) -> Cart:
    """Another cart with the same lines, named `<name> Copied At <date>`; which is active stays as it is.

    Raises what `Acting.insist_on` does, Cart.DoesNotExist, OneCartOnlyError, TooManyCartsError.
    """
    carts = carts_of(acting)
    with changing_carts(acting):
        cart = carts.get(pk=cart_id)
        if acting.account is None:
            raise OneCartOnlyError
        copy = _add(carts, acting, name=_name_of_copy(carts, cart.name, at=at), at=at)
        CartLine.objects.bulk_create(
            CartLine(cart=copy, position=line.position, sku=line.sku, name=line.name, quantity=line.quantity)
            for line in cart.lines.all()
        )
    return copy


def active_or_new(acting: Acting, *, at: datetime) -> Cart:
    """The active cart of the set, made where there is none; inside `changing_carts`."""
    carts = Cart.objects.of(acting).open()
    return carts.filter(active=True).first() or _add(carts, acting, name="", at=at)


def activate_the_latest(carts: CartQuerySet, *, at: datetime) -> None:
    """Where none of a set's open carts is active, the one that changed last is from now on; inside `changing_carts`."""
    if carts.filter(active=True).exists():
        return
    latest = carts.latest_changed_first().first()
    if latest is not None:
        latest.active, latest.updated_at = True, at
        latest.save(update_fields=["active", "updated_at"])


def _add(carts: CartQuerySet, acting: Acting, *, name: str, at: datetime) -> Cart:
    known = list(carts.values_list("name", "active"))
    if len(known) >= MOST_CARTS:
        raise TooManyCartsError
    if name in {taken for taken, _active in known}:
        raise CartNameTakenError(name)
    return Cart.objects.create(
        customer=acting.customer,
        account=acting.account,
        storefront=acting.storefront,
        name=name,
        active=not any(active for _name, active in known),
        created_at=at,
        updated_at=at,
    )


def _name_of_copy(carts: CartQuerySet, name: str, *, at: datetime) -> str:
    """With the minute in UTC; a number behind it where that name is taken."""
    taken = set(carts.values_list("name", flat=True))
    ending = f"Copied At {at.astimezone(UTC):%Y-%m-%d %H:%M}"
    for number in range(1, MOST_CARTS + 2):
        end = ending if number == 1 else f"{ending} ({number})"
        copied = f"{name[: LONGEST_CART_NAME - len(end) - 1]} {end}".strip()
        if copied not in taken:
            return copied
    raise TooManyCartsError
