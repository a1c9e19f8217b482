"""Who may not see prices is told none: every address under `/storefront` is read, and every cart and order made.

The same walk with `prices.view` finds the amounts where they belong, so that it would find them elsewhere too.
"""

import re
from collections.abc import Iterator
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from django.urls import get_resolver

from accounts.models import Account, Role
from accounts.permissions import Permission
from accounts.services.assignments import assign_price_list
from accounts.services.price_lists import EntryDraft, set_base_price_list, write_entries
from accounts.services.roles import change_role, create_role
from customers.models import Customer
from orders.models import Order
from orders.services.asserting import receive_asserted_order
from orders.submissions import AddressDraft, Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from storefronts.models import Storefront
from tests.customers.shoppers import Browser, Speak, speak  # noqa: F401 -- a fixture
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AccountFactory,
    AssociateFactory,
    CustomerFactory,
    PaymentMethodFactory,
    PriceListFactory,
    StorefrontFactory,
)

BY = {"by": TESTS, "at": NOW}
ACME = {"X-Account-Shared-Id": "acme"}
EVERYBODYS = {"SAW": "7317.43", "NAIL": "5923.61"}
ACMES = {"SAW": "6841.97", "DRILL": "4789.29"}
BY_THE_BOX = "6407.83"
# Of the orders: (subtotal, shipping, tax, discount), after what a piece costs in them.
ORDERED = ["8613.71", "3907.57", "9419.39"]
TOTALS = ("subtotal", "shipping_total", "tax_total", "discount_total")
MOST_PIECES = 12
NO_ID = "019a0000-0000-7000-8000-000000000000"

NOT_READ = {
    "auth/login", "auth/reauthenticate", "auth/password/request", "auth/2fa/authenticate", "auth/2fa/reauthenticate",
    "account/password/change", "registration", "registration/verify", "guest",
    "carts/{cart_id}/activate", "carts/{cart_id}/duplicate", "carts/{cart_id}/lines", "carts/{cart_id}/lines/{line_id}",
    "carts/{cart_id}/order", "orders/{order_id}/reorder", "shopping-lists/{list_id}/lines",
    "shopping-lists/{list_id}/lines/{line_id}", "shopping-lists/{list_id}/add-to-cart",
    # Not for an account, and without amounts then: his own wish list has everybody's prices.
    "wishlist", "wishlist/lines", "wishlist/lines/{line_id}", "wishlist/add-to-cart",
}  # fmt: skip
# Who he is, which is not about buying: what they answer depends on how he signed in.
SIGN_IN = {
    "auth/session", "auth/password/reset", "account/authenticators", "account/authenticators/totp",
    "account/authenticators/recovery-codes",
}  # fmt: skip
REFUSED = {"prices": (403, "permission_missing")}
QUERIES = {"prices": "?sku=SAW&sku=NAIL&quantity=11"}
# Where amounts are, for those who may see them.
READ_WITH_AMOUNTS = {
    "prices", "carts", "carts/{cart_id}", "orders", "orders/{order_id}", "accounts/{shared_id}/purchases",
    "accounts/{shared_id}/purchases/{order_id}", "shopping-lists", "shopping-lists/{list_id}",
}  # fmt: skip
WRITTEN_WITH_AMOUNTS = {
    "fill", "change a line", "rename", "activate", "duplicate", "order at another total", "order", "order again",
    "reorder", "reorder what a part bought", "note on a list", "put a list into the cart",
}  # fmt: skip


class Told:
    """Acme with its part Acme West; Ana acts for Acme, her colleague Bea too, Ben for Acme West."""

    def __init__(self) -> None:
        self.us = StorefrontFactory(code="us")
        base, acmes = PriceListFactory(code="BASE", prices=EVERYBODYS), PriceListFactory(code="P20", prices=ACMES)
        write_entries(price_list=acmes, rows=[EntryDraft("SAW", Decimal(BY_THE_BOX), 10)], **BY)
        set_base_price_list(storefront=self.us, price_list=base, **BY)
        self.acme = AccountFactory(shared_id="acme", name="Acme")
        self.west = AccountFactory(shared_id="acme-west", name="Acme West", parent=self.acme)
        assign_price_list(account=self.acme, price_list=acmes, **BY)
        self.role = create_role(code="no-prices", name="No prices", permissions=without_prices(), **BY)
        people = [CustomerFactory(shared_id=name, email=f"{name}@acme.test") for name in ("ana", "bea", "ben")]
        self.ana, bea, ben = people
        ana_for_acme = AssociateFactory(account=self.acme, customer=self.ana, role="no-prices")
        AssociateFactory(account=self.acme, customer=bea, role="buyer")
        AssociateFactory(account=self.west, customer=ben, role="buyer")
        PaymentMethodFactory(storefront=self.us, code="card", visible_by_default=True)
        AccountAddressFactory(account=self.acme, code="hq")
        placed = ((self.ana, self.acme), (bea, self.acme), (ben, self.west))
        self.orders = [self.buy(*who, Decimal(price)) for who, price in zip(placed, ORDERED, strict=True)]
        self.ids = {"associate_id": str(ana_for_acme.pk), "code": "hq"}

    def buy(self, person: Customer, account: Account, price: Decimal) -> Order:
        parts = other_amounts(price)
        submission = OrderSubmission(
            storefront=Storefront.objects.with_policy().get(pk=self.us.pk),
            number="",
            kind=OrderKind.B2B,
            placed_at=NOW,
            currency="USD",
            claim=Claim(email=person.email),
            lines=(LineDraft("SAW", 3, price, "Saw"), LineDraft("GONE", 2, price + 1)),
            totals=Totals(total=3 * price + 2 * (price + 1), **dict(zip(TOTALS, parts, strict=True))),
            shipping_address=AddressDraft(line1="1 Main St"),
        )
        account = Account.objects.get(pk=account.pk)
        return receive_asserted_order(submission=submission, customer=person, account=account, **BY)

    def show_prices(self) -> None:
        role = Role.objects.get(pk=self.role.pk)
        change_role(role=role, permissions=[*without_prices(), Permission.PRICES_VIEW], **BY)


