"""Shopping lists of those who act for an account, over HTTP, by a session and by a back end's key."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError

from accounts.admin.dialogs import deletion_sentences
from accounts.models import Account, AccountStatus, Associate, PriceList
from accounts.services.associates import change_associate, role_of
from accounts.services.deletion import delete_account, deletion_preview
from accounts.services.price_lists import EntryDraft, write_entries
from accounts.services.roles import create_role
from customers import ports
from customers.models import Customer
from interface.api.problems import problem_of
from orders.models import Cart, ShoppingList, ShoppingListLine
from orders.services.filling import fill_cart
from orders.services.list_lines import add_to_list
from orders.services.list_records import LISTS
from orders.services.lists import create_list
from tests.customers.shoppers import Browser, Speak, code_of
from tests.factories import NOW, AccountFactory, AssociateFactory, CustomerFactory, StorefrontFactory
from tests.orders.shopping import BY, Shopping, held
from tests.parallel import in_processes

ACME = {"X-Account-Shared-Id": "acme"}
NOBODYS = UUID(int=0)


@pytest.fixture
def browser(speak: Speak, shopping: Shopping) -> Browser:
    return speak(shopping.ana)


def make(browser: Browser, name: str = "Every month", **headers: str) -> str:
    """Its address."""
    made = browser.call("POST", "shopping-lists", {"name": name}, **(headers or ACME))
    assert made.status_code == 201, made.content
    return f"shopping-lists/{made.json()['id']}"


def put(browser: Browser, path: str, sku: str, quantity: int = 1, **headers: str) -> dict:
    answer = browser.call("POST", f"{path}/lines", {"sku": sku, "quantity": quantity}, **(headers or ACME))
    assert answer.status_code == 201, answer.content
    return answer.json()


def on(shopping_list: ShoppingList) -> dict[str, int]:
    return dict(shopping_list.lines.order_by("position").values_list("sku", "quantity"))


def named(customer: Customer) -> list[tuple[str, str | None]]:
    return list(ShoppingList.objects.filter(customer=customer).order_by("pk").values_list("name", "account__shared_id"))


class TestOneList:
    def test_from_its_making_to_its_end(self, browser: Browser) -> None:
        path = make(browser, " Every month ")
        assert browser.call("POST", f"{path}/lines", {"sku": "NAIL"}, **ACME).json()["lines"][0]["quantity"] == 1
        first = put(browser, path, "SAW", 9)
        again = browser.call("POST", f"{path}/lines", {"sku": "SAW"}, **ACME)
        itself = f"/api/v1/storefront/{path}"
        nail, saw = first["lines"]
        assert again.json() == {
            "id": path.partition("/")[2],
            "name": "Every month",
            "account_shared_id": "acme",
            "currency": "USD",
            "lines": [
                {"id": nail["id"], "sku": "NAIL", "name": "", "quantity": 1, "unit_price": "0.05", "available": True},
                {
                    "id": saw["id"],
                    "sku": "SAW",
                    "name": "Saw, by the box",
                    "quantity": 10,
                    "unit_price": "9.50",
                    "available": True,
                },
            ],
            "links": {"self": itself, "lines": f"{itself}/lines", "add_to_cart": f"{itself}/add-to-cart"},
            "created_at": first["created_at"],
            "updated_at": again.json()["updated_at"],
        }
        line = f"{path}/lines/{saw['id']}"
        fewer = browser.call("PATCH", line, {"quantity": 2}, **ACME)
        assert [(each["sku"], each["quantity"], each["unit_price"]) for each in fewer.json()["lines"]] == [
            ("NAIL", 1, "0.05"),
            ("SAW", 2, "12.00"),
        ]
        stale = {**ACME, "If-Match": again.headers["ETag"]}
        for method, address, body in (
            ("PATCH", path, {"name": "Rarely"}), ("PATCH", path, {}), ("DELETE", path, None),
            ("PATCH", line, {"quantity": 3}), ("DELETE", line, None),
        ):  # fmt: skip
            assert code_of(browser.call(method, address, body, **stale)) == (412, "stale")
        fresh = {**ACME, "If-Match": fewer.headers["ETag"]}
        renamed = browser.call("PATCH", path, {"name": "Rarely"}, **fresh)
        assert (renamed.status_code, renamed.json()["name"]) == (200, "Rarely")
        assert browser.call("DELETE", line, **ACME).status_code == 204
        found = browser.call("GET", path, **ACME)
        assert [each["sku"] for each in found.json()["lines"]] == ["NAIL"]
        assert browser.call("DELETE", path, **{**ACME, "If-Match": found.headers["ETag"]}).status_code == 204
        assert code_of(browser.call("GET", path, **ACME)) == (404, "not_found")
        assert not ShoppingListLine.objects.exists()

    def test_what_cannot_be_had_may_be_on_it_and_says_so(self, browser: Browser) -> None:
        path = make(browser)
        for sku, quantity in (("OLD", 1), ("BULK", 99), ("NOWHERE", 1), ("SAW", 1), ("DRILL", 1)):
            put(browser, path, sku, quantity)
        base = PriceList.objects.get(code="BASE")
        write_entries(price_list=base, rows=[EntryDraft("DRILL", Decimal(5), available=False, name="Drill")], **BY)
        lines = browser.call("GET", path, **ACME).json()["lines"]
        assert [(each["sku"], each["name"], each["unit_price"], each["available"]) for each in lines] == [
            ("OLD", "", None, False),
            ("BULK", "", None, False),
            ("NOWHERE", "", None, False),
            ("SAW", "Saw, by the box", "12.00", True),
            ("DRILL", "Drill", None, False),
        ]
        into = browser.call("POST", f"{path}/add-to-cart", {}, **ACME)
        assert (into.status_code, into.json()["left_out"]) == (
            200,
            [
                {"sku": "OLD", "reason": "unavailable"},
                {"sku": "BULK", "reason": "not_priced"},
                {"sku": "NOWHERE", "reason": "unavailable"},
                {"sku": "DRILL", "reason": "unavailable"},
            ],
        )
        assert (into.json()["cart"]["total"], into.json()["cart"]["account_shared_id"]) == ("12.00", "acme")
        assert len(browser.call("GET", path, **ACME).json()["lines"]) == 5

    def test_some_of_it_goes_into_the_active_cart(self, browser: Browser) -> None:
        path = make(browser)
        put(browser, path, "NAIL", 100)
        lines = [each["id"] for each in put(browser, path, "SAW", 2)["lines"]]
        key = {**ACME, "Idempotency-Key": "once"}
        for _ in range(2):
            into = browser.call("POST", f"{path}/add-to-cart", {"lines": lines[1:]}, **key)
            assert (into.status_code, into.json()["left_out"]) == (200, [])
        assert held(Cart.objects.get()) == {"SAW": 2}
        browser.call("POST", f"{path}/add-to-cart", **ACME)
        assert held(Cart.objects.get()) == {"SAW": 4, "NAIL": 100}
        for body in ({"lines": [str(NOBODYS)]}, {"lines": []}, {"lines": "x"}, {"lines": [1.5]}, {"cart": 1}, []):
            assert code_of(browser.call("POST", f"{path}/add-to-cart", body, **ACME)) == (400, "invalid"), body


class TestAll:
    def test_the_oldest_first_in_pages(self, browser: Browser) -> None:
        paths = [make(browser, name) for name in ("C", "A", "B")]
        put(browser, paths[1], "SAW", 10)
        page = browser.call("GET", "shopping-lists?page_size=2", **ACME).json()
        assert [(each["name"], len(each["lines"])) for each in page["results"]] == [("C", 0), ("A", 1)]
        assert page["results"][1] == browser.call("GET", paths[1], **ACME).json()
        rest = browser.call("GET", f"shopping-lists?{page['next'].partition('?')[2]}", **ACME).json()
        assert [each["name"] for each in rest["results"]] == ["B"]
        for wrong in ("name=A", "page_size=21", "ordering=total", "cursor=x"):
            assert code_of(browser.call("GET", f"shopping-lists?{wrong}", **ACME)) == (400, "invalid")

    def test_what_is_refused_and_with_which_words(self, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        def said(method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
            return code_of(browser.call(method, path, body, **(headers or ACME)))

        path, other = make(browser, "A"), make(browser, "B")
        assert said("POST", "shopping-lists", {"name": "A"}) == (409, "list_name_taken")
        assert said("PATCH", other, {"name": "A"}) == (409, "list_name_taken")
        assert browser.call("PATCH", other, {"name": "B"}, **ACME).status_code == 200
        for body in ({}, {"name": ""}, {"name": None}, {"name": "N" * 121}, {"name": []}, {"lines": []}, [], "x"):
            assert said("POST", "shopping-lists", body) == (400, "invalid"), body
        assert said("PATCH", path, {"name": " "}) == (400, "invalid")
        assert said("POST", "shopping-lists", {"name": "\x00"}) == (400, "parse_error")
        wrong_quantities = (0, -1, 1.5, "x", None, 1_000_001, 10**40, [])
        for body in (
            {}, {"quantity": 1}, {"sku": ""}, {"sku": "S" * 121}, {"sku": ["SAW"]}, {"sku": "SAW", "price": "1"},
            *({"sku": "SAW", "quantity": quantity} for quantity in wrong_quantities),
        ):  # fmt: skip
            assert said("POST", f"{path}/lines", body) == (400, "invalid"), body
        full = put(browser, path, "NAIL", 1_000_000)
        over = browser.call("POST", f"{path}/lines", {"sku": "NAIL"}, **ACME)
        assert (over.status_code, over.json()["errors"][0]["field"]) == (400, "quantity")
        line = f"{path}/lines/{full['lines'][0]['id']}"
        for body in ({}, {"quantity": 0}, {"sku": "SAW", "quantity": 1}):
            assert said("PATCH", line, body) == (400, "invalid"), body
        # A line is looked for on its own list alone.
        for method, body in (("PATCH", {"quantity": 1}), ("DELETE", None)):
            assert said(method, line.replace(path, other), body) == (404, "not_found")
            assert said(method, f"{path}/lines/{NOBODYS}", body) == (404, "not_found")
        monkeypatch.setattr("orders.services.list_lines.MOST_LIST_LINES", 1)
        assert said("POST", f"{path}/lines", {"sku": "SAW"}) == (409, "too_many_lines")
        assert browser.call("PATCH", line, {"quantity": 1}, **ACME).status_code == 200
        assert put(browser, path, "NAIL", 2)["lines"][0]["quantity"] == 3
        monkeypatch.setattr("orders.services.lists.MOST_LISTS", 2)
        assert said("POST", "shopping-lists", {"name": "C"}) == (409, "too_many_lists")

    def test_roles_and_the_status_of_the_account(self, browser: Browser, shopping: Shopping) -> None:
        path = make(browser)
        line = f"{path}/lines/{put(browser, path, 'SAW')['lines'][0]['id']}"
        calls = [
            ("GET", "shopping-lists", None), ("POST", "shopping-lists", {"name": "B"}), ("GET", path, None),
            ("PATCH", path, {"name": "C"}), ("POST", f"{path}/lines", {"sku": "SAW"}), ("DELETE", line, None),
            ("PATCH", line, {"quantity": 5}), ("POST", f"{path}/add-to-cart", {}), ("DELETE", path, None),
        ]  # fmt: skip

        def answers(headers: dict[str, str] = ACME) -> set[tuple[int, str]]:
            return {code_of(browser.call(*call, **headers)) for call in calls}

        assert answers({}) == {(409, "account_required")}
        associate = Associate.objects.get(customer=shopping.ana)
        for role in ("limited-catalog-browser", "catalog-browser"):
            change_associate(associate=associate, role=role_of(role), **BY)
            assert answers() == {(403, "permission_missing")}
        change_associate(associate=associate, role=role_of("buyer"), **BY)
        Account.objects.update(status=AccountStatus.PENDING)
        assert answers() == {(409, "account_pending")}
        assert on(ShoppingList.objects.get()) == {"SAW": 1}
        assert not Cart.objects.exists()
        Account.objects.update(status=AccountStatus.SUSPENDED)
        assert put(browser, path, "SAW")["lines"][0]["quantity"] == 2

    def test_without_prices_there_is_no_amount_and_without_carts_none_is_filled(
        self, browser: Browser, shopping: Shopping
    ) -> None:
        create_role(code="blind", name="Blind", permissions=["lists.manage"], **BY)
        change_associate(associate=Associate.objects.get(customer=shopping.ana), role=role_of("blind"), **BY)
        path = make(browser)
        put(browser, path, "OLD")
        filled = put(browser, path, "SAW")
        for found in (filled, browser.call("GET", "shopping-lists", **ACME).json()["results"][0]):
            assert [(each["unit_price"], each["available"]) for each in found["lines"]] == [(None, False), (None, True)]
            assert set(found["links"]) == {"self", "lines"}
        assert code_of(browser.call("POST", f"{path}/add-to-cart", {}, **ACME)) == (403, "permission_missing")
        assert not Cart.objects.exists()

    def test_others_lists_are_as_if_there_were_none(self, browser: Browser, speak: Speak, shopping: Shopping) -> None:
        """Also of a colleague, and one's own for another account or on another storefront."""
        path = make(browser)
        line = f"{path}/lines/{put(browser, path, 'SAW')['lines'][0]['id']}"
        ben = CustomerFactory(shared_id="ben", email="ben@acme.test")
        AssociateFactory(account=shopping.acme, customer=ben, role="buyer-admin")
        west = AccountFactory(shared_id="west", name="West", parent=Account.objects.get(pk=shopping.acme.pk))
        AssociateFactory(account=west, customer=shopping.ana, role="buyer-admin")
        StorefrontFactory(code="eu")
        for who, headers in (
            (speak(ben), ACME),
            (browser, {"X-Account-Shared-Id": "west"}),
            (browser, {**ACME, "X-Storefront": "eu"}),
        ):
            assert who.call("GET", "shopping-lists", **headers).json()["results"] == []
            nothing = who.call("GET", f"shopping-lists/{NOBODYS}", **headers).json() | {"request_id": ""}
            for method, address, body in (
                ("GET", path, None), ("DELETE", path, None), ("PATCH", path, {"name": "Mine"}), ("DELETE", line, None),
                ("PATCH", line, {"quantity": 5}), ("POST", f"{path}/lines", {"sku": "SAW"}),
                ("POST", f"{path}/add-to-cart", {}),
            ):  # fmt: skip
                assert who.call(method, address, body, **headers).json() | {"request_id": ""} == nothing
            make(who, "Every month", **headers)
        assert on(ShoppingList.objects.get(customer=shopping.ana, account=shopping.acme, storefront=shopping.us)) == {
            "SAW": 1
        }


