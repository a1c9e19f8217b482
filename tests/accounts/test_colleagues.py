"""Associates managed by an admin of the account, or of one above: who is refused; nobody gives what he lacks."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, AccountStatus, Associate
from accounts.services.accounts import change_account_status
from accounts.services.associates import change_associate, role_of
from accounts.services.roles import create_role
from customers.models import Customer
from events.models import Event
from tests.accounts.shoppers import Company, Crowd, acting, errors_of, ok
from tests.customers.shoppers import Browser, Speak, code_of
from tests.factories import NOW, TESTS, AccountFactory, AssociateFactory, CustomerFactory, GuestFactory

BY = {"by": TESTS, "at": NOW}
WEST = "accounts/acme-west/associates"


def add(browser: Browser, email: str, role: str = "buyer", path: str = WEST, **more: Any) -> Any:
    return browser.call("POST", path, {"email": email, "role": role, **more})


def people_of(account: Account) -> dict[str, str]:
    rows = Associate.objects.filter(account=account).select_related("customer", "role")
    return {each.customer.shared_id: each.role.code for each in rows}


@pytest.fixture
def dan(company: Company) -> Customer:
    return CustomerFactory(shared_id="dan", email="dan@acme.test", first_name="Dan", last_name="Diaz")


class TestReading:
    def test_everybody_of_the_account_sees_who_acts_for_it(self, crowd: Crowd, company: Company) -> None:
        row = company.ben_at_west
        found = ok(crowd.ben.call("GET", WEST))["results"]
        assert [each.pop("created_at") and each.pop("updated_at") and each for each in found] == [
            {
                "id": str(row.pk),
                "customer_shared_id": "ben", "email": "ben@acme.test", "first_name": "Ben", "last_name": "Baker",
                "role": "buyer", "role_name": "Buyer",
                "valid_from": None,
                "valid_until": None,
                "links": {"self": f"/api/v1/storefront/{WEST}/{row.pk}"},
            }
        ]  # fmt: skip
        one = crowd.ana.call("GET", f"{WEST}/{row.pk}")
        assert (ok(one)["customer_shared_id"], bool(one.headers["ETag"])) == ("ben", True)
        assert set(one.json()["links"]) == {"self", "change", "remove"}

    def test_somebody_elses_is_not_there(self, crowd: Crowd, company: Company) -> None:
        for path in (
            f"accounts/acme/associates/{company.ana_at_acme.pk}", f"{WEST}/{company.ana_at_acme.pk}",
            "accounts/acme/associates", f"{WEST}/00000000-0000-0000-0000-000000000007", "accounts/zenith/associates",
        ):  # fmt: skip
            assert code_of(crowd.ben.call("GET", path)) == (404, "not_found")
        assert code_of(crowd.cleo.call("GET", WEST)) == (404, "not_found")
        assert crowd.ben.call("GET", f"{WEST}/7").status_code == 404

    def test_whoever_was_merged_acts_no_more(self, crowd: Crowd, company: Company, dan: Customer) -> None:
        row = AssociateFactory(account=company.west, customer=dan)
        Customer.objects.filter(pk=dan.pk).update(merged_into=company.ben)
        found = ok(crowd.ben.call("GET", WEST))["results"]
        assert [each["customer_shared_id"] for each in found] == ["ben"]
        assert code_of(crowd.ana.call("DELETE", f"{WEST}/{row.pk}")) == (404, "not_found")


@pytest.mark.usefixtures("dan")
class TestAdding:
    def test_an_admin_above_adds_changes_and_removes(self, crowd: Crowd, company: Company) -> None:
        until = "2027-01-01T00:00:00Z"
        added = add(crowd.ana, " DAN@acme.test ", "catalog-browser", valid_until=until)
        told = ok(added, 201)
        assert (told["customer_shared_id"], told["role"], told["valid_until"]) == (
            "dan",
            "catalog-browser",
            until,
        )
        path, tag = f"{WEST}/{told['id']}", {"If-Match": added.headers["ETag"]}
        changed = crowd.ana.call("PATCH", path, {"role": "buyer", "valid_until": None}, **tag)
        assert (ok(changed)["role"], changed.json()["valid_until"]) == ("buyer", None)
        assert code_of(crowd.ana.call("DELETE", path, **tag)) == (412, "stale")
        assert crowd.ana.call("DELETE", path).status_code == 204
        assert people_of(company.west) == {"ben": "buyer"}
        facts = Event.objects.filter(subject="account:acme-west", name__startswith="associate.").order_by("-id")[:3]
        assert [fact.name for fact in facts] == ["associate.removed", "associate.changed", "associate.added"]
        assert code_of(crowd.ana.call("DELETE", path)) == (404, "not_found")

    def test_he_may_add_himself_below_and_acts_there_then(self, crowd: Crowd) -> None:
        assert code_of(crowd.ana.call("GET", "me", **acting("acme-west")))[0] == 401
        body, key = {"email": "ana@acme.test", "role": "buyer-admin"}, {"Idempotency-Key": "add-myself"}
        assert ok(crowd.ana.call("POST", WEST, body, **key), 201)["customer_shared_id"] == "ana"
        assert ok(crowd.ana.call("POST", WEST, body, **key), 201)["customer_shared_id"] == "ana"
        assert crowd.ana.call("GET", "me", **acting("acme-west")).status_code == 200

    def test_all_that_is_wrong_in_one_answer(self, crowd: Crowd, company: Company) -> None:
        for guest in ("guest@acme.test", "two@acme.test", "two@acme.test"):
            GuestFactory(email=guest)
        CustomerFactory(email="claims@acme.test", email_is_own_word=True)
        for email, role, errors in (
            ("", "", {"email": "blank", "role": "blank"}),
            ("nobody@acme.test", "buyer", {"email": "customer_not_registered"}),
            ("guest@acme.test", "buyer", {"email": "customer_not_registered"}),
            ("claims@acme.test", "buyer", {"email": "email_unconfirmed"}),
            ("two@acme.test", "buyer", {"email": "email_ambiguous"}),
            ("dan@acme.test", "king", {"role": "role_unknown"}),
            ("two@acme.test", "king", {"email": "email_ambiguous", "role": "role_unknown"}),
            ("no e-mail", "buyer", {"email": "customer_not_registered"}),
        ):
            refused = add(crowd.ana, email, role)
            assert (code_of(refused), errors_of(refused)) == ((400, "invalid"), errors)
        dates = {"valid_from": "2027-01-02T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z"}
        late = "ends_before_it_begins"
        for email, role, errors in (
            ("dan@acme.test", "buyer", {"valid_until": late}),
            ("nobody@acme.test", "king",
             {"email": "customer_not_registered", "role": "role_unknown", "valid_until": late}),
        ):  # fmt: skip
            assert errors_of(add(crowd.ana, email, role, **dates)) == errors
        path = f"{WEST}/{company.ben_at_west.pk}"
        assert errors_of(crowd.ana.call("PATCH", path, {"role": "king"})) == {"role": "role_unknown"}
        both = crowd.ana.call("PATCH", path, {"role": "king", **dates})
        assert errors_of(both) == {"role": "role_unknown", "valid_until": late}
        assert errors_of(crowd.ana.call("PATCH", path, {"role": "", "email": "x"})) == {"email": "unknown_field"}
        assert people_of(company.west) == {"ben": "buyer"}

    def test_by_id_as_well(self, crowd: Crowd, company: Company) -> None:
        GuestFactory(shared_id="guest")
        for body, errors in (
            ({}, {"email": "required", "role": "required"}),
            ({"role": "buyer"}, {"email": "required"}),
            ({"role": "buyer", "email": "dan@acme.test", "customer_shared_id": "dan"}, {"email": "required"}),
            ({"role": "king", "customer_shared_id": "nobody"},
             {"customer_shared_id": "customer_not_registered", "role": "role_unknown"}),
            ({"role": "buyer", "customer_shared_id": "guest"}, {"customer_shared_id": "customer_not_registered"}),
            ({"role": "buyer", "customer_shared_id": "dan"}, {"customer_shared_id": "customer_not_registered"}),
            ({"role": "buyer", "customer_shared_id": "cleo"}, {"customer_shared_id": "customer_not_registered"}),
            ({"role": "buyer", "customer_shared_id": "no id!"}, {"customer_shared_id": "invalid"}),
            ({"role": "buyer", "customer_shared_id": ""}, {"customer_shared_id": "blank"}),
        ):  # fmt: skip
            refused = crowd.ana.call("POST", WEST, body)
            assert (code_of(refused), errors_of(refused)) == ((400, "invalid"), errors)
        AssociateFactory(account=company.acme, customer=Customer.objects.get(shared_id="dan"))
        added = crowd.ana.call("POST", WEST, {"role": "buyer", "customer_shared_id": "dan"})
        assert ok(added, 201)["email"] == "dan@acme.test"
        assert people_of(company.west) == {"ben": "buyer", "dan": "buyer"}

    def test_by_id_nobody_beside_or_above_where_one_has_a_role(
        self, crowd: Crowd, company: Company, dan: Customer
    ) -> None:
        """He would be told the e-mail of whoever he can name."""
        AssociateFactory(account=company.west, customer=company.cleo, role="buyer-admin")
        east = AccountFactory(shared_id="acme-east", parent=company.acme)
        for account in (east, company.acme):
            associate = AssociateFactory(account=account, customer=dan)
            refused = crowd.cleo.call("POST", WEST, {"role": "buyer", "customer_shared_id": "dan"})
            assert errors_of(refused) == {"customer_shared_id": "customer_not_registered"}
            assert b"dan@acme.test" not in refused.content
            assert ok(crowd.ana.call("POST", WEST, {"role": "buyer", "customer_shared_id": "dan"}), 201)
            Associate.objects.filter(account=company.west, customer=dan).delete()
            associate.delete()

    def test_who_has_registered_is_meant_whatever_guests_use_the_address(self, crowd: Crowd) -> None:
        GuestFactory(email="dan@acme.test")
        GuestFactory(email="dan@acme.test")
        assert ok(add(crowd.ana, "dan@acme.test"), 201)["customer_shared_id"] == "dan"

    def test_nobody_twice(self, crowd: Crowd, company: Company) -> None:
        twice = add(crowd.ana, "ben@acme.test", "catalog-browser")
        assert (code_of(twice), errors_of(twice)) == ((409, "already_associated"), {"email": "already_associated"})
        AssociateFactory(account=company.acme, customer=company.ben)
        twice = crowd.ana.call("POST", WEST, {"customer_shared_id": "ben", "role": "buyer"})
        assert errors_of(twice) == {"customer_shared_id": "already_associated"}
        assert people_of(company.west) == {"ben": "buyer"}

    def test_one_key_adds_once(self, crowd: Crowd) -> None:
        body, key = {"email": "dan@acme.test", "role": "buyer"}, {"Idempotency-Key": "add-dan"}
        first = crowd.ana.call("POST", WEST, body, **key)
        again = crowd.ana.call("POST", WEST, body, **key)
        assert ok(first, 201) == ok(again, 201)
        assert again.headers["Idempotent-Replayed"] == "true"

    def test_who_manages_the_account_no_more_is_not_told_again(self, crowd: Crowd, company: Company) -> None:
        body, key = {"email": "dan@acme.test", "role": "buyer"}, {"Idempotency-Key": "add-dan"}
        ok(crowd.ana.call("POST", WEST, body, **key), 201)
        admin = Associate.objects.get(account=company.acme, customer=company.ana)
        admin.role = create_role(code="onlooker", name="Onlooker", permissions=["purchases.view"], **BY)
        admin.save()
        assert code_of(crowd.ana.call("POST", WEST, body, **key)) == (403, "permission_missing")
        admin.delete()
        assert code_of(crowd.ana.call("POST", WEST, body, **key)) == (404, "not_found")

    def test_other_bodies_are_refused(self, crowd: Crowd, company: Company) -> None:
        dan_buys = {"email": "dan@acme.test", "role": "buyer"}
        for body in (
            {}, [], {**dan_buys, "email": 7}, {**dan_buys, "nonsense": 1}, {**dan_buys, "email": "x" * 5000},
            {**dan_buys, "valid_from": "2027-01-01T00:00:00"}, {**dan_buys, "role": "x" * 5000},
            {"customer_shared_id": 7, "role": "buyer"},
            {**dan_buys, "valid_from": "2027-01-02T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z"},
        ):  # fmt: skip
            assert code_of(crowd.ana.call("POST", WEST, body)) == (400, "invalid")
        assert people_of(company.west) == {"ben": "buyer"}


@pytest.mark.usefixtures("dan")
class TestWhoMay:
    def test_a_buyer_manages_nobody_and_an_admin_nobody_above(self, crowd: Crowd, company: Company) -> None:
        path = f"{WEST}/{company.ben_at_west.pk}"
        for answer in (
            add(crowd.ben, "", "nonsense"),
            crowd.ben.call("PATCH", path, {"role": "buyer-admin"}),
            crowd.ben.call("DELETE", path),
            add(crowd.ben, "dan@acme.test", path="accounts/acme-west-1/associates"),
        ):
            assert code_of(answer) == (403, "permission_missing")
            assert answer.json()["detail"] == "Your role does not allow associates.manage."
        change_associate(associate=company.ben_at_west, role=role_of("buyer-admin"), **BY)
        assert add(crowd.ben, "dan@acme.test", path="accounts/acme-west-1/associates").status_code == 201
        for answer in (
            add(crowd.ben, "dan@acme.test", path="accounts/acme/associates"),
            add(crowd.cleo, "dan@acme.test"),
            crowd.cleo.call("DELETE", path),
        ):
            assert code_of(answer) == (404, "not_found")
        assert people_of(company.acme) == {"ana": "buyer-admin"}

    @pytest.mark.parametrize("status", ["pending", "disabled"])
    def test_the_status_is_asked_after_the_role(self, crowd: Crowd, company: Company, status: str) -> None:
        change_account_status(account=company.west, status=AccountStatus(status), reason="Closed.", **BY)
        assert code_of(add(crowd.ana, "dan@acme.test")) == (409, f"account_{status}")
        assert code_of(add(crowd.ben, "dan@acme.test")) == (403, "permission_missing")
        assert len(ok(crowd.ben.call("GET", WEST))["results"]) == 1

    def test_a_suspended_account_still_has_people(self, crowd: Crowd, company: Company) -> None:
        change_account_status(account=company.west, status=AccountStatus.SUSPENDED, reason="Unpaid.", **BY)
        assert add(crowd.ana, "dan@acme.test").status_code == 201


@pytest.mark.usefixtures("dan")
class TestOneself:
    def test_nobody_chooses_his_own_role(self, crowd: Crowd, company: Company) -> None:
        path = f"accounts/acme/associates/{company.ana_at_acme.pk}"
        refused = crowd.ana.call("PATCH", path, {"role": "buyer"})
        assert (code_of(refused), errors_of(refused)) == ((400, "invalid"), {"role": "own_role"})
        assert ok(crowd.ana.call("PATCH", path, {"role": "buyer-admin"}))["role"] == "buyer-admin"
        other = AssociateFactory(account=company.west, customer=company.ana, role="catalog-browser")
        assert errors_of(crowd.ana.call("PATCH", f"{WEST}/{other.pk}", {"role": "buyer"})) == {"role": "own_role"}

    def test_nor_gives_himself_more_time(self, crowd: Crowd, company: Company) -> None:
        now, day = timezone.now(), timedelta(days=1)
        own = AssociateFactory(
            account=company.west, customer=company.ana, role="buyer", valid_from=now - day, valid_until=now + 9 * day
        )
        path = f"{WEST}/{own.pk}"
        for body, field in (
            ({"valid_until": None}, "valid_until"),
            ({"valid_until": (now + 10 * day).isoformat()}, "valid_until"),
            ({"valid_from": None}, "valid_from"),
        ):
            assert errors_of(crowd.ana.call("PATCH", path, body)) == {field: "own_role"}
        assert crowd.ana.call("PATCH", path, {"valid_until": (now + 2 * day).isoformat()}).status_code == 200

    def test_nor_by_adding_himself_below(self, crowd: Crowd, company: Company) -> None:
        now, day = timezone.now(), timedelta(days=1)
        AssociateFactory(account=company.acme, role="buyer-admin")
        Associate.objects.filter(pk=company.ana_at_acme.pk).update(valid_until=now + 9 * day)
        body = {"email": "ana@acme.test", "role": "buyer"}
        for until in (None, (now + 10 * day).isoformat()):
            refused = crowd.ana.call("POST", WEST, {**body, "valid_until": until})
            assert errors_of(refused) == {"valid_until": "own_role"}
        assert people_of(company.west) == {"ben": "buyer"}
        ok(crowd.ana.call("POST", WEST, {**body, "valid_until": (now + 9 * day - day).isoformat()}), 201)

    def test_the_last_admin_stays(self, crowd: Crowd, company: Company) -> None:
        path = f"accounts/acme/associates/{company.ana_at_acme.pk}"
        ends = {"valid_until": "2030-01-01T00:00:00Z"}
        for answer in (crowd.ana.call("DELETE", path), crowd.ana.call("PATCH", path, ends)):
            assert code_of(answer) == (409, "last_admin")
        ok(add(crowd.ana, "dan@acme.test", "buyer-admin", "accounts/acme/associates"), 201)
        assert crowd.ana.call("DELETE", path).status_code == 204
        assert people_of(company.acme) == {"dan": "buyer-admin"}
        assert code_of(crowd.ana.call("GET", "accounts/acme")) == (404, "not_found")

    def test_the_last_admin_is_not_demoted_by_another(self, company: Company, dan: Customer, speak: Speak) -> None:
        """Dan's time is limited, so he does not count."""
        dated = {"valid_until": timezone.now() + timedelta(days=9)}
        AssociateFactory(account=company.acme, customer=dan, role="buyer-admin", **dated)
        path = f"accounts/acme/associates/{company.ana_at_acme.pk}"
        assert code_of(speak(dan).call("PATCH", path, {"role": "buyer"})) == (409, "last_admin")
        assert code_of(speak(dan).call("DELETE", path)) == (409, "last_admin")
        assert people_of(company.acme) == {"ana": "buyer-admin", "dan": "buyer-admin"}


