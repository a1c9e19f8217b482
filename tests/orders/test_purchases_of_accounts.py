"""`/accounts/{id}/purchases`: of the account and what is below it, each once; and an account with orders stays."""

import pytest
from django.test import Client

from accounts.models import Account
from accounts.services.deletion import AccountHasOrdersError, delete_account, deletion_preview
from tests.factories import NOW, TESTS
from tests.interface.panel.orders import receive
from tests.shop import open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db):
    return open_shop()


@pytest.fixture
def tree(shop):
    """Acme with West below it, and Zenith; an order each."""
    acme = shop.account("Acme", shared_id="acme")
    west = shop.account("West", parent=acme, shared_id="west")
    zenith = shop.account("Zenith", shared_id="zenith")
    for number, (account, email) in enumerate(((acme, "a@acme.test"), (west, "b@acme.test"), (zenith, "z@zen.test"))):
        shop.contact(account, email)
        receive(shop, str(number), email=email)
    return acme, west, zenith


@pytest.fixture
def api(shop):
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {shop.key()}"})


def numbers(api, query=""):
    answer = api.get(f"/api/v1/accounts/{query}")
    assert answer.status_code == 200, answer.content
    return sorted(each["number"] for each in answer.json()["results"])


@pytest.mark.usefixtures("tree")
def test_the_subtrees_or_exactly_its_own(api):
    assert numbers(api, "acme/purchases") == ["0", "1"]
    assert numbers(api, "acme/purchases?exact=true") == ["0"]
    assert numbers(api, "west/purchases") == ["1"]
    assert numbers(api, "west/purchases?exact=true") == ["1"]
    assert numbers(api, "zenith/purchases") == ["2"]
    assert numbers(api, "acme/purchases?number=1") == ["1"]
    assert numbers(api, "acme/purchases?customer_email=B@ACME.test") == ["1"]
    assert api.get("/api/v1/accounts/none/purchases").status_code == 404
    assert api.get("/api/v1/accounts/acme/purchases?exact=perhaps").status_code == 400


def test_an_account_that_orders_name_stays_with_all_above_it(tree):
    acme, west, _zenith = tree
    for account in (acme, west):
        assert deletion_preview(account).is_refused is True
        with pytest.raises(AccountHasOrdersError):
            delete_account(account=account, by=TESTS, at=NOW)
    assert Account.objects.count() == 3


def test_one_without_orders_goes_and_its_siblings_keep_their_order(shop, tree):
    acme = tree[0]
    east = shop.account("East", parent=Account.objects.get(pk=acme.pk))
    shop.account("East Store", parent=east)
    north = shop.account("North", parent=Account.objects.get(pk=acme.pk))
    assert delete_account(account=east, by=TESTS, at=NOW) == 2
    assert delete_account(account=east, by=TESTS, at=NOW) == 0
    rows = Account.objects.filter(tree_id=acme.tree_id).order_by("lft").values_list("name", "lft", "rght")
    assert list(rows) == [("Acme", 1, 6), ("West", 2, 3), ("North", 4, 5)]
    assert Account.objects.get(pk=north.pk).parent_id == acme.pk
