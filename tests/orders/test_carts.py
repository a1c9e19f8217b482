"""Carts: which there are, which is active, what is in them and what that costs at the moment."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from accounts.models import Account, AccountStatus, Associate, PriceList
from accounts.services.accounts import change_account_status
from accounts.services.associates import change_associate, role_of
from accounts.services.price_lists import EntryDraft, write_entries
from accounts.services.roles import create_role
from orders.cart_contents import LeftOut, NotToBeHad
from orders.models import Cart
from orders.services.carts import (
    CartNameTakenError,
    OneCartOnlyError,
    activate_cart,
    create_cart,
    duplicate_cart,
    remove_cart,
    rename_cart,
)
from orders.services.filling import fill_cart
from tests.customers.shoppers import Browser, Speak, code_of
from tests.factories import NOW, AssociateFactory, CustomerFactory
from tests.orders.shopping import BY, Shopping, costs, held

ACME = {"X-Account-Shared-Id": "acme"}


class TestWhichThereAre:
    def test_several_for_an_account_of_which_one_is_active(self, shopping: Shopping) -> None:
        ana = shopping.acting()
        first = create_cart(acting=ana, at=NOW)
        office = create_cart(acting=ana, name="Office", at=NOW)
        assert [(cart.name, cart.active) for cart in Cart.objects.of(ana).open()] == [("", True), ("Office", False)]
        for name in ("", "Office"):
            with pytest.raises(CartNameTakenError):
                create_cart(acting=ana, name=name, at=NOW)
        with pytest.raises(CartNameTakenError):
            rename_cart(acting=ana, cart_id=office.pk, name="", at=NOW)
        assert activate_cart(acting=ana, cart_id=office.pk, at=NOW).active
        assert not Cart.objects.get(pk=first.pk).active
        remove_cart(acting=ana, cart_id=office.pk, at=NOW)
        assert Cart.objects.get(pk=first.pk).active

    def test_for_oneself_there_is_one_without_a_name(self, shopping: Shopping) -> None:
        ana = shopping.alone()
        with pytest.raises(OneCartOnlyError):
            create_cart(acting=ana, name="Garden", at=NOW)
        own = create_cart(acting=ana, at=NOW)
        with pytest.raises(OneCartOnlyError):
            create_cart(acting=ana, at=NOW)
        with pytest.raises(OneCartOnlyError):
            rename_cart(acting=ana, cart_id=own.pk, name="Garden", at=NOW)
        with pytest.raises(OneCartOnlyError):
            duplicate_cart(acting=ana, cart_id=own.pk, at=NOW)
        assert list(Cart.objects.of(ana)) == [own]
        assert own.active

    def test_the_one_that_changed_last_is_active_after_the_active_one_went(self, shopping: Shopping) -> None:
        ana = shopping.acting()
        active, early, late = (
            create_cart(acting=ana, name=name, at=NOW + timedelta(minutes=n)) for n, name in enumerate(("A", "B", "C"))
        )
        rename_cart(acting=ana, cart_id=early.pk, name="B2", at=NOW + timedelta(hours=1))
        remove_cart(acting=ana, cart_id=active.pk, at=NOW + timedelta(hours=2))
        assert list(Cart.objects.of(ana).filter(active=True)) == [early]
        remove_cart(acting=ana, cart_id=late.pk, at=NOW)
        remove_cart(acting=ana, cart_id=early.pk, at=NOW)
        assert create_cart(acting=ana, at=NOW).active

    def test_copies_say_when_and_never_clash(self, shopping: Shopping) -> None:
        ana = shopping.acting()
        fill_cart(acting=ana, wanted=[("SAW", 2), ("NAIL", 3)], at=NOW)
        (plain,) = Cart.objects.of(ana)
        office = create_cart(acting=ana, name="O" * 120, at=NOW)
        named = [duplicate_cart(acting=ana, cart_id=each.pk, at=NOW) for each in (plain, plain, office)]
        assert [(cart.name, cart.active) for cart in named] == [
            ("Copied At 2026-11-23 10:00", False),
            ("Copied At 2026-11-23 10:00 (2)", False),
            ("O" * 93 + " Copied At 2026-11-23 10:00", False),
        ]
        assert held(named[1]) == {"SAW": 2, "NAIL": 3}


class TestFilling:
    def test_what_can_be_had_goes_in_and_the_rest_is_named(self, shopping: Shopping) -> None:
        ana = shopping.acting()
        wanted = [("SAW", 4), ("OLD", 1), ("BULK", 99), ("NOWHERE", 1), ("NAIL", 1_000_001), ("SAW", 5), ("DRILL", 1)]
        filled = fill_cart(acting=ana, wanted=wanted, at=NOW)
        assert held(filled.cart) == {"SAW": 9, "DRILL": 1}
        assert filled.left_out == [
            LeftOut("OLD", NotToBeHad.UNAVAILABLE),
            LeftOut("BULK", NotToBeHad.NOT_PRICED),
            LeftOut("NOWHERE", NotToBeHad.UNAVAILABLE),
            LeftOut("NAIL", NotToBeHad.QUANTITY_TOO_LARGE),
        ]
        assert costs(filled.cart, ana) == ([("SAW", Decimal("12.00")), ("DRILL", Decimal("5.00"))], Decimal("113.00"))
        # One more reaches the next price, for all of them.
        again = fill_cart(acting=ana, wanted=[("SAW", 1)], at=NOW)
        assert again.cart == filled.cart
        assert costs(again.cart, ana) == ([("SAW", Decimal("9.50")), ("DRILL", Decimal("5.00"))], Decimal("100.00"))

    def test_of_two_sets_each_fills_its_own_at_its_own_prices(self, shopping: Shopping) -> None:
        for acting, price in ((shopping.alone(), "20.00"), (shopping.acting(), "12.00")):
            filled = fill_cart(acting=acting, wanted=[("SAW", 1)], at=NOW)
            assert costs(filled.cart, acting) == ([("SAW", Decimal(price))], Decimal(price))
        assert Cart.objects.count() == 2

    def test_a_full_cart_takes_more_of_what_it_holds_and_nothing_new(
        self, shopping: Shopping, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("orders.cart_contents.MOST_CART_LINES", 2)
        filled = fill_cart(acting=shopping.alone(), wanted=[("NAIL", 1), ("SAW", 1), ("DRILL", 1)], at=NOW)
        again = fill_cart(acting=shopping.alone(), wanted=[("DRILL", 1), ("SAW", 2)], at=NOW)
        assert filled.left_out == again.left_out == [LeftOut("DRILL", NotToBeHad.TOO_MANY_LINES)]
        assert held(again.cart) == {"NAIL": 1, "SAW": 3}


class TestOverTheApi:
    @pytest.fixture
    def browser(self, speak: Speak, shopping: Shopping) -> Browser:
        return speak(shopping.ana)

    def test_a_cart_from_its_making_to_its_end(self, browser: Browser) -> None:
        made = browser.call("POST", "carts", {"name": " Office "}, **ACME)
        assert made.status_code == 201
        path = f"carts/{made.json()['id']}"
        put = browser.call("POST", f"{path}/lines", {"sku": "SAW", "quantity": 9}, **ACME)
        assert put.status_code == 201
        again = browser.call("POST", f"{path}/lines", {"sku": "SAW", "quantity": 1}, **ACME)
        (line,) = again.json()["lines"]
        assert again.json() | {"created_at": "", "updated_at": "", "id": ""} == {
            "id": "",
            "name": "Office",
            "active": True,
            "account_shared_id": "acme",
            "currency": "USD",
            "lines": [
                {
                    "id": put.json()["lines"][0]["id"],
                    "sku": "SAW",
                    "name": "Saw, by the box",
                    "quantity": 10,
                    "unit_price": "9.50",
                    "line_total": "95.00",
                    "available": True,
                }
            ],
            "total": "95.00",
            "links": {
                "self": f"/api/v1/storefront/{path}",
                **{name: f"/api/v1/storefront/{path}/{name}" for name in ("lines", "duplicate", "order")},
            },
            "created_at": "",
            "updated_at": "",
        }
        fewer = browser.call("PATCH", f"{path}/lines/{line['id']}", {"quantity": 2}, **ACME)
        assert (fewer.status_code, fewer.json()["total"]) == (200, "24.00")
        stale = {**ACME, "If-Match": again.headers["ETag"]}
        for method, address, body in (
            ("PATCH", path, {"name": "Home"}), ("DELETE", path, None), ("DELETE", f"{path}/lines/{line['id']}", None),
            ("PATCH", f"{path}/lines/{line['id']}", {"quantity": 3}),
        ):  # fmt: skip
            assert code_of(browser.call(method, address, body, **stale)) == (412, "stale")
        assert browser.call("DELETE", path, **{**ACME, "If-Match": ""}).status_code == 412
        fresh = {**ACME, "If-Match": fewer.headers["ETag"]}
        named = browser.call("PATCH", path, {"name": "Home"}, **fresh)
        assert (named.status_code, named.json()["name"]) == (200, "Home")
        assert browser.call("DELETE", f"{path}/lines/{line['id']}", **ACME).status_code == 204
        assert browser.call("GET", path, **ACME).json()["lines"] == []
        assert browser.call("DELETE", path, **ACME).status_code == 204
        assert code_of(browser.call("GET", path, **ACME)) == (404, "not_found")

    def test_lists_and_which_is_active(self, browser: Browser) -> None:
        carts = [browser.call("POST", "carts", {"name": name}, **ACME).json() for name in ("", "A", "B")]
        assert [each["active"] for each in carts] == [True, False, False]
        assert "activate" not in carts[0]["links"]
        active = browser.call("POST", f"carts/{carts[1]['id']}/activate", **ACME)
        assert (active.status_code, active.json()["active"]) == (200, True)
        found = browser.call("GET", "carts?active=true", **ACME).json()["results"]
        assert [each["name"] for each in found] == ["A"]
        first = browser.call("GET", "carts?page_size=2", **ACME).json()
        assert [each["name"] for each in first["results"]] == ["", "A"]
        assert first["next"] is not None
        copy = browser.call("POST", f"carts/{carts[2]['id']}/duplicate", **ACME)
        assert (copy.status_code, copy.json()["name"][:12]) == (201, "B Copied At ")
        assert browser.call("GET", "carts?active=maybe", **ACME).status_code == 400
        assert browser.call("GET", "carts?name=A", **ACME).status_code == 400

    def test_what_is_refused_and_with_which_words(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        def said(method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
            return code_of(browser.call(method, path, body, **headers))

        own = f"carts/{browser.call('POST', 'carts', {}).json()['id']}"
        assert said("POST", "carts", {}) == said("POST", "carts", {"name": "A"}) == (409, "account_required")
        assert said("PATCH", own, {"name": "A"}) == said("POST", f"{own}/duplicate") == (409, "account_required")
        cart = f"carts/{browser.call('POST', 'carts', {'name': 'A'}, **ACME).json()['id']}"
        assert said("POST", "carts", {"name": "A"}, **ACME) == (409, "cart_name_taken")
        # Of two sets neither sees the other's.
        assert said("GET", own, **ACME) == said("GET", cart) == (404, "not_found")
        for body in ({"name": "A" * 121}, {"name": ["A"]}, {"active": True}, [], {"name": {}}):
            assert said("POST", "carts", body, **ACME) == (400, "invalid")
        assert said("POST", "carts", {"name": "\x00"}, **ACME) == (400, "parse_error")
        for body in (
            {}, {"sku": "SAW"}, {"sku": "", "quantity": 1}, {"sku": "S" * 121, "quantity": 1}, {"sku": ["SAW"]},
            *({"sku": "SAW", "quantity": q} for q in (0, -1, 1.5, "x", None, 1_000_001, 10**40, True, [])),
        ):  # fmt: skip
            assert said("POST", f"{own}/lines", body) == (400, "invalid"), body
        for sku, reason in (("OLD", "unavailable"), ("NOWHERE", "unavailable"), ("BULK", "not_priced")):
            answer = browser.call("POST", f"{own}/lines", {"sku": sku, "quantity": 1})
            assert code_of(answer) == (409, "line_unavailable")
            assert answer.json()["skus"] == [{"sku": sku, "reason": reason}]
        full = browser.call("POST", f"{own}/lines", {"sku": "NAIL", "quantity": 1_000_000})
        assert full.status_code == 201
        over = browser.call("POST", f"{own}/lines", {"sku": "NAIL", "quantity": 1})
        assert (over.status_code, over.json()["errors"][0]["field"]) == (400, "quantity")
        line = f"{own}/lines/{full.json()['lines'][0]['id']}"
        assert said("PATCH", line.replace(own, cart), {"quantity": 1}, **ACME) == (404, "not_found")
        assert said("DELETE", line.replace(own, cart), **ACME) == (404, "not_found")
        monkeypatch.setattr("orders.cart_contents.MOST_CART_LINES", 1)
        assert said("POST", f"{own}/lines", {"sku": "SAW", "quantity": 1}) == (409, "too_many_lines")
        monkeypatch.setattr("orders.services.carts.MOST_CARTS", 1)
        assert said("POST", "carts", {"name": "B"}, **ACME) == (409, "too_many_carts")
        assert said("POST", f"{cart}/duplicate", **ACME) == (409, "too_many_carts")
        for path in ("carts/x", f"{own}/lines/x", f"{own[:-1]}", "carts/00000000-0000-0000-0000-000000000000"):
            assert browser.call("GET", path).status_code in {404, 405}

    def test_a_sku_that_is_not_to_be_had_any_more_stays_and_costs_nothing(
        self, browser: Browser, shopping: Shopping
    ) -> None:
        fill_cart(acting=shopping.alone(), wanted=[("SAW", 1), ("DRILL", 1)], at=NOW)
        base = PriceList.objects.get(code="BASE")
        write_entries(price_list=base, rows=[EntryDraft("DRILL", Decimal(5), available=False, name="Drill")], **BY)
        (cart,) = browser.call("GET", "carts").json()["results"]
        assert [(each["name"], each["available"], each["unit_price"]) for each in cart["lines"]] == [
            ("Saw", True, "20.00"),
            ("Drill", False, None),
        ]
        assert (cart["lines"][1]["line_total"], cart["total"]) == (None, "20.00")
        line = f"carts/{cart['id']}/lines/{cart['lines'][1]['id']}"
        assert code_of(browser.call("PATCH", line, {"quantity": 2})) == (409, "line_unavailable")
        assert browser.call("DELETE", line).status_code == 204

    def test_roles_and_the_status_of_the_account(self, browser: Browser, shopping: Shopping) -> None:
        cart = f"carts/{browser.call('POST', 'carts', {}, **ACME).json()['id']}"
        calls = [
            ("GET", "carts", None), ("POST", "carts", {"name": "B"}), ("GET", cart, None), ("DELETE", cart, None),
            ("PATCH", cart, {"name": "C"}), ("POST", f"{cart}/activate", None), ("POST", f"{cart}/duplicate", None),
            ("POST", f"{cart}/lines", {"sku": "SAW", "quantity": 1}), ("PATCH", f"{cart}/lines/{UUID(int=0)}", {}),
            ("PATCH", f"{cart}/lines/{UUID(int=0)}", {"quantity": 1}), ("DELETE", f"{cart}/lines/{UUID(int=0)}", None),
        ]  # fmt: skip

        def answers() -> set[tuple[int, str]]:
            return {code_of(browser.call(*call, **ACME)) for call in calls}

        associate = Associate.objects.get(customer=shopping.ana)
        for role in ("limited-catalog-browser", "catalog-browser"):
            change_associate(associate=associate, role=role_of(role), **BY)
            assert answers() == {(403, "permission_missing")}
        change_associate(associate=associate, role=role_of("buyer"), **BY)
        change_account_status(account=shopping.acme, status=AccountStatus.PENDING, reason="x", **BY)
        assert answers() == {(409, "account_pending")}
        Account.objects.update(status=AccountStatus.SUSPENDED)
        filled = browser.call("POST", f"{cart}/lines", {"sku": "SAW", "quantity": 1}, **ACME)
        assert (filled.status_code, filled.json()["total"]) == (201, "12.00")
        assert "order" not in filled.json()["links"]

    def test_without_prices_no_amount_is_in_any_answer(self, browser: Browser, shopping: Shopping) -> None:
        create_role(code="blind", name="Blind", permissions=["carts.manage", "orders.place"], **BY)
        change_associate(associate=Associate.objects.get(customer=shopping.ana), role=role_of("blind"), **BY)
        cart = browser.call("POST", "carts", {}, **ACME).json()
        filled = browser.call("POST", f"carts/{cart['id']}/lines", {"sku": "SAW", "quantity": 1}, **ACME)
        for found in (filled.json(), browser.call("GET", "carts", **ACME).json()["results"][0]):
            (line,) = found["lines"]
            assert (line["unit_price"], line["line_total"], found["total"], line["available"]) == (None,) * 3 + (True,)
            assert "12" not in str([line["unit_price"], found["total"]])

    def test_others_carts_are_as_if_there_were_none(self, browser: Browser, speak: Speak, shopping: Shopping) -> None:
        """Also of a colleague who acts for the same account."""
        ben = CustomerFactory(shared_id="ben", email="ben@acme.test")
        AssociateFactory(account=shopping.acme, customer=ben, role="buyer-admin")
        cart = f"carts/{browser.call('POST', 'carts', {}, **ACME).json()['id']}"
        others = speak(ben)
        assert others.call("GET", "carts", **ACME).json()["results"] == []
        nothing = others.call("GET", f"carts/{UUID(int=0)}", **ACME).json() | {"request_id": ""}
        for method, path in (("GET", cart), ("DELETE", cart), ("POST", f"{cart}/activate"), ("POST", f"{cart}/order")):
            body = {"expected_total": "1", "payment_method": "card", "shipping_address_id": "hq"}
            answer = others.call(method, path, body if path.endswith("order") else None, **ACME)
            assert answer.json() | {"request_id": ""} == nothing
        assert browser.call("GET", cart, **ACME).json()["active"] is True

    def test_the_same_key_makes_one_cart(self, browser: Browser) -> None:
        key = {**ACME, "Idempotency-Key": "k"}
        first, second = (browser.call("POST", "carts", {"name": "A"}, **key) for _ in range(2))
        assert (first.status_code, first.json()) == (second.status_code, second.json())
        assert Cart.objects.count() == 1

    def test_the_same_key_tells_no_price_that_the_status_hides_now(self, browser: Browser) -> None:
        cart = browser.call("POST", "carts", {}, **ACME).json()["id"]
        key, line = {**ACME, "Idempotency-Key": "k"}, {"sku": "SAW", "quantity": 1}
        assert browser.call("POST", f"carts/{cart}/lines", line, **key).json()["total"] == "12.00"
        acme = Account.objects.get(shared_id="acme")
        for status, expected in ((AccountStatus.SUSPENDED, 201), (AccountStatus.PENDING, 422)):
            change_account_status(account=acme, status=status, reason="Unpaid.", **BY)
            answer = browser.call("POST", f"carts/{cart}/lines", line, **key)
            assert (answer.status_code, b"12.00" in answer.content) == (expected, expected == 201)

    @pytest.mark.parametrize("allowed", [["carts.manage", "orders.place"], ["prices.view"]])
    def test_the_same_key_in_another_role_does_nothing_and_tells_nothing(
        self, browser: Browser, allowed: list[str]
    ) -> None:
        cart = browser.call("POST", "carts", {}, **ACME).json()["id"]
        key, line = {**ACME, "Idempotency-Key": "k"}, {"sku": "SAW", "quantity": 1}
        assert browser.call("POST", f"carts/{cart}/lines", line, **key).json()["total"] == "12.00"
        association = Associate.objects.get(customer__shared_id="ana")
        before, other = association.role, create_role(code="other", name="Other", permissions=allowed, **BY)
        change_associate(associate=association, role=other, **BY)
        answer = browser.call("POST", f"carts/{cart}/lines", line, **key)
        assert code_of(answer) == (422, "idempotency_key_reused")
        assert "12.00" not in answer.content.decode()
        change_associate(associate=association, role=before, **BY)
        assert browser.call("POST", f"carts/{cart}/lines", line, **key).json()["total"] == "12.00"
        assert browser.call("GET", f"carts/{cart}", **ACME).json()["lines"][0]["quantity"] == 1
