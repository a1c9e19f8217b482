"""Several shoppers at one account in the same moment: each is served or told why not, and nobody twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier
from typing import Any

import pytest
from django.apps import apps
from django.db import connections

from accounts.models import Account, AccountAddress, Associate
from customers.models import Customer
from tests.customers.shoppers import Browser, by_session
from tests.factories import AccountFactory, AssociateFactory, CustomerFactory, StorefrontFactory

ROUNDS = 4
HOME = {
    "last_name": "Alvarez", "line1": "1 Main St", "city": "Memphis", "region": "TN", "postal_code": "38103",
    "country": "US",
}  # fmt: skip
ACME = {"X-Account-Shared-Id": "acme"}


@pytest.fixture
def admins(transactional_db: None) -> list[Customer]:
    """Ana and Dan manage Acme, and nobody else does."""
    import_module("accounts.migrations.0006_built_in_roles").create_roles(apps, None)
    StorefrontFactory(code="us")
    ana, dan = (CustomerFactory(shared_id=name, email=f"{name}@acme.test") for name in ("ana", "dan"))
    acme = AccountFactory(shared_id="acme", name="Acme", admin=ana)
    AssociateFactory(account=acme, customer=dan, role="buyer-admin")
    return [ana, dan]


def at_once(*calls: Callable[[], Any]) -> list[tuple[int, str]]:
    """Begun together, each on a connection of its own: status and code of the answers, sorted."""
    start = Barrier(len(calls))

    def send(call: Callable[[], Any]) -> tuple[int, str]:
        try:
            start.wait(30)
            answer = call()
            return answer.status_code, answer.json().get("code", "") if answer.content else ""
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return sorted(pool.map(send, calls))


def browsers(people: list[Customer]) -> list[Browser]:
    return [by_session(each) for each in people]


def test_of_two_who_read_the_same_one_writes(admins: list[Customer]) -> None:
    ana, dan = browsers(admins)
    for turn in range(ROUNDS):
        tag = {"If-Match": ana.call("GET", "accounts/acme").headers["ETag"]}
        answers = at_once(
            lambda tag=tag, turn=turn: ana.call("PATCH", "accounts/acme", {"name": f"Ana {turn}"}, **tag),
            lambda tag=tag, turn=turn: dan.call("PATCH", "accounts/acme", {"name": f"Dan {turn}"}, **tag),
        )
        assert answers == [(200, ""), (412, "stale")]
        assert Account.objects.get(shared_id="acme").name in {f"Ana {turn}", f"Dan {turn}"}


def test_the_same_person_is_added_once(admins: list[Customer]) -> None:
    ana, dan = browsers(admins)
    for turn in range(ROUNDS):
        CustomerFactory(email=f"new{turn}@acme.test")
        body = {"email": f"new{turn}@acme.test", "role": "buyer"}
        answers = at_once(
            *(lambda who=who, body=body: who.call("POST", "accounts/acme/associates", body) for who in (ana, dan))
        )
        assert answers == [(201, ""), (409, "already_associated")]
    assert Associate.objects.count() == 2 + ROUNDS


def test_two_admins_who_remove_each_other_leave_one(admins: list[Customer]) -> None:
    ana, dan = browsers(admins)
    rows = {each.customer.shared_id: each for each in Associate.objects.select_related("customer")}
    answers = at_once(
        lambda: ana.call("DELETE", f"accounts/acme/associates/{rows['dan'].pk}"),
        lambda: dan.call("DELETE", f"accounts/acme/associates/{rows['ana'].pk}"),
    )
    assert answers[0] == (204, "")
    assert answers[1] in {(404, "not_found"), (409, "last_admin")}
    assert Associate.objects.count() == 1


def test_the_book_has_one_default_and_one_address_of_an_id(admins: list[Customer]) -> None:
    ana, dan = browsers(admins)
    for turn in range(ROUNDS):
        body = {**HOME, "id": f"hq{turn}", "default_shipping": True}
        answers = at_once(
            *(lambda who=who, body=body: who.call("POST", "addresses", body, **ACME) for who in (ana, dan))
        )
        assert answers == [(201, ""), (409, "address_id_taken")]
    assert AccountAddress.objects.count() == ROUNDS
    assert AccountAddress.objects.filter(default_shipping=True).count() == 1
