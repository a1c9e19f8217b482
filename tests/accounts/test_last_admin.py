"""An active root keeps an admin: at every door, and whoever comes at once."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connections

from accounts.models import Account, AccountStatus, Associate, Role
from accounts.services.accounts import AdminDraft, change_account_status, create_child, create_root
from accounts.services.admins import LastAdminError, has_admin
from accounts.services.associates import change_associate, remove_associate, role_of
from accounts.services.roles import change_role, create_role
from customers.models import Customer
from customers.services.external_ids import CUSTOMER_IDS
from customers.services.lifecycle import change_customer
from customers.services.merging import absorb
from events.models import Event
from storefronts.scopes import Scope
from tests.accounts.test_accounts_api import client_with, send
from tests.factories import NOW, TESTS, AccountFactory, AssociateFactory, CustomerFactory

BY = {"by": TESTS, "at": NOW}
AT_ONCE, CHANGES, ROOTS = 8, 200, 4


@pytest.fixture
def ana(db):
    return CustomerFactory(email="ana@acme.test")


@pytest.fixture
def acme(ana):
    return AccountFactory(shared_id="acme", name="Acme", admin=ana)


DOORS = {
    "removed": lambda one: remove_associate(associate=one, **BY),
    "demoted": lambda one: change_associate(associate=one, role=role_of("buyer"), **BY),
    "given an end": lambda one: change_associate(associate=one, valid_until=NOW + timedelta(days=999), **BY),
    "begun later": lambda one: change_associate(associate=one, valid_from=NOW + timedelta(days=1), **BY),
    "put on hold": lambda one: change_customer(customer=one.customer, on_hold=True, **BY),
    "deactivated": lambda one: change_customer(customer=one.customer, active=False, **BY),
}


@pytest.mark.parametrize("door", DOORS)
def test_the_last_one_stays(acme, door):
    one = acme.associates.get()
    with pytest.raises(LastAdminError) as refused:
        DOORS[door](one)
    assert refused.value.accounts == [acme]
    one.refresh_from_db()
    assert (one.role.code, one.valid_from, one.valid_until) == ("buyer-admin", None, None)
    assert (one.customer.active, one.customer.on_hold) == (True, False)
    assert has_admin(acme, at=NOW)


@pytest.mark.parametrize("door", DOORS)
def test_one_of_two_may_go(acme, door):
    AssociateFactory(account=acme, role="buyer-admin")
    DOORS[door](acme.associates.get(customer__email="ana@acme.test"))
    assert Associate.objects.managing(at=NOW).filter(account=acme).count() == 1


def test_one_that_is_dated_or_cannot_act_does_not_count(acme):
    AssociateFactory(account=acme, role="buyer-admin", valid_until=NOW + timedelta(days=9))
    AssociateFactory(account=acme, role="buyer-admin", customer=CustomerFactory(on_hold=True))
    AssociateFactory(account=acme, role="buyer")
    with pytest.raises(LastAdminError):
        remove_associate(associate=acme.associates.get(customer__email="ana@acme.test"), **BY)


def test_the_account_is_suspended_in_the_same_step(acme, ana):
    change_customer(customer=ana, on_hold=True, suspend_accounts=True, **BY)
    acme.refresh_from_db()
    ana.refresh_from_db()
    assert (acme.status, ana.on_hold) == (AccountStatus.SUSPENDED, True)
    told = Event.objects.get(name="account.status_changed", payload__to="suspended")
    assert told.payload == {"from": "active", "to": "suspended", "reason": "Its last admin went."}


def test_who_is_merged_into_one_that_only_buys_there(acme, ana):
    ben = AssociateFactory(account=acme, customer=CustomerFactory(), role="buyer").customer
    with pytest.raises(LastAdminError):
        absorb(loser=ana, survivor=ben, reason="One person", **BY)
    ana.refresh_from_db()
    assert ana.merged_into is None
    absorb(loser=ben, survivor=ana, reason="One person", **BY)
    assert has_admin(acme, at=NOW)


def test_who_is_merged_into_one_that_cannot_act(acme, ana):
    with pytest.raises(LastAdminError):
        absorb(loser=ana, survivor=CustomerFactory(on_hold=True), reason="One person", **BY)
    assert has_admin(acme, at=NOW)


def test_who_is_no_admin_goes_freely_also_where_nobody_manages(db):
    account = AccountFactory(name="As roots were before")
    buyer = AssociateFactory(account=account)
    change_customer(customer=buyer.customer, on_hold=True, **BY)
    remove_associate(associate=buyer, **BY)
    assert not account.associates.exists()


def test_a_part_counts_the_admins_above_it(acme, ana):
    west = create_child(parent=acme, name="West", **BY)
    assert has_admin(west, at=NOW)
    only = AssociateFactory(account=west, role="buyer-admin")
    remove_associate(associate=only, **BY)
    assert not has_admin(AccountFactory(name="Zenith"), at=NOW)
    assert not Associate.objects.filter(customer=ana, account=west).exists(), "managing is not acting"


def test_a_key_suspends_only_where_it_may_write_accounts(acme, ana):
    address = f"/api/v1/customers/{ana.shared_id}"
    stop = {"on_hold": True, "suspend_accounts": True}
    for_customers = client_with(Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE)

    alone = send(for_customers, "PATCH", address, {"on_hold": True})
    refused = send(for_customers, "PATCH", address, stop)

    assert (alone.status_code, alone.json()["code"]) == (409, "last_admin")
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert refused.json()["detail"] == "The key lacks the scope accounts:write."
    ana.refresh_from_db()
    acme.refresh_from_db()
    assert (ana.on_hold, acme.status) == (False, AccountStatus.ACTIVE)
    assert send(for_customers, "PATCH", address, {"suspend_accounts": False, "first_name": "Ana"}).status_code == 200

    both = client_with(Scope.CUSTOMERS_WRITE, Scope.ACCOUNTS_WRITE)
    assert send(both, "PATCH", address, stop).json()["on_hold"] is True
    acme.refresh_from_db()
    assert acme.status == AccountStatus.SUSPENDED


def test_an_upsert_suspends_only_where_the_key_may_write_accounts(acme, ana):
    CUSTOMER_IDS.set(owner=ana, ids={"shop": "7"}, **BY)
    body = {"email": "ana@acme.test", "preferred_currency": "USD", "on_hold": True, "suspend_accounts": True}
    refused = send(client_with(Scope.CUSTOMERS_WRITE), "PUT", "/api/v1/customers/by-external-id/shop/7", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    acme.refresh_from_db()
    assert acme.status == AccountStatus.ACTIVE


def test_a_role_that_makes_the_last_admin_keeps_what_makes_it(acme, ana):
    boss = create_role(code="boss", name="Boss", permissions=["associates.manage"], **BY)
    change_associate(associate=acme.associates.get(), role=boss, **BY)
    with pytest.raises(LastAdminError):
        change_role(role=boss, permissions=["prices.view"], **BY)
    assert Role.objects.get(code="boss").permissions == ["associates.manage"]
    change_role(role=boss, permissions=["prices.view", "associates.manage"], **BY)


def test_an_active_root_needs_one_and_a_pending_one_does_not(ana):
    root = create_root(name="Acme", **BY)
    assert root.status == AccountStatus.PENDING
    with pytest.raises(ValidationError) as refused:
        change_account_status(account=root, status=AccountStatus.ACTIVE, reason="asked", **BY)
    assert refused.value.error_dict["status"][0].code == "no_admin"
    AssociateFactory(account=root, customer=ana, role="buyer-admin")
    change_account_status(account=root, status=AccountStatus.ACTIVE, reason="asked", **BY)
    root.refresh_from_db()
    assert root.status == AccountStatus.ACTIVE


def test_a_first_admin_that_is_refused_leaves_nothing(db):
    with pytest.raises(ValidationError) as refused:
        create_root(name="Acme", admin=AdminDraft("no address", send_password_link=False), **BY)
    assert list(refused.value.error_dict) == ["admin.email"]
    assert not Account.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_hundred_changes_at_once_never_leave_a_root_without_one():
    """Removed, demoted, held, promoted, reactivated: eight at a time, over four roots of three admins each."""
    import_module("accounts.migrations.0006_built_in_roles").create_roles(apps, None)
    shared = [CustomerFactory() for _ in range(4)]
    for number in range(ROOTS):
        root = AccountFactory(name=f"Root {number}", admin=shared[number])
        for offset in (1, 2):
            AssociateFactory(account=root, customer=shared[(number + offset) % 4], role="buyer-admin")
    ids = list(Associate.objects.values_list("pk", flat=True))
    admin, buyer = role_of("buyer-admin"), role_of("buyer")

    def change(seed: int) -> str:
        dice = random.Random(seed)  # noqa: S311 -- repeatable, nothing secret
        try:
            one = Associate.objects.select_related("customer").filter(pk=dice.choice(ids)).first()
            deed = dice.choice(["demote", "demote", "remove", "hold", "hold", "promote", "release"])
            if one is None:
                return "gone"
            if deed == "remove" and seed % 20 == 0:
                remove_associate(associate=one, **BY)
            elif deed in {"demote", "remove"}:
                change_associate(associate=one, role=buyer, **BY)
            elif deed == "promote":
                change_associate(associate=one, role=admin, **BY)
            else:
                change_customer(customer=one.customer, on_hold=deed == "hold", **BY)
        except LastAdminError:
            return "refused"
        except Associate.DoesNotExist:
            return "gone"
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(change, range(CHANGES)))

    assert len(outcomes) == CHANGES
    assert {"done", "refused"} <= set(outcomes) <= {"done", "refused", "gone"}
    roots = Account.objects.filter(parent__isnull=True, status=AccountStatus.ACTIVE)
    assert roots.count() == ROOTS
    assert [root.name for root in roots if not has_admin(root, at=NOW)] == []
