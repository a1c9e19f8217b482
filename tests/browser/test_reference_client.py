"""The reference client, in the browser, from another origin than the API's: two tabs act for two accounts at once."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import Account, Associate
from accounts.services.accounts import change_account_status
from accounts.services.assignments import assign_price_list
from accounts.services.associates import change_associate, remove_associate, role_of
from accounts.services.price_lists import set_base_price_list
from customers.models import Customer
from customers.services.access import set_own_password, user_of
from orders.models import Order
from storefronts.services.storefronts import change_storefront
from tests.browser.conftest import Desk
from tests.customers.shoppers import PASSWORD
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AccountFactory,
    AssociateFactory,
    CustomerFactory,
    PaymentMethodFactory,
    PriceListFactory,
)
from tests.shop import Shop

CLIENT = Path(__file__).parent.parent.parent / "docs" / "examples" / "storefront"
BY = {"by": TESTS, "at": NOW}


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass


@pytest.fixture
def origin() -> Iterator[str]:
    """Where the page is served: not where the API is."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=CLIENT))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def ana(shop: Shop, origin: str) -> Customer:
    """Buys for Acme and, at other prices, for its part Acme West."""
    change_storefront(storefront=shop.storefront, url=f"{origin}/", **BY)
    set_base_price_list(
        storefront=shop.storefront,
        price_list=PriceListFactory(code="BASE", prices={"SAW-10": "100", "DRILL-18V": "50"}),
        **BY,
    )
    ana = CustomerFactory(shared_id="ana", email="ana@acme.test", first_name="Ana", last_name="Alvarez")
    set_own_password(user=user_of(ana), password=PASSWORD)
    acme = AccountFactory(shared_id="acme", name="Acme")
    west = AccountFactory(shared_id="acme-west", name="Acme West", parent=acme)
    for account, price, role in ((acme, "90", "buyer-admin"), (west, "80", "buyer")):
        AssociateFactory(account=account, customer=ana, role=role)
        AccountAddressFactory(account=account, company=account.name)
        own = PriceListFactory(code=f"FOR-{account.shared_id}", prices={"SAW-10": price})
        assign_price_list(account=account, price_list=own, **BY)
    PaymentMethodFactory(storefront=shop.storefront, code="net30", name="On account", visible_by_default=True)
    return ana


@pytest.fixture
def desk(context: BrowserContext, live_server: Any, origin: str) -> Iterator[Desk]:
    desk = Desk(context.new_page(), origin)
    desk.watch()
    desk.open(f"/?api={live_server.url}&storefront=us")
    yield desk
    assert desk.complaints == []


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def acting(page: Page, words: str) -> None:
    expect(page.locator("#acting")).to_have_text(words)


def add_saws(page: Page, quantity: int) -> None:
    saw = page.get_by_role("row", name="SAW-10")
    saw.get_by_label("Quantity of SAW-10").fill(str(quantity))
    saw.get_by_role("button", name="Add").click()
    expect(saw.get_by_role("status")).to_have_text(f"In the cart: {quantity}")


def order(page: Page, total: str) -> None:
    page.get_by_role("link", name="Cart").click()
    expect(page.locator("#total")).to_have_text(total)
    page.get_by_label("Your purchase order number").fill("PO-7")
    page.get_by_role("button", name="Order with obligation to pay").dblclick()
    expect(page.get_by_text("Thank you. Your order is W-")).to_be_visible()


def test_two_tabs_act_for_two_accounts_at_once(desk: Desk, ana: Customer) -> None:
    acme_tab = desk.page
    sign_in(acme_tab, ana.email)
    expect(acme_tab.get_by_role("heading", name="Hello Ana Alvarez")).to_be_visible()
    acting(acme_tab, "Buying for yourself")
    with acme_tab.expect_popup() as opened:
        acme_tab.get_by_role("row", name="Acme West").get_by_role("link", name="In another tab").click()
    west_tab = opened.value
    acme_tab.get_by_role("link", name="Acme", exact=True).click()

    acting(acme_tab, "Buying for Acme as Buyer admin")
    acting(west_tab, "Buying for Acme West as Buyer")
    expect(acme_tab.get_by_role("row", name="SAW-10")).to_contain_text("$90.00")
    expect(west_tab.get_by_role("row", name="SAW-10")).to_contain_text("$80.00")
    add_saws(acme_tab, 2)
    add_saws(west_tab, 3)
    order(west_tab, "$240.00")
    order(acme_tab, "$180.00")

    placed = Order.objects.order_by("number").values_list("account__shared_id", "total", "purchase_order_number")
    assert list(placed) == [("acme-west", 240, "PO-7"), ("acme", 180, "PO-7")]
    expect(acme_tab.get_by_role("row", name="2 × SAW-10")).to_have_count(1)
    expect(acme_tab.get_by_role("row", name="3 × SAW-10")).to_have_count(0)
    west_tab.reload()
    acting(west_tab, "Buying for Acme West as Buyer")
    expect(west_tab.get_by_role("row", name="3 × SAW-10")).to_have_count(1)


