"""Associates, contacts and roles over HTTP."""

import pytest

from accounts.models import Account, Associate, Contact, Role
from accounts.services.accounts import create_root
from accounts.services.contacts import add_contact
from customers.models import Customer
from storefronts.scopes import Scope
from tests.accounts.test_accounts_api import client_with, codes, send
from tests.factories import NOW, TESTS, AccountFactory, AssociateFactory, CustomerFactory, GuestFactory

pytestmark = pytest.mark.django_db

URL = "/api/v1/accounts"


@pytest.fixture
def api():
    return client_with(Scope.ACCOUNTS_READ, Scope.ACCOUNTS_WRITE, Scope.SETTINGS_READ, Scope.SETTINGS_WRITE)


@pytest.fixture
def ana(db):
    return CustomerFactory(shared_id="ana", email="ana@acme.test", first_name="Ana", last_name="Alvarez")


@pytest.fixture
def acme(ana):
    """Active, managed by Ana."""
    return AccountFactory(shared_id="acme", name="Acme", admin=ana)


class TestAssociates:
    @pytest.mark.usefixtures("acme")
    def test_one_is_added_by_email_or_shared_id_and_changed_and_removed(self, api):
        CustomerFactory(shared_id="ben", email="ben@acme.test", first_name="Ben")
        made = send(api, "POST", f"{URL}/acme/associates", {"email": "BEN@acme.test", "role": "buyer"})
        assert made.status_code == 201, made.content
        answer = made.json()
        told = ("customer_shared_id", "email", "first_name", "role", "valid_until")
        assert [answer[name] for name in told] == ["ben", "ben@acme.test", "Ben", "buyer", None]
        one = f"{URL}/acme/associates/{answer['id']}"
        changed = send(api, "PATCH", one, {"role": "catalog-browser", "valid_until": "2027-01-01T00:00:00Z"})
        assert (changed.status_code, changed.json()["role"]) == (200, "catalog-browser")
        assert changed.json()["valid_until"] == "2027-01-01T00:00:00Z"
        listed = api.get(f"{URL}/acme/associates").json()["results"]
        assert [each["customer_shared_id"] for each in listed] == ["ana", "ben"]
        assert send(api, "DELETE", one).status_code == 204
        assert api.get(one).status_code == 404

    @pytest.mark.parametrize(
        ("body", "status", "code", "fields"),
        [
            ({"email": "ana@acme.test", "role": "buyer"}, 409, "already_associated", {"email"}),
            ({"email": "ben@acme.test", "role": "none"}, 400, "role_unknown", {"role"}),
            ({"email": "nobody@acme.test", "role": "buyer"}, 409, "customer_not_registered", set()),
            ({"email": "claims@acme.test", "role": "buyer"}, 400, "email_unconfirmed", {"email"}),
            ({"customer_shared_id": "guest", "role": "buyer"}, 409, "customer_not_registered", set()),
            ({"role": "buyer"}, 400, "invalid", {"email"}),
            ({}, 400, "invalid", {"email", "role"}),
            (
                {"email": "ben@acme.test", "role": "buyer", "valid_from": "2027-01-01T00:00:00"},
                400,
                "invalid",
                {"valid_from"},
            ),
        ],
    )
    def test_what_is_refused_adds_nobody(self, api, acme, body, status, code, fields):  # noqa: PLR0917
        CustomerFactory(email="ben@acme.test")
        CustomerFactory(email="claims@acme.test", email_is_own_word=True)
        GuestFactory(shared_id="guest")
        refused = send(api, "POST", f"{URL}/acme/associates", body)
        given = refused.json()
        assert refused.status_code == status, given
        assert code in {given["code"], *(each["code"] for each in given.get("errors", []))}
        assert {each["field"] for each in given["errors"]} == fields
        assert [str(each.customer.shared_id) for each in acme.associates.all()] == ["ana"]

    @pytest.mark.usefixtures("acme")
    def test_an_end_before_the_beginning_stands_beside_the_end(self, api):
        CustomerFactory(email="ben@acme.test")
        body = {
            "email": "ben@acme.test", "role": "buyer", "valid_from": "2027-01-02T00:00:00Z",
            "valid_until": "2027-01-01T00:00:00Z",
        }  # fmt: skip
        assert codes(send(api, "POST", f"{URL}/acme/associates", body)) == {"valid_until": "ends_before_it_begins"}

    def test_the_last_admin_stays_or_the_account_is_suspended_in_the_same_step(self, api, acme):
        one = f"{URL}/acme/associates/{acme.associates.get().pk}"
        for method, body in (
            ("DELETE", None), ("PATCH", {"role": "buyer"}), ("PATCH", {"valid_until": "2027-01-01T00:00:00Z"}),
            ("PATCH", {"valid_from": "2027-01-01T00:00:00Z"}),
        ):  # fmt: skip
            refused = send(api, method, one, body)
            assert (refused.status_code, refused.json()["code"]) == (409, "last_admin"), (method, body)
        acme.refresh_from_db()
        assert (acme.status, acme.associates.get().role.code) == ("active", "buyer-admin")
        for unclear in ("suspend_account=1", "suspend_account=yes", "suspend_account=TRUE", "suspend=true"):
            assert send(api, "DELETE", f"{one}?{unclear}").status_code == 400
        assert send(api, "DELETE", f"{one}?suspend_account=false").status_code == 409
        assert send(api, "DELETE", f"{one}?suspend_account=true").status_code == 204
        acme.refresh_from_db()
        assert (acme.status, acme.associates.count()) == ("suspended", 0)

    @pytest.mark.usefixtures("acme")
    def test_a_customer_who_is_the_last_admin_stays_active(self, ana):
        people = client_with(Scope.CUSTOMERS_WRITE, Scope.CUSTOMERS_READ)
        for body in ({"active": False}, {"on_hold": True}):
            refused = send(people, "PATCH", "/api/v1/customers/ana", body)
            assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")
        ana.refresh_from_db()
        assert (ana.active, ana.on_hold) == (True, False)

    @pytest.mark.usefixtures("stranger")
    def test_of_another_account_it_is_not_found(self, api, acme):
        one = acme.associates.get().pk
        for method in ("GET", "PATCH", "DELETE"):
            assert send(api, method, f"{URL}/zenith/associates/{one}", {"role": "buyer"}).status_code == 404
        assert Associate.objects.filter(pk=one, role__code="buyer-admin").exists()