@pytest.mark.usefixtures("dan")
class TestNobodyGivesWhatHeLacks:
    """Pia keeps the list of people of Acme, and nothing else."""

    @pytest.fixture
    def pia(self, company: Company, speak: Speak) -> Browser:
        create_role(code="people", name="People", permissions=["associates.manage"], **BY)
        create_role(code="lookers", name="Lookers", permissions=[], **BY)
        customer = CustomerFactory(shared_id="pia", email="pia@acme.test")
        AssociateFactory(account=company.acme, customer=customer, role="people")
        return speak(customer)

    def test_she_gives_only_what_she_has(self, pia: Browser, company: Company) -> None:
        for role, first in (("buyer", "prices.view"), ("buyer-admin", "prices.view")):
            refused = add(pia, "dan@acme.test", role)
            assert code_of(refused) == (403, "permission_missing")
            assert refused.json()["detail"] == f"Your role does not allow {first}."
        added = ok(add(pia, "dan@acme.test", "lookers"), 201)
        assert code_of(pia.call("PATCH", f"{WEST}/{added['id']}", {"role": "buyer"})) == (403, "permission_missing")
        assert ok(pia.call("PATCH", f"{WEST}/{added['id']}", {"role": "people"}))["role"] == "people"
        assert people_of(company.west) == {"ben": "buyer", "dan": "people"}

    def test_she_touches_nobody_who_has_more(self, pia: Browser, company: Company) -> None:
        path = f"{WEST}/{company.ben_at_west.pk}"
        for answer in (
            pia.call("PATCH", path, {"role": "lookers"}),
            pia.call("PATCH", path, {"valid_until": "2030-01-01T00:00:00Z"}),
            pia.call("DELETE", path),
            pia.call("DELETE", f"accounts/acme/associates/{company.ana_at_acme.pk}"),
        ):
            assert code_of(answer) == (403, "permission_missing")
        assert set(ok(pia.call("GET", path))["links"]) == {"self"}
        assert people_of(company.west) == {"ben": "buyer"}

    def test_what_she_has_at_the_account_counts_too(self, pia: Browser, company: Company) -> None:
        AssociateFactory(account=company.west, customer=Customer.objects.get(shared_id="pia"), role="buyer")
        assert add(pia, "dan@acme.test", "buyer").status_code == 201
        assert code_of(add(pia, "dan@acme.test", "buyer", "accounts/acme/associates")) == (403, "permission_missing")
