"""Who fills carts in tests: Ana buys for Acme and for herself, Ben for Acme West, Cleo for a stranger; one shop."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from importlib import import_module
from typing import Any

from django.apps import apps

from accounts.acting import Acting
from accounts.models import Account
from accounts.services.assignments import assign_price_list
from accounts.services.associates import role_of
from accounts.services.price_lists import EntryDraft, set_base_price_list, write_entries
from customers.models import Customer
from customers.services.address_book import OWN_ADDRESSES
from orders.cart_prices import priced_cart
from orders.models import Cart
from storefronts.models import Storefront
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
STREET = {"line1": "1 Main St", "city": "Memphis", "region": "TN", "postal_code": "38103", "country": "US"}


@dataclass
class Shopping:
    """The shop `us`, its prices and ways to pay, and Ana, who is a buyer of Acme.

    Everybody pays 20 for a SAW, 0.05 for a NAIL, 5 for a DRILL; OLD cannot be had, BULK only from 100 on. Acme pays 12
    for a SAW, from 10 on 9.50.
    """

    us: Storefront
    acme: Account
    ana: Customer

    def alone(self, customer: Customer | None = None) -> Acting:
        customer = customer or self.ana
        return Acting(customer=customer, storefront=self.us, by=f"customer:{customer.shared_id}")

    def acting(self, *, role: str = "buyer") -> Acting:
        """Ana, for Acme, whatever the association says."""
        return replace(self.alone(), account=Account.objects.get(pk=self.acme.pk), role=role_of(role))


def open_shopping() -> Shopping:
    # Tests of several processes empty the tables, and with them what migrations put there.
    import_module("accounts.migrations.0006_built_in_roles").create_roles(apps, None)
    us = StorefrontFactory(code="us")
    base = PriceListFactory(code="BASE", prices={"SAW": "20.00", "NAIL": "0.05", "DRILL": "5.00"})
    more = [
        EntryDraft("OLD", Decimal(1), available=False),
        EntryDraft("BULK", Decimal(1), 100),
        EntryDraft("SAW", Decimal(20), name="Saw"),
    ]
    write_entries(price_list=base, rows=more, **BY)
    set_base_price_list(storefront=us, price_list=base, **BY)
    acme = AccountFactory(shared_id="acme", name="Acme")
    p20 = PriceListFactory(code="P20", prices={"SAW": "12.00"})
    write_entries(price_list=p20, rows=[EntryDraft("SAW", Decimal("9.50"), 10, name="Saw, by the box")], **BY)
    assign_price_list(account=acme, price_list=p20, **BY)
    ana = CustomerFactory(shared_id="ana", email="ana@acme.test", first_name="Ana", last_name="Alvarez")
    AssociateFactory(account=acme, customer=ana, role="buyer")
    PaymentMethodFactory(storefront=us, code="card", visible_by_default=True)
    PaymentMethodFactory(storefront=us, code="terms")
    AccountAddressFactory(account=acme, code="hq")
    OWN_ADDRESSES.add(owner=ana, code="home", last_name="Alvarez", **STREET, **BY)
    return Shopping(us, acme, ana)


def held(cart: Cart) -> dict[str, int]:
    return dict(cart.lines.order_by("position").values_list("sku", "quantity"))


def costs(cart: Cart, acting: Acting, at: datetime = NOW) -> tuple[list[Any], Decimal]:
    """Each line's SKU and unit price, and the total."""
    found = priced_cart(cart, acting=acting, at=at)
    return [(line.sku, quote.unit_price) for line, quote in found.lines], found.total
