"""This room's answers to `customers.ports`: orders and decisions, when a person is erased or merged."""

from datetime import datetime

from customers.models import Customer
from customers.ports import Erased, Moved
from orders.models import DecisionEvidence, Order


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
        cleared = naming.update(email_key="", phone_key="", labels={}, facts={}, named_customers=[], erased_at=at)
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


ORDERS = Orders()
