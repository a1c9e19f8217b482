"""This room's own answers to `customers.ports`: what hangs on a customer here, when he is erased or merged."""

from datetime import datetime

from django.db.models import Q

from customers.models import (
    Customer,
    CustomerAddress,
    CustomerExternalId,
    CustomerMail,
    CustomerNote,
    PasswordLinkRequest,
)
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
    relations = (
        "customers.Customer.merged_into",
        "customers.CustomerMerge.loser",
        "customers.CustomerMerge.survivor",
    )

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


class Addresses:
    """The person's own address book: erased with him, history too; a merge hands over what the survivor lacks."""

    name = "customers.addresses"
    relations = ("customers.CustomerAddress.customer",)

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        """Counts addresses; one that only the history knows counts too."""
        theirs = CustomerAddress.objects.filter(customer=customer)
        cleared = set(theirs.values_list("pk", flat=True))
        theirs.delete()
        history = CustomerAddress.pgh_event_models["delete"]._default_manager  # type: ignore[attr-defined] # noqa: SLF001 -- Django's documented API
        naming = history.filter(customer=customer)
        cleared.update(naming.values_list("pgh_obj", flat=True))
        naming.delete()
        return Erased(self.name, cleared=len(cleared))

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        """Addresses keep their ids; one whose id the survivor has stays, and so do the survivor's defaults."""
        taken = CustomerAddress.objects.filter(customer=survivor).values("code")
        ids = []
        for address in CustomerAddress.objects.filter(customer=loser).exclude(code__in=taken).order_by("pk"):
            address.customer, address.updated_at = survivor, at
            address.default_shipping = address.default_billing = False
            address.save(update_fields=["customer", "updated_at", "default_shipping", "default_billing"])
            ids.append(str(address.pk))
        return Moved(self.name, {"addresses": ids})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        theirs = CustomerAddress.objects.filter(pk__in=moved.ids["addresses"], customer=survivor)
        theirs.update(customer=loser, default_shipping=False, default_billing=False, updated_at=at)


class Notes:
    """What staff noted about the person."""

    name = "customers.notes"
    relations = ("customers.CustomerNote.customer",)

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        """Counts notes; one that only the history knows counts too."""
        theirs = CustomerNote.objects.filter(customer=customer)
        cleared = set(theirs.values_list("pk", flat=True))
        theirs.delete()
        history = CustomerNote.pgh_event_models["delete"]._default_manager  # type: ignore[attr-defined] # noqa: SLF001 -- Django's documented API
        naming = history.filter(customer=customer)
        cleared.update(naming.values_list("pgh_obj", flat=True))
        naming.delete()
        return Erased(self.name, cleared=len(cleared))

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:  # noqa: ARG002 -- the port's signature
        ids = list(CustomerNote.objects.filter(customer=loser).order_by("pk").values_list("pk", flat=True))
        CustomerNote.objects.filter(pk__in=ids).update(customer=survivor)
        return Moved(self.name, {"notes": [str(pk) for pk in ids]})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:  # noqa: ARG002 -- the port's signature
        CustomerNote.objects.filter(pk__in=moved.ids["notes"], customer=survivor).update(customer=loser)


class Mails:
    """Which mails the person was owed, and requests for a password link. What was not sent is not sent any more."""

    name = "customers.mails"
    relations = ("customers.CustomerMail.customer",)

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        deleted, _ = CustomerMail.objects.filter(customer=customer).delete()
        if customer.email_key:
            PasswordLinkRequest.objects.filter(email_key=customer.email_key).delete()
        return Erased(self.name, cleared=deleted)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:  # noqa: ARG002 -- the port's signature
        """Mails stay with the record they were sent for; unsent ones are not needed any more."""
        CustomerMail.objects.filter(customer=loser, sent_at=None, dropped_at=None).update(dropped_at=at)
        return Moved(self.name)

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        """Nothing was moved."""


EXTERNAL_IDS = ExternalIds()
MERGED_CUSTOMERS = MergedCustomers()
KEPT_ANSWERS = KeptAnswers()
ADDRESSES = Addresses()
NOTES = Notes()
MAILS = Mails()
OWN = (EXTERNAL_IDS, MERGED_CUSTOMERS, KEPT_ANSWERS, ADDRESSES, NOTES, MAILS)
