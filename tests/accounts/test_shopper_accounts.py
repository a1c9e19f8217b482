"""Accounts as their associates see and edit them: a subtree is read from above, and acted for only directly."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, AccountStatus
from accounts.permissions import Permission
from accounts.services.accounts import change_account, change_account_status
from accounts.services.associates import add_associate, change_associate, remove_associate, role_of
from customers.attributes import Subject, Type, Visibility
from customers.services.profile_attributes import create_attribute
from events.models import Event
from storefronts.models import Storefront
from tests.accounts.shoppers import Company, Crowd, acting, errors_of, ok
from tests.customers.shoppers import code_of
from tests.factories import NOW, TESTS, AccountFactory, AssociateFactory

BY = {"by": TESTS, "at": NOW}
BASE = "/api/v1/storefront/accounts"
OTHERS = ["acme", "zenith", "nobody", "ACME-WEST", "x" * 300, "' OR 1=1"]


def names(answer: Any) -> list[str]:
    return [each["shared_id"] for each in ok(answer)["results"]]


class TestList:
    def test_what_one_is_associated_with_and_nothing_else(self, crowd: Crowd) -> None:
        assert ok(crowd.ben.call("GET", "accounts")) == {
            "next": None,
            "previous": None,
            "results": [
                {
                    "shared_id": "acme-west",
                    "name": "Acme West",
                    "status": "active",
                    "role": {"code": "buyer", "name": "Buyer"},
                    "permissions": [str(each) for each in list(Permission)[:5]],
                    "usable": True,
                    "reason": None,
                    "refusals": [
                        {
                            "code": "permission_missing",
                            "reason": f"Your role does not allow {word}.",
                            "permission": word,
                        }
                        for word in ("account.edit", "addresses.manage", "associates.manage")
                    ],
                    "valid_until": None,
                    "links": {
                        "self": f"{BASE}/acme-west",
                        "children": f"{BASE}/acme-west/children",
                        "attributes": f"{BASE}/acme-west/attributes",
                        "associates": f"{BASE}/acme-west/associates",
                        "purchases": f"{BASE}/acme-west/purchases",
                    },
                }
            ],
        }
        assert names(crowd.ana.call("GET", "accounts")) == ["acme"]
        assert names(crowd.cleo.call("GET", "accounts")) == ["zenith"]

    def test_whatever_the_status_with_the_reason_why_not(self, crowd: Crowd, company: Company) -> None:
        for status in ("suspended", "pending", "disabled"):
            AssociateFactory(
                account=AccountFactory(shared_id=status, name=f"Z {status}", status=AccountStatus(status)),
                customer=company.ben,
            )
        found = {each["shared_id"]: each for each in ok(crowd.ben.call("GET", "accounts"))["results"]}
        assert {name: (each["usable"], each["reason"]) for name, each in found.items()} == {
            "acme-west": (True, None),
            "suspended": (True, None),
            "pending": (False, "account_pending"),
            "disabled": (False, "account_disabled"),
        }
        assert found["suspended"]["refusals"][0]["code"] == "account_suspended"
        assert found["disabled"]["permissions"] == found["pending"]["permissions"] == ["purchases.view"]

    def test_only_while_in_force(self, crowd: Crowd, company: Company) -> None:
        now, day = timezone.now(), timedelta(days=1)
        change_associate(associate=company.ben_at_west, valid_until=now + day, **BY)
        shown = ok(crowd.ben.call("GET", "accounts"))["results"]
        assert shown[0]["valid_until"] is not None
        change_associate(associate=company.ben_at_west, valid_until=now - day, **BY)
        assert names(crowd.ben.call("GET", "accounts")) == []
        change_associate(associate=company.ben_at_west, valid_from=now + day, valid_until=None, **BY)
        assert names(crowd.ben.call("GET", "accounts")) == []

    def test_pages_by_name(self, crowd: Crowd, company: Company) -> None:
        for number in range(3):
            account = AccountFactory(shared_id=f"b{number}", name=f"B{number}")
            AssociateFactory(account=account, customer=company.ben)
        first = crowd.ben.call("GET", "accounts?page_size=3")
        assert names(first) == ["acme-west", "b0", "b1"]
        rest = crowd.ben.call("GET", f"accounts?{first.json()['next'].partition('?')[2]}")
        assert (names(rest), rest.json()["next"]) == (["b2"], None)
        assert errors_of(crowd.ben.call("GET", "accounts?status=active")) == {"status": "unknown_parameter"}

    def test_what_is_above_counts_where_it_allows_more(self, crowd: Crowd, company: Company) -> None:
        """Ana manages associates of Acme West from above, also where she herself only looks at its catalog."""
        AssociateFactory(account=company.west, customer=company.ana, role="catalog-browser")
        west = ok(crowd.ana.call("GET", "accounts"))["results"][1]
        assert (west["role"]["code"], west["permissions"]) == ("catalog-browser", ["prices.view", "associates.manage"])
        assert west["links"]["parent"] == f"{BASE}/acme"
        assert west["links"]["add_associate"] == f"{BASE}/acme-west/associates"


class TestOne:
    def test_all_its_fields_and_nothing_of_staff(self, crowd: Crowd, company: Company) -> None:
        fields = {
            "business_number": "B1", "tax_id": "T1", "phone": "901 555 1000", "fax": "901 555 1001",
            "email": "office@acme.test", "postal_code": "38103",
        }  # fmt: skip
        change_account(account=company.west, **fields, **BY)
        answer = crowd.ben.call("GET", "accounts/acme-west")
        told = ok(answer)
        assert {name: told[name] for name in fields} == fields
        assert set(told) == {
            *fields, "shared_id", "name", "status", "parent_shared_id", "attributes", "role", "permissions", "links",
            "created_at", "updated_at",
        }  # fmt: skip
        assert (told["name"], told["parent_shared_id"], told["attributes"]) == ("Acme West", None, {})
        assert answer.headers["ETag"]
        assert b'"acme"' not in answer.content

    def test_below_in_the_role_from_above(self, crowd: Crowd) -> None:
        """Ana reads the whole tree, and does nothing there but manage associates; Ben reads his part and below."""
        told = ok(crowd.ana.call("GET", "accounts/acme-west-1"))
        assert (told["role"]["code"], told["parent_shared_id"]) == ("buyer-admin", "acme-west")
        assert told["permissions"] == ["purchases.view", "associates.manage"]
        assert "edit" not in told["links"]
        assert ok(crowd.ben.call("GET", "accounts/acme-west-1"))["permissions"] == ["purchases.view"]

    def test_what_is_above_or_of_others_is_not_there(self, crowd: Crowd) -> None:
        bodies = []
        for shared_id in OTHERS:
            for path in ("", "/children", "/attributes", "/associates"):
                answer = crowd.ben.call("GET", f"accounts/{shared_id}{path}")
                assert code_of(answer) == (404, "not_found")
                bodies.append({**answer.json(), "request_id": ""})
            refused = crowd.ben.call("PATCH", f"accounts/{shared_id}", {"name": "Mine"})
            bodies.append({**refused.json(), "request_id": ""})
        assert all(body == bodies[0] for body in bodies)

    def test_the_path_decides_and_the_header_is_still_looked_at(self, crowd: Crowd) -> None:
        assert ok(crowd.ana.call("GET", "accounts/acme-west", **acting("acme")))["shared_id"] == "acme-west"
        refused = crowd.ana.call("GET", "accounts/acme-west", **acting("acme-west"))
        assert code_of(refused) == (401, "account_not_associated")

    def test_children_by_name_and_only_his_own_usable(self, crowd: Crowd, company: Company) -> None:
        AccountFactory(shared_id="acme-east", name="Acme East", parent=Account.objects.get(pk=company.acme.pk))
        AssociateFactory(account=company.west, customer=company.ana, role="buyer")
        children = ok(crowd.ana.call("GET", "accounts/acme/children"))["results"]
        assert [(each["shared_id"], each["role"]["code"], each["usable"], each["reason"]) for each in children] == [
            ("acme-east", "buyer-admin", False, "account_not_associated"),
            ("acme-west", "buyer", True, None),
        ]
        assert children[0]["links"]["parent"] == f"{BASE}/acme"
        assert names(crowd.ben.call("GET", "accounts/acme-west/children")) == ["acme-west-1"]
        assert names(crowd.ben.call("GET", "accounts/acme-west-1/children")) == []
        assert names(crowd.ana.call("GET", "accounts/acme/children?page_size=1")) == ["acme-east"]


class TestEdit:
    def test_an_admin_changes_what_is_given(self, crowd: Crowd, company: Company) -> None:
        before = crowd.ana.call("GET", "accounts/acme")
        tag = {"If-Match": before.headers["ETag"]}
        changed = crowd.ana.call("PATCH", "accounts/acme", {"name": "Acme Inc", "phone": " 901 555 1 "}, **tag)
        told = ok(changed)
        assert (told["name"], told["phone"], told["tax_id"]) == ("Acme Inc", "901 555 1", "")
        assert changed.headers["ETag"] != before.headers["ETag"]
        fact = Event.objects.filter(name="account.changed").latest("id")
        assert (fact.subject, fact.payload) == ("account:acme", {"fields": ["name", "phone"]})
        assert fact.by.startswith(("customer:ana", "api:"))
        stale = crowd.ana.call("PATCH", "accounts/acme", {"name": "Acme Ltd"}, **tag)
        assert code_of(stale) == (412, "stale")
        assert Account.objects.get(pk=company.acme.pk).name == "Acme Inc"

    def test_what_is_wrong_is_named(self, crowd: Crowd, company: Company) -> None:
        not_his = (
            "status", "shared_id", "account_number", "erp_system", "segments", "inherits_settings", "parent_shared_id",
            "external_ids",
        )  # fmt: skip
        many = {str(number): 1 for number in range(300)}
        for body, field, code in (
            ({"name": ""}, "name", "blank"),
            ({"name": None}, "name", "null"),
            ({"name": "x" * 201}, "name", "max_length"),
            ({"email": "none"}, "email", "invalid"),
            ({"phone": ["1"]}, "phone", "invalid"),
            ({"attributes": {"none": 1}}, "attributes.none", "unknown_attribute"),
            ({"attributes": many}, "attributes", "max_length"),
            *(({name: "x"}, name, "unknown_field") for name in not_his),
        ):
            assert errors_of(crowd.ana.call("PATCH", "accounts/acme", body))[field] == code
        assert Account.objects.get(pk=company.acme.pk).updated_at == company.acme.updated_at

    def test_who_may_not_is_told_so_before_anything_else(self, crowd: Crowd, company: Company) -> None:
        """Ben's role, and Ana at a part of which she is no associate herself; then the status."""
        for browser in (crowd.ben, crowd.ana):
            for path in ("accounts/acme-west", "accounts/acme-west/attributes"):
                refused = browser.call("PATCH", path, {"nonsense": 1}, **{"If-Match": '"0"'})
                assert code_of(refused) == (403, "permission_missing")
                assert refused.json()["detail"] == "Your role does not allow account.edit."
        for status in ("pending", "disabled"):
            change_account_status(account=company.acme, status=AccountStatus(status), reason="Unpaid.", **BY)
            refused = crowd.ana.call("PATCH", "accounts/acme", {"name": "Other"})
            assert code_of(refused) == (409, f"account_{status}")
            assert ok(crowd.ana.call("GET", "accounts/acme"))["status"] == status
        change_account_status(account=company.acme, status=AccountStatus.SUSPENDED, reason="Unpaid.", **BY)
        assert ok(crowd.ana.call("PATCH", "accounts/acme", {"name": "Other"}))["name"] == "Other"


