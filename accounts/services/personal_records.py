"""This room's answers to `customers.ports`: what names a person on accounts, when he is erased or merged."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Associate, Contact
from customers.models import Customer
from customers.ports import Erased, Moved
from customers.services.companies import refresh_companies

EMPTY = {"first_name": "", "last_name": "", "email": "", "phone": ""}
EMPTY_KEYS = {"email_key": None, "phone_key": None}


class Contacts:
    """Contacts that are the person: emptied when he is erased, so that the account keeps only that there was one.

    Their history is emptied with them, also that of contacts which were the person once and then another's, or removed.
    """

    name = "accounts.contacts"
    relations = ("accounts.Contact.customer", "accounts.Contact.account")

    def erase(self, *, customer: Customer, at: datetime) -> Erased:
        """Counts contacts; one of which only the history named him counts too."""
        events = Contact.pgh_event_models["update"]._default_manager  # type: ignore[attr-defined] # noqa: SLF001 -- Django's documented API
        theirs = Contact.objects.filter(customer=customer)
        cleared = set(theirs.values_list("pk", flat=True))
        ids = cleared.union(events.filter(customer=customer).values_list("pgh_obj", flat=True))
        # First the contacts: the trigger writes what they are now into the history.
        theirs.update(customer=None, **EMPTY, active=False, updated_at=at)
        naming = events.filter(pgh_obj__in=ids).exclude(**EMPTY, **EMPTY_KEYS)
        cleared.update(naming.values_list("pgh_obj", flat=True))
        naming.update(**EMPTY, **EMPTY_KEYS)
        return Erased(self.name, cleared=len(cleared))

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        ids = list(Contact.objects.filter(customer=loser).order_by("pk").values_list("pk", flat=True))
        Contact.objects.filter(pk__in=ids).update(customer=survivor, updated_at=at)
        return Moved(self.name, {"contacts": [str(pk) for pk in ids]})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        theirs = Contact.objects.filter(pk__in=moved.ids["contacts"], customer=survivor)
        theirs.update(customer=loser, updated_at=at)


class Associations:
    """The accounts the person may act for. An association of his with an account that the survivor has too stays."""

    name = "accounts.associations"
    relations = ("accounts.Associate.customer", "accounts.Associate.account")

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        """He acts for nobody any more; the history keeps that a customer of that number did."""
        deleted, _ = Associate.objects.filter(customer=customer).delete()
        return Erased(self.name, cleared=deleted)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        taken = Associate.objects.filter(customer=survivor).values("account")
        movable = Associate.objects.filter(customer=loser).exclude(account__in=taken)
        ids = list(movable.order_by("pk").values_list("pk", flat=True))
        Associate.objects.filter(pk__in=ids).update(customer=survivor, updated_at=at)
        refresh_companies([loser.pk, survivor.pk])
        return Moved(self.name, {"associates": [str(pk) for pk in ids]})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        theirs = Associate.objects.filter(pk__in=moved.ids["associates"], customer=survivor)
        theirs.update(customer=loser, updated_at=at)
        refresh_companies([loser.pk, survivor.pk])


@dataclass(frozen=True, slots=True)
class NamesNobody:
    """What belongs to accounts and names no customer: there is nothing to empty and nothing to hand over."""

    name: str
    relations: tuple[str, ...]

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        return Erased(self.name)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:  # noqa: ARG002 -- the port's signature
        return Moved(self.name)

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        """Nothing was moved."""


CONTACTS = Contacts()
ASSOCIATIONS = Associations()
TREE = NamesNobody("accounts.tree", ("accounts.Account.parent",))
# An erased person's name may stand in an account's address book: it is the company's, and staff clear it there.
ACCOUNT_BELONGINGS = NamesNobody(
    "accounts.belongings",
    (
        "accounts.AccountAddress.account",
        "accounts.AccountNote.account",
        "accounts.AccountExternalId.account",
        "accounts.PriceListAssignment.account",
        "accounts.PaymentRule.account",
    ),
)
