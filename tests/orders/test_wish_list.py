"""The wish list of somebody who buys for himself, over HTTP, by a session and by a back end's key."""

from datetime import timedelta
from uuid import UUID

import pytest

from orders.models import Cart, ShoppingList
from orders.services.list_lines import add_to_list, change_list_line, remove_list_line
from orders.services.list_records import LISTS
from tests.customers.shoppers import Browser, Speak, code_of
from tests.factories import NOW, CustomerFactory, GuestFactory, StorefrontFactory
from tests.orders.shopping import Shopping, held

ACME = {"X-Account-Shared-Id": "acme"}
NOBODYS = UUID(int=0)
WISHES = "/api/v1/storefront/wishlist"
LINKS = {"self": WISHES, "lines": f"{WISHES}/lines", "add_to_cart": f"{WISHES}/add-to-cart"}


@pytest.fixture
def browser(speak: Speak, shopping: Shopping) -> Browser:
    return speak(shopping.ana)


def wish(browser: Browser, sku: str, quantity: int = 1, **headers: str) -> dict:
    answer = browser.call("POST", "wishlist/lines", {"sku": sku, "quantity": quantity}, **headers)
    assert answer.status_code == 201, answer.content
    return answer.json()


def on(browser: Browser, **headers: str) -> dict[str, int]:
    lines = browser.call("GET", "wishlist", **headers).json()["lines"]
    return {line["sku"]: line["quantity"] for line in lines}


def test_it_is_there_once_something_is_put_on_it(browser: Browser) -> None:
    nothing = browser.call("GET", "wishlist")
    assert (nothing.status_code, nothing.json()) == (
        200,
        {
            "id": None,
            "name": "",
            "account_shared_id": None,
            "currency": "USD",
            "lines": [],
            "links": LINKS,
            "created_at": None,
            "updated_at": None,
        },
    )
    assert "ETag" not in nothing.headers
    for method, body in (("PATCH", {"quantity": 1}), ("DELETE", None)):
        assert code_of(browser.call(method, f"wishlist/lines/{NOBODYS}", body)) == (404, "not_found")
    assert not ShoppingList.objects.exists()
    first = wish(browser, "SAW")
    second = wish(browser, "OLD", 2)
    assert second == first | {
        "lines": [
            first["lines"][0],
            {
                "id": second["lines"][1]["id"],
                "sku": "OLD",
                "name": "",
                "quantity": 2,
                "unit_price": None,
                "available": False,
            },
        ],
        "updated_at": second["updated_at"],
    }
    # His own price, not the account's.
    assert first["lines"][0] | {"id": ""} == {
        "id": "",
        "sku": "SAW",
        "name": "Saw",
        "quantity": 1,
        "unit_price": "20.00",
        "available": True,
    }
    assert first["links"] == LINKS
    assert browser.call("GET", "wishlist").json() == second
    assert ShoppingList.objects.count() == 1


def test_lines_are_changed_and_taken_off(browser: Browser) -> None:
    wish(browser, "SAW")
    seen = browser.call("POST", "wishlist/lines", {"sku": "SAW", "quantity": 2})
    (line,) = seen.json()["lines"]
    path = f"wishlist/lines/{line['id']}"
    assert line["quantity"] == 3
    more = browser.call("PATCH", path, {"quantity": 7}, **{"If-Match": seen.headers["ETag"]})
    assert (more.status_code, more.json()["lines"][0]["quantity"]) == (200, 7)
    stale = {"If-Match": seen.headers["ETag"]}
    assert code_of(browser.call("PATCH", path, {"quantity": 1}, **stale)) == (412, "stale")
    assert code_of(browser.call("DELETE", path, **stale)) == (412, "stale")
    assert code_of(browser.call("POST", "wishlist/lines", {"sku": "SAW", "quantity": 0})) == (400, "invalid")
    assert code_of(browser.call("POST", "wishlist/lines", {"sku": "SAW", "quantity": 1_000_000})) == (400, "invalid")
    assert browser.call("DELETE", path, **{"If-Match": more.headers["ETag"]}).status_code == 204
    assert on(browser) == {}
    assert ShoppingList.objects.count() == 1
    for method in ("POST", "PATCH", "DELETE"):
        assert code_of(browser.call(method, "wishlist", {})) == (405, "method_not_allowed")