def test_what_was_ordered_is_ordered_again_at_the_price_of_today(desk: Desk, ana: Customer) -> None:
    page = desk.page
    sign_in(page, ana.email)
    page.get_by_role("link", name="Acme West", exact=True).click()
    add_saws(page, 3)
    order(page, "$240.00")
    dearer = PriceListFactory(code="DEARER", prices={"SAW-10": "81"})
    west = Account.objects.get(shared_id="acme-west")
    west.price_list_assignments.all().delete()
    assign_price_list(account=west, price_list=dearer, **BY)

    page.get_by_role("button", name="Order W-1 again").click()
    expect(page.get_by_text("All of it is in the cart, at today's prices.")).to_be_visible()
    expect(page.locator("#total")).to_have_text("$243.00")


def test_it_offers_what_role_and_status_allow_and_says_why_not(desk: Desk, ana: Customer) -> None:
    page = desk.page
    west = Account.objects.get(shared_id="acme-west")
    sign_in(page, ana.email)
    page.get_by_role("link", name="Acme West", exact=True).click()
    add_saws(page, 1)
    change_account_status(account=west, status="suspended", reason="Unpaid.", **BY)
    page.get_by_role("link", name="Cart").click()
    expect(page.get_by_text("You cannot order here. The account is suspended")).to_be_visible()
    expect(page.get_by_role("button", name="Order with obligation to pay")).to_have_count(0)

    change_associate(associate=west.associates.get(), role=role_of("limited-catalog-browser"), **BY)
    page.get_by_role("link", name="Prices").click()
    expect(page.get_by_role("row", name="SAW-10")).to_contain_text("–")
    expect(page.get_by_role("button", name="Add")).to_have_count(0)


def test_who_may_no_longer_act_for_the_account_does_not_go_on_for_himself(desk: Desk, ana: Customer) -> None:
    page = desk.page
    sign_in(page, ana.email)
    page.get_by_role("link", name="Prices").click()
    add_saws(page, 5)  # for herself
    page.get_by_role("link", name="Accounts").click()
    page.get_by_role("link", name="Acme West", exact=True).click()
    add_saws(page, 2)
    remove_associate(associate=Associate.objects.get(customer=ana, account__shared_id="acme-west"), **BY)
    page.get_by_role("link", name="Cart").click()
    acting(page, "Buying for nobody")
    expect(page.get_by_text("You are not an associate of this account")).to_be_visible()
    expect(page.get_by_role("row", name="Acme")).to_have_count(1)
    expect(page.get_by_role("navigation")).not_to_contain_text("Cart")
    expect(page.locator("#total")).to_have_count(0)
    page.get_by_role("link", name="Buy for yourself").click()
    page.get_by_role("link", name="Cart").click()
    expect(page.locator("#total")).to_have_text("$500.00")


def test_a_guest_looks_around_at_the_prices_of_everybody(desk: Desk, ana: Customer) -> None:
    page = desk.page
    page.get_by_role("button", name="Look around as a guest").click()
    page.get_by_role("link", name="Prices").click()
    expect(page.get_by_role("row", name="SAW-10")).to_contain_text("$100.00")
    acting(page, "Buying for yourself")


def test_a_page_of_an_origin_that_is_no_storefronts_gets_nothing(desk: Desk, ana: Customer, shop: Shop) -> None:
    change_storefront(storefront=shop.storefront, url="https://elsewhere.test", **BY)
    sign_in(desk.page, ana.email)
    expect(desk.page.get_by_role("alert")).to_contain_text("Failed to fetch")
    assert any("blocked by CORS policy" in complaint for complaint in desk.complaints)
    desk.complaints.clear()
