"""Price lists, assignments, prices and payment methods over HTTP."""

import pytest

from accounts.models import PaymentMethod, PriceList, PriceListAssignment
from accounts.services.assignments import assign_price_list, remove_assignment
from accounts.services.payment_methods import set_payment_rules
from storefronts.scopes import Scope
from tests.accounts.test_accounts_api import client_with, codes, send
from tests.factories import NOW, TESTS, PaymentMethodFactory, PriceListFactory, StorefrontFactory

pytestmark = pytest.mark.django_db

ALL = (Scope.ACCOUNTS_READ, Scope.ACCOUNTS_WRITE, Scope.SETTINGS_READ, Scope.SETTINGS_WRITE)
LISTS, METHODS = "/api/v1/price-lists", "/api/v1/payment-methods"
ACME, WEST = "/api/v1/accounts/acme", "/api/v1/accounts/acme-west"


@pytest.fixture
def api(us):
    return client_with(*ALL)


class TestPriceLists:
    def test_a_list_its_entries_and_what_a_paste_did(self, api):
        made = send(api, "POST", LISTS, {"code": "P10", "name": "Contractors", "currency": "USD", "kind": "fixed"})
        assert (made.status_code, made.json()["percent_off"], made.json()["active"]) == (201, None, True)
        rows = [
            {"sku": "SAW", "unit_price": "19.90", "name": "Saw"},
            {"sku": "SAW", "unit_price": "18", "min_quantity": 10},
        ]
        written = send(api, "PUT", f"{LISTS}/P10/entries", {"entries": rows})
        assert written.json() == {"created": 2, "changed": 0, "same": 0, "removed": 0}
        rows[0]["unit_price"] = "20"
        again = send(api, "PUT", f"{LISTS}/P10/entries", {"entries": rows[:1], "replace": True})
        assert again.json() == {"created": 0, "changed": 1, "same": 0, "removed": 1}
        assert [each["unit_price"] for each in api.get(f"{LISTS}/P10/entries").json()["results"]] == ["20.0000"]
        assert send(api, "DELETE", f"{LISTS}/P10/entries?sku=SAW&min_quantity=1").status_code == 204
        assert send(api, "DELETE", f"{LISTS}/P10").status_code == 204
        assert not PriceList.objects.exists()

    def test_a_wrong_row_is_named_and_none_is_stored(self, api):
        prices = PriceListFactory(code="P10")
        rows = [{"sku": "SAW", "unit_price": "1"}, {"sku": "SAW", "unit_price": "2"}]
        refused = send(api, "PUT", f"{LISTS}/P10/entries", {"entries": rows})
        assert (refused.status_code, codes(refused)) == (400, {"entries.1.sku": "named_twice"})
        refused = send(api, "PUT", f"{LISTS}/P10/entries", {"entries": [rows[0], {"sku": "X", "unit_price": "-1"}]})
        assert codes(refused) == {"entries.1.unit_price": "min_value"}
        too_many = send(api, "PUT", f"{LISTS}/P10/entries", {"entries": [rows[0]] * 501})
        assert too_many.status_code == 400
        assert not prices.entries.exists()

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({"kind": "percentage"}, {"percent_off": "required"}),
            ({"kind": "fixed", "percent_off": "5"}, {"percent_off": "invalid"}),
            ({"kind": "percentage", "percent_off": "101"}, {"percent_off": "max_value"}),
            ({"kind": "percentage", "percent_off": "5", "base": "EURO"}, {"base": "other_currency"}),
            ({"kind": "percentage", "percent_off": "5", "base": "none"}, {"base": "does_not_exist"}),
        ],
    )
    def test_contradictions_are_named(self, api, body, wrong):
        PriceListFactory(code="EURO", currency="EUR")
        refused = send(api, "POST", LISTS, {"code": "P1", "name": "One", "currency": "USD", **body})
        assert (refused.status_code, codes(refused)) == (400, wrong)

    @pytest.mark.usefixtures("acme")
    def test_one_that_accounts_have_stays(self, api):
        PriceListFactory(code="P10")
        assert send(api, "PUT", f"{ACME}/price-list", {"price_list": "P10"}).status_code == 200
        refused = send(api, "DELETE", f"{LISTS}/P10")
        assert (refused.status_code, refused.json()["code"]) == (409, "price_list_in_use")
        users = api.get(f"{LISTS}/P10/accounts").json()["results"]
        assert [(each["shared_id"], each["storefront"]) for each in users] == [("acme", None)]

    def test_the_base_list_of_a_storefront(self, api):
        PriceListFactory(code="BASE")
        PriceListFactory(code="EURO", currency="EUR")
        where = "/api/v1/storefronts/us/base-price-list"
        assert api.get(where).json() == {"price_list": None}
        assert send(api, "PUT", where, {"price_list": "BASE"}).json() == {"price_list": "BASE"}
        assert codes(send(api, "PUT", where, {"price_list": "EURO"})) == {"base_price_list": "other_currency"}
        assert api.get(where).json() == {"price_list": "BASE"}
        assert api.get("/api/v1/storefronts/us").json()["base_price_list"] == "BASE"
        assert [each["base_price_list"] for each in api.get("/api/v1/storefronts").json()["results"]] == ["BASE"]


