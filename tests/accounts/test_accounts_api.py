"""`/accounts` over HTTP: what back ends create, read, change and delete."""

import json

import pytest
from django.test import Client

from accounts.models import Account, Associate
from accounts.services.accounts import change_account
from customers.attributes import Subject
from customers.models import Customer, CustomerMail
from customers.services.profile_attributes import create_attribute
from customers.services.segments import create_segment
from events.models import Event
from storefronts.scopes import Scope
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AccountFactory,
    ApiClientFactory,
    AssociateFactory,
    ContactFactory,
    CustomerFactory,
    ErpSystemFactory,
    StorefrontFactory,
)

pytestmark = pytest.mark.django_db

URL = "/api/v1/accounts"


def client_with(*scopes, **options) -> Client:
    key = ApiClientFactory(scopes=list(scopes), **options).clear_key
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {key}"})


@pytest.fixture
def api():
    return client_with(Scope.ACCOUNTS_READ, Scope.ACCOUNTS_WRITE)


def send(api, method: str, path: str, body=None, **headers):
    return api.generic(method, path, data=json.dumps(body), content_type="application/json", headers=headers)


def codes(answer) -> dict[str, str]:
    return {each["field"]: each["code"] for each in answer.json()["errors"]}


def ids(answer) -> list[str]:
    return [each["shared_id"] for each in answer.json()["results"]]


def test_a_root_is_created_with_its_first_admin_read_and_found(api):
    StorefrontFactory(code="us", url="https://us.test")
    create_segment(code="vip", name="VIP", by=TESTS, at=NOW)
    create_attribute(subject=Subject.ACCOUNT, key="tier", label="Tier", by=TESTS, at=NOW)
    body = {
        "shared_id": "acme", "name": "Acme", "phone": "901-555-0100", "segments": ["vip"], "attributes": {"tier": "A"},
        "external_ids": {"shop": "77"}, "admin": {"email": "Ana@Acme.test", "first_name": "Ana"},
    }  # fmt: skip
    made = send(api, "POST", URL, body)
    assert made.status_code == 201, made.content
    answer = made.json()
    assert {name: value for name, value in answer.items() if name not in {"created_at", "updated_at"}} == {
        "shared_id": "acme", "name": "Acme", "erp_system": "", "account_number": "", "business_number": "",
        "tax_id": "", "phone": "901-555-0100", "fax": "", "email": "", "postal_code": "", "status": "active",
        "parent_shared_id": None, "root_shared_id": "acme", "level": 0, "inherits_settings": True, "segments": ["vip"],
        "attributes": {"tier": "A"}, "external_ids": {"shop": "77"},
        "readiness": ["empty_address_book", "no_visible_payment_method", "no_price_list"],
    }  # fmt: skip
    admin = Customer.objects.get()
    assert (admin.email, admin.first_name, admin.preferred_currency, admin.active) == (
        "Ana@Acme.test", "Ana", "USD", True,
    )  # fmt: skip
    assert list(Associate.objects.values_list("customer", "role__code")) == [(admin.pk, "buyer-admin")]
    assert CustomerMail.objects.get().kind == "password_link"
    assert api.get(f"{URL}/acme").json() == answer
    assert api.get(f"{URL}/acme")["ETag"] == made["ETag"]


def test_without_admin_a_root_is_pending_and_cannot_be_activated(api):
    made = send(api, "POST", URL, {"shared_id": "acme", "name": "Acme"})
    assert (made.status_code, made.json()["status"]) == (201, "pending")
    refused = send(api, "POST", f"{URL}/acme/status", {"status": "active", "reason": "asked"})
    assert (refused.status_code, codes(refused)) == (400, {"status": "no_admin"})
    assert Account.objects.get().status == "pending"


def test_a_registered_customer_becomes_the_first_admin_and_nobody_is_made_twice(api):
    ana = CustomerFactory(email="ana@acme.test")
    made = send(api, "POST", URL, {"name": "Acme", "admin": {"email": "ANA@acme.test"}})
    assert made.status_code == 201
    assert Associate.objects.get().customer == ana
    assert Customer.objects.count() == 1


def test_who_only_claims_an_address_is_no_first_admin_by_it(api):
    CustomerFactory(email="ana@acme.test", email_is_own_word=True)
    refused = send(api, "POST", URL, {"name": "Acme", "admin": {"email": "ana@acme.test"}})
    assert (refused.status_code, codes(refused)) == (400, {"admin.email": "email_unconfirmed"})
    assert (Account.objects.count(), Customer.objects.count()) == (0, 1)


