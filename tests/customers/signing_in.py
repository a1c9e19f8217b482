"""Ana, who has an initial password, and the shop she signs in to."""

import pytest
from django.utils import timezone

from customers.models import Customer, CustomerKind
from customers.services.access import FirstAccess
from customers.services.customers import CustomerDraft, create_customer
from customers.services.lifecycle import change_customer
from tests.customers.shoppers import PASSWORD
from tests.factories import TESTS, StorefrontFactory

ANA = "ana@acme.test"
OTHER = "another fine password"


@pytest.fixture(autouse=True)
def shop(db):
    return StorefrontFactory(code="us", name="Acme Supplies US", url="https://shop.test")


@pytest.fixture
def ana() -> Customer:
    draft = CustomerDraft(
        kind=CustomerKind.REGISTERED, shared_id="ana", email=ANA, first_name="Ana", preferred_currency="USD"
    )
    return create_customer(draft=draft, access=FirstAccess(initial_password=PASSWORD), by=TESTS, at=timezone.now())


def change(customer: Customer, **fields) -> None:
    change_customer(customer=customer, by="staff:12", at=timezone.now(), **fields)