def test_what_can_be_had_goes_into_the_cart(browser: Browser) -> None:
    empty = browser.call("POST", "wishlist/add-to-cart", {})
    assert (empty.status_code, empty.json()["cart"]["lines"], empty.json()["left_out"]) == (200, [], [])
    wish(browser, "SAW", 2)
    wish(browser, "OLD")
    _saw, old, nail = (line["id"] for line in wish(browser, "NAIL", 5)["lines"])
    into = browser.call("POST", "wishlist/add-to-cart", {"lines": [old, nail]})
    assert into.json()["left_out"] == [{"sku": "OLD", "reason": "unavailable"}]
    assert held(Cart.objects.get()) == {"NAIL": 5}
    assert browser.call("POST", "wishlist/add-to-cart").json()["cart"]["total"] == "40.50"
    assert on(browser) == {"SAW": 2, "OLD": 1, "NAIL": 5}


def test_it_is_ones_own_on_one_storefront(browser: Browser, speak: Speak, shopping: Shopping) -> None:
    line = wish(browser, "SAW")["lines"][0]["id"]
    StorefrontFactory(code="eu")
    ben = speak(CustomerFactory(shared_id="ben", email="ben@home.test"))
    for who, headers in ((ben, {}), (browser, {"X-Storefront": "eu"})):
        assert on(who, **headers) == {}
        wish(who, "DRILL", **headers)
        for method, body in (("PATCH", {"quantity": 9}), ("DELETE", None)):
            assert code_of(who.call(method, f"wishlist/lines/{line}", body, **headers)) == (404, "not_found")
        lines = {"lines": [line]}
        assert code_of(who.call("POST", "wishlist/add-to-cart", lines, **headers)) == (400, "invalid")
    assert on(browser) == {"SAW": 1}


def test_it_is_neither_for_accounts_nor_for_guests(browser: Browser, speak: Speak) -> None:
    guest = speak(GuestFactory(shared_id="guest"))
    line = wish(browser, "SAW")["lines"][0]["id"]
    for method, path, body in (
        ("GET", "wishlist", None), ("POST", "wishlist/lines", {"sku": "SAW"}), ("POST", "wishlist/add-to-cart", {}),
        ("DELETE", f"wishlist/lines/{line}", None), ("PATCH", f"wishlist/lines/{line}", {"quantity": 2}),
    ):  # fmt: skip
        assert code_of(browser.call(method, path, body, **ACME)) == (409, "account_not_meant")
        assert code_of(guest.call(method, path, body)) == (403, "registration_required")
    assert code_of(guest.call("GET", "shopping-lists")) == (409, "account_required")
    assert ShoppingList.objects.count() == 1
    assert on(browser) == {"SAW": 1}


def test_of_merged_people_one_wish_list_has_everything_and_undoing_it_takes_that_off(shopping: Shopping) -> None:
    mine, theirs = shopping.alone(), shopping.alone(CustomerFactory(shared_id="ana-2", email="ana2@acme.test"))
    for acting, wanted in (
        (mine, {"SAW": 1, "NAIL": 999_999}),
        (theirs, {"NAIL": 5, "DRILL": 2, "SAW": 3, "OLD": 1}),
    ):
        for sku, quantity in wanted.items():
            add_to_list(acting=acting, list_id=None, sku=sku, quantity=quantity, at=NOW)

    def wishes() -> list[dict[str, int]]:
        found = (ShoppingList.objects.get(customer=each.customer) for each in (mine, theirs))
        return [dict(each.lines.values_list("sku", "quantity")) for each in found]

    before = wishes()
    moved = LISTS.move(loser=theirs.customer, survivor=mine.customer, at=NOW)
    assert wishes() == [{"SAW": 4, "NAIL": 1_000_000, "DRILL": 2, "OLD": 1}, before[1]]
    # What he does about it himself stays: one more saw, no drill.
    lines = dict(ShoppingList.objects.get(customer=mine.customer).lines.values_list("sku", "pk"))
    change_list_line(acting=mine, list_id=None, line_id=lines["SAW"], quantity=5, at=NOW)
    remove_list_line(acting=mine, list_id=None, line_id=lines["DRILL"], at=NOW)
    LISTS.move_back(moved=moved, loser=theirs.customer, survivor=mine.customer, at=NOW + timedelta(days=1))
    assert wishes() == [{"SAW": 2, "NAIL": 999_999}, before[1]]


def test_where_one_of_two_has_wishes_the_other_gets_the_list(shopping: Shopping) -> None:
    again = CustomerFactory(shared_id="ana-2", email="ana2@acme.test")
    add_to_list(acting=shopping.alone(again), list_id=None, sku="SAW", quantity=1, at=NOW)
    wishes = ShoppingList.objects.get()
    moved = LISTS.move(loser=again, survivor=shopping.ana, at=NOW)
    assert ShoppingList.objects.get().customer == shopping.ana
    LISTS.move_back(moved=moved, loser=again, survivor=shopping.ana, at=NOW)
    assert (ShoppingList.objects.get(), ShoppingList.objects.get().customer) == (wishes, again)
