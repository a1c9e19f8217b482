"""`/customers` over HTTP: what back ends create, read and change."""

import json

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Role
from accounts.services.associates import add_associate
from customers.models import Customer, CustomerMail, CustomerNote, Segment
from customers.services.proving import prove_email
from customers.services.segments import create_segment
from interface.api.fields import shown_moment
from storefronts.scopes import Scope
from tests.customers.shoppers import code_of, run_jobs
from tests.factories import (
    NOW,
    TESTS,
    ApiClientFactory,
    CustomerFactory,
    ErpCustomerFactory,
    GuestFactory,
    StorefrontFactory,
)

pytestmark = pytest.mark.django_db

URL = "/api/v1/customers"
ANA = {"email": "ana@acme.test", "preferred_currency": "USD"}


@pytest.fixture
def api():
    key = ApiClientFactory(scopes=[Scope.CUSTOMERS_READ, Scope.CUSTOMERS_WRITE, Scope.SETTINGS_WRITE]).clear_key
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {key}"})


def send(api, method: str, path: str, body=None, **headers):
    return api.generic(method, path, data=json.dumps(body), content_type="application/json", headers=headers)


def test_a_customer_is_created_read_and_found(api, us):
    create_segment(code="vip", name="VIP", by=TESTS, at=NOW)
    body = {
        **ANA, "shared_id": "ana-1", "first_name": "Ana", "last_name": "Alvarez", "birth_date": "1980-02-29",
        "preferred_storefront": "us", "segments": ["vip"], "external_ids": {"shop": "77"}, "send_password_link": False,
    }  # fmt: skip
    made = send(api, "POST", URL, body)
    assert made.status_code == 201, made.content
    customer = Customer.objects.get()
    expected = {
        "shared_id": "ana-1", "reference": customer.reference, "kind": "REGISTERED", "email": "ana@acme.test",
        "email_verified_at": None, "email_unconfirmed": False, "phone": "", "salutation": "",
        "first_name": "Ana", "last_name": "Alvarez",
        "company": "", "gender": "", "birth_date": "1980-02-29", "assisted_buying_allowed": True,
        "preferred_currency": "USD", "preferred_storefront": "us", "preferred_locale": "", "shipping_option": "",
        "active": True, "on_hold": False, "segments": ["vip"], "attributes": {}, "external_ids": {"shop": "77"},
        "loyalty": {"card_number": "", "points": None}, "last_sign_in_at": None, "merged_into": None,
        "anonymized_at": None, "accounts": [],
    }  # fmt: skip
    answer = made.json()
    assert {name: value for name, value in answer.items() if name not in {"created_at", "updated_at"}} == expected
    assert api.get(f"{URL}/ana-1").json() == answer
    assert api.get(f"{URL}/ana-1")["ETag"] == made["ETag"]
    assert not CustomerMail.objects.exists()


def test_whether_an_email_is_known_to_be_his_is_the_shops_to_say(api):
    StorefrontFactory(code="us")
    typed = {**ANA, "shared_id": "ana", "send_password_link": False, "email_unconfirmed": True}
    made = send(api, "PUT", f"{URL}/by-external-id/shop/77", typed)
    assert (made.status_code, made.json()["email_unconfirmed"]) == (201, True)
    one = f"{URL}/ana"
    for change, expected in (
        ({"email": ANA["email"].upper(), "first_name": "Anna"}, True),
        ({"email_unconfirmed": False}, False),
        ({"email": "other@acme.test", "email_unconfirmed": True}, True),
        ({"email": "third@acme.test"}, False),
        ({"email_unconfirmed": True}, True),
    ):
        changed = send(api, "PATCH", one, change)
        assert (changed.status_code, changed.json()["email_unconfirmed"]) == (200, expected), change
    assert code_of(send(api, "PATCH", one, {"email_unconfirmed": None})) == (400, "invalid")


def test_a_shop_that_says_so_every_night_takes_back_no_proof(api):
    ana = CustomerFactory(shared_id="ana", email=ANA["email"], email_is_own_word=True)
    prove_email(customer_id=ana.pk, email_key=ANA["email"], at=NOW)
    for typed in (ANA["email"], ANA["email"].upper()):
        again = send(api, "PATCH", f"{URL}/ana", {"email": typed, "email_unconfirmed": True})
        assert (again.json()["email_unconfirmed"], again.json()["email_verified_at"]) == (False, shown_moment(NOW))
    again = send(api, "PATCH", f"{URL}/ana", {"email_unconfirmed": True})
    assert again.json()["email_unconfirmed"] is False
    other = send(api, "PATCH", f"{URL}/ana", {"email": "other@acme.test", "email_unconfirmed": True})
    assert (other.json()["email_unconfirmed"], other.json()["email_verified_at"]) == (True, None)


