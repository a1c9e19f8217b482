"""This room's answers to `customers.ports`: orders and decisions, when a person is erased or merged."""

from datetime import datetime

from customers.models import Customer
from customers.ports import Erased, Moved
from orders.models import DecisionEvidence, Order, PinnedIdentity


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
        Order.objects.filter(pk__in=ids).update(customer=survivor, updated_at=at)
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


ORDERS = Orders()
PINS = Pins()
