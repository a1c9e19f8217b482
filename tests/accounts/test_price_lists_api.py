"""`/price-lists`, and what accounts have of them: exact answers, and what must not happen."""

import pytest

from accounts.models import PriceList, PriceListAssignment, PriceListEntry, StorefrontDefaults
from accounts.services.assignments import assign_price_list
from events.models import Event
from storefronts.scopes import Scope
from tests.accounts.test_accounts_api import client_with, codes, send
from tests.factories import NOW, TESTS, AccountFactory, PriceListFactory, StorefrontFactory

pytestmark = pytest.mark.django_db

LISTS = "/api/v1/price-lists"
ACME = "/api/v1/accounts/acme/price-list"
PRICES = "/api/v1/accounts/acme/prices"
SETTINGS = (Scope.SETTINGS_READ, Scope.SETTINGS_WRITE)
ACCOUNTS = (Scope.ACCOUNTS_READ, Scope.ACCOUNTS_WRITE)


@pytest.fixture
def api(us):
    return client_with(*SETTINGS, *ACCOUNTS)


@pytest.fixture
def eu(us):
    return StorefrontFactory(code="eu", currency="USD")


def without_moments(answer: dict) -> dict:
    return {name: value for name, value in answer.items() if name not in {"created_at", "updated_at"}}


class TestPriceLists:
    def test_a_percentage_list_is_made_read_and_changed(self, api):
        PriceListFactory(code="RETAIL")
        body = {
            "code": "P20", "name": "Twenty off", "currency": "USD", "kind": "percentage", "percent_off": "20",
            "base": "RETAIL",
        }  # fmt: skip
        made = send(api, "POST", LISTS, body)
        assert made.status_code == 201
        assert without_moments(made.json()) == {**body, "percent_off": "20.00", "active": True}
        read = api.get(f"{LISTS}/P20")
        assert (read.json(), read["ETag"]) == (made.json(), made["ETag"])
        changed = send(api, "PATCH", f"{LISTS}/P20", {"base": None, "percent_off": "15"}, **{"If-Match": read["ETag"]})
        assert (changed.json()["base"], changed.json()["percent_off"], changed.json()["name"]) == (
            None, "15.00", "Twenty off",
        )  # fmt: skip
        stale = send(api, "PATCH", f"{LISTS}/P20", {"name": "Other"}, **{"If-Match": read["ETag"]})
        assert (stale.status_code, stale.json()["code"]) == (412, "stale")
        assert PriceList.objects.get(code="P20").name == "Twenty off"

    @pytest.mark.parametrize("field", ["code", "currency", "kind"])
    def test_what_never_changes_is_no_field_of_a_change(self, api, field):
        PriceListFactory(code="P10")
        refused = send(api, "PATCH", f"{LISTS}/P10", {field: "EUR"})
        assert (refused.status_code, codes(refused)) == (400, {field: "unknown_field"})

    def test_a_taken_code_is_a_conflict(self, api):
        PriceListFactory(code="P10", name="First")
        refused = send(api, "POST", LISTS, {"code": "P10", "name": "Second", "currency": "USD", "kind": "fixed"})
        assert (refused.status_code, codes(refused)) == (409, {"code": "unique"})
        assert PriceList.objects.get().name == "First"

    def test_the_list_is_by_code_a_page_at_a_time(self, api):
        for code in ("B", "C", "A"):
            PriceListFactory(code=code)
        first = api.get(LISTS, {"page_size": 2}).json()
        assert [each["code"] for each in first["results"]] == ["A", "B"]
        assert [each["code"] for each in api.get(first["next"]).json()["results"]] == ["C"]

    def test_one_that_another_computes_from_stays_and_an_unused_one_goes_with_its_prices(self, api):
        base = PriceListFactory(code="BASE", prices={"SAW": "10"})
        PriceListFactory(code="OFF", kind="percentage", percent_off="5", base=base)
        refused = api.delete(f"{LISTS}/BASE")
        assert (refused.status_code, refused.json()["code"]) == (409, "price_list_in_use")
        assert api.delete(f"{LISTS}/OFF").status_code == 204
        assert api.delete(f"{LISTS}/BASE").status_code == 204
        assert (PriceList.objects.count(), PriceListEntry.objects.count()) == (0, 0)
        assert api.get(f"{LISTS}/BASE").status_code == 404

    @pytest.mark.usefixtures("us")
    def test_scopes(self):
        PriceListFactory(code="P10")
        assert client_with(Scope.SETTINGS_READ).delete(f"{LISTS}/P10").status_code == 403
        assert client_with(*ACCOUNTS).get(LISTS).status_code == 403
        assert client_with(*SETTINGS).get("/api/v1/accounts/acme/price-list").status_code == 403
        assert PriceList.objects.count() == 1