class TestWithoutHttp:
    def test_of_two_at_once_the_database_takes_one_name(self, shopping: Shopping) -> None:
        ana = shopping.acting()
        create_list(acting=ana, name="A", at=NOW)
        with pytest.raises(IntegrityError) as refused:
            ShoppingList.objects.create(
                customer=ana.customer,
                account=ana.account,
                storefront=ana.storefront,
                name="A",
                created_at=NOW,
                updated_at=NOW,
            )
        problem = problem_of(refused.value)
        assert problem is not None
        assert (problem.status, problem.code) == (409, "list_name_taken")

    def test_an_accounts_lists_and_carts_go_with_it_and_are_counted_first(self, shopping: Shopping) -> None:
        made = create_list(acting=shopping.acting(), name="A", at=NOW)
        add_to_list(acting=shopping.acting(), list_id=made.pk, sku="SAW", quantity=1, at=NOW)
        add_to_list(acting=shopping.alone(), list_id=None, sku="DRILL", quantity=1, at=NOW)
        for put_in in (shopping.acting(), shopping.alone()):
            fill_cart(acting=put_in, wanted=[("SAW", 1)], at=NOW)
        acme = Account.objects.get(pk=shopping.acme.pk)
        preview = deletion_preview(acme)
        assert (preview.carts, preview.shopping_lists, preview.is_refused) == (1, 1, False)
        assert deletion_sentences(preview) == [
            "Goes: 1 account", "Goes: 1 associate", "Goes: 1 address", "Goes: 1 price or payment setting",
            "Goes: 1 cart", "Goes: 1 shopping list",
        ]  # fmt: skip
        assert delete_account(account=acme, **BY) == 1
        assert on(ShoppingList.objects.get()) == {"DRILL": 1}

    def test_merged_people_have_all_lists_and_undoing_it_gives_them_back(self, shopping: Shopping) -> None:
        ana, again = shopping.ana, CustomerFactory(shared_id="ana-2", email="ana2@acme.test")
        for customer, name in ((ana, "A"), (again, "A"), (again, "A (2)"), (again, "B")):
            ShoppingList.objects.create(
                customer=customer,
                account=shopping.acme,
                storefront=shopping.us,
                name=name,
                created_at=NOW,
                updated_at=NOW,
            )
        moved = LISTS.move(loser=again, survivor=ana, at=NOW)
        assert named(again) == []
        assert named(ana) == [(name, "acme") for name in ("A", "A (2)", "A (2) (2)", "B")]
        ShoppingList.objects.filter(name="B").update(name="C")
        LISTS.move_back(moved=moved, loser=again, survivor=ana, at=NOW + timedelta(days=1))
        assert named(ana) == [("A", "acme")]
        assert named(again) == [("A", "acme"), ("A (2)", "acme"), ("C", "acme")]

    def test_who_is_erased_has_none_and_others_keep_theirs(self, shopping: Shopping) -> None:
        ben = CustomerFactory(shared_id="ben", email="ben@acme.test")
        for customer in (shopping.ana, ben):
            add_to_list(acting=shopping.alone(customer), list_id=None, sku="SAW", quantity=1, at=NOW)
        create_list(acting=shopping.acting(), name="A", at=NOW)
        assert LISTS.erase(customer=shopping.ana, at=NOW) == ports.Erased("orders.lists", cleared=2)
        assert LISTS.erase(customer=shopping.ana, at=NOW) == ports.Erased("orders.lists")
        assert ShoppingList.objects.get().customer == ben


@pytest.mark.django_db(transaction=True)
def test_what_many_put_on_at_once_is_all_on_it(shopping: Shopping) -> None:
    """And on the wish list, which none of them had found."""
    made = create_list(acting=shopping.acting(), name="A", at=NOW)

    def put_on(index: int) -> None:
        for acting, list_id in ((shopping.acting(), made.pk), (shopping.alone(), None)):
            for sku, quantity in (("SAW", 1 + index), (f"N{index}", 1), ("DRILL", 2)):
                add_to_list(acting=acting, list_id=list_id, sku=sku, quantity=quantity, at=NOW)

    assert in_processes(6, put_on) == []
    expected = {"SAW": 21, "DRILL": 12, **{f"N{index}": 1 for index in range(6)}}
    assert [on(each) for each in ShoppingList.objects.all()] == [expected, expected]
    positions = [list(each.lines.values_list("position", flat=True)) for each in ShoppingList.objects.all()]
    assert positions == [[1, 2, 3, 4, 5, 6, 7, 8]] * 2
