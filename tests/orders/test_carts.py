"""Carts: which there are, which is active, what is in them and what that costs at the moment."""

from datetime import timedelta
from decimal import Decimal

import pytest

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
from tests.factories import NOW
from tests.orders.shopping import Shopping, costs, held, open_shopping


@pytest.fixture
def shopping(db: None) -> Shopping:
    return open_shopping()


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
