"""What a shopper is told of himself: who he is, for whom he acts, what he may do, and why not the rest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AccountStatus
from accounts.permissions import Permission
from accounts.services.accounts import change_account_status
from accounts.services.assignments import assign_price_list
from accounts.services.associates import change_associate, role_of
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import set_base_price_list
from customers.models import Customer
from storefronts.models import Storefront
from tests.accounts.shoppers import Company, Crowd, acting, errors_of, ok
from tests.customers.shoppers import Browser, Speak, code_of
from tests.factories import (
    NOW,
    TESTS,
    AssociateFactory,
    GuestFactory,
    PaymentMethodFactory,
    PriceListFactory,
    StorefrontFactory,
)

BY = {"by": TESTS, "at": NOW}
BASE = "/api/v1/storefront/"


@pytest.fixture
def terms(company: Company, us: Storefront) -> None:
    """Everybody pays by BASE and by card; Acme by P10 and on account as well, what is below it inherits that."""
    set_base_price_list(storefront=us, price_list=PriceListFactory(code="BASE"), **BY)
    assign_price_list(account=company.acme, price_list=PriceListFactory(code="P10"), **BY)
    PaymentMethodFactory(storefront=us, code="card", name="Card", visible_by_default=True)
    PaymentMethodFactory(storefront=us, code="off", name="Off", visible_by_default=True, active=False)
    net30 = PaymentMethodFactory(storefront=us, code="net30", name="On account")
    set_payment_rules(account=company.acme, words={net30: True}, **BY)


@pytest.mark.usefixtures("terms")
class TestContext:
    def test_for_himself(self, crowd: Crowd, company: Company) -> None:
        answer = crowd.ben.call("GET", "context")
        assert "X-Acting-Account" not in answer.headers
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert ok(answer) == {
            "customer": {
                "shared_id": "ben", "reference": company.ben.reference, "kind": "REGISTERED", "email": "ben@acme.test",
                "first_name": "Ben", "last_name": "Baker",
            },
            "account": None,
            "role": None,
            "permissions": ["prices.view", "carts.manage", "orders.place", "addresses.manage"],
            "storefront": {"code": "us", "name": "Acme Supplies US", "currency": "USD"},
            "price_list": "BASE",
            "payment_methods": [{"code": "card", "name": "Card"}],
            "refusals": [],
            "links": {
                name: BASE + path
                for name, path in {
                    "context": "context", "me": "me", "addresses": "addresses", "orders": "orders",
                    "payment_methods": "payment-methods", "prices": "prices", "carts": "carts",
                    "add_address": "addresses", "accounts": "accounts", "sections": "me/sections",
                    "activity": "me/activity", "newsletter": "newsletter", "wishlist": "wishlist",
                }.items()
            },
        }  # fmt: skip

    def test_a_buyer_for_an_account_learns_what_his_role_lacks(self, crowd: Crowd) -> None:
        answer = crowd.ben.call("GET", "context", **acting("acme-west"))
        assert answer.headers["X-Acting-Account"] == "acme-west"
        told = ok(answer)
        assert told["account"] == {"shared_id": "acme-west", "name": "Acme West", "status": "active"}
        assert told["role"] == {"code": "buyer", "name": "Buyer"}
        assert told["permissions"] == [str(each) for each in list(Permission)[:5]]
        assert (told["price_list"], told["payment_methods"]) == (
            "P10",
            [{"code": "card", "name": "Card"}, {"code": "net30", "name": "On account"}],
        )
        assert told["refusals"] == [
            {"code": "permission_missing", "reason": f"Your role does not allow {word}.", "permission": word}
            for word in ("account.edit", "addresses.manage", "associates.manage")
        ]
        assert told["links"]["shopping_lists"] == f"{BASE}shopping-lists"
        assert told["links"]["account"] == f"{BASE}accounts/acme-west"
        assert told["links"]["account_purchases"] == f"{BASE}accounts/acme-west/purchases"
        absent = {"add_address", "account_edit", "account_edit_attributes", "account_add_associate", "account_parent"}
        assert not absent.union({"wishlist"}).intersection(told["links"])
        assert "acme" not in {path.split("/")[-1] for path in told["links"].values()}

    def test_an_admin_may_everything(self, crowd: Crowd) -> None:
        told = ok(crowd.ana.call("GET", "context", **acting("acme")))
        assert (told["permissions"], told["refusals"]) == ([str(each) for each in Permission], [])
        assert {"add_address", "account_edit", "account_add_associate"} <= told["links"].keys()

    def test_without_the_word_for_prices_none_is_named(self, crowd: Crowd, company: Company) -> None:
        change_associate(associate=company.ben_at_west, role=role_of("limited-catalog-browser"), **BY)
        answer = crowd.ben.call("GET", "context", **acting("acme-west"))
        told = ok(answer)
        assert (told["price_list"], told["permissions"]) == (None, [])
        assert b"P10" not in answer.content
        assert [each["permission"] for each in told["refusals"]] == [str(each) for each in Permission]
        assert not {"prices", "carts", "shopping_lists", "account_purchases"}.intersection(told["links"])

    @pytest.mark.parametrize(
        ("status", "allowed", "price_list"),
        [
            ("suspended", ["prices.view", "carts.manage", "lists.manage", "purchases.view"], "P10"),
            ("pending", ["purchases.view"], None),
        ],
    )
    def test_what_the_status_forbids_is_said_first(
        self, crowd: Crowd, company: Company, status: str, allowed: list[str], price_list: str | None
    ) -> None:
        change_account_status(account=company.west, status=AccountStatus(status), reason="Unpaid.", **BY)
        told = ok(crowd.ben.call("GET", "context", **acting("acme-west")))
        assert (told["account"]["status"], told["permissions"], told["price_list"]) == (status, allowed, price_list)
        assert told["refusals"][0]["code"] == f"account_{status}"
        assert [each["code"] for each in told["refusals"][1:]] == ["permission_missing"] * 3

    def test_a_refused_header_is_explained(self, crowd: Crowd) -> None:
        reason = "You are not an associate of this account, or there is none of this id."
        for shared_id in ("acme", "zenith", "nobody"):
            answer = crowd.ben.call("GET", "context", **acting(shared_id))
            assert "X-Acting-Account" not in answer.headers
            told = ok(answer)
            assert told["refusals"] == [{"code": "account_not_associated", "reason": reason, "permission": None}]
            assert (told["account"], told["role"], told["permissions"], told["price_list"]) == (None, None, [], None)
            assert (told["payment_methods"], told["links"]) == ([], {"context": f"{BASE}context"})
            assert told["customer"]["shared_id"] == "ben"

    def test_a_disabled_account_is_told_of_to_its_associates_only(self, crowd: Crowd, company: Company) -> None:
        change_account_status(account=company.west, status=AccountStatus.DISABLED, reason="Closed.", **BY)
        to_ben, to_cleo = (
            ok(each.call("GET", "context", **acting("acme-west")))["refusals"] for each in (crowd.ben, crowd.cleo)
        )
        assert [each["code"] for each in to_ben] == ["account_disabled"]
        assert [each["code"] for each in to_cleo] == ["account_not_associated"]

    def test_an_ended_association_is_none(self, crowd: Crowd, company: Company) -> None:
        change_associate(associate=company.ben_at_west, valid_until=timezone.now() - timedelta(days=1), **BY)
        told = ok(crowd.ben.call("GET", "context", **acting("acme-west")))
        assert [each["code"] for each in told["refusals"]] == ["account_not_associated"]

    def test_an_admin_above_manages_associates_in_every_role(self, crowd: Crowd, company: Company) -> None:
        AssociateFactory(account=company.west, customer=company.ana, role="catalog-browser")
        told = ok(crowd.ana.call("GET", "context", **acting("acme-west")))
        assert told["permissions"] == ["prices.view", "associates.manage"]
        assert told["links"]["account_add_associate"] == f"{BASE}accounts/acme-west/associates"
        assert told["links"]["account_parent"] == f"{BASE}accounts/acme"
        assert "associates.manage" not in [each["permission"] for each in told["refusals"]]

    def test_other_shops_have_other_terms(self, crowd: Crowd) -> None:
        StorefrontFactory(code="eu", currency="EUR")
        told = ok(crowd.ben.call("GET", "context", **{"X-Storefront": "eu"}))
        assert told["storefront"] == {"code": "eu", "name": "Shop eu", "currency": "EUR"}
        assert (told["price_list"], told["payment_methods"]) == (None, [])


def test_nobody_is_told_nothing(us: Storefront) -> None:
    assert code_of(Browser().call("GET", "context")) == (401, "not_authenticated")
    refused = Browser().call("GET", "context", **acting("acme"))
    assert code_of(refused) == (401, "not_authenticated")


@pytest.fixture
def guest(us: Storefront) -> Customer:
    return GuestFactory(shared_id="gus", preferred_currency="USD")


class TestGuest:
    """He says where he is reached; much is for those who registered."""

    def test_context_and_links(self, speak: Speak, guest: Customer) -> None:
        told = ok(speak(guest).call("GET", "context"))
        assert (told["customer"]["kind"], told["customer"]["email"]) == ("GUEST", "")
        links = {"context", "me", "addresses", "add_address", "orders", "payment_methods", "prices", "carts"}
        assert set(told["links"]) == links
        assert set(ok(speak(guest).me())["links"]) == links

    @pytest.mark.usefixtures("company")
    def test_accounts_are_for_registered_people(self, speak: Speak, guest: Customer) -> None:
        browser = speak(guest)
        for path in ("accounts", "accounts/acme", "accounts/acme/children", "accounts/acme/associates"):
            assert code_of(browser.call("GET", path)) == (403, "registration_required")
        refused = ok(browser.call("GET", "context", **acting("acme")))["refusals"]
        assert [each["code"] for each in refused] == ["account_not_associated"]

    def test_he_says_where_he_is_reached(self, speak: Speak, guest: Customer) -> None:
        browser = speak(guest)
        body = {"email": "Gus@home.test", "phone": "901 555 2222", "first_name": "Gus", "last_name": "Green"}
        changed = ok(browser.call("PATCH", "me", body))
        assert {name: changed[name] for name in body} == body
        guest.refresh_from_db()
        assert (guest.kind, guest.email_key, guest.phone_key) == ("GUEST", "gus@home.test", "+19015552222")
        assert errors_of(browser.call("PATCH", "me", {"email": "none"})) == {"email": "invalid"}
        assert ok(browser.call("PATCH", "me", {"email": ""}))["email"] == ""

    @pytest.mark.usefixtures("company")
    def test_guests_may_share_an_address_with_anybody(self, speak: Speak, guest: Customer) -> None:
        assert ok(speak(guest).call("PATCH", "me", {"email": "ana@acme.test"}))["email_verified"] is False


class TestOwnEmail:
    """What one signs in with is proved: nobody takes another address by typing it."""

    def test_registered_people_only_read_it(self, crowd: Crowd, company: Company) -> None:
        assert errors_of(crowd.ana.call("PATCH", "me", {"email": "boss@acme.test"})) == {"email": "read_only"}
        assert errors_of(crowd.ana.call("PATCH", "me", {"email": ""})) == {"email": "required"}
        both = crowd.ana.call("PATCH", "me", {"email": "ben@acme.test", "first_name": "Anna"})
        assert code_of(both) == (400, "invalid")
        company.ana.refresh_from_db()
        assert (company.ana.email, company.ana.first_name) == ("ana@acme.test", "Ana")
        unchanged = ok(crowd.ana.call("PATCH", "me", {"email": "ana@acme.test", "first_name": "Anna"}))
        assert unchanged["first_name"] == "Anna"

    def test_the_profile_leads_on_as_the_context_does(self, crowd: Crowd) -> None:
        for headers in ({}, acting("acme-west")):
            links = ok(crowd.ben.call("GET", "me", **headers))["links"]
            assert links == ok(crowd.ben.call("GET", "context", **headers))["links"]