class TestEntries:
    def test_the_same_rows_again_write_nothing(self, api):
        price_list = PriceListFactory(code="P10", prices={"SAW": "19.90"})
        before, recorded = price_list.updated_at, Event.objects.count()
        again = send(api, "PUT", f"{LISTS}/P10/entries", {"entries": [{"sku": "SAW", "unit_price": "19.9"}]})
        assert again.json() == {"created": 0, "changed": 0, "same": 1, "removed": 0}
        price_list.refresh_from_db()
        assert (price_list.updated_at, Event.objects.count()) == (before, recorded)

    def test_without_replace_nothing_goes(self, api):
        PriceListFactory(code="P10", prices={"SAW": "19.90", "DRILL": "5"})
        wrote = send(api, "PUT", f"{LISTS}/P10/entries", {"entries": [{"sku": "SAW", "unit_price": "18"}]})
        assert wrote.json() == {"created": 0, "changed": 1, "same": 0, "removed": 0}
        listed = api.get(f"{LISTS}/P10/entries").json()["results"]
        assert [without_moments(each) for each in listed] == [
            {"sku": "DRILL", "name": "", "min_quantity": 1, "unit_price": "5.0000", "available": True},
            {"sku": "SAW", "name": "", "min_quantity": 1, "unit_price": "18.0000", "available": True},
        ]

    def test_one_wrong_row_keeps_the_others_out_and_replaces_nothing(self, api):
        PriceListFactory(code="P10", prices={"OLD": "1"})
        rows = [{"sku": f"S{number}", "unit_price": "1"} for number in range(5)]
        rows[3]["unit_price"] = "12.34567"
        refused = send(api, "PUT", f"{LISTS}/P10/entries", {"entries": rows, "replace": True})
        assert (refused.status_code, codes(refused)) == (400, {"entries.3.unit_price": "max_decimal_places"})
        assert list(PriceListEntry.objects.values_list("sku", flat=True)) == ["OLD"]

    def test_a_percentage_list_has_none(self, api):
        PriceListFactory(code="OFF", kind="percentage", percent_off="5")
        refused = send(api, "PUT", f"{LISTS}/OFF/entries", {"entries": [{"sku": "SAW", "unit_price": "1"}]})
        assert (refused.status_code, codes(refused)) == (400, {"entries": "percentage_has_no_entries"})
        assert not PriceListEntry.objects.exists()

    def test_narrowed_to_a_sku_and_paged_across_its_quantities(self, api):
        PriceListFactory(code="P10", prices={"SAW": "10", "SAWDUST": "1"})
        more = [{"sku": "SAW", "min_quantity": each, "unit_price": "9"} for each in (10, 100)]
        send(api, "PUT", f"{LISTS}/P10/entries", {"entries": more})
        page = api.get(f"{LISTS}/P10/entries", {"sku": "SAW", "page_size": 2}).json()
        rest = api.get(page["next"]).json()
        found = [each["min_quantity"] for each in (*page["results"], *rest["results"])]
        assert (found, rest["next"]) == ([1, 10, 100], None)

    def test_one_price_is_taken_off_the_others_stay(self, api):
        PriceListFactory(code="P10", prices={"SAW": "10", "DRILL": "5"})
        send(api, "PUT", f"{LISTS}/P10/entries", {"entries": [{"sku": "SAW", "min_quantity": 10, "unit_price": "9"}]})
        where = f"{LISTS}/P10/entries"
        assert codes(api.delete(where)) == {"sku": "required"}
        assert codes(api.delete(f"{where}?sku=SAW&min_qty=10")) == {"min_qty": "unknown_parameter"}
        assert api.delete(f"{where}?sku=SAW&min_quantity=2").status_code == 404
        assert PriceListEntry.objects.count() == 3
        assert api.delete(f"{where}?sku=SAW&min_quantity=10").status_code == 204
        left = PriceListEntry.objects.order_by("sku").values_list("sku", "min_quantity")
        assert list(left) == [("DRILL", 1), ("SAW", 1)]