class TestEffectivePriceList:
    @pytest.mark.usefixtures("acme", "acme_west")
    def test_nearest_wins_and_says_why(self, api):
        for code in ("ROOT", "HERE", "BASE"):
            PriceListFactory(code=code, prices={"SAW": {"ROOT": "9", "HERE": "8", "BASE": "10"}[code]})
        send(api, "PUT", "/api/v1/storefronts/us/base-price-list", {"price_list": "BASE"})
        assert api.get(f"{WEST}/price-list").json()["source"] == "storefront"
        send(api, "PUT", f"{ACME}/price-list", {"price_list": "ROOT"})
        inherited = api.get(f"{WEST}/price-list?storefront=us").json()
        assert (inherited["price_list"], inherited["source"], inherited["set_on"]) == (
            "ROOT", "ancestor", {"shared_id": "acme", "name": "Acme"},
        )  # fmt: skip
        send(api, "PUT", f"{WEST}/price-list", {"price_list": "HERE", "storefront": "us"})
        own = api.get(f"{WEST}/price-list").json()
        assert [(each["name"], each["price_list"], each["applies"], each["reason"]) for each in own["why"]] == [
            ("Acme West", "HERE", True, "applies"),
            ("Acme", "ROOT", False, "shadowed"),
            (None, "BASE", False, "shadowed"),
        ]  # fmt: skip
        prices = api.get(f"{WEST}/prices?sku=SAW&sku=NONE").json()["results"]
        assert [(each["sku"], each["unit_price"], each["price_list"], each["available"]) for each in prices] == [
            ("SAW", "8.00", "HERE", True), ("NONE", None, None, False),
        ]  # fmt: skip
        assert prices[0]["why"] == ["HERE: 8 from 1."]
        assert send(api, "DELETE", f"{WEST}/price-list?storefront=us").status_code == 204
        assert api.get(f"{WEST}/price-list").json()["price_list"] == "ROOT"

    @pytest.mark.usefixtures("acme")
    def test_dated_ones_never_overlap_and_the_same_beginning_replaces(self, api):
        PriceListFactory(code="A")
        PriceListFactory(code="B")
        spring = {"price_list": "A", "valid_from": "2027-03-01T00:00:00Z", "valid_until": "2027-06-01T00:00:00Z"}
        assert send(api, "PUT", f"{ACME}/price-list", spring).status_code == 200
        later = {"price_list": "A", "valid_from": "2027-05-31T00:00:00Z"}
        overlap = send(api, "PUT", f"{ACME}/price-list", later)
        assert (overlap.status_code, overlap.json()["code"]) == (409, "price_list_overlap")
        summer = {"price_list": "B", "valid_from": "2027-06-01T00:00:00Z"}
        assert send(api, "PUT", f"{ACME}/price-list", summer).status_code == 200
        assert send(api, "PUT", f"{ACME}/price-list", {**spring, "price_list": "B"}).status_code == 200
        given = api.get(f"{ACME}/price-list/assignments").json()["results"]
        assert [(each["price_list"], each["valid_from"]) for each in given] == [
            ("B", "2027-03-01T00:00:00Z"), ("B", "2027-06-01T00:00:00Z"),
        ]  # fmt: skip
        for at, code in (("2027-02-28T23:59:59Z", None), ("2027-03-01T00:00:00Z", "B")):
            assert api.get(f"{ACME}/price-list", {"at": at}).json()["price_list"] == code

    @pytest.mark.usefixtures("acme")
    def test_a_bound_key_writes_its_own_storefront_only(self, us):
        StorefrontFactory(code="eu", currency="USD")
        PriceListFactory(code="A")
        bound = client_with(*ALL, storefront=us)
        assert send(bound, "PUT", f"{ACME}/price-list", {"price_list": "A"}).status_code == 404
        assert send(bound, "PUT", f"{ACME}/price-list", {"price_list": "A", "storefront": "eu"}).status_code == 404
        assert send(bound, "PUT", f"{ACME}/price-list", {"price_list": "A", "storefront": "us"}).status_code == 200
        assert bound.get(f"{ACME}/price-list?storefront=eu").status_code == 404
        assert PriceListAssignment.objects.get().storefront == us

    @pytest.mark.usefixtures("acme")
    def test_which_storefront_is_asked_for_where_it_is_not_clear(self, api):
        StorefrontFactory(code="eu")
        refused = api.get(f"{ACME}/price-list")
        assert (refused.status_code, codes(refused)) == (400, {"storefront": "storefront_required"})
        assert api.get(f"{ACME}/payment-methods").status_code == 400


