"""SQL statements of shopping lists and the wish list: pinned, and the same with one row as with many."""

from collections.abc import Callable

import pytest

from orders.models import Cart, ShoppingList
from orders.services.list_lines import add_to_list
from orders.services.lists import create_list
from tests.customers.shoppers import Browser, by_session
from tests.factories import NOW
from tests.orders.shopping import Shopping, open_shopping
from tests.sql_counts import pinned_sql_count

ACME = {"X-Account-Shared-Id": "acme"}
SKUS = ["SAW", "NAIL", "DRILL", "OLD", *(f"N{index}" for index in range(16))]


@pytest.fixture
def shopping(db: None) -> Shopping:
    return open_shopping()


@pytest.fixture
def browser(shopping: Shopping) -> Browser:
    return by_session(shopping.ana)


def fill(shopping: Shopping, *, rows: int) -> ShoppingList:
    """So many lists with so many lines, and as many wishes; gives the first list."""
    ana = shopping.acting()
    lists = [create_list(acting=ana, name=f"L{index}", at=NOW) for index in range(rows)]
    for sku in SKUS[:rows]:
        add_to_list(acting=shopping.alone(), list_id=None, sku=sku, quantity=1, at=NOW)
        for each in lists[:2]:
            add_to_list(acting=ana, list_id=each.pk, sku=sku, quantity=1, at=NOW)
    return lists[0]


@pytest.mark.parametrize("rows", [1, 20])
def test_the_lists_of_an_account(browser: Browser, shopping: Shopping, rows: int) -> None:
    shopping_list = fill(shopping, rows=rows)
    path = f"shopping-lists/{shopping_list.pk}"
    line = f"{path}/lines/{shopping_list.lines.order_by('position')[0].pk}"
    Cart.objects.all().delete()

    def pinned(method: str, what: str, call: Callable[[], object]) -> None:
        with pinned_sql_count(f"{method} /storefront/shopping-lists{what}"):
            call()

    pinned("GET", "", lambda: browser.call("GET", "shopping-lists", **ACME))
    pinned("GET", "/{id}", lambda: browser.call("GET", path, **ACME))
    pinned("POST", "", lambda: browser.call("POST", "shopping-lists", {"name": "new"}, **ACME))
    pinned("PATCH", "/{id}", lambda: browser.call("PATCH", path, {"name": "renamed"}, **ACME))
    pinned("POST", "/{id}/lines", lambda: browser.call("POST", f"{path}/lines", {"sku": "BULK"}, **ACME))
    pinned("PATCH", "/{id}/lines/{id}", lambda: browser.call("PATCH", line, {"quantity": 9}, **ACME))
    pinned("POST", "/{id}/add-to-cart", lambda: browser.call("POST", f"{path}/add-to-cart", {}, **ACME))
    assert Cart.objects.get().lines.count() == min(rows, 3)
    pinned("DELETE", "/{id}/lines/{id}", lambda: browser.call("DELETE", line, **ACME))
    pinned("DELETE", "/{id}", lambda: browser.call("DELETE", path, **ACME))
    assert ShoppingList.objects.filter(account=shopping.acme).count() == rows


@pytest.mark.parametrize("rows", [1, 20])
def test_the_wish_list(browser: Browser, shopping: Shopping, rows: int) -> None:
    with pinned_sql_count("GET /storefront/wishlist, there is none"):
        browser.call("GET", "wishlist")
    fill(shopping, rows=rows)
    wishes = ShoppingList.objects.get(account=None)
    line = f"wishlist/lines/{wishes.lines.order_by('position')[0].pk}"
    with pinned_sql_count("GET /storefront/wishlist"):
        assert len(browser.call("GET", "wishlist").json()["lines"]) == rows
    with pinned_sql_count("POST /storefront/wishlist/lines"):
        browser.call("POST", "wishlist/lines", {"sku": "BULK"})
    with pinned_sql_count("PATCH /storefront/wishlist/lines/{id}"):
        browser.call("PATCH", line, {"quantity": 9})
    with pinned_sql_count("POST /storefront/wishlist/add-to-cart"):
        browser.call("POST", "wishlist/add-to-cart", {})
    with pinned_sql_count("DELETE /storefront/wishlist/lines/{id}"):
        browser.call("DELETE", line)
    assert wishes.lines.count() == rows