class TestContacts:
    @pytest.mark.usefixtures("acme")
    def test_any_number_two_of_them_known_to_the_erp(self, api):
        for number in range(5):
            body = {"first_name": f"No {number}", "email": f"c{number}@acme.test", "type": "billing"}
            assert send(api, "POST", f"{URL}/acme/contacts", body).status_code == 201
        first, second = (each["id"] for each in api.get(f"{URL}/acme/contacts").json()["results"][:2])
        assert send(api, "PATCH", f"/api/v1/contacts/{first}", {"erp_slot": 1}).json()["erp_slot"] == 1
        taken = send(api, "PATCH", f"/api/v1/contacts/{second}", {"erp_slot": 1})
        assert taken.status_code == 400
        assert send(api, "PATCH", f"/api/v1/contacts/{second}", {"erp_slot": 3}).status_code == 400
        held = send(api, "PATCH", f"/api/v1/contacts/{second}", {"on_hold": True, "erp_slot": 2}).json()
        assert (held["on_hold"], held["erp_slot"], held["account_shared_id"]) == (True, 2, "acme")
        assert send(api, "DELETE", f"/api/v1/contacts/{first}").status_code == 204
        assert Contact.objects.count() == 4

    @pytest.mark.usefixtures("acme", "stranger")
    def test_one_email_once_an_account(self, api):
        body = {"email": "jo@acme.test"}
        assert send(api, "POST", f"{URL}/acme/contacts", body).status_code == 201
        twin = send(api, "POST", f"{URL}/acme/contacts", {"email": "JO@ACME.test"})
        assert (twin.status_code, twin.json()["code"]) == (409, "email_taken")
        assert send(api, "POST", f"{URL}/zenith/contacts", body).status_code == 201


class TestRoles:
    URL = "/api/v1/roles"

    def test_custom_roles_are_made_changed_and_removed(self, api):
        body = {"code": "approver", "name": "Approver", "permissions": ["purchases.view", "prices.view"]}
        made = send(api, "POST", self.URL, body)
        assert (made.status_code, made.json()["permissions"]) == (201, ["prices.view", "purchases.view"])
        changed = send(api, "PATCH", f"{self.URL}/approver", {"permissions": ["prices.view"]})
        assert changed.json()["permissions"] == ["prices.view"]
        assert send(api, "POST", self.URL, {**body, "permissions": ["fly"]}).status_code == 400
        assert send(api, "DELETE", f"{self.URL}/approver").status_code == 204
        assert [each["code"] for each in api.get(self.URL).json()["results"]] == [
            "buyer", "buyer-admin", "catalog-browser", "limited-catalog-browser",
        ]  # fmt: skip

    def test_built_in_ones_stay_as_they_are(self, api):
        for method in ("PATCH", "DELETE"):
            refused = send(api, method, f"{self.URL}/buyer", {"name": "Other", "permissions": []})
            assert (refused.status_code, refused.json()["code"]) == (409, "role_built_in")
        assert Role.objects.get(code="buyer").name == "Buyer"

    def test_one_that_somebody_has_stays(self, api, acme):
        send(api, "POST", self.URL, {"code": "approver", "name": "Approver"})
        AssociateFactory(account=acme, role="approver")
        refused = send(api, "DELETE", f"{self.URL}/approver")
        assert (refused.status_code, refused.json()["code"]) == (409, "role_in_use")

    def test_a_role_keeps_what_makes_the_last_admin(self, api, ana):
        send(api, "POST", self.URL, {"code": "boss", "name": "Boss", "permissions": ["associates.manage"]})
        account = create_root(name="Acme", by=TESTS, at=NOW)
        AssociateFactory(account=account, customer=ana, role="boss")
        Account.objects.filter(pk=account.pk).update(status="active")
        refused = send(api, "PATCH", f"{self.URL}/boss", {"permissions": []})
        assert (refused.status_code, refused.json()["code"]) == (409, "last_admin")
        assert Role.objects.get(code="boss").permissions == ["associates.manage"]


def test_converting_with_a_role_takes_a_key_that_may_write_accounts(acme):
    contact = add_contact(account=acme, email="jo@acme.test", by=TESTS, at=NOW)
    path, body = f"/api/v1/contacts/{contact.pk}/convert", {"preferred_currency": "USD", "send_password_link": False}
    customers_only = client_with(Scope.CUSTOMERS_WRITE)

    refused = send(customers_only, "POST", path, {**body, "role": "buyer-admin"})
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert not Customer.objects.filter(email="jo@acme.test").exists()
    assert Associate.objects.count() == 1

    made = send(customers_only, "POST", path, body)
    assert (made.status_code, made.json()["accounts"]) == (201, [])
    joined = send(client_with(Scope.CUSTOMERS_WRITE, Scope.ACCOUNTS_WRITE), "POST", path, {**body, "role": "buyer"})
    assert joined.json()["accounts"] == [{"shared_id": "acme", "name": "Acme", "role": "buyer"}]