def test_of_a_guest_no_email_is_known(api):
    GuestFactory(shared_id="guest", email="guest@acme.test")
    assert api.get(f"{URL}/guest").json()["email_unconfirmed"] is True
    refused = send(api, "PATCH", f"{URL}/guest", {"email_unconfirmed": False, "first_name": "Gus"})
    assert code_of(refused) == (400, "invalid")
    told = [(error["field"], error["code"]) for error in refused.json()["errors"]]
    assert told == [("email_unconfirmed", "customer_not_registered")]
    guest = Customer.objects.get()
    assert (guest.first_name, guest.email_is_own_word) == ("", False)
    assert send(api, "PATCH", f"{URL}/guest", {"email_unconfirmed": True}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "codes"),
    [
        ({}, 400, {"email": "required", "preferred_currency": "required"}),
        ({**ANA, "email": "none"}, 400, {"email": "invalid"}),
        ({**ANA, "segments": ["none"]}, 400, {"segments": "unknown_segment"}),
        ({**ANA, "attributes": {"none": 1}}, 400, {"attributes.none": "unknown_attribute"}),
        ({**ANA, "initial_password": "short"}, 400, {"initial_password": "password_too_short"}),
        ({**ANA, "nmae": "x"}, 400, {"nmae": "unknown_field"}),
        ({**ANA, "email": "Taken@acme.test"}, 409, {"email": "email_taken"}),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(api, body, status, codes):
    CustomerFactory(email="taken@acme.test")
    answer = send(api, "POST", URL, body)
    assert answer.status_code == status, answer.content
    found = {error["field"]: error["code"] for error in answer.json()["errors"]}
    assert {name: found.get(name) for name in codes} == codes
    assert Customer.objects.count() == 1


def test_a_shared_id_is_given_once(api):
    CustomerFactory(shared_id="ana-1")
    assert code_of(send(api, "POST", URL, {**ANA, "shared_id": "ana-1"})) == (409, "shared_id_taken")


def test_patching(api):
    ana = CustomerFactory(shared_id="ana", email="ana@acme.test")
    etag = api.get(f"{URL}/ana")["ETag"]
    changed = send(api, "PATCH", f"{URL}/ana", {"first_name": "Ana", "on_hold": True}, **{"If-Match": etag})
    assert (changed.status_code, changed.json()["first_name"], changed.json()["on_hold"]) == (200, "Ana", True)
    for blank in (etag, "", " "):
        assert code_of(send(api, "PATCH", f"{URL}/ana", {"first_name": "B"}, **{"If-Match": blank})) == (412, "stale")
    for body in ({"email": ""}, {"preferred_currency": ""}):
        assert send(api, "PATCH", f"{URL}/ana", body).status_code == 400
    ana.refresh_from_db()
    assert (ana.email, ana.first_name) == ("ana@acme.test", "Ana")


def test_nothing_is_written_to_a_merged_customer(api):
    gone = GuestFactory(shared_id="gone")
    Customer.objects.filter(pk=gone.pk).update(merged_into=CustomerFactory())
    assert code_of(send(api, "PATCH", f"{URL}/gone", {"first_name": "x"})) == (409, "customer_gone")


def test_upsert_by_external_id(api):
    path = f"{URL}/by-external-id/shop/77"
    assert send(api, "PUT", path, {**ANA, "send_password_link": False}).status_code == 201
    assert send(api, "PUT", path, {"first_name": "Ana"}).status_code == 200
    assert [(each.first_name, each.email) for each in Customer.objects.all()] == [("Ana", "ana@acme.test")]
    other = {**ANA, "email": "ben@acme.test", "external_ids": {"shop": "77"}, "send_password_link": False}
    refused = send(api, "POST", URL, other)
    assert refused.status_code == 409
    assert [(each["field"], each["code"]) for each in refused.json()["errors"]] == [
        ("external_ids.shop", "external_id_taken")
    ]
    assert Customer.objects.count() == 1


def test_an_answer_read_before_another_system_named_him_is_stale(api):
    CustomerFactory(shared_id="ana")
    seen = {"If-Match": api.get(f"{URL}/ana")["ETag"]}
    assert send(api, "PATCH", f"{URL}/ana", {"external_ids": {"shop": "77"}}).status_code == 200
    refused = api.generic("PATCH", f"{URL}/ana", '{"external_ids": {"shop": "78"}}', "application/json", headers=seen)
    assert code_of(refused) == (412, "stale")
    now = api.get(f"{URL}/ana")
    assert now.json()["external_ids"] == {"shop": "77"}
    # What is so already is no change.
    send(api, "PATCH", f"{URL}/ana", {"external_ids": {"shop": "77", "erp": None}})
    assert api.get(f"{URL}/ana")["ETag"] == now["ETag"]


def test_search_and_sort(api):
    ana = CustomerFactory(shared_id="ana", email="ana@acme.test", first_name="Ana", last_name="Zuse", company="Beta")
    ben = CustomerFactory(shared_id="ben", first_name="Ben", last_name="Äbel", company="Alpha")
    gone = GuestFactory(shared_id="gone")
    Customer.objects.filter(pk=gone.pk).update(merged_into=ana)

    def ids(**query):
        return [each["shared_id"] for each in api.get(URL, query).json()["results"]]

    assert ids() == ["ben", "ana"]
    assert ids(include="merged") == ["gone", "ben", "ana"]
    assert ids(ordering="first_name") == ids(ordering="-last_name") == ids(ordering="-company") == ["ana", "ben"]
    assert ids(first_name="AN") == ids(last_name="zu") == ids(company="BET") == ids(email="ANA@acme.test") == ["ana"]
    assert ids(reference=ben.reference) == ids(shared_id="ben") == ids(q="äbel") == ["ben"]
    assert api.get(URL, {"nmae": "x"}).status_code == 400


def test_accounts_and_loyalty_of_a_page_are_asked_once(api, acme, django_assert_max_num_queries):
    ErpCustomerFactory(number="1000", loyalty_card="L-7", loyalty_points=12)
    for number in range(5):
        customer = CustomerFactory(erp_system="counterpoint-main", erp_number=f"100{number}")
        add_associate(customer=customer, account=acme, role=Role.objects.get(code="buyer"), by=TESTS, at=NOW)
    with django_assert_max_num_queries(6):
        results = api.get(URL).json()["results"]
    assert [each["accounts"] for each in results] == [[{"shared_id": "acme", "name": "Acme", "role": "buyer"}]] * 5
    assert [each["loyalty"]["points"] for each in results] == [None, None, None, None, 12]
    assert {each.companies for each in Customer.objects.all()} == {"Acme"}


def test_a_password_link(api, us):
    CustomerFactory(shared_id="ana")
    GuestFactory(shared_id="guest", email="g@people.test")
    assert send(api, "POST", f"{URL}/guest/password-link").status_code == 409
    answer = send(api, "POST", f"{URL}/ana/password-link")
    assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [
        ("send_password_link", "no_shop_to_link_to")
    ]
    us.url = "https://shop.test"
    us.save()
    assert send(api, "POST", f"{URL}/ana/password-link").status_code == 202
    run_jobs()
    assert len(mail.outbox) == 1


def test_addresses(api):
    CustomerFactory(shared_id="ana")
    body = {"last_name": "A", "line1": "1 Main", "city": "Memphis", "region": "TN", "postal_code": "38103",
            "country": "US", "id": "home"}  # fmt: skip
    made = send(api, "POST", f"{URL}/ana/addresses", body)
    assert (made.status_code, made.json()["default_shipping"]) == (201, True)
    taken = send(api, "POST", f"{URL}/ana/addresses", body)
    assert (code_of(taken), taken.json()["errors"][0]["field"]) == ((409, "address_id_taken"), "id")
    changed = send(api, "PATCH", f"{URL}/ana/addresses/home", {"city": "Nashville"}, **{"If-Match": made["ETag"]})
    assert changed.json()["city"] == "Nashville"
    assert (
        send(api, "PATCH", f"{URL}/ana/addresses/home", {"city": "X"}, **{"If-Match": made["ETag"]}).status_code == 412
    )
    CustomerFactory(shared_id="ben")
    assert send(api, "GET", f"{URL}/ben/addresses/home").status_code == 404
    assert api.get(f"{URL}/ben/addresses").json()["results"] == []
    assert send(api, "DELETE", f"{URL}/ana/addresses/home").status_code == 204
    assert api.get(f"{URL}/ana/addresses").json()["results"] == []


def test_notes(api):
    ana = CustomerFactory(shared_id="ana")
    made = send(api, "POST", f"{URL}/ana/notes", {"text": "Calls on Mondays"})
    note = CustomerNote.objects.get()
    assert (made.status_code, made.json()["author"], note.customer) == (201, note.author, ana)
    assert note.author.startswith("api:")
    assert send(api, "POST", f"{URL}/ana/notes", {"text": "  "}).status_code == 400
    CustomerFactory(shared_id="ben")
    assert send(api, "DELETE", f"{URL}/ben/notes/{note.pk}").status_code == 404
    assert send(api, "DELETE", f"{URL}/ana/notes/{note.pk}").status_code == 204
    assert api.get(f"{URL}/ana/notes").json()["results"] == []


def test_segments_of_a_customer_and_their_end(api):
    CustomerFactory(shared_id="ana")
    for code in ("vip", "new"):
        assert send(api, "POST", "/api/v1/segments", {"code": code, "name": code}).status_code == 201
    assert send(api, "PUT", f"{URL}/ana/segments", {"segments": ["vip", "new", "vip"]}).json() == {
        "segments": ["new", "vip"]
    }
    assert send(api, "DELETE", "/api/v1/segments/vip").status_code == 204
    assert Customer.objects.get().segments == ["new"]
    assert [segment.code for segment in Segment.objects.all()] == ["new"]


def test_what_happened_names_who_from_where_and_why(api):
    CustomerFactory(shared_id="ana")
    send(api, "PATCH", f"{URL}/ana", {"first_name": "Ana"})
    Customer.objects.filter(shared_id="ana").update(first_name="Ana", last_name="by SQL")
    history = Customer.pgh_event_models["update"].objects.order_by("pgh_id")
    told = [row.pgh_context for row in history]
    assert (told[1]["from"], told[1]["by"][:4]) == ("api", "api:")
    assert [row.last_name for row in history][-1] == "by SQL"