def test_who_cannot_act_is_no_first_admin_and_nothing_is_stored(api):
    CustomerFactory(email="ana@acme.test", active=False)
    refused = send(api, "POST", URL, {"name": "Acme", "admin": {"email": "ana@acme.test"}})
    assert (refused.status_code, codes(refused)) == (400, {"admin.email": "customer_not_active"})
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "wrong"),
    [
        ({}, 400, {"name": "required"}),
        ({"name": "Acme", "segments": ["none"]}, 400, {"segments": "unknown_segment"}),
        ({"name": "Acme", "attributes": {"none": 1}}, 400, {"attributes.none": "unknown_attribute"}),
        ({"name": "Acme", "parent_shared_id": "none"}, 400, {"parent_shared_id": "unknown_account"}),
        ({"name": "Acme", "status": "active"}, 400, {"status": "unknown_field"}),
        ({"name": "Acme", "erp_system": "none"}, 400, {"erp_system": "invalid"}),
        ({"name": "Acme", "admin": {"email": ""}}, 400, {"admin.email": "blank"}),
        ({"name": "Acme", "shared_id": "no spaces"}, 400, {"shared_id": "invalid"}),
        ({"name": "A" * 201}, 400, {"name": "max_length"}),
        ({"name": "Acme", "parent_shared_id": "zenith", "admin": {"email": "a@b.test"}}, 400, {"admin": "invalid"}),
        ({"name": "Acme", "external_ids": {"shop": "taken"}}, 409, {"external_ids.shop": "external_id_taken"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(api, stranger, body, status, wrong):
    send(api, "PATCH", f"{URL}/zenith", {"external_ids": {"shop": "taken"}})
    refused = send(api, "POST", URL, body)
    assert (refused.status_code, codes(refused)) == (status, wrong), refused.content
    assert list(Account.objects.all()) == [stranger]


def test_an_id_given_before_is_a_conflict(api, acme):
    refused = send(api, "POST", URL, {"name": "Another", "shared_id": "acme"})
    assert (refused.status_code, refused.json()["code"]) == (409, "shared_id_taken")
    assert Account.objects.get() == acme


def test_a_child_stands_under_its_parent_for_ever(api, acme, stranger):
    made = send(api, "POST", URL, {"name": "West", "shared_id": "west", "parent_shared_id": "acme"})
    assert (made.status_code, made.json()["status"], made.json()["root_shared_id"], made.json()["level"]) == (
        201, "active", "acme", 1,
    )  # fmt: skip
    assert send(api, "PATCH", f"{URL}/west", {"parent_shared_id": "acme", "name": "Far West"}).status_code == 200
    moved = send(api, "PATCH", f"{URL}/west", {"parent_shared_id": "zenith"})
    assert (moved.status_code, moved.json()["code"]) == (409, "account_never_moves")
    assert Account.objects.get(shared_id="west").parent == acme
    assert ids(api.get(f"{URL}/acme/children")) == ["west"]
    assert ids(api.get(f"{URL}/zenith/children")) == []
    assert stranger.get_descendant_count() == 0


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=acme-west", ["acme-west"]),
        ("q=CME%20we", ["acme-west"]),
        ("q=555-01", ["acme-west"]),
        ("q=99", ["zenith"]),
        ("shared_id=acme", ["acme"]),
        ("shared_id=acm", []),
        ("name=cme", ["acme-west", "acme"]),
        ("phone=0101", ["acme-west"]),
        ("phone=7777", ["acme"]),
        ("postal_code=3810", ["acme"]),
        ("account_number=99", ["zenith"]),
        ("status=suspended", ["zenith"]),
        ("root=true", ["zenith", "acme"]),
        ("segment=vip", ["acme"]),
        ("readiness=empty_address_book", ["zenith", "acme-west"]),
        ("ordering=name", ["acme", "acme-west", "zenith"]),
        ("", ["zenith", "acme-west", "acme"]),
    ],
)
def test_search(api, acme, query, found):
    create_segment(code="vip", name="VIP", by=TESTS, at=NOW)
    change_account(account=acme, segments=["vip"], by=TESTS, at=NOW)
    AccountFactory(shared_id="acme-west", name="Acme West", parent=acme, phone="901-555-0101")
    ErpSystemFactory()
    AccountFactory(shared_id="zenith", name="Zenith", status="suspended", account_number="1099")
    AccountAddressFactory(account=acme, postal_code="38103", phone="901-555-7777")
    assert ids(api.get(f"{URL}?{query}")) == found


@pytest.mark.parametrize(
    "query", ["status=none", "readiness=none", "unknown=1", "q=%00", "page_size=x", "ordering=phone"]
)
def test_a_question_that_makes_no_sense_is_a_400(api, acme, query):
    assert api.get(f"{URL}?{query}").status_code == 400


def test_changes_need_what_was_seen_where_it_is_said(api, acme):
    first = api.get(f"{URL}/acme")["ETag"]
    changed = send(api, "PATCH", f"{URL}/acme", {"phone": "1", "inherits_settings": False}, **{"If-Match": first})
    assert (changed.status_code, changed.json()["phone"], changed.json()["inherits_settings"]) == (200, "1", False)
    stale = send(api, "PATCH", f"{URL}/acme", {"phone": "2"}, **{"If-Match": first})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert Account.objects.get().phone == "1"


def test_a_status_takes_a_reason_and_is_told_in_the_timeline(api, acme):
    assert codes(send(api, "POST", f"{URL}/acme/status", {"status": "suspended"})) == {"reason": "required"}
    answer = send(api, "POST", f"{URL}/acme/status", {"status": "suspended", "reason": "unpaid"})
    assert (answer.status_code, answer.json()["status"]) == (200, "suspended")
    told = api.get(f"{URL}/acme/timeline").json()["results"]
    assert (told[0]["name"], told[0]["payload"]) == (
        "account.status_changed", {"from": "active", "to": "suspended"},
    )  # fmt: skip


def test_an_account_is_deleted_with_what_is_below_and_its_id_is_never_used_again(api, acme, acme_west, stranger):
    ContactFactory(account=acme_west)
    AssociateFactory(account=acme_west)
    AccountAddressFactory(account=acme)
    told = api.get(f"{URL}/acme/deletion").json()
    assert told == {
        "accounts": 2, "contacts": 1, "associates": 1, "addresses": 1, "notes": 0, "settings": 0, "carts": 0,
        "shopping_lists": 0, "is_refused": False,
    }  # fmt: skip
    assert send(api, "DELETE", f"{URL}/acme").status_code == 204
    assert list(Account.objects.all()) == [stranger]
    assert api.get(f"{URL}/acme").status_code == 404
    assert send(api, "POST", URL, {"name": "Again", "shared_id": "acme-west"}).status_code == 409
    gone = Event.objects.filter(name="account.deleted").order_by("id").values_list("subject", flat=True)
    assert list(gone) == ["account:acme", "account:acme-west"]


def test_upsert_by_the_id_of_another_system(api):
    made = send(api, "PUT", f"{URL}/by-external-id/shop/77", {"name": "Acme", "shared_id": "acme"})
    assert (made.status_code, made.json()["external_ids"]) == (201, {"shop": "77"})
    again = send(api, "PUT", f"{URL}/by-external-id/shop/77", {"name": "Acme Inc", "shared_id": "other"})
    assert (again.status_code, again.json()["shared_id"], again.json()["name"]) == (200, "acme", "Acme Inc")
    assert Account.objects.count() == 1


def test_readiness_with_its_meaning(api, acme):
    AccountAddressFactory(account=acme)
    told = api.get(f"{URL}/acme/readiness").json()["readiness"]
    assert [each["code"] for each in told] == ["no_admin", "no_visible_payment_method", "no_price_list"]
    assert told[0]["meaning"] == "Nobody manages its associates, neither here nor above."


def test_the_address_book_of_an_account(api, acme, stranger):
    where = f"{URL}/acme/addresses"
    home = {"id": "hq", "company": "Acme", "line1": "1 Main St", "city": "Memphis", "region": "TN",
            "postal_code": "38103", "country": "US"}  # fmt: skip
    made = send(api, "POST", where, home)
    assert made.status_code == 201, made.content
    assert (made.json()["default_shipping"], made.json()["default_billing"]) == (True, True)
    second = send(api, "POST", where, {**home, "id": "dock", "default_billing": True})
    assert (second.json()["default_shipping"], second.json()["default_billing"]) == (False, True)
    assert api.get(f"{where}/hq").json()["default_billing"] is False
    assert codes(send(api, "POST", where, {**home, "id": "x", "postal_code": "nonsense"})) == {"postal_code": "invalid"}
    assert send(api, "PATCH", f"{where}/dock", {"label": "Dock"}).json()["label"] == "Dock"
    assert api.get(f"{URL}/zenith/addresses/hq").status_code == 404
    assert api.get(f"{URL}/zenith/addresses").json()["results"] == []
    assert send(api, "DELETE", f"{where}/dock").status_code == 204
    assert [each["id"] for each in api.get(where).json()["results"]] == ["hq"]


def test_notes(api, acme, stranger):
    made = send(api, "POST", f"{URL}/acme/notes", {"text": "Pays late."})
    assert (made.status_code, made.json()["text"], made.json()["author"][:4]) == (201, "Pays late.", "api:")
    assert [each["text"] for each in api.get(f"{URL}/acme/notes").json()["results"]] == ["Pays late."]
    assert send(api, "DELETE", f"{URL}/zenith/notes/{made.json()['id']}").status_code == 404
    assert send(api, "DELETE", f"{URL}/acme/notes/{made.json()['id']}").status_code == 204
    assert api.get(f"{URL}/acme/notes").json()["results"] == []


def test_a_key_does_what_its_scopes_say(acme):
    reader = client_with(Scope.ACCOUNTS_READ)
    assert reader.get(f"{URL}/acme").status_code == 200
    for method, path in (
        ("POST", URL), ("PATCH", f"{URL}/acme"), ("DELETE", f"{URL}/acme"), ("POST", f"{URL}/acme/status"),
        ("POST", f"{URL}/acme/associates"), ("PUT", f"{URL}/acme/price-list"),
    ):  # fmt: skip
        refused = send(reader, method, path, {"name": "x", "status": "disabled", "reason": "x"})
        assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing"), path
    acme.refresh_from_db()
    assert (acme.name, acme.status) == ("Acme", "active")


def test_the_same_request_twice_makes_one(api):
    body, key = {"name": "Acme"}, {"Idempotency-Key": "once"}
    first, second = send(api, "POST", URL, body, **key), send(api, "POST", URL, body, **key)
    assert first.json() == second.json()
    assert Account.objects.count() == 1
