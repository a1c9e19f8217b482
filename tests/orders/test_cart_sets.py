"""Whatever is done with carts, by whomever and at once: names are unique, one is active, and one order is made."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.acting import Acting
from accounts.services.deletion import delete_account
from customers.models import Customer
from orders.models import Cart, CartLine, Order
from orders.services.carts import (
    CartNameTakenError,
    OneCartOnlyError,
    TooManyCartsError,
    activate_cart,
    create_cart,
    duplicate_cart,
    remove_cart,
    rename_cart,
)
from orders.services.filling import fill_cart
from orders.services.ordering import CartEmptyError, CartOrder, PriceChangedError, order_cart
from orders.services.personal_records import CARTS
from tests import sizes
from tests.customers.shoppers import Browser, by_session
from tests.factories import NOW, CustomerFactory
from tests.orders.shopping import BY, Shopping, held

ACME = {"X-Account-Shared-Id": "acme"}
AT_ONCE = 20
TWO_SAWS = CartOrder("card", "hq", expected_total=Decimal(24))
REFUSALS = (
    CartNameTakenError, OneCartOnlyError, TooManyCartsError, CartEmptyError, PriceChangedError, Cart.DoesNotExist,
)  # fmt: skip

Told = list[tuple[str, bool]]


@pytest.fixture
def again(db: None) -> Customer:
    """Ana, who registered twice."""
    return CustomerFactory(shared_id="ana-2", email="ana2@acme.test")


def told(customer: Customer) -> Told:
    """Name and whether it is active, of each open cart for Acme."""
    carts = Cart.objects.filter(customer=customer, account__isnull=False).open()
    return list(carts.order_by("name").values_list("name", "active"))


class TestWhateverIsDone:
    """A person, two sets, random steps; after each of them everything holds."""

    def acts(self, acting: Acting, step: tuple[str, int, str], at: datetime) -> Any:
        what, place, name = step
        carts = list(Cart.objects.of(acting).order_by("created_at", "pk"))  # ordered ones too
        chosen = carts[place % len(carts)].pk if carts else uuid4()
        said = CartOrder("card", "hq" if acting.account else "home", expected_total=Decimal(5))
        one: dict[str, Callable[[], Any]] = {
            "create": lambda: create_cart(acting=acting, name=name, at=at),
            "rename": lambda: rename_cart(acting=acting, cart_id=chosen, name=name, at=at),
            "remove": lambda: remove_cart(acting=acting, cart_id=chosen, at=at),
            "activate": lambda: activate_cart(acting=acting, cart_id=chosen, at=at),
            "duplicate": lambda: duplicate_cart(acting=acting, cart_id=chosen, at=at),
            "fill": lambda: fill_cart(acting=acting, wanted=[("DRILL", 1)], at=at),
            "order": lambda: order_cart(acting=acting, cart_id=chosen, said=said, at=at),
        }
        return one[what]()

    def holds(self, acting: Acting) -> None:
        carts = list(Cart.objects.of(acting).open())
        names = [cart.name for cart in carts]
        assert len(set(names)) == len(names)
        assert sum(cart.active for cart in carts) == (1 if carts else 0)
        assert acting.account is not None or names in ([], [""])
        ordered = Cart.objects.of(acting).filter(order__isnull=False)
        assert ordered.count() == Order.objects.filter(customer=acting.customer, account=acting.account).count()
        assert not CartLine.objects.filter(cart__in=ordered).exists()

    @pytest.mark.soak
    def test_everything_holds(self, shopping: Shopping) -> None:
        verbs = ["create", "rename", "remove", "activate", "duplicate", "fill", "order", "order"]
        step = st.tuples(st.sampled_from(verbs), st.integers(0, 5), st.sampled_from(["", "A", "B"]))
        sets = (shopping.acting(), shopping.alone())
        done: set[str] = set()

        @settings(max_examples=sizes.of(300))
        @given(st.lists(st.tuples(st.booleans(), step), min_size=12, max_size=24))
        def play(steps: Sequence[tuple[bool, tuple[str, int, str]]]) -> None:
            with transaction.atomic():
                for minute, (alone, each) in enumerate(steps):
                    try:
                        self.acts(sets[alone], each, NOW + timedelta(minutes=minute))
                        done.add(each[0])
                    except REFUSALS:
                        pass
                    for acting in sets:
                        self.holds(acting)
                transaction.set_rollback(True)

        play()
        assert done == set(verbs)  # a play that never got as far would prove nothing


class TestOfPeople:
    """Merged, torn apart again, erased: carts go with the person, and what holds of them holds on."""

    def cart(self, shopping: Shopping, customer: Customer, name: str, *, minute: int = 0) -> Cart:
        alike = {"customer": customer, "account": shopping.acme, "storefront": shopping.us}
        active = not Cart.objects.filter(**alike, active=True).exists()
        at = NOW + timedelta(minutes=minute)
        return Cart.objects.create(**alike, name=name, active=active, created_at=at, updated_at=at)

    def test_the_survivor_has_what_he_lacked_and_his_own_stays_active(
        self, shopping: Shopping, again: Customer
    ) -> None:
        ana = shopping.ana
        self.cart(shopping, ana, "A")
        for minute, name in enumerate(("B", "A", "C")):
            self.cart(shopping, again, name, minute=minute)
        before = told(ana), told(again)
        moved = CARTS.move(loser=again, survivor=ana, at=NOW)
        assert (told(ana), told(again)) == ([("A", True), ("B", False), ("C", False)], [("A", True)])
        CARTS.move_back(moved=moved, loser=again, survivor=ana, at=NOW)
        assert (told(ana), told(again)) == before == ([("A", True)], [("A", False), ("B", True), ("C", False)])

    def test_who_had_none_gets_the_active_one_with_them(self, shopping: Shopping, again: Customer) -> None:
        own = fill_cart(acting=shopping.alone(again), wanted=[("SAW", 1)], at=NOW).cart
        self.cart(shopping, again, "A")
        moved = CARTS.move(loser=again, survivor=shopping.ana, at=NOW)
        assert (told(shopping.ana), told(again)) == ([("A", True)], [])
        (his,) = Cart.objects.of(shopping.alone())
        assert (his, his.active, held(his)) == (own, True, {"SAW": 1})
        CARTS.move_back(moved=moved, loser=again, survivor=shopping.ana, at=NOW)
        assert not Cart.objects.filter(customer=shopping.ana).exists()
        assert Cart.objects.filter(customer=again, active=True).count() == 2

    def test_one_that_was_named_since_as_one_that_stayed_comes_back_with_a_number(
        self, shopping: Shopping, again: Customer
    ) -> None:
        his = self.cart(shopping, shopping.ana, "A")
        for minute, name in enumerate(("A", "B", "A (2)")):
            self.cart(shopping, again, name, minute=minute)
        moved = CARTS.move(loser=again, survivor=shopping.ana, at=NOW)
        rename_cart(acting=shopping.acting(), cart_id=his.pk, name="Spring", at=NOW)
        b = Cart.objects.get(customer=shopping.ana, name="B")
        rename_cart(acting=shopping.acting(), cart_id=b.pk, name="A", at=NOW)
        CARTS.move_back(moved=moved, loser=again, survivor=shopping.ana, at=NOW + timedelta(hours=1))
        assert sorted(name for name, _ in told(again)) == ["A", "A (2)", "A (3)"]
        assert told(shopping.ana) == [("Spring", True)]
        b.refresh_from_db()
        assert (b.name, b.customer, b.updated_at) == ("A (3)", again, NOW + timedelta(hours=1))

    def test_of_two_carts_for_oneself_each_stays_where_it_was(self, shopping: Shopping, again: Customer) -> None:
        people = (shopping.ana, again)
        carts = [fill_cart(acting=shopping.alone(each), wanted=[("SAW", 1)], at=NOW).cart for each in people]
        CARTS.move(loser=again, survivor=shopping.ana, at=NOW)
        assert [Cart.objects.get(pk=cart.pk).customer for cart in carts] == list(people)

    def test_what_was_ordered_since_is_not_given_back(self, shopping: Shopping, again: Customer) -> None:
        cart = self.cart(shopping, again, "A")
        moved = CARTS.move(loser=again, survivor=shopping.ana, at=NOW)
        fill_cart(acting=shopping.acting(), wanted=[("SAW", 2)], at=NOW)
        order_cart(acting=shopping.acting(), cart_id=cart.pk, said=TWO_SAWS, at=NOW)
        CARTS.move_back(moved=moved, loser=again, survivor=shopping.ana, at=NOW)
        assert Cart.objects.get(pk=cart.pk).customer == shopping.ana
        assert told(again) == []

    def test_who_is_erased_has_none_and_the_orders_stay(self, shopping: Shopping, again: Customer) -> None:
        cart = fill_cart(acting=shopping.acting(), wanted=[("SAW", 2)], at=NOW).cart
        order_cart(acting=shopping.acting(), cart_id=cart.pk, said=TWO_SAWS, at=NOW)
        fill_cart(acting=shopping.alone(), wanted=[("SAW", 1)], at=NOW)
        others = self.cart(shopping, again, "A")
        assert CARTS.erase(customer=shopping.ana, at=NOW).cleared == 2
        assert CARTS.erase(customer=shopping.ana, at=NOW).cleared == 0
        assert (list(Cart.objects.all()), Order.objects.count()) == ([others], 1)

    def test_an_account_goes_with_its_carts(self, shopping: Shopping) -> None:
        own = fill_cart(acting=shopping.alone(), wanted=[("SAW", 1)], at=NOW).cart
        fill_cart(acting=shopping.acting(), wanted=[("SAW", 1)], at=NOW)
        assert delete_account(account=shopping.acme, **BY) == 1
        assert list(Cart.objects.all()) == [own]


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Twenty requests of one person begin together: as if one after another, and none is a fault of ours."""

    def send(self, shopping: Shopping, call: Callable[[Browser, int], Any]) -> list[tuple[int, Any]]:
        browsers = [by_session(shopping.ana) for _each in range(AT_ONCE)]
        start = Barrier(AT_ONCE)

        def one(index: int) -> tuple[int, Any]:
            try:
                start.wait(30)
                answer = call(browsers[index], index)
                return answer.status_code, answer.json()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(one, range(AT_ONCE)))

    @pytest.mark.parametrize("key", ["", "once"])
    def test_one_order_with_a_key_and_without(self, shopping: Shopping, key: str) -> None:
        cart = fill_cart(acting=shopping.acting(), wanted=[("SAW", 2)], at=NOW).cart
        body = {"expected_total": "24.00", "payment_method": "card", "shipping_address_id": "hq"}
        headers = {**ACME, "Idempotency-Key": key} if key else ACME
        answers = self.send(
            shopping, lambda browser, _: browser.call("POST", f"carts/{cart.pk}/order", body, **headers)
        )
        assert {answer["id"] for _status, answer in answers} == {str(Order.objects.get().pk)}
        statuses = sorted(status for status, _answer in answers)
        assert statuses == ([201] * AT_ONCE if key else [200] * (AT_ONCE - 1) + [201])

    def test_one_first_cart_and_one_of_each_name(self, shopping: Shopping) -> None:
        """Five names, for oneself one; while some of them already take things in."""
        own = self.send(shopping, lambda browser, _: browser.call("POST", "carts", {}))
        assert sorted(status for status, _answer in own) == [201] + [409] * (AT_ONCE - 1)
        named = self.send(
            shopping, lambda browser, index: browser.call("POST", "carts", {"name": f"N{index % 5}"}, **ACME)
        )
        assert sorted(status for status, _answer in named) == [201] * 5 + [409] * (AT_ONCE - 5)
        assert Cart.objects.of(shopping.acting()).filter(active=True).count() == 1

    def test_one_line_with_all_that_was_put_in(self, shopping: Shopping) -> None:
        cart = create_cart(acting=shopping.alone(), at=NOW)
        path, body = f"carts/{cart.pk}/lines", {"sku": "NAIL", "quantity": 3}
        answers = self.send(shopping, lambda browser, _: browser.call("POST", path, body))
        assert {status for status, _answer in answers} == {201}
        assert held(cart) == {"NAIL": 3 * AT_ONCE}

    def test_whichever_is_activated_one_is(self, shopping: Shopping) -> None:
        carts = [create_cart(acting=shopping.acting(), name=name, at=NOW) for name in "ABCD"]

        def call(browser: Browser, index: int) -> Any:
            return browser.call("POST", f"carts/{carts[index % 4].pk}/activate", **ACME)

        assert {status for status, _answer in self.send(shopping, call)} == {200}
        assert Cart.objects.filter(active=True).count() == 1
