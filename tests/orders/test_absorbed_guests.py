"""Records that become one: what comes over, and whose e-mail is known by it."""

from decimal import Decimal

from customers import ports
from customers.models import Customer
from customers.services.address_book import OWN_ADDRESSES
from customers.services.lifecycle import change_customer
from customers.services.merging import absorb
from customers.services.proving import prove_email
from customers.services.registration import open_guest_session, promote_guest
from orders.models import Cart, Order
from orders.services.filling import fill_cart
from orders.services.ordering import CartOrder, order_cart
from tests.customers.shoppers import Speak
from tests.factories import NOW, CustomerFactory, GuestFactory
from tests.interface.panel.orders import receive
from tests.orders.known_emails import ANA, BEN, BY, register, shown
from tests.orders.shopping import STREET, Shopping
from tests.shop import Shop

FOR_HERSELF = CartOrder("card", "home", expected_total=Decimal(40))


class TestMergedRecords:
    def test_their_emails_are_his_too(self, shop: Shop, speak: Speak) -> None:
        ana, other = CustomerFactory(email=ANA), CustomerFactory(email=BEN)
        receive(shop, "1", email=BEN)
        absorb(loser=other, survivor=ana, reason="One person.", **BY)
        assert receive(shop, "2", email=BEN).customer == ana
        assert shown(speak(ana)) == ["1", "2"]

    def test_each_record_says_of_its_own_email_whether_it_is_known(self, shop: Shop, speak: Speak) -> None:
        ana, other = CustomerFactory(email=ANA, email_is_own_word=True), CustomerFactory(email=BEN)
        absorb(loser=other, survivor=ana, reason="One person.", **BY)
        receive(shop, "1", email=BEN)
        receive(shop, "2", email=ANA)
        assert {order.customer for order in Order.objects.all()} == {ana}
        assert shown(speak(ana)) == ["1"]

    def test_a_guests_email_is_not_known_by_who_absorbed_him(self, shop: Shop, speak: Speak) -> None:
        """He had the address, staff wrote another one; whoever has it now is somebody else."""
        receive(shop, "1", email=ANA)
        ana = CustomerFactory(email=ANA)
        assert prove_email(customer_id=ana.pk, email_key=ANA, at=NOW) == ana
        ana = change_customer(customer=Customer.objects.get(pk=ana.pk), email=BEN, **BY)
        assert receive(shop, "2", email=ANA, kind="b2c").customer == ana
        assert shown(speak(ana)) == ["1"]

    def test_of_who_typed_the_address_come_the_orders_and_not_what_he_prepared(
        self, shopping: Shopping, speak: Speak
    ) -> None:
        """Also where somebody typed it before him, who was given a shop's order by it."""
        first, second = (open_guest_session(storefront=shopping.us, at=NOW) for _ in range(2))
        for guest in (first, second):
            assert speak(guest).call("PATCH", "me", {"email": ANA, "last_name": "X"}).status_code == 200
        home = {"id": "home", "last_name": "X", **STREET}
        assert speak(second).call("POST", "addresses", home).status_code == 201
        acting = shopping.alone(Customer.objects.get(pk=second.pk))
        cart = fill_cart(acting=acting, wanted=[("SAW", 2)], at=NOW).cart
        placed = order_cart(acting=acting, cart_id=cart.pk, said=FOR_HERSELF, at=NOW).order
        fill_cart(acting=acting, wanted=[("SAW", 1)], at=NOW)
        ana = register(ANA)
        prove_email(customer_id=ana.pk, email_key=ANA, at=NOW)
        assert (ana.addresses.exists(), Cart.objects.filter(customer=ana).exists()) == (False, False)
        assert shown(speak(ana)) == [placed.number]
        assert set(Customer.objects.filter(merged_into=ana)) == {first, second}
        prepared = set(ports.registered()) - set(ports.registered(without_prepared=True))
        assert {each.name for each in prepared} == {"customers.addresses", "orders.carts", "orders.lists"}

    def test_of_who_was_made_by_orders_comes_everything(self, shop: Shop) -> None:
        guest = receive(shop, "1", email=ANA).customer
        assert guest is not None
        OWN_ADDRESSES.add(owner=guest, code="home", last_name="X", **STREET, **BY)
        ana = register(ANA)
        prove_email(customer_id=ana.pk, email_key=ANA, at=NOW)
        assert [address.code for address in ana.addresses.all()] == ["home"]

    def test_of_a_guest_nothing_is_known_whoever_was_merged_into_him(self, shop: Shop, speak: Speak) -> None:
        guest, other = GuestFactory(email=ANA, preferred_storefront=shop.storefront), GuestFactory(email=BEN)
        receive(shop, "1", email=BEN)
        absorb(loser=other, survivor=guest, reason="One person.", **BY)
        assert Order.objects.get().customer == guest
        assert shown(speak(guest)) == []


def test_a_guest_who_is_registered_sees_what_was_ordered_with_his_email(shop: Shop, speak: Speak) -> None:
    """The mail by which he gets in goes there."""
    guest = receive(shop, "1", email=ANA, phone="+1 901 555 2222").customer
    assert receive(shop, "2", email=BEN, phone="+1 901 555 2222").customer == guest
    assert guest is not None
    person = promote_guest(guest=guest, preferred_currency="USD", access=None, **BY)
    assert shown(speak(person)) == ["1"]