class TestAssignments:
    @pytest.fixture
    def given(self, acme, us):
        """Acme has one list for all storefronts, and another for `us` alone."""
        for code, storefront in (("ALL", None), ("US", us)):
            made = PriceListFactory(code=code, prices={"SAW": "9"})
            assign_price_list(account=acme, price_list=made, storefront=storefront, by=TESTS, at=NOW)

    def stored(self) -> list[tuple[str, str | None]]:
        rows = PriceListAssignment.objects.order_by("price_list__code")
        return list(rows.values_list("price_list__code", "storefront__code"))

    @pytest.mark.usefixtures("given")
    def test_a_misspelt_parameter_takes_nothing_away(self, api):
        for query in ("storfront=us", "storefront=us&valid_form=2026-01-01T00:00:00Z"):
            refused = api.delete(f"{ACME}?{query}")
            assert set(codes(refused).values()) == {"unknown_parameter"}, query
        assert self.stored() == [("ALL", None), ("US", "us")]

    @pytest.mark.usefixtures("given")
    def test_only_the_one_that_is_named_is_taken_away(self, api):
        assert api.delete(f"{ACME}?storefront=us&valid_from=2026-01-01T00:00:00Z").status_code == 404
        assert api.delete(f"{ACME}?storefront=us").status_code == 204
        assert self.stored() == [("ALL", None)]
        assert api.delete(ACME).status_code == 204
        assert self.stored() == []
        assert api.delete(ACME).status_code == 404

    @pytest.mark.usefixtures("given", "eu")
    def test_a_bound_key_reads_the_effect_of_those_for_all_and_writes_only_its_own(self, us):
        bound = client_with(*ACCOUNTS, *SETTINGS, storefront=us)
        why = bound.get(ACME).json()["why"]
        assert [(each["price_list"], each["storefront"], each["reason"]) for each in why] == [
            ("US", "us", "applies"), ("ALL", None, "shadowed_by_storefront"),
        ]  # fmt: skip
        assert [each["price_list"] for each in bound.get(f"{ACME}/assignments").json()["results"]] == ["US"]
        assert bound.get(f"{LISTS}/ALL/accounts").json()["results"] == []
        assert [each["shared_id"] for each in bound.get(f"{LISTS}/US/accounts").json()["results"]] == ["acme"]
        assert bound.delete(ACME).status_code == 404
        assert send(bound, "PUT", ACME, {"price_list": "US", "storefront": None}).status_code == 404
        assert self.stored() == [("ALL", None), ("US", "us")]

    @pytest.mark.usefixtures("given", "eu")
    def test_a_bound_key_cannot_tell_which_storefronts_there_are(self, us):
        bound = client_with(*ACCOUNTS, *SETTINGS, storefront=us)
        for code in ("eu", "none"):
            assert send(bound, "PUT", ACME, {"price_list": "US", "storefront": code}).status_code == 404
            for address in (ACME, PRICES):
                assert bound.get(f"{address}?sku=SAW&storefront={code}").status_code in {400, 404}
            assert bound.get(f"{ACME}?storefront={code}").status_code == 404
            assert bound.delete(f"{ACME}?storefront={code}").status_code == 404
            assert bound.get(f"/api/v1/storefronts/{code}/base-price-list").status_code == 404

    @pytest.mark.usefixtures("acme")
    def test_what_is_wrong_with_an_assignment_is_named(self, api):
        PriceListFactory(code="A")
        ends = {"valid_from": "2027-02-01T00:00:00Z", "valid_until": "2027-02-01T00:00:00Z"}
        for body, wrong in (
            ({}, {"price_list": "required"}),
            ({"price_list": "none"}, {"price_list": "does_not_exist"}),
            ({"price_list": "A", "storefront": "none"}, {"storefront": "does_not_exist"}),
            ({"price_list": "A", "valid_from": "2027-02-01T00:00:00"}, {"valid_from": "no_offset"}),
            ({"price_list": "A", **ends}, {"valid_until": "ends_before_it_begins"}),
        ):
            refused = send(api, "PUT", ACME, body)
            assert (refused.status_code, codes(refused)) == (400, wrong)
        assert send(api, "PUT", "/api/v1/accounts/none/price-list", {"price_list": "A"}).status_code == 404
        assert self.stored() == []

    @pytest.mark.usefixtures("given")
    def test_the_moment_is_read_with_and_without_an_encoded_plus(self, api):
        for at in ("2027-01-01T00:00:00%2B01:00", "2027-01-01T00:00:00+01:00"):
            assert api.get(f"{ACME}?at={at}").json()["price_list"] == "US"
        assert codes(api.get(f"{ACME}?at=2027-01-01T00:00:00")) == {"at": "no_offset"}

    def test_who_does_not_inherit_has_his_own_or_the_storefronts(self, api, us, acme):
        base, root = PriceListFactory(code="BASE"), PriceListFactory(code="ROOT")
        StorefrontDefaults.objects.create(storefront=us, base_price_list=base, updated_at=NOW)
        assign_price_list(account=acme, price_list=root, by=TESTS, at=NOW)
        AccountFactory(shared_id="alone", parent=acme, inherits_settings=False)
        answer = api.get("/api/v1/accounts/alone/price-list").json()
        assert answer == {
            "price_list": "BASE", "set_on": None, "source": "storefront", "storefront": "us",
            "why": [
                {
                    "shared_id": None, "name": None, "price_list": "BASE", "storefront": None, "applies": True,
                    "reason": "applies",
                }
            ],
        }  # fmt: skip