def without_prices() -> list[str]:
    return [str(each) for each in Permission if each != Permission.PRICES_VIEW]


def other_amounts(price: Decimal) -> list[Decimal]:
    return [price + Decimal(each) for each in ("11.11", "23.31", "37.73", "41.14")]


def all_amounts() -> set[Decimal]:
    """Prices of lists and of orders, also of several pieces, and what is added to an order."""
    single = [Decimal(each) for each in (*EVERYBODYS.values(), *ACMES.values(), BY_THE_BOX, *ORDERED)]
    ordered = [Decimal(each) for each in ORDERED]
    single += [each + 1 for each in ordered]
    of_several = {quantity * price for price in single for quantity in range(1, MOST_PIECES + 1)}
    of_orders = {amount for price in ordered for amount in (*other_amounts(price), 5 * price + 2)}
    saw, drill = Decimal(ACMES["SAW"]), Decimal(ACMES["DRILL"])
    of_carts = {
        one * saw + other * drill for one in range(MOST_PIECES + 1) for other in range(MOST_PIECES + 1) if one + other
    }
    return of_several | of_orders | of_carts


def spellings(amount: Decimal) -> set[str]:
    """Digits without what stands between them: `7,317.43`, `7.317,430`, `731743` and `7317` are two."""
    cents = str(int(amount * 100)).rstrip("0")
    return {cents, *(str(int(amount.quantize(Decimal(1), rounding))) for rounding in (ROUND_FLOOR, ROUND_HALF_UP))}


SPELLED: dict[str, set[Decimal]] = {}
for one_amount in all_amounts():
    for spelled in spellings(one_amount):
        SPELLED.setdefault(spelled, set()).add(one_amount)
# Ids of things, of requests and of sessions.
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-z]{32}\b")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?")
# A space, also one that does not break, an apostrophe or a low line, as some write large numbers.
NUMBER = re.compile(r"\d(?:[.,'_ \u00a0\u202f\u2009\u2019]?\d)*")


def amounts_in(answer: Any) -> set[Decimal]:
    heads = [value for name, value in answer.headers.items() if name not in {"X-Request-Id", "ETag", "Content-Length"}]
    text = MOMENT.sub("|", ID.sub("|", "\n".join([answer.content.decode(), *heads]).lower()))
    found = set[Decimal]()
    for number in NUMBER.findall(text):
        whole = re.sub(r"\D", "", number)
        before = {re.sub(r"\D", "", number[: at.start()]) for at in re.finditer(r"[.,]", number)}
        for each in {whole, whole.rstrip("0"), *before}:
            found |= SPELLED.get(each, set())
    return found


@pytest.mark.parametrize(
    "text", ["7317.43", "7,317.43", "7.317,43", "7317.4300", "731743", "7317", "$7 317.43.", "7317.4"]
)
def test_an_amount_is_found_however_it_is_spelled(text: str) -> None:
    class Answer:
        content = f'{{"a": ["x {text}"]}}'.encode()
        headers: dict[str, str] = {}

    assert Decimal("7317.43") in amounts_in(Answer)


def addresses() -> list[str]:
    patterns = [each for included in get_resolver().url_patterns for each in getattr(included, "url_patterns", [])]
    paths = [re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(each.pattern)) for each in patterns]
    return sorted({path.removeprefix("storefront/") for path in paths if path.startswith("storefront/")})


def read(browser: Browser, told: Told, cart: str) -> Iterator[tuple[str, Any]]:
    """Every address, of each order and each account; an address of something new asks for its id in vain."""
    for address in addresses():
        ids = {**told.ids, "cart_id": cart, "line_id": NO_ID}
        for account in ("acme", "acme-west") if "{shared_id}" in address else ("",):
            for order in told.orders if "{order_id}" in address else (None,):
                order_id = str(order.pk) if order else ""
                path = address.format(**ids, shared_id=account, order_id=order_id)
                yield address, browser.call("GET", path + QUERIES.get(address, ""), **ACME)
    for path in ("purchases", f"purchases/{told.orders[-1].pk}"):
        address = "accounts/{shared_id}/" + path.replace(str(told.orders[-1].pk), "{order_id}")
        yield address, browser.call("GET", f"accounts/acme/{path}")


