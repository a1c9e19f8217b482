"""A cart becomes an order: once, at the total that was seen, by who may, paid as is visible, to where one may ship."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db.transaction import atomic

from accounts.acting import AccountNotAssociatedError, AccountSuspendedError, PermissionMissingError
from accounts.models import Account, AccountStatus, Associate, PaymentMethod, PriceList
from accounts.services.accounts import change_account_status
from accounts.services.addresses import ACCOUNT_ADDRESSES
from accounts.services.associates import change_associate, role_of
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import EntryDraft, write_entries
from accounts.services.roles import create_role
from orders.models import Cart, Order
from orders.services.filling import fill_cart
from orders.services.ordering import CartOrder, order_cart
from tests.customers.shoppers import Browser, Speak, code_of
from tests.factories import NOW, AccountAddressFactory, AssociateFactory, GuestFactory, StorefrontFactory
from tests.orders.shopping import BY, STREET, Shopping, open_shopping
from tests.parallel import another_client, in_processes, waits_for_a_lock

ACME = {"X-Account-Shared-Id": "acme"}
FOR_ACME = {"expected_total": "24.00", "payment_method": "card", "shipping_address_id": "hq"}
FOR_HERSELF = {"expected_total": "40.00", "payment_method": "card", "shipping_address_id": "home"}


@pytest.fixture
def browser(speak: Speak, shopping: Shopping) -> Browser:
    return speak(shopping.ana)


def cart_with(browser: Browser, *, sku: str = "SAW", quantity: int = 2, **headers: str) -> str:
    """The address of a new cart that holds so many."""
    cart = f"carts/{browser.call('POST', 'carts', {}, **headers).json()['id']}"
    filled = browser.call("POST", f"{cart}/lines", {"sku": sku, "quantity": quantity}, **headers)
    assert filled.status_code == 201, filled.content
    return cart


def order(browser: Browser, cart: str, body: Any, **headers: str) -> Any:
    return browser.call("POST", f"{cart}/order", body, **headers)


def test_for_an_account_at_its_price_to_its_address(browser: Browser, shopping: Shopping) -> None:
    another = browser.call("POST", "carts", {"name": "Later"}, **ACME).json()
    cart = cart_with(browser, **ACME)
    browser.call("POST", f"{cart}/activate", **ACME)
    placed = order(browser, cart, {**FOR_ACME, "purchase_order_number": "PO-1"}, **ACME)
    assert placed.status_code == 201
    answer = placed.json()
    assert (answer["number"], answer["kind"], answer["status"], answer["total"]) == ("W-1", "b2b", "placed", "24.00")
    assert answer["account"] == {"shared_id": "acme", "name": "Acme"}
    assert answer["buyer"] == {"shared_id": "ana", "first_name": "Ana", "last_name": "Alvarez"}
    assert [(line["sku"], line["name"], line["quantity"], line["unit_price"]) for line in answer["lines"]] == [
        ("SAW", "Saw, by the box", 2, "12.00")
    ]
    assert answer["shipping_address"]["line1"] == answer["billing_address"]["line1"] == "1 Main St"
    stored = Order.objects.get()
    assert (stored.account, stored.customer, stored.outcome) == (shopping.acme, shopping.ana, "account")
    assert (stored.payment_method, stored.purchase_order_number, stored.claim_email) == (
        "card",
        "PO-1",
        "ana@acme.test",
    )
    assert stored.decision.receipt_content()["steps"][0]["step"] == "asserted"
    # It is gone from the carts, and the other one is active.
    (left,) = browser.call("GET", "carts", **ACME).json()["results"]
    assert (left["id"], left["active"]) == (another["id"], True)
    assert code_of(browser.call("GET", cart, **ACME)) == (404, "not_found")
    assert code_of(browser.call("POST", f"{cart}/lines", {"sku": "SAW", "quantity": 1}, **ACME)) == (404, "not_found")


def test_for_oneself_at_everybodys_price_to_ones_own_address(browser: Browser) -> None:
    placed = order(browser, cart_with(browser), FOR_HERSELF)
    answer = placed.json()
    assert (placed.status_code, answer["kind"], answer["account"], answer["total"]) == (201, "b2c", None, "40.00")
    assert browser.call("GET", "carts").json()["results"] == []
    assert cart_with(browser)


def test_the_same_request_again_is_the_same_order_and_another_one_is_refused(browser: Browser) -> None:
    cart = cart_with(browser, **ACME)
    first = order(browser, cart, FOR_ACME, **ACME)
    again = order(browser, cart, {**FOR_ACME, "expected_total": "24"}, **ACME)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert code_of(order(browser, cart, {**FOR_ACME, "purchase_order_number": "2"}, **ACME)) == (409, "cart_ordered")
    assert Order.objects.count() == 1


def test_at_another_total_nothing_is_ordered_and_the_cart_comes_back(browser: Browser) -> None:
    cart = cart_with(browser, **ACME)
    dearer = [EntryDraft("SAW", Decimal(13))]
    write_entries(price_list=PriceList.objects.get(code="P20"), rows=dearer, **BY)
    refused = order(browser, cart, FOR_ACME, **ACME)
    assert code_of(refused) == (409, "price_changed")
    assert (refused.json()["cart"]["total"], refused.json()["cart"]["lines"][0]["unit_price"]) == ("26.00", "13.00")
    assert Order.objects.count() == 0
    assert order(browser, cart, {**FOR_ACME, "expected_total": "26.00"}, **ACME).status_code == 201


def test_role_then_status_decide_before_anything_of_the_cart_is_told(browser: Browser, shopping: Shopping) -> None:
    cart = cart_with(browser, **ACME)
    associate = Associate.objects.get(customer=shopping.ana)
    create_role(code="filler", name="Filler", permissions=["prices.view", "carts.manage"], **BY)
    for role, status, refusal in (
        ("filler", AccountStatus.SUSPENDED, (403, "permission_missing")),
        ("buyer", AccountStatus.SUSPENDED, (409, "account_suspended")),
        ("buyer", AccountStatus.PENDING, (409, "account_pending")),
        ("buyer", AccountStatus.DISABLED, (401, "account_disabled")),
    ):
        change_associate(associate=associate, role=role_of(role), **BY)
        Account.objects.filter(pk=shopping.acme.pk).update(status=status)
        assert code_of(order(browser, cart, FOR_ACME, **ACME)) == refusal
    assert Order.objects.count() == 0
    Account.objects.filter(pk=shopping.acme.pk).update(status=AccountStatus.ACTIVE)
    assert order(browser, cart, FOR_ACME, **ACME).status_code == 201


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"payment_method": "terms"}, (409, "payment_method_not_visible")),
        ({"payment_method": "nothing"}, (409, "payment_method_not_visible")),
        ({"shipping_address_id": "home"}, (400, "unknown_address")),
        ({"shipping_address_id": "nowhere"}, (400, "unknown_address")),
        ({"billing_address_id": "home"}, (400, "unknown_address")),
        ({"billing_address_id": "dock"}, (400, "address_not_usable")),
        ({"shipping_address_id": "till"}, (400, "address_not_usable")),
        ({"expected_total": None}, (400, "required")),
        ({"expected_total": "NaN"}, (400, "invalid")),
        ({"expected_total": "1e400"}, (400, "max_digits")),
        ({"payment_method": None}, (400, "null")),
        ({"purchase_order_number": "a\x00"}, (400, "parse_error")),
        ({"total": "24.00"}, (400, "unknown_field")),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_ordered(
    browser: Browser, shopping: Shopping, change: dict[str, Any], refusal: tuple[int, str]
) -> None:
    AccountAddressFactory(account=shopping.acme, code="dock", is_billing=False)
    AccountAddressFactory(account=shopping.acme, code="till", is_shipping=False)
    cart = cart_with(browser, **ACME)
    answer = order(browser, cart, {**FOR_ACME, **change}, **ACME)
    codes = {error["code"] for error in answer.json()["errors"]} or {answer.json()["code"]}
    assert (answer.status_code, refusal[1] in codes) == (refusal[0], True), answer.json()
    assert Order.objects.count() == 0
    assert browser.call("GET", cart, **ACME).json()["total"] == "24.00"


def test_both_addresses_are_named_at_once(browser: Browser) -> None:
    cart = cart_with(browser, **ACME)
    wrong = {**FOR_ACME, "shipping_address_id": "x", "billing_address_id": "y"}
    fields = {error["field"] for error in order(browser, cart, wrong, **ACME).json()["errors"]}
    assert fields == {"shipping_address_id", "billing_address_id"}


def test_the_accounts_address_is_none_of_ones_own(browser: Browser) -> None:
    answer = order(browser, cart_with(browser), {**FOR_HERSELF, "shipping_address_id": "hq"})
    assert answer.json()["errors"][0]["code"] == "unknown_address"


def test_a_way_to_pay_is_visible_where_the_account_says_so(browser: Browser, shopping: Shopping) -> None:
    cart = cart_with(browser, **ACME)
    methods = {method.code: method for method in PaymentMethod.objects.all()}
    set_payment_rules(account=shopping.acme, words={methods["terms"]: True, methods["card"]: False}, **BY)
    assert code_of(order(browser, cart, FOR_ACME, **ACME)) == (409, "payment_method_not_visible")
    assert order(browser, cart, {**FOR_ACME, "payment_method": "terms"}, **ACME).status_code == 201


def test_it_is_billed_to_the_default_else_to_where_it_ships(browser: Browser, shopping: Shopping) -> None:
    book = AccountAddressFactory(account=shopping.acme, code="office", line1="9 Bill St", default_billing=True)
    placed = order(browser, cart_with(browser, **ACME), FOR_ACME, **ACME).json()
    assert (placed["shipping_address"]["line1"], placed["billing_address"]["line1"]) == ("1 Main St", "9 Bill St")
    ACCOUNT_ADDRESSES.change(address=book, default_billing=False, **BY)
    placed = order(browser, cart_with(browser, **ACME), FOR_ACME, **ACME).json()
    assert placed["billing_address"]["line1"] == "1 Main St"


def test_an_empty_cart_and_one_with_what_cannot_be_had(browser: Browser) -> None:
    empty = f"carts/{browser.call('POST', 'carts', {}, **ACME).json()['id']}"
    assert code_of(order(browser, empty, {**FOR_ACME, "expected_total": "0"}, **ACME)) == (409, "cart_empty")
    browser.call("POST", f"{empty}/lines", {"sku": "DRILL", "quantity": 1}, **ACME)
    base = PriceList.objects.get(code="BASE")
    write_entries(price_list=base, rows=[EntryDraft("DRILL", Decimal(5), available=False)], **BY)
    refused = order(browser, empty, {**FOR_ACME, "expected_total": "5"}, **ACME)
    assert code_of(refused) == (409, "line_unavailable")
    assert refused.json()["skus"] == [{"sku": "DRILL", "reason": "unavailable"}]


def test_who_sees_no_prices_orders_without_a_total_and_is_told_none(browser: Browser, shopping: Shopping) -> None:
    cart = cart_with(browser, **ACME)
    create_role(code="blind", name="Blind", permissions=["carts.manage", "orders.place"], **BY)
    change_associate(associate=Associate.objects.get(customer=shopping.ana), role=role_of("blind"), **BY)
    body = {name: value for name, value in FOR_ACME.items() if name != "expected_total"}
    placed = order(browser, cart, {**body, "expected_total": "1"}, **ACME)
    assert (placed.status_code, placed.json()["total"], placed.json()["lines"][0]["unit_price"]) == (201, None, None)
    assert Order.objects.get().total == 24


def test_a_total_that_no_order_can_have_is_told_last_of_all(browser: Browser, shopping: Shopping) -> None:
    write_entries(
        price_list=PriceList.objects.get(code="P20"), rows=[EntryDraft("SAW", Decimal(9_999_999_999), 10)], **BY
    )
    cart = cart_with(browser, quantity=101, **ACME)
    create_role(code="blind", name="Blind", permissions=["carts.manage", "orders.place"], **BY)
    change_associate(associate=Associate.objects.get(customer=shopping.ana), role=role_of("blind"), **BY)
    body = {name: value for name, value in FOR_ACME.items() if name != "expected_total"}
    for change, refusal in (
        ({"payment_method": "none"}, (409, "payment_method_not_visible")),
        ({"shipping_address_id": "none"}, (400, "invalid")),
        ({}, (409, "total_too_large")),
    ):
        assert code_of(order(browser, cart, {**body, **change}, **ACME)) == refusal
    assert Order.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_who_orders_while_the_role_is_taken_away_does_so_before_or_not_at_all(shopping: Shopping) -> None:
    create_role(code="filler", name="Filler", permissions=["prices.view", "carts.manage"], **BY)
    cart = fill_cart(acting=shopping.acting(), wanted=[("SAW", 2)], at=NOW).cart
    associate = Associate.objects.select_related("account", "role").get(customer=shopping.ana)
    said = CartOrder(payment_method="card", shipping_address_id="hq", expected_total=Decimal(24))
    with another_client() as admin, another_client() as ana:
        change = atomic()
        admin.enter(change)
        admin.do(change_associate, associate=associate, role=role_of("filler"), **BY)
        backend = ana.backend()
        ordering = ana.begin(order_cart, acting=shopping.acting(), cart_id=cart.pk, said=said, at=NOW)
        assert waits_for_a_lock(backend)
        admin.leave(change)
        with pytest.raises(PermissionMissingError):
            ordering.result(30)
    assert Order.objects.count() == 0


def test_a_guest_says_where_to_reach_him_first(speak: Speak, shopping: Shopping) -> None:
    guest = speak(GuestFactory())
    guest.call("POST", "addresses", {"id": "home", "last_name": "Guest", **STREET})
    cart = cart_with(guest)
    assert code_of(order(guest, cart, FOR_HERSELF)) == (409, "email_required")
    assert guest.call("PATCH", "me", {"email": "kim@home.test"}).status_code == 200
    placed = order(guest, cart, FOR_HERSELF)
    assert placed.status_code == 201
    assert Order.objects.get().claim_email == "kim@home.test"


def test_of_twenty_at_once_one_orders(transactional_db: None) -> None:
    shopping = open_shopping()
    cart = Cart.objects.create(
        customer=shopping.ana, account=shopping.acme, storefront=shopping.us, active=True,
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    cart.lines.create(position=1, sku="SAW", quantity=2)
    acting = shopping.acting()
    said = CartOrder(payment_method="card", shipping_address_id="hq", expected_total=Decimal(24))

    def press(index: int) -> None:
        for _turn in range(4):
            order_cart(acting=acting, cart_id=cart.pk, said=said, at=NOW)

    assert in_processes(5, press) == []
    assert (Order.objects.count(), Cart.objects.get().order) == (1, Order.objects.get())


def test_another_persons_cart_and_another_storefronts_are_none(
    browser: Browser, shopping: Shopping, speak: Speak
) -> None:
    ben = AssociateFactory(account=shopping.acme, role="buyer-admin").customer
    StorefrontFactory(code="eu")
    cart = cart_with(browser, **ACME)
    assert code_of(order(speak(ben), cart, FOR_ACME, **ACME)) == (404, "not_found")
    elsewhere = {**ACME, "X-Storefront": "eu"}
    assert code_of(order(browser, cart, FOR_ACME, **elsewhere)) == (404, "not_found")
    assert Order.objects.count() == 0


def test_suspended_in_between_is_seen_under_the_lock(shopping: Shopping, browser: Browser) -> None:
    """The account that a request had read is read again when it orders."""
    cart_id = cart_with(browser, **ACME).partition("/")[2]
    acting = shopping.acting()
    change_account_status(account=shopping.acme, status=AccountStatus.SUSPENDED, reason="Unpaid.", **BY)
    said = CartOrder(payment_method="card", shipping_address_id="hq", expected_total=Decimal(24))
    with pytest.raises(AccountSuspendedError):
        order_cart(acting=acting, cart_id=UUID(cart_id), said=said, at=NOW)
    assert Order.objects.count() == 0


def test_a_role_given_up_in_between_orders_nothing(shopping: Shopping, browser: Browser) -> None:
    """So are the association and its role."""
    cart_id = UUID(cart_with(browser, **ACME).partition("/")[2])
    acting, own = shopping.acting(), Associate.objects.get(customer=shopping.ana)
    said = CartOrder(payment_method="card", shipping_address_id="hq", expected_total=Decimal(24))
    change_associate(associate=own, role=role_of("catalog-browser"), **BY)
    with pytest.raises(PermissionMissingError):
        order_cart(acting=acting, cart_id=cart_id, said=said, at=NOW)
    Associate.objects.all().delete()
    with pytest.raises(AccountNotAssociatedError):
        order_cart(acting=acting, cart_id=cart_id, said=said, at=NOW)
    assert Order.objects.count() == 0
