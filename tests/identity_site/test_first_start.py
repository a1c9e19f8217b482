"""Whoever starts the program first gets in; whoever starts it again is told what still works."""

import json

import pytest
from django.utils import timezone

from customers.models import User
from customers.services.access import set_own_password
from customers.services.staff import create_staff_user
from identity_site.launch.first_start import Access, ensure_access
from storefronts.models import ApiClient, Storefront
from storefronts.services.api_clients import revoke_api_client

pytestmark = pytest.mark.django_db


def start(folder, *, demo=False, is_external=False) -> Access:
    return ensure_access(data_dir=folder, is_external=is_external, demo=demo, at=timezone.now())


def test_the_first_start_makes_an_administrator_and_a_key(tmp_path):
    access = start(tmp_path)

    opal = User.objects.get()
    assert (opal.email, opal.is_staff, opal.is_superuser) == ("admin@demo.example", True, True)
    assert opal.check_password(access.password)
    client = ApiClient.objects.get()
    assert client.scopes == [
        "orders:read", "orders:write", "settings:read", "identity:resolve", "storefront:act_as_customer"
    ]  # fmt: skip
    assert client.storefront is None
    assert client.accepts(access.api_key)
    assert access == Access(
        email="admin@demo.example", password=access.password, api_key=access.api_key, has_demo=False
    )
    assert Storefront.objects.exists() is False


def test_the_secrets_are_kept_for_their_user_alone(tmp_path):
    access = start(tmp_path)

    kept = tmp_path / "access.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text()) == {
        "email": "admin@demo.example",
        "password": access.password,
        "api_key": access.api_key,
        "has_demo": False,
        "shopper_password": "",
    }
    assert [path.name for path in tmp_path.iterdir()] == ["access.json"]


def test_a_later_start_makes_nothing_and_tells_the_same(tmp_path):
    first = start(tmp_path)

    assert start(tmp_path) == first
    assert User.objects.count() == 1
    assert ApiClient.objects.count() == 1


def test_the_demo_comes_with_the_first_start_only(tmp_path):
    access = start(tmp_path, demo=True)

    assert access.has_demo is True
    assert Storefront.objects.filter(code="us").exists()


def test_a_shopper_of_the_demo_can_sign_in_until_she_changes_her_password(tmp_path):
    access = start(tmp_path, demo=True)
    jo = User.objects.get(email="jo@acme.example")
    assert jo.check_password(access.shopper_password)
    assert (jo.is_staff, access.shopper_password == access.password) == (False, False)
    associations = jo.customer.associations.order_by("account__shared_id")
    assert list(associations.values_list("account__shared_id", "role__code")) == [
        ("acme", "buyer-admin"), ("acme-west", "buyer")
    ]  # fmt: skip
    assert start(tmp_path) == access

    set_own_password(user=jo, password="only Jo knows this")
    assert start(tmp_path).shopper_password == ""


def test_no_demo_later_into_a_database_that_has_staff(tmp_path):
    start(tmp_path, demo=False)

    assert start(tmp_path, demo=True).has_demo is False
    assert Storefront.objects.exists() is False


def test_a_changed_password_and_a_revoked_key_are_not_shown(tmp_path):
    start(tmp_path)
    opal = User.objects.get()
    opal.set_password("only Opal knows this")
    opal.save()
    revoke_api_client(client=ApiClient.objects.get(), by=f"staff:{opal.pk}", at=timezone.now())

    assert start(tmp_path) == Access(email="admin@demo.example", password="", api_key="", has_demo=False)


@pytest.mark.parametrize("content", [None, "", "{}", "[1]", '{"unknown": 1}'])
def test_without_a_usable_file_nothing_is_known(tmp_path, content):
    create_staff_user(email="opal@acme.example", password="a long enough one", by="system:test", at=timezone.now())
    if content is not None:
        (tmp_path / "access.json").write_text(content)

    assert start(tmp_path) == Access()
    assert ApiClient.objects.exists() is False


def test_a_file_of_another_database_opens_nothing(tmp_path):
    create_staff_user(email="admin@demo.example", password="a long enough one", by="system:test", at=timezone.now())
    other = {"email": "admin@demo.example", "password": "other", "api_key": "abcdefgh.other", "has_demo": True}
    (tmp_path / "access.json").write_text(json.dumps(other))

    access = start(tmp_path)

    assert (access.password, access.api_key) == ("", "")


def test_a_start_that_fails_half_way_leaves_the_first_start_to_the_next(tmp_path, monkeypatch):
    def full(*_arguments) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("identity_site.launch.first_start.keep_access", full)
    with pytest.raises(OSError, match="No space left on device"):
        start(tmp_path)
    monkeypatch.undo()

    assert User.objects.exists() is False
    assert start(tmp_path).email == "admin@demo.example"


@pytest.mark.parametrize("demo", [True, False])
def test_an_external_database_gets_no_access_and_nothing_is_kept(tmp_path, demo):
    assert start(tmp_path, demo=demo, is_external=True) == Access(has_demo=demo)
    assert (User.objects.exists(), ApiClient.objects.exists(), list(tmp_path.iterdir())) == (False, False, [])
    assert Storefront.objects.exists() is demo


def test_secrets_kept_of_our_own_database_are_not_shown_for_an_external_one(tmp_path):
    start(tmp_path)

    assert start(tmp_path, is_external=True) == Access()