class TestPrices:
    @pytest.fixture(autouse=True)
    def lists(self, api, us, acme):
        base = PriceListFactory(code="BASE", prices={"SAW": "10.01", "DRILL": "5"})
        off = PriceListFactory(code="OFF", kind="percentage", percent_off="50")
        StorefrontDefaults.objects.create(storefront=us, base_price_list=base, updated_at=NOW)
        more = [{"sku": "SAW", "min_quantity": 10, "unit_price": "8"}]
        send(api, "PUT", f"{LISTS}/BASE/entries", {"entries": more})
        assign_price_list(account=acme, price_list=off, by=TESTS, at=NOW)

    def test_computed_by_quantity_and_rounded_half_up(self, api):
        (few,) = api.get(f"{PRICES}?sku=SAW&quantity=9").json()["results"]
        assert few == {
            "sku": "SAW", "quantity": 9, "unit_price": "5.01", "currency": "USD", "price_list": "OFF",
            "available": True, "why": ["OFF: 50 % off BASE: 10.01 from 1."],
        }  # fmt: skip
        (many,) = api.get(f"{PRICES}?sku=SAW&quantity=10").json()["results"]
        assert (many["unit_price"], many["why"]) == ("4.00", ["OFF: 50 % off BASE: 8 from 10."])

    def test_in_the_order_asked_each_once(self, api):
        asked = api.get(f"{PRICES}?sku=SAW&sku=DRILL&sku=SAW&sku=NONE").json()["results"]
        assert [(each["sku"], each["unit_price"]) for each in asked] == [
            ("SAW", "5.01"), ("DRILL", "2.50"), ("NONE", None),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("query", "wrong"),
        [
            ("", {"sku": "required"}),
            ("sku=SAW&quantity=0", {"quantity": "min_value"}),
            ("sku=SAW&quantity=x", {"quantity": "invalid"}),
            ("sku=SAW&qty=2", {"qty": "unknown_parameter"}),
            ("sku=SAW&at=yesterday", {"at": "invalid"}),
            ("&".join(f"sku={number}" for number in range(101)), {"sku": "max_length"}),
        ],
    )
    def test_what_is_wrong_is_named(self, api, query, wrong):
        refused = api.get(f"{PRICES}?{query}")
        assert (refused.status_code, codes(refused)) == (400, wrong)


class TestBasePriceList:
    @pytest.mark.usefixtures("eu")
    def test_storefronts_name_theirs(self, api):
        PriceListFactory(code="BASE")
        assert send(api, "PUT", "/api/v1/storefronts/us/base-price-list", {"price_list": "BASE"}).status_code == 200
        shown = api.get("/api/v1/storefronts").json()["results"]
        assert [(each["code"], each["base_price_list"]) for each in shown] == [("eu", None), ("us", "BASE")]
        assert api.get("/api/v1/storefronts/us").json()["base_price_list"] == "BASE"
        renamed = send(api, "PATCH", "/api/v1/storefronts/us", {"name": "Tools"}).json()
        assert (renamed["name"], renamed["base_price_list"]) == ("Tools", "BASE")
        refused = send(api, "PATCH", "/api/v1/storefronts/us", {"base_price_list": None})
        assert codes(refused) == {"base_price_list": "unknown_field"}
        made = send(
            api, "POST", "/api/v1/storefronts", {"code": "at", "name": "AT", "currency": "EUR", "default_region": "AT"}
        )
        assert (made.status_code, made.json()["base_price_list"]) == (201, None)

    def test_null_takes_it_away_and_a_percentage_cannot_be_one(self, api):
        PriceListFactory(code="BASE")
        PriceListFactory(code="OFF", kind="percentage", percent_off="5")
        where = "/api/v1/storefronts/us/base-price-list"
        send(api, "PUT", where, {"price_list": "BASE"})
        assert codes(send(api, "PUT", where, {"price_list": "OFF"})) == {"base_price_list": "base_not_fixed"}
        assert api.get(where).json() == {"price_list": "BASE"}
        assert api.delete(f"{LISTS}/BASE").status_code == 409
        assert send(api, "PUT", where, {"price_list": None}).json() == {"price_list": None}
        assert api.delete(f"{LISTS}/BASE").status_code == 204
