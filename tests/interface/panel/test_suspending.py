"""To suspend an account is to change it, also where it is a tick beside something else."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse

from accounts.models import Account, AccountStatus, Associate, Role
from customers.models import Customer
from tests.factories import AssociateFactory
from tests.interface.panel.forms import filled
from tests.people import Buyer


@pytest.fixture
def staff(signed_in) -> Client:
    """May do what account managers may, except for changing accounts."""
    client = signed_in("Account managers")
    Group.objects.get(name="Account managers").permissions.remove(Permission.objects.get(codename="change_account"))
    return client


@pytest.fixture
def alone(acme: Account, ana: Buyer) -> Associate:
    """Acme's only admin."""
    Associate.objects.filter(account=acme).delete()
    return AssociateFactory(account=acme, customer=ana.customer, role="buyer-admin")


def sent(client: Client, address: str, **typed: str) -> str:
    """What the page says to the form."""
    return client.post(address, filled(client.get(address), **typed)).content.decode()


def associate_page(alone: Associate, name: str) -> str:
    return f"{reverse(f'admin:accounts_account_{name}', args=[alone.account_id])}?associate={alone.pk}"


def test_who_may_not_change_accounts_suspends_none(staff, alone):
    buyer = str(Role.objects.get(code="buyer").pk)
    state = reverse("admin:customers_customer_state", args=[alone.customer_id])
    for address, typed in (
        (associate_page(alone, "associate-removal"), {"suspend_account": "on"}),
        (associate_page(alone, "associate"), {"suspend_account": "on", "role": buyer}),
        (state, {"suspend_accounts": "on", "on_hold": "on", "reason": "Left"}),
    ):
        assert b"suspend_account" not in staff.get(address).content, address
        assert "would have no admin any more" in sent(staff, address, **typed), address
    alone.refresh_from_db()
    assert alone.role.code == "buyer-admin"
    assert alone.account.status == AccountStatus.ACTIVE
    assert not Customer.objects.get(pk=alone.customer_id).on_hold


def test_who_may_does(signed_in, alone):
    sent(signed_in("Account managers"), associate_page(alone, "associate-removal"), suspend_account="on")
    assert not Associate.objects.filter(pk=alone.pk).exists()
    assert Account.objects.get(pk=alone.account_id).status == AccountStatus.SUSPENDED
