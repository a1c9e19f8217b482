"""This room's answers to `customers.ports`: what names a person on accounts, when he is erased or merged."""

from datetime import datetime

from accounts.models import Contact
from customers.models import Customer
from customers.ports import Erased, Moved


class Contacts:
    """Contacts that are the person: emptied when he is erased, so that the account keeps only that there was one."""

    name = "accounts.contacts"
    relations = ("accounts.Contact.customer", "accounts.Contact.account")

    def erase(self, *, customer: Customer, at: datetime) -> Erased:
        cleared = Contact.objects.filter(customer=customer).update(
            customer=None, first_name="", last_name="", email="", phone="", active=False, updated_at=at
        )
        return Erased(self.name, cleared=cleared)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        ids = list(Contact.objects.filter(customer=loser).order_by("pk").values_list("pk", flat=True))
        Contact.objects.filter(pk__in=ids).update(customer=survivor, updated_at=at)
        return Moved(self.name, {"contacts": [str(pk) for pk in ids]})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        theirs = Contact.objects.filter(pk__in=moved.ids["contacts"], customer=survivor)
        theirs.update(customer=loser, updated_at=at)


class Tree:
    """The tree of accounts names no person."""

    name = "accounts.tree"
    relations = ("accounts.Account.parent",)

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        return Erased(self.name)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:  # noqa: ARG002 -- the port's signature
        return Moved(self.name)

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        """Nothing was moved."""


CONTACTS = Contacts()
TREE = Tree()