def write(browser: Browser, told: Told, *, sees_prices: bool) -> Iterator[tuple[str, Any]]:
    """A cart from its making to the order, and orders again."""

    def call(method: str, path: str, body: Any = None) -> Any:
        return browser.call(method, path, body, **ACME)

    made = call("POST", "carts", {"name": f"Sees prices: {sees_prices}"})
    yield "make", made
    cart = f"carts/{made.json()['id']}"
    yield "fill", call("POST", f"{cart}/lines", {"sku": "SAW", "quantity": 2})
    filled = call("POST", f"{cart}/lines", {"sku": "DRILL", "quantity": 1})
    yield "fill", filled
    yield "put in what cannot be had", call("POST", f"{cart}/lines", {"sku": "GONE", "quantity": 1})
    yield "change a line", call("PATCH", f"{cart}/lines/{filled.json()['lines'][0]['id']}", {"quantity": 4})
    yield "rename", call("PATCH", cart, {"name": f"Renamed {sees_prices}"})
    yield "activate", call("POST", f"{cart}/activate")
    yield "duplicate", call("POST", f"{cart}/duplicate")
    total = 4 * Decimal(ACMES["SAW"]) + Decimal(ACMES["DRILL"])
    body = {"payment_method": "card", "shipping_address_id": "hq", "expected_total": "1.00"}
    # Who may not see the total does not learn it from guessing either.
    guessed = call("POST", f"{cart}/order", body)
    yield "order at another total" if sees_prices else "order", guessed
    assert guessed.status_code == (409 if sees_prices else 201)
    if sees_prices:
        body = {**body, "expected_total": str(total)}
        yield "order", call("POST", f"{cart}/order", body)
    yield "order again", call("POST", f"{cart}/order", body)
    listed = call("POST", "shopping-lists", {"name": f"Sees prices: {sees_prices}"}).json()["id"]
    told.ids["list_id"] = listed
    yield "note on a list", call("POST", f"shopping-lists/{listed}/lines", {"sku": "SAW", "quantity": 2})
    yield "put a list into the cart", call("POST", f"shopping-lists/{listed}/add-to-cart", {})
    yield "reorder", call("POST", f"orders/{told.orders[0].pk}/reorder", {})
    yield "reorder what a part bought", call("POST", f"orders/{told.orders[2].pk}/reorder", {})


def expect(address: str, answer: Any, seen: dict[str, set[int]], *, sees_prices: bool) -> None:
    status = answer.status_code
    if address in NOT_READ:
        # Of one who came in by key, sign-in says first that there is no session.
        assert status in {401, 405, 409}, (address, status)
    elif address in REFUSED and not sees_prices:
        assert (status, answer.json()["code"]) == REFUSED[address], address
    elif address not in SIGN_IN:
        # Not of each account is there one of each id.
        assert status == 200 or (status == 404 and "{" in address), (address, answer.content)
    seen.setdefault(address, set()).add(status)


@pytest.mark.django_db
@pytest.mark.parametrize("sees_prices", [False, True])
def test_amounts_are_told_to_those_alone_who_may_see_them(speak: Speak, *, sees_prices: bool) -> None:  # noqa: F811
    told = Told()
    if sees_prices:
        told.show_prices()
    browser = speak(told.ana)
    written: dict[str, set[Decimal]] = {}
    for name, answer in write(browser, told, sees_prices=sees_prices):
        may_fail = name in {"put in what cannot be had", "order at another total"}
        assert answer.status_code < 300 or (may_fail and answer.status_code == 409), (name, answer.content)
        written[name] = written.get(name, set()) | amounts_in(answer)
    (cart, *_more) = [each["id"] for each in browser.call("GET", "carts", **ACME).json()["results"] if each["lines"]]
    found: dict[str, set[Decimal]] = {}
    seen: dict[str, set[int]] = {}
    for address, answer in read(browser, told, cart):
        expect(address, answer, seen, sees_prices=sees_prices)
        found[address] = found.get(address, set()) | amounts_in(answer)
    unread = NOT_READ if sees_prices else NOT_READ | set(REFUSED)
    assert {address for address, statuses in seen.items() if 200 not in statuses} - SIGN_IN == unread
    assert {name for name, amounts in written.items() if amounts} == (WRITTEN_WITH_AMOUNTS if sees_prices else set())
    assert {name for name, amounts in found.items() if amounts} == (READ_WITH_AMOUNTS if sees_prices else set())
    if sees_prices:
        told_of = set.union(*found.values(), *written.values())
        ordered = {amount for each in map(Decimal, ORDERED) for amount in (each, 3 * each, *other_amounts(each))}
        listed = {Decimal(each) for each in (ACMES["SAW"], ACMES["DRILL"], BY_THE_BOX, EVERYBODYS["NAIL"])}
        assert ordered | listed <= told_of, sorted(ordered | listed - told_of)
