"""This room's own answers to `customers.ports`: what hangs on a customer here, when he is erased or merged."""

from datetime import datetime

from django.db.models import Q

from customers.models import Customer, CustomerExternalId
from customers.ports import Erased, Moved
from interface.models import IdempotencyRecord


class ExternalIds:
    """How other systems name the person. Erased with him, history too; a merge leaves each id with whom it names."""

    name = "customers.external_ids"
    relations = ("customers.CustomerExternalId.customer",)

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        """Counts ids; one that only the history knows counts too."""
        theirs = CustomerExternalId.objects.filter(customer=customer)
        cleared = set(theirs.values_list("pk", flat=True))
        # First the ids: the trigger writes what is deleted into the history.
        theirs.delete()
        events = CustomerExternalId.pgh_event_models["delete"]._default_manager  # type: ignore[attr-defined] # noqa: SLF001 -- Django's documented API
        ids = set(events.filter(customer=customer).values_list("pgh_obj", flat=True))
        naming = events.filter(pgh_obj__in=ids).exclude(external_id="")
        cleared.update(naming.values_list("pgh_obj", flat=True))
        naming.update(external_id="")
        return Erased(self.name, cleared=len(cleared))

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:  # noqa: ARG002 -- the port's signature
        """Only what the survivor lacks moves: a customer has one id per system."""
        taken = CustomerExternalId.objects.filter(customer=survivor).values("system")
        movable = CustomerExternalId.objects.filter(customer=loser).exclude(system__in=taken)
        ids = list(movable.order_by("pk").values_list("pk", flat=True))
        CustomerExternalId.objects.filter(pk__in=ids).update(customer=survivor)
        return Moved(self.name, {"external_ids": ids})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:  # noqa: ARG002 -- the port's signature
        CustomerExternalId.objects.filter(pk__in=moved.ids["external_ids"], customer=survivor).update(customer=loser)


class MergedCustomers:
    """Customers merged into this one before. They keep pointing here; in a further merge they follow the loser."""

    name = "customers.merged_customers"
    relations = ("customers.Customer.merged_into",)

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        kept = Customer.objects.filter(merged_into=customer).count()
        return Erased(self.name, kept=kept, why_kept="each is a person's record of its own and is anonymized by itself")

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        ids = list(Customer.objects.filter(merged_into=loser).order_by("pk").values_list("pk", flat=True))
        Customer.objects.filter(pk__in=ids).update(merged_into=survivor, updated_at=at)
        return Moved(self.name, {"customers": ids})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        theirs = Customer.objects.filter(pk__in=moved.ids["customers"], merged_into=survivor)
        theirs.update(merged_into=loser, updated_at=at)


class KeptAnswers:
    """Answers to keyed requests, kept a day to be given again: those that name the person are thrown away.

    A request that is sent again with its key is then answered anew. A short id may stand in an answer by chance.
    """

    name = "customers.kept_answers"
    relations = ()

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        naming = Q(answer__contains=customer.shared_id)
        for email in {customer.email, customer.email_key} - {"", None}:
            naming |= Q(answer__icontains=email)
        deleted, _ = IdempotencyRecord.objects.filter(naming).delete()
        return Erased(self.name, cleared=deleted)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:  # noqa: ARG002 -- the port's signature
        return Moved(self.name)

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        """Nothing was moved."""


EXTERNAL_IDS = ExternalIds()
MERGED_CUSTOMERS = MergedCustomers()
KEPT_ANSWERS = KeptAnswers()
