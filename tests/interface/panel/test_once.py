"""A second click, a reload: what a form creates is created once, and what was refused can be sent again."""

import re

import pytest

from accounts.models import Account
from interface.jobs import forget_idempotency_keys
from interface.models import SentForm
from storefronts.models import ApiClient

ADD_CLIENT = "/admin/storefronts/apiclient/add/"
ADD_ACCOUNT = "/admin/accounts/account/add/"


def form_id(client, address: str) -> str:
    return re.search(r'name="form_id" value="([0-9a-f-]{36})"', client.get(address).content.decode())[1]


@pytest.fixture
def opal(signed_in):
    return signed_in("Administrators")


def test_the_page_that_shows_a_key_reloaded_makes_no_second_one(opal):
    typed = {"name": "checkout", "scopes": ["orders:write"], "form_id": form_id(opal, ADD_CLIENT)}
    first, again = opal.post(ADD_CLIENT, typed), opal.post(ADD_CLIENT, typed)
    client = ApiClient.objects.get()
    assert f"{client.prefix}." in first.content.decode()
    assert f"{client.prefix}." not in again.content.decode()
    assert "This form was sent before and did its work." in again.content.decode()
    other = {**typed, "form_id": form_id(opal, ADD_CLIENT)}
    opal.post(ADD_CLIENT, other)
    assert ApiClient.objects.count() == 2


def test_a_refused_form_can_be_mended_and_sent_again(opal):
    sent = form_id(opal, ADD_ACCOUNT)
    opal.post(ADD_ACCOUNT, {"name": "", "form_id": sent})
    assert (Account.objects.count(), SentForm.objects.count()) == (0, 0)
    opal.post(ADD_ACCOUNT, {"name": "Acme", "form_id": sent})
    opal.post(ADD_ACCOUNT, {"name": "Acme", "form_id": sent})
    assert (Account.objects.count(), SentForm.objects.count()) == (1, 1)


def test_a_damaged_id_is_refused_and_a_day_later_forgotten(opal):
    opal.post(ADD_ACCOUNT, {"name": "Acme", "form_id": "x"})
    assert Account.objects.count() == 0
    opal.post(ADD_ACCOUNT, {"name": "Acme", "form_id": form_id(opal, ADD_ACCOUNT)})
    at = int(SentForm.objects.get().at.timestamp())
    forget_idempotency_keys(timestamp=at + 23 * 3600)
    assert SentForm.objects.count() == 1
    forget_idempotency_keys(timestamp=at + 25 * 3600)
    assert SentForm.objects.count() == 0