class TestPaymentMethods:
    def test_made_changed_and_removed(self, api):
        body = {"storefront": "us", "code": "net30", "name": "On account"}
        made = send(api, "POST", METHODS, body)
        assert (made.status_code, made.json()["visible_by_default"]) == (201, False)
        assert codes(send(api, "POST", METHODS, body)) == {"code": "unique"}
        changed = send(api, "PATCH", f"{METHODS}/us/net30", {"visible_by_default": True})
        assert changed.json()["visible_by_default"] is True
        assert [each["code"] for each in api.get(f"{METHODS}?storefront=us").json()["results"]] == ["net30"]
        assert send(api, "DELETE", f"{METHODS}/us/net30").status_code == 204
        assert not PaymentMethod.objects.exists()

    @pytest.mark.usefixtures("acme", "acme_west")
    def test_rules_are_inherited_until_someone_nearer_speaks(self, api, us):
        PaymentMethodFactory(storefront=us, code="card", name="Card", visible_by_default=True)
        PaymentMethodFactory(storefront=us, code="net30", name="On account")
        send(api, "PUT", f"{ACME}/payment-methods", [{"code": "net30", "visible": True}])
        seen = send(api, "PUT", f"{WEST}/payment-methods", [{"code": "card", "visible": False}]).json()["results"]
        assert [(each["code"], each["visible"], each["source"]) for each in seen] == [
            ("card", False, "account"), ("net30", True, "ancestor"),
        ]  # fmt: skip
        assert seen[0]["why"] == [
            {"shared_id": "acme-west", "name": "Acme West", "visible": False, "applies": True, "reason": "applies"},
            {"shared_id": None, "name": None, "visible": True, "applies": False, "reason": "shadowed"},
        ]
        back = send(api, "PUT", f"{WEST}/payment-methods", [{"code": "card", "visible": None}]).json()["results"]
        assert [(each["code"], each["visible"]) for each in back] == [("card", True), ("net30", True)]

    def test_an_unknown_method_changes_nothing(self, api, us, acme):
        PaymentMethodFactory(storefront=us, code="card")
        words = [{"code": "card", "visible": True}, {"code": "none", "visible": True}]
        refused = send(api, "PUT", f"{ACME}/payment-methods", words)
        assert (refused.status_code, codes(refused)) == (400, {"1.code": "unknown_payment_method"})
        assert not acme.payment_rules.exists()

    def test_of_another_storefront_it_is_not_found(self, us):
        eu = StorefrontFactory(code="eu")
        PaymentMethodFactory(storefront=eu, code="card")
        bound = client_with(*ALL, storefront=us)
        assert bound.get(f"{METHODS}/eu/card").status_code == 404
        assert bound.get(METHODS).json()["results"] == []
        assert send(bound, "POST", METHODS, {"storefront": "eu", "code": "x", "name": "X"}).status_code == 404
        assert PaymentMethod.objects.count() == 1


def test_the_timeline_tells_a_bound_key_nothing_of_other_storefronts(api, us, acme):
    eu = StorefrontFactory(code="eu", currency="USD")
    prices = PriceListFactory(code="A")
    for shop in (None, us, eu):
        given = assign_price_list(account=acme, price_list=prices, storefront=shop, by=TESTS, at=NOW)
        remove_assignment(assignment=given, by=TESTS, at=NOW)
    words = {PaymentMethodFactory(storefront=shop, code="card"): True for shop in (us, eu)}
    set_payment_rules(account=acme, words=words, by=TESTS, at=NOW)

    everything = api.get(f"{ACME}/timeline").json()["results"]
    told = client_with(*ALL, storefront=us).get(f"{ACME}/timeline").json()["results"]

    assert [(each["name"], each["payload"].get("storefront")) for each in told] == [
        ("payment_visibility.changed", "us"),
        ("price_list.unassigned", "us"),
        ("price_list.assigned", "us"),
        ("price_list.unassigned", None),
        ("price_list.assigned", None),
        ("account.created", None),
    ]
    assert told[0]["payload"] == {"storefront": "us", "methods": {"card": True}}
    assert [each for each in everything if each not in told] == [
        each for each in everything if each["payload"].get("storefront") == "eu"
    ]
    assert len(everything) - len(told) == 3
