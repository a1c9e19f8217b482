"""Acme with its parts and people, as shoppers meet them: Ana manages Acme, Ben buys for Acme West, Cleo has Zenith."""

from dataclasses import dataclass
from typing import Any

import pytest

from accounts.models import Account, Associate
from customers.models import Customer
from storefronts.models import Storefront
from tests.customers.shoppers import Browser, Speak
from tests.factories import AccountFactory, AssociateFactory, CustomerFactory


@dataclass(frozen=True, slots=True)
class Company:
    """Two trees: Acme with Acme West and its store; Zenith."""

    acme: Account
    west: Account
    store: Account
    zenith: Account
    ana: Customer
    ben: Customer
    cleo: Customer
    ana_at_acme: Associate
    ben_at_west: Associate


@pytest.fixture
def company(us: Storefront) -> Company:
    def person(name: str, last: str, company: str) -> Customer:
        email = f"{name.lower()}@{company}.test"
        return CustomerFactory(shared_id=name.lower(), email=email, first_name=name, last_name=last)

    ana, ben, cleo = person("Ana", "Alvarez", "acme"), person("Ben", "Baker", "acme"), person("Cleo", "Costa", "zenith")
    acme = AccountFactory(shared_id="acme", name="Acme", admin=ana)
    west = AccountFactory(shared_id="acme-west", name="Acme West", parent=acme)
    store = AccountFactory(shared_id="acme-west-1", name="Store 1", parent=Account.objects.get(pk=west.pk))
    zenith = AccountFactory(shared_id="zenith", name="Zenith", admin=cleo)
    ben_at_west = AssociateFactory(account=west, customer=ben, role="buyer")
    fresh = Account.objects.in_bulk([acme.pk, west.pk, store.pk, zenith.pk])
    ana_at_acme = Associate.objects.get(customer=ana)
    accounts = [fresh[each.pk] for each in (acme, west, store, zenith)]
    return Company(*accounts, ana, ben, cleo, ana_at_acme, ben_at_west)


@dataclass(frozen=True, slots=True)
class Crowd:
    """The three of them at their browsers."""

    ana: Browser
    ben: Browser
    cleo: Browser


@pytest.fixture
def crowd(company: Company, speak: Speak) -> Crowd:
    return Crowd(speak(company.ana), speak(company.ben), speak(company.cleo))


def acting(shared_id: str) -> dict[str, str]:
    return {"X-Account-Shared-Id": shared_id}


def ok(answer: Any, status: int = 200) -> Any:
    """The body of an answer that must be of that status."""
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def errors_of(answer: Any) -> dict[str, str]:
    return {error["field"]: error["code"] for error in answer.json()["errors"]}
