"""The people of all tests.

Ana buys for Acme, Ben for Acme West, which is a part of Acme. Cleo buys for Zenith, a stranger to both. Opal is staff.
A room's conftest imports the fixtures it needs.
"""

from dataclasses import dataclass

import pytest
from django.contrib.auth.models import Group

from accounts.models import Account, Contact
from customers.models import Customer, User
from customers.services.staff import create_staff_user
from storefronts.models import Storefront
from tests.factories import (
    NOW,
    TESTS,
    AccountFactory,
    ContactFactory,
    CustomerFactory,
    StorefrontFactory,
)

OPALS_PASSWORD = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Buyer:
    """A registered customer, the account bought for, and the contact there that is this person."""

    customer: Customer
    account: Account
    contact: Contact


def _buyer(first_name: str, last_name: str, account: Account, phone: str) -> Buyer:
    names = {"first_name": first_name, "last_name": last_name}
    email = f"{first_name.lower()}@{account.shared_id.partition('-')[0]}.test"
    customer = CustomerFactory(shared_id=first_name.lower(), email=email, phone=phone, **names)
    contact = ContactFactory(account=account, customer=customer, email=email, phone=phone, **names)
    return Buyer(customer, account, contact)


@pytest.fixture
def us(db) -> Storefront:
    """A shop in the United States, without an ERP system."""
    return StorefrontFactory(code="us", name="Acme Supplies US")


@pytest.fixture
def acme(db) -> Account:
    return AccountFactory(shared_id="acme", name="Acme")


@pytest.fixture
def acme_west(acme: Account) -> Account:
    return AccountFactory(shared_id="acme-west", name="Acme West", parent=acme)


@pytest.fixture
def stranger(db) -> Account:
    """Cleo's company."""
    return AccountFactory(shared_id="zenith", name="Zenith")


@pytest.fixture
def ana(acme: Account) -> Buyer:
    return _buyer("Ana", "Alvarez", acme, "901-555-2201")


@pytest.fixture
def ben(acme_west: Account) -> Buyer:
    return _buyer("Ben", "Baker", acme_west, "901-555-2202")


@pytest.fixture
def cleo(stranger: Account) -> Buyer:
    return _buyer("Cleo", "Costa", stranger, "901-555-2203")


@pytest.fixture
def opal(db) -> User:
    """In the group of account managers."""
    # A test that really commits takes the groups with it when it cleans up.
    Group.objects.get_or_create(name="Account managers")
    return create_staff_user(
        email="opal@merchant.test", password=OPALS_PASSWORD, name="Opal", groups=["Account managers"], by=TESTS, at=NOW
    )
