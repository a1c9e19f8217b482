"""What staff decide, and have decided anew, of an order: who is shown it then."""

from decimal import Decimal

import pytest

from customers.models import Customer
from orders.services.filling import fill_cart
from orders.services.ordering import CartOrder, order_cart
from orders.services.staff_decisions import IdentityChange, change_identity
from orders.words import Action
from tests.customers.shoppers import Speak
from tests.factories import NOW, CustomerFactory, GuestFactory
from tests.interface.panel.orders import receive
from tests.orders.known_emails import ANA, BEN, BY, register, shown
from tests.orders.shopping import Shopping
from tests.shop import Shop

FOR_HERSELF = CartOrder("card", "home", expected_total=Decimal(40))


class TestDecidedAnew:
    """Who has the rules asked once more has named nobody."""

    @pytest.mark.parametrize("action", [Action.RESOLVE_AGAIN, Action.HOLD, Action.MEND_CLAIM])
    def test_by_the_rules_it_is_shown_to_nobody_new(self, shop: Shop, speak: Speak, action: Action) -> None:
        person = register(ANA)
        order = receive(shop, "1", email="ana@hmoe.test" if action == Action.MEND_CLAIM else ANA)
        mended = {"email": ANA} if action == Action.MEND_CLAIM else {}
        order = change_identity(order=order, change=IdentityChange(action, "Looked at it.", **mended), **BY)
        if action == Action.HOLD:
            order = change_identity(order=order, change=IdentityChange(Action.RELEASE, "It is fine."), **BY)
        assert (order.customer, order.decision.decided_by) == (person, "staff:12")
        assert shown(speak(person)) == []

    def test_a_mended_claim_is_shown_to_whom_it_is_known_to_name(self, shop: Shop, speak: Speak) -> None:
        ana = CustomerFactory(email=ANA)
        order = receive(shop, "1", email="ana@hmoe.test")
        assert shown(speak(ana)) == []
        change_identity(order=order, change=IdentityChange(Action.MEND_CLAIM, "A slip.", email=ANA), **BY)
        assert shown(speak(ana)) == ["1"]

    def test_the_rules_take_back_what_staff_gave(self, shop: Shop, speak: Speak) -> None:
        guest = GuestFactory(email=ANA, preferred_storefront=shop.storefront)
        order = receive(shop, "1", email=ANA)
        given = IdentityChange(Action.ASSIGN_CUSTOMER, "His.", customer_shared_id=guest.shared_id)
        order = change_identity(order=order, change=given, **BY)
        assert shown(speak(guest)) == ["1"]
        order = change_identity(order=order, change=IdentityChange(Action.RESOLVE_AGAIN, "A mistake."), **BY)
        assert (order.customer, shown(speak(guest))) == (guest, [])


class TestOrderedHere:
    """By himself, in our own shop: he does not lose it by being asked about."""

    @pytest.mark.parametrize("action", [Action.RESOLVE_AGAIN, Action.HOLD])
    def test_what_he_ordered_stays_his_to_see(self, shopping: Shopping, speak: Speak, action: Action) -> None:
        Customer.objects.filter(pk=shopping.ana.pk).update(email_is_own_word=True)
        cart = fill_cart(acting=shopping.alone(), wanted=[("SAW", 2)], at=NOW).cart
        order = order_cart(acting=shopping.alone(), cart_id=cart.pk, said=FOR_HERSELF, at=NOW).order
        order = change_identity(order=order, change=IdentityChange(action, "Looked at it."), **BY)
        if action == Action.HOLD:
            assert shown(speak(shopping.ana)) == []
            order = change_identity(order=order, change=IdentityChange(Action.RELEASE, "It is fine."), **BY)
        assert (order.customer, order.decision.decided_by) == (shopping.ana, "staff:12")
        assert shown(speak(shopping.ana)) == [order.number]

    def test_but_another_to_whom_it_is_given_by_the_rules_sees_it_not(self, shopping: Shopping, speak: Speak) -> None:
        cart = fill_cart(acting=shopping.alone(), wanted=[("SAW", 2)], at=NOW).cart
        order = order_cart(acting=shopping.alone(), cart_id=cart.pk, said=FOR_HERSELF, at=NOW).order
        claims: Customer = CustomerFactory(email=BEN, email_is_own_word=True)
        order = change_identity(order=order, change=IdentityChange(Action.MEND_CLAIM, "A slip.", email=BEN), **BY)
        assert (order.customer, shown(speak(claims)), shown(speak(shopping.ana))) == (claims, [], [])