@pytest.fixture
def asked(us: Storefront, company: Company) -> None:
    """One of each kind; the credit line is hidden here alone."""
    made = {"subject": Subject.ACCOUNT, **BY}
    create_attribute(key="dock", label="Dock", required=True, **made)
    create_attribute(key="fleet", label="Fleet", type=Type.INTEGER, **made)
    create_attribute(
        key="tier", label="Tier", type=Type.CHOICE, choices=["a", "b"], policy=Visibility.READ_ONLY, **made
    )
    create_attribute(key="credit", label="Credit", policies={us: Visibility.HIDDEN}, **made)
    change_account(account=company.acme, attributes={"dock": "7", "tier": "a", "credit": "secret"}, **BY)


@pytest.mark.usefixtures("asked")
class TestAttributes:
    def test_shown_as_the_storefront_says(self, crowd: Crowd) -> None:
        answer = crowd.ana.call("GET", "accounts/acme/attributes")
        assert [
            (each["key"], each["label"], each["type"], each["value"], each["required"], each["editable"])
            for each in ok(answer)["results"]
        ] == [
            ("dock", "Dock", "text", "7", True, True),
            ("fleet", "Fleet", "integer", None, False, True),
            ("tier", "Tier", "choice", "a", False, False),
        ]
        assert answer.json()["results"][2]["choices"] == ["a", "b"]
        whole = crowd.ana.call("GET", "accounts/acme")
        assert ok(whole)["attributes"] == {"dock": "7", "fleet": None, "tier": "a"}
        assert b"credit" not in answer.content + whole.content
        assert b"secret" not in answer.content + whole.content

    def test_who_may_not_edit_finds_none_editable(self, crowd: Crowd) -> None:
        told = ok(crowd.ben.call("GET", "accounts/acme-west/attributes"))["results"]
        assert [each["editable"] for each in told] == [False, False, False]

    @pytest.mark.parametrize("path", ["accounts/acme", "accounts/acme/attributes"])
    def test_written_as_it_says(self, crowd: Crowd, company: Company, path: str) -> None:
        def write(**values: Any) -> Any:
            return crowd.ana.call("PATCH", path, {"attributes": values})

        assert errors_of(write(tier="b")) == {"attributes.tier": "read_only"}
        assert errors_of(write(dock="")) == {"attributes.dock": "required"}
        assert errors_of(write(dock=None, tier="b", credit="1", fleet="many", none=1)) == {
            "attributes.dock": "required", "attributes.tier": "read_only", "attributes.credit": "unknown_attribute",
            "attributes.fleet": "invalid", "attributes.none": "unknown_attribute",
        }  # fmt: skip
        stored = {"dock": "7", "tier": "a", "credit": "secret"}
        assert Account.objects.get(pk=company.acme.pk).attributes == stored
        ok(write(fleet=12, tier="a"))
        assert Account.objects.get(pk=company.acme.pk).attributes == {**stored, "fleet": 12}

    def test_a_required_one_that_is_missing_is_named(self, crowd: Crowd, company: Company) -> None:
        Account.objects.filter(pk=company.acme.pk).update(attributes={})
        refused = crowd.ana.call("PATCH", "accounts/acme/attributes", {"attributes": {"fleet": 1}})
        assert errors_of(refused) == {"attributes.dock": "required"}

    def test_other_bodies_are_refused(self, crowd: Crowd) -> None:
        for body in ({}, {"attributes": None}, {"attributes": []}, [], {"dock": "7"}, {"attributes": 1}):
            assert code_of(crowd.ana.call("PATCH", "accounts/acme/attributes", body)) == (400, "invalid")


def test_roles_are_asked_anew_with_every_request(crowd: Crowd, company: Company) -> None:
    """Also within the services: who is taken off an account does nothing there with what he read before."""
    add_associate(customer=company.ben, account=company.acme, role=role_of("buyer-admin"), **BY)
    assert ok(crowd.ben.call("PATCH", "accounts/acme", {"phone": "1"}))["phone"] == "1"
    remove_associate(associate=company.acme.associates.get(customer=company.ben), **BY)
    assert code_of(crowd.ben.call("PATCH", "accounts/acme", {"phone": "2"})) == (404, "not_found")
    assert Account.objects.get(pk=company.acme.pk).phone == "1"
