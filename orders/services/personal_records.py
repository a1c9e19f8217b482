"""This room's answers to `customers.ports`: orders and decisions, when a person is erased or merged."""

from collections.abc import Collection
from datetime import datetime

from customers.models import Customer
from customers.ports import Erased, Moved
from orders.models import LONGEST_CART_NAME, Cart, DecisionEvidence, Order, PinnedIdentity
from orders.names import free_name
from orders.querysets import CartQuerySet


class Orders:
    """Orders are the merchant's legal record and stay whole; evidence that names the person is emptied."""

    name = "orders.orders"
    relations = (
        "orders.Order.customer",
        "orders.Order.account",
        "orders.IdentityDecision.customer",
        "orders.IdentityDecision.account",
    )

    def erase(self, *, customer: Customer, at: datetime) -> Erased:
        """Also where he was a mere candidate."""
        naming = DecisionEvidence.objects.filter(named_customers__contains=[customer.shared_id], erased_at__isnull=True)
        cleared = naming.update(
            email_key="", phone_key="", labels={}, facts={}, why="", mended={}, named_customers=[], erased_at=at
        )
        kept = Order.objects.filter(customer=customer).count()
        return Erased(self.name, cleared=cleared, kept=kept, why_kept="orders are the merchant's legal record")

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        """Decisions are never changed: they name the loser, who points to the survivor."""
        ids = list(Order.objects.filter(customer=loser).order_by("pk").values_list("pk", flat=True))
        Order.objects.filter(pk__in=ids, customer=loser).update(customer=survivor, updated_at=at)
        return Moved(self.name, {"orders": [str(pk) for pk in ids]})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        theirs = Order.objects.filter(pk__in=moved.ids["orders"], customer=survivor)
        theirs.update(customer=loser, updated_at=at)


class Pins:
    """What is pinned to a shop's customer ids: of use only as long as the person is."""

    name = "orders.pinned_identities"
    relations = ("orders.PinnedIdentity.customer", "orders.PinnedIdentity.account")

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- as ports say
        """The shop's own id for a person names him too."""
        cleared, _ = PinnedIdentity.objects.filter(customer=customer).delete()
        return Erased(self.name, cleared=cleared)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:  # noqa: ARG002 -- as ports say
        ids = list(PinnedIdentity.objects.filter(customer=loser).order_by("pk").values_list("pk", flat=True))
        PinnedIdentity.objects.filter(pk__in=ids).update(customer=survivor)
        return Moved(self.name, {"pinned_identities": ids})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:  # noqa: ARG002 -- as ports say
        theirs = PinnedIdentity.objects.filter(pk__in=moved.ids["pinned_identities"], customer=survivor)
        theirs.update(customer=loser)


class Carts:
    """What the person means to order. The port's callers hold the row of the person, as who changes a cart does."""

    name = "orders.carts"
    relations = ("orders.Cart.customer", "orders.Cart.account")

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- as ports say
        """Ordered ones too: nobody can send their order a second time any more."""
        theirs = Cart.objects.filter(customer=customer)
        cleared = theirs.count()
        theirs.delete()
        return Erased(self.name, cleared=cleared)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        """A cart whose name the survivor has in the same set too stays: without account that is his only one.

        Where he has an active one, it remains the active one.
        """
        taken = {_named(cart) for cart in Cart.objects.filter(customer=survivor).open()}
        theirs = list(Cart.objects.filter(customer=loser).order_by("pk"))
        ordered = [cart.pk for cart in theirs if cart.order_id is not None]
        carts = [cart.pk for cart in theirs if cart.order_id is None and _named(cart) not in taken]
        active = [cart.pk for cart in theirs if cart.active]
        Cart.objects.filter(pk__in=[*ordered, *carts]).update(customer=survivor, active=False)
        _settle([loser, survivor], at=at)
        ids = {"carts": carts, "active": active, "ordered": ordered}
        return Moved(self.name, {name: [str(pk) for pk in found] for name, found in ids.items()})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        """What was ordered since stays with who ordered it. A name that is taken there gets a number."""
        theirs = Cart.objects.filter(customer=survivor)
        _hand_over(theirs.open().filter(pk__in=moved.ids["carts"]), to=loser, at=at)
        theirs.filter(pk__in=moved.ids["ordered"]).update(customer=loser)
        held = Cart.objects.filter(customer=loser).open()
        were_active = list(held.filter(pk__in=moved.ids["active"]))
        sets = {_set_of(cart) for cart in were_active}
        held.filter(pk__in=[cart.pk for cart in held if _set_of(cart) in sets]).update(active=False)
        held.filter(pk__in=[cart.pk for cart in were_active]).update(active=True)
        _settle([loser, survivor], at=at)


def _set_of(cart: Cart) -> tuple[int, int | None, int]:
    return cart.customer_id, cart.account_id, cart.storefront_id


def _named(cart: Cart) -> tuple[int | None, int, str]:
    return cart.account_id, cart.storefront_id, cart.name


def _hand_over(carts: CartQuerySet, *, to: Customer, at: datetime) -> None:
    """Those whose name is free first, so that they keep it."""
    held = {_named(cart) for cart in Cart.objects.filter(customer=to).open()}
    for cart in sorted(carts, key=lambda cart: _named(cart) in held):
        *of_its_set, _ = _named(cart)
        names = {name for *of, name in held if of == of_its_set}
        free = free_name(cart.name, names, longest=LONGEST_CART_NAME)
        held.add((cart.account_id, cart.storefront_id, free))
        cart.customer, cart.active = to, False
        if free != cart.name:
            cart.name, cart.updated_at = free, at
        cart.save(update_fields=["customer", "active", "name", "updated_at"])


def _settle(people: Collection[Customer], *, at: datetime) -> None:
    """Every set of theirs that has open carts has an active one: where there is none, the one that changed last."""
    latest: dict[tuple[int, int | None, int], Cart] = {}
    for cart in Cart.objects.filter(customer__in=people).open().order_by("-active", "-updated_at", "-pk"):
        latest.setdefault(_set_of(cart), cart)
    chosen = [cart.pk for cart in latest.values() if not cart.active]
    Cart.objects.filter(pk__in=chosen).update(active=True, updated_at=at)


ORDERS = Orders()
PINS = Pins()
CARTS = Carts()
