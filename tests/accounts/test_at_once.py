"""Many at one account at once: each is done, or told why not; nothing is a fault of ours."""

import json
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from threading import Barrier

import pytest
from django.apps import apps
from django.db import OperationalError, connections
from django.db.transaction import atomic
from django.test import Client
from psycopg.errors import QueryCanceled

from accounts.api.outputs import AccountOutput
from accounts.models import Account, AccountExternalId, Associate
from accounts.services.contacts import add_contact
from accounts.services.deletion import delete_account
from customers.models import CustomerExternalId
from interface.api.problems import problem_of
from interface.panel.refusals import Refused, refusing
from storefronts.scopes import Scope
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AccountFactory,
    ApiClientFactory,
    AssociateFactory,
    CustomerFactory,
    PaymentMethodFactory,
    PriceListFactory,
    StorefrontFactory,
)
from tests.parallel import another_client, scalar, waits_for_a_lock

BY = {"by": TESTS, "at": NOW}
ROUNDS = 6


@pytest.fixture
def key(transactional_db):
    import_module("accounts.migrations.0006_built_in_roles").create_roles(apps, None)
    scopes = [Scope.ACCOUNTS_READ, Scope.ACCOUNTS_WRITE, Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE]
    return ApiClientFactory(scopes=scopes).clear_key


def at_once(key, calls):
    """Each call from a client of its own, all begun together; the answers in their order."""
    start = Barrier(len(calls))

    def send(call):
        method, path, body = call
        client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {key}"})
        try:
            start.wait(30)
            return client.generic(method, f"/api/v1{path}", json.dumps(body), content_type="application/json")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(send, calls))


def test_who_writes_to_an_account_that_is_just_deleted_is_told_so(key):
    us, p10 = StorefrontFactory(code="us"), PriceListFactory(code="P10")
    PaymentMethodFactory(storefront=us, code="net30")
    people = [CustomerFactory(email=f"p{number}@people.test") for number in range(3)]
    seen = set()
    for number in range(ROUNDS):
        root = AccountFactory(name=f"Root {number}", admin=people[0])
        west = AccountFactory(name="West", parent=root)
        one, two = (AssociateFactory(account=root, customer=each, role="buyer-admin") for each in people[1:])
        contact = add_contact(account=root, email=f"jo{number}@acme.test", **BY)
        address = AccountAddressFactory(account=root)
        here = f"/accounts/{root.shared_id}"
        convert = {"role": "buyer", "preferred_currency": "USD", "send_password_link": False}
        answers = at_once(
            key,
            [
                ("DELETE", here, None),
                ("DELETE", f"{here}/associates/{one.pk}", None),
                ("PATCH", f"{here}/associates/{two.pk}", {"role": "buyer"}),
                ("PATCH", f"/customers/{people[2].shared_id}", {"on_hold": number % 2 == 0}),
                ("POST", f"/contacts/{contact.pk}/convert", convert),
                ("PUT", f"{here}/price-list", {"price_list": p10.code}),
                ("PUT", f"{here}/payment-methods?storefront=us", [{"code": "net30", "visible": True}]),
                ("PATCH", f"{here}/addresses/{address.code}", {"label": "Dock"}),
                ("PATCH", here, {"name": "Renamed", "external_ids": {"bc": f"{number}"}}),
                ("PATCH", f"/accounts/{west.shared_id}", {"phone": "901-555-0100"}),
                ("POST", "/accounts", {"name": "Store", "parent_shared_id": root.shared_id}),
                ("GET", "/accounts", None),
            ],
        )
        seen |= {(answer.status_code, answer.json()["code"]) for answer in answers if answer.status_code >= 400}
        assert answers[0].status_code in {204, 409}
    assert seen <= {(404, "not_found"), (400, "invalid"), (409, "conflict")}
    assert Associate.objects.filter(account__parent__isnull=False).count() == 0


@pytest.mark.parametrize(
    ("path", "body", "ids"),
    [
        ("accounts", {"name": "Acme"}, AccountExternalId),
        (
            "customers",
            {"email": "ana@acme.test", "preferred_currency": "USD", "send_password_link": False},
            CustomerExternalId,
        ),
    ],
    ids=["accounts", "customers"],
)
def test_eight_upserts_of_one_id_make_one(key, path, body, ids):
    StorefrontFactory(code="us", currency="USD")
    answers = at_once(key, [("PUT", f"/{path}/by-external-id/bc/77", body)] * 8)
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["shared_id"] for answer in answers}) == 1
    assert list(ids.objects.values_list("system", "external_id")) == [("bc", "77")]
    assert ids._meta.get_field(path[:-1]).related_model.objects.count() == 1


def test_a_page_that_is_read_while_one_of_it_is_deleted_has_the_others(key):
    kept, gone = AccountFactory(name="Kept"), AccountFactory(name="Gone")
    page = list(Account.objects.select_related("parent").prefetch_related("external_ids").order_by("pk"))
    delete_account(account=gone, **BY)
    assert [each["shared_id"] for each in AccountOutput(page, many=True).data] == [kept.shared_id]


def test_who_comes_second_of_two_that_waited_for_each_other_tries_again(transactional_db):
    lock = "SELECT pg_advisory_xact_lock(%s)::text"
    with another_client() as first, another_client() as second:
        for number, client in enumerate((first, second)):
            client.enter(atomic())
            client.do(scalar, lock, number)
        backend = first.backend()
        waiting = first.begin(scalar, lock, 1)
        assert waits_for_a_lock(backend)
        closing = second.begin(scalar, lock, 0)
        errors = [wait.exception(30) for wait in (waiting, closing)]
        for client in (first, second):
            client.leave(client.open_scopes[0], ZeroDivisionError())
    (error,) = [each for each in errors if each is not None]
    problem = problem_of(error)
    assert (problem.status, problem.code) == (409, "conflict")
    with pytest.raises(Refused) as refused, refusing(explanations={}, beside={}):
        raise error
    assert str(refused.value) == "Someone else was writing here in this very moment. Nothing was saved; save again."


def test_another_fault_of_the_database_stays_one(db):
    error = OperationalError("something else")
    error.__cause__ = QueryCanceled()
    assert problem_of(error) is None
    with pytest.raises(OperationalError), refusing(explanations={}, beside={}):
        raise OperationalError("the server closed the connection")
