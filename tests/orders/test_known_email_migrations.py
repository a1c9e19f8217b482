"""Before there was the word: what migrations say of people and orders that were there before."""

from importlib import import_module
from types import SimpleNamespace

from django.apps import apps
from django.db import connection

from customers.models import Customer
from customers.services.lifecycle import change_customer
from customers.services.proving import prove_email
from customers.services.registration import open_guest_session
from orders.models import Order
from orders.services.staff_decisions import IdentityChange, change_identity
from orders.words import Action
from tests.customers.shoppers import by_key
from tests.factories import NOW, CustomerFactory, GuestFactory
from tests.interface.panel.orders import receive
from tests.orders.known_emails import ANA, BEN, BY, register
from tests.shop import Shop


class TestBeforeThereWasTheWord:
    """What migrations say of rows that were there before."""

    def marked(self) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute(import_module("customers.migrations.0006_mark_own_words").MARK_OWN_WORDS)
        return set(Customer.objects.filter(email_is_own_word=True).values_list("email", flat=True))

    def shown_after(self) -> set[str]:
        Order.objects.update(shown_to_customer=False)
        migration = import_module("orders.migrations.0008_show_what_is_known")
        for _twice in range(2):
            migration.show(apps, SimpleNamespace(connection=connection))
        return set(Order.objects.filter(shown_to_customer=True).values_list("number", flat=True))

    def test_own_words_are_those_of_who_registered_or_typed_and_showed_nothing(self, shop: Shop) -> None:
        register("typed@home.test")
        change_customer(customer=register("Other@home.test"), email="OTHER@home.test", **BY)
        change_customer(customer=register("before@home.test"), email="written@home.test", **BY)
        proved = register("proved@home.test")
        prove_email(customer_id=proved.pk, email_key="proved@home.test", at=NOW)
        CustomerFactory(email="staff@home.test")
        GuestFactory(email="claim@home.test")
        guest, _nobody = (open_guest_session(storefront=shop.storefront, at=NOW) for _ in range(2))
        assert by_key(guest).call("PATCH", "me", {"email": "guest@home.test"}).status_code == 200
        Customer.objects.update(email_is_own_word=False)
        assert self.marked() == {"typed@home.test", "OTHER@home.test", "guest@home.test"}

    def test_shown_is_what_was_given_and_what_was_placed_with_a_known_email(self, shop: Shop) -> None:
        ana = CustomerFactory(email=ANA, phone="+1 901 555 2222")
        receive(shop, "his", email=ANA)
        receive(shop, "phone", phone="+1 901 555 2222")
        change_customer(customer=ana, email="new@home.test", **BY)
        proved = register("proved@home.test")
        receive(shop, "proved", email="proved@home.test")
        prove_email(customer_id=proved.pk, email_key="proved@home.test", at=NOW)
        change_customer(customer=proved, email="third@home.test", **BY)
        left = register("left@home.test")
        receive(shop, "left", email="left@home.test")
        change_customer(customer=left, email="fourth@home.test", **BY)
        typed = register(BEN)
        receive(shop, "typed", email=BEN)
        again = receive(shop, "again", email=BEN)
        change_identity(order=again, change=IdentityChange(Action.RESOLVE_AGAIN, "Looked."), **BY)
        given = IdentityChange(Action.ASSIGN_CUSTOMER, "His.", customer_shared_id=typed.shared_id)
        change_identity(order=receive(shop, "given", email="x@home.test"), change=given, **BY)
        assert self.shown_after() == {"his", "given", "proved"}
