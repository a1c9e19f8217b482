"""What was ordered before is ordered again: all or chosen lines, at today's prices; what cannot be had is named."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Account, Associate, PriceList
from accounts.services.associates import change_associate, role_of
from accounts.services.price_lists import EntryDraft, write_entries
from accounts.services.roles import create_role
from orders.models import Order
from orders.services.filling import fill_cart
from orders.services.ordering import CartOrder, order_cart
from tests.customers.shoppers import Browser, Speak, code_of
from tests.factories import NOW, AccountAddressFactory, AccountFactory, AssociateFactory, StorefrontFactory
from tests.orders.shopping import BY, Shopping

ACME = {"X-Account-Shared-Id": "acme"}


@pytest.fixture
def placed(shopping: Shopping) -> Order:
    return order_for_acme(shopping)


def order_for_acme(shopping: Shopping) -> Order:
    """Two saws, a drill and a hundred nails."""
    acting = shopping.acting()
    filled = fill_cart(acting=acting, wanted=[("SAW", 2), ("DRILL", 1), ("NAIL", 100)], at=NOW)
    said = CartOrder(payment_method="card", shipping_address_id="hq", expected_total=Decimal("34.00"))
    return order_cart(acting=acting, cart_id=filled.cart.pk, said=said, at=NOW).order


@pytest.fixture
def browser(speak: Speak, shopping: Shopping) -> Browser:
    return speak(shopping.ana)


def again(browser: Browser, order: Order, body: Any = None, **headers: str) -> Any:
    return browser.call("POST", f"orders/{order.pk}/reorder", {} if body is None else body, **headers)


def held(answer: Any) -> list[tuple[str, int, str]]:
    return [(line["sku"], line["quantity"], line["unit_price"]) for line in answer.json()["cart"]["lines"]]


def test_all_of_it_at_the_prices_of_today(browser: Browser, placed: Order) -> None:
    write_entries(price_list=PriceList.objects.get(code="P20"), rows=[EntryDraft("SAW", Decimal(13))], **BY)
    answer = again(browser, placed, **ACME)
    assert (answer.status_code, answer.json()["left_out"]) == (200, [])
    assert held(answer) == [("SAW", 2, "13.00"), ("DRILL", 1, "5.00"), ("NAIL", 100, "0.05")]
    assert (answer.json()["cart"]["active"], answer.json()["cart"]["account_shared_id"]) == (True, "acme")
    # Once more: the same lines have twice as many.
    assert held(again(browser, placed, **ACME))[0] == ("SAW", 4, "13.00")
    assert Order.objects.count() == 1


def test_chosen_lines_alone_and_what_cannot_be_had_is_left_out_and_named(browser: Browser, placed: Order) -> None:
    lines = {line.sku: str(line.pk) for line in placed.lines.all()}
    base = PriceList.objects.get(code="BASE")
    write_entries(price_list=base, rows=[EntryDraft("DRILL", Decimal(5), available=False)], **BY)
    answer = again(browser, placed, {"lines": [lines["DRILL"], lines["SAW"]]}, **ACME)
    assert held(answer) == [("SAW", 2, "12.00")]
    assert answer.json()["left_out"] == [{"sku": "DRILL", "reason": "unavailable"}]


@pytest.mark.parametrize(
    "body", [{"lines": [str(UUID(int=0))]}, {"lines": ["x"]}, {"lines": "SAW"}, {"lines": []}, {"line": []}, []]
)
def test_lines_that_are_none_of_the_orders_are_refused(browser: Browser, placed: Order, body: Any) -> None:
    assert code_of(again(browser, placed, body, **ACME)) == (400, "invalid")
    assert browser.call("GET", "carts", **ACME).json()["results"] == []


def test_of_whom_one_may_see_orders(browser: Browser, placed: Order, shopping: Shopping, speak: Speak) -> None:
    # Without the header it is no order of one's own.
    assert code_of(again(browser, placed)) == (404, "not_found")
    ben = AssociateFactory(account=shopping.acme, role="buyer").customer
    colleague, stranger = speak(ben), speak(AssociateFactory(role="buyer-admin").customer)
    assert again(colleague, placed, **ACME).status_code == 200
    assert code_of(again(stranger, placed)) == (404, "not_found")
    create_role(code="alone", name="Alone", permissions=["prices.view", "carts.manage"], **BY)
    for customer in (ben, shopping.ana):
        change_associate(associate=Associate.objects.get(customer=customer), role=role_of("alone"), **BY)
    assert code_of(again(colleague, placed, **ACME)) == (404, "not_found")
    assert again(browser, placed, **ACME).status_code == 200


def test_of_what_is_below_the_account_too_but_not_of_what_is_above(shopping: Shopping, speak: Speak) -> None:
    above = order_for_acme(shopping)
    west = AccountFactory(shared_id="acme-west", parent=Account.objects.get(shared_id="acme"))
    ben = AssociateFactory(account=west, role="buyer").customer
    acting = replace(shopping.alone(ben), account=Account.objects.get(pk=west.pk), role=role_of("buyer"))
    AccountAddressFactory(account=west, code="west")
    filled = fill_cart(acting=acting, wanted=[("SAW", 1)], at=NOW)
    said = CartOrder(payment_method="card", shipping_address_id="west", expected_total=Decimal(12))
    order = order_cart(acting=acting, cart_id=filled.cart.pk, said=said, at=NOW).order
    assert held(again(speak(shopping.ana), order, **ACME)) == [("SAW", 1, "12.00")]
    assert code_of(again(speak(ben), above, **{"X-Account-Shared-Id": "acme-west"})) == (404, "not_found")


def test_a_role_without_carts_reorders_nothing(browser: Browser, placed: Order, shopping: Shopping) -> None:
    change_associate(associate=Associate.objects.get(customer=shopping.ana), role=role_of("catalog-browser"), **BY)
    assert code_of(again(browser, placed, **ACME)) == (403, "permission_missing")
    assert code_of(browser.call("POST", f"orders/{UUID(int=0)}/reorder", {}, **ACME)) == (403, "permission_missing")


def test_it_is_of_the_storefront_it_was_placed_on(browser: Browser, placed: Order) -> None:
    StorefrontFactory(code="eu", currency="EUR")
    assert code_of(again(browser, placed, **ACME, **{"X-Storefront": "eu"})) == (404, "not_found")
