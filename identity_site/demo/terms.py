"""The demo's price lists, payment methods, address books and roles: what accounts buy by. All of it is made up."""

from datetime import datetime
from decimal import Decimal

from accounts.models import (
    Account,
    AccountAddress,
    Associate,
    Contact,
    PaymentMethod,
    PaymentRule,
    PriceList,
    PriceListAssignment,
    StorefrontDefaults,
)
from accounts.price_lists import PriceListKind
from accounts.services.addresses import ACCOUNT_ADDRESSES
from accounts.services.assignments import assign_price_list
from accounts.services.associates import add_associate, person_of, role_of
from accounts.services.conversion import convert_contact
from accounts.services.payment_methods import create_payment_method, set_payment_rules
from accounts.services.price_lists import EntryDraft, create_price_list, set_base_price_list, write_entries
from customers.services.access import FirstAccess
from storefronts.models import Storefront

BY = "system:demo"

# SKU, name, price in USD, in EUR.
GOODS = (
    ("SAW-10", "Circular saw 10 in", "189.00", "179.00"),
    ("DRILL-18V", "Cordless drill 18 V", "129.50", "124.90"),
    ("SCREW-50", "Wood screws 50 mm, box of 200", "14.20", "12.80"),
    ("PLY-12", "Plywood 12 mm, sheet", "42.75", "39.90"),
    ("LUMBER-2X4", "Stud 2x4, 8 ft", "5.60", "5.20"),
    ("PAINT-WHITE", "Wall paint white, 5 l", "38.00", "34.50"),
    ("GLOVES-L", "Work gloves L, pair", "9.90", "8.90"),
    ("LADDER-3", "Ladder, 3 parts", "259.00", "245.00"),
)
# Code, name, currency, which price of the goods, and what a box of screws costs from ten on.
FIXED = (
    ("BASE-US", "US catalog", "USD", 2, "13.10"),
    ("BASE-EU", "EU catalog", "EUR", 3, "11.70"),
)
CONTRACTOR, CLEARANCE = "P20", "P10"
METHODS = {
    "us": (("card", "Credit card", True), ("net30", "On account, 30 days", False), ("check", "Check", False)),
    "eu": (("card", "Credit card", True), ("invoice", "Invoice", False)),
    "outlet": (("card", "Credit card", True),),
}
# Account, storefront, method, whether its buyers see it.
RULES = (
    ("acme", "us", "net30", True),
    ("acme-west", "us", "card", False),
    ("acme-phoenix", "us", "check", True),
    ("harbor", "us", "net30", True),
)
# Account, list, storefront (blank: all).
ASSIGNED = (("acme", CONTRACTOR, ""), ("acme-west", CLEARANCE, "us"))
BOOKS = {
    "acme": ("Acme Head Office", "100 Front Street", "Memphis", "TN", "38103"),
    "acme-memphis": ("Acme Memphis Store", "1401 Union Avenue", "Memphis", "TN", "38104"),
    "acme-west": ("Acme West", "20 W Washington Street", "Phoenix", "AZ", "85003"),
    "harbor": ("Harbor Supply", "1 Harbor Street", "Boston", "MA", "02210"),
}
ROLES = ("buyer-admin", "buyer", "catalog-browser")
CONVERTED = ("acme", "acme-west", "harbor")
# Who acts for more than one account: the reference client shows both side by side.
ALSO = (("jo@acme.example", "acme-west", "buyer"),)


def load_terms(*, at: datetime) -> None:
    """Make them, or what is missing of them; twice is once."""
    _price_lists(at)
    _payment_methods(at)
    _address_books(at)
    _associates(at)


def _price_lists(at: datetime) -> None:
    for code, name, currency, column, dozen in FIXED:
        if not PriceList.objects.filter(code=code).exists():
            made = create_price_list(code=code, name=name, currency=currency, by=BY, at=at)
            rows = [EntryDraft(goods[0], Decimal(goods[column]), name=goods[1]) for goods in GOODS]
            rows.append(EntryDraft("SCREW-50", Decimal(dozen), min_quantity=10, name=GOODS[2][1]))
            write_entries(price_list=made, rows=rows, by=BY, at=at)
    catalog = PriceList.objects.get(code="BASE-US")
    for code, name, percent in ((CONTRACTOR, "Contractor, 20 % off", 20), (CLEARANCE, "West, 10 % off", 10)):
        if not PriceList.objects.filter(code=code).exists():
            create_price_list(
                code=code,
                name=name,
                currency="USD",
                kind=PriceListKind.PERCENTAGE,
                percent_off=Decimal(percent),
                base=catalog,
                by=BY,
                at=at,
            )
    for code, base in (("us", "BASE-US"), ("outlet", "BASE-US"), ("eu", "BASE-EU")):
        storefront = Storefront.objects.get(code=code)
        if not StorefrontDefaults.objects.filter(storefront=storefront).exists():
            set_base_price_list(storefront=storefront, price_list=PriceList.objects.get(code=base), by=BY, at=at)
    for shared_id, list_code, shop in ASSIGNED:
        account = Account.objects.get(shared_id=shared_id)
        if not PriceListAssignment.objects.filter(account=account).exists():
            assign_price_list(
                account=account,
                price_list=PriceList.objects.get(code=list_code),
                storefront=Storefront.objects.get(code=shop) if shop else None,
                by=BY,
                at=at,
            )


def _payment_methods(at: datetime) -> None:
    for shop, methods in METHODS.items():
        storefront = Storefront.objects.get(code=shop)
        for code, name, is_visible in methods:
            if not PaymentMethod.objects.filter(storefront=storefront, code=code).exists():
                create_payment_method(
                    storefront=storefront, code=code, name=name, visible_by_default=is_visible, by=BY, at=at
                )
    for shared_id, shop, code, is_visible in RULES:
        account = Account.objects.get(shared_id=shared_id)
        method = PaymentMethod.objects.select_related("storefront").get(storefront__code=shop, code=code)
        if not PaymentRule.objects.filter(account=account, method=method).exists():
            set_payment_rules(account=account, words={method: is_visible}, by=BY, at=at)


def _address_books(at: datetime) -> None:
    for shared_id, (company, line1, city, region, postal_code) in BOOKS.items():
        account = Account.objects.get(shared_id=shared_id)
        if not AccountAddress.objects.filter(account=account).exists():
            ACCOUNT_ADDRESSES.add(
                owner=account,
                company=company,
                line1=line1,
                city=city,
                region=region,
                postal_code=postal_code,
                country="US",
                by=BY,
                at=at,
            )


def _associates(at: datetime) -> None:
    """The first contacts of some accounts sign in from now on, in one role each. Nobody is mailed."""
    storefront = Storefront.objects.get(code="us")
    for shared_id in CONVERTED:
        contacts = Contact.objects.filter(account__shared_id=shared_id, active=True, on_hold=False)
        for contact, role in zip(contacts.exclude(email_key=None).order_by("created_at", "pk"), ROLES, strict=False):
            if (
                contact.customer_id
                and Associate.objects.filter(customer=contact.customer_id, account=contact.account_id).exists()
            ):
                continue
            convert_contact(
                contact=contact,
                role=role_of(role),
                preferred_currency=storefront.currency,
                preferred_storefront=storefront,
                access=FirstAccess(send_link=False),
                by=BY,
                at=at,
            )
    for email, shared_id, role in ALSO:
        account, person = Account.objects.get(shared_id=shared_id), person_of(email=email)
        if not Associate.objects.filter(customer=person, account=account).exists():
            add_associate(customer=person, account=account, role=role_of(role), by=BY, at=at)
