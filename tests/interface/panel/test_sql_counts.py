"""How many statements pages take: the same for a page of many rows as for one of few."""

from django.urls import reverse

from accounts.models import Account
from accounts.services.assignments import assign_price_list
from accounts.services.notes import add_note as add_account_note
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import set_base_price_list
from customers.services.address_book import OWN_ADDRESSES
from customers.services.notes import add_note
from orders.models import Order
from tests.customers.test_address_book import HOME
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AccountFactory,
    AssociateFactory,
    ContactFactory,
    PaymentMethodFactory,
    PriceListFactory,
)
from tests.interface.panel.orders import receive
from tests.sql_counts import pinned_sql_count


def test_lists(administrator, shop):
    for number in range(30):
        account = AccountFactory(name=f"Company {number}")
        ContactFactory(account=account, email=f"buyer{number}@people.test")
        receive(shop, str(number), email=f"buyer{number}@people.test")
    for page in ("orders_order", "accounts_account", "customers_customer", "storefronts_apiclient"):
        address = reverse(f"admin:{page}_changelist")
        administrator.get(address)
        with pinned_sql_count(f"GET {address}"):
            assert administrator.get(address).status_code == 200
    with pinned_sql_count("GET /admin/orders/order/?q="):
        administrator.get("/admin/orders/order/", {"q": "buyer7@people.test"})
    with pinned_sql_count("GET /admin/"):
        administrator.get("/admin/")


def test_pages(administrator, shop):
    for number in range(12):
        ContactFactory(account=AccountFactory(name=f"Company {number}"), email="all@people.test")
    order = receive(shop, "1", email="all@people.test")
    account = Account.objects.first()
    administrator.get(reverse("admin:accounts_account_change", args=[account.pk]))
    with pinned_sql_count("GET /admin/orders/order/{id}/change/, held between twelve accounts"):
        administrator.get(reverse("admin:orders_order_change", args=[order.pk]))
    tabs = (
        "", "details", "contacts", "associates", "addresses", "payment-methods", "price-list", "children", "attributes",
        "notes", "timeline", "purchases",
    )  # fmt: skip
    for tab in tabs:
        with pinned_sql_count(f"GET /admin/accounts/account/{{id}}/change/?tab={tab}"):
            administrator.get(reverse("admin:accounts_account_change", args=[account.pk]), {"tab": tab})
    assert Order.objects.count() == 1


def test_account_pages_do_not_depend_on_the_number_of_rows(administrator, shop):
    """Twice: a tree with one of everything, then one with five of everything."""
    base = PriceListFactory(prices={"SAW-10": "19.90"})
    set_base_price_list(storefront=shop.storefront, price_list=base, by=TESTS, at=NOW)
    for many in (1, 5):
        admin = shop.customer(email=f"admin{many}@people.test", registered=True)
        root = AccountFactory(name=f"Root {many}", admin=admin)
        west = AccountFactory(name=f"West {many}", parent=root)
        used = PriceListFactory(prices={"SAW-10": "8.90"})
        for number in range(many):
            store = AccountFactory(name=f"Store {many}.{number}", parent=west)
            AccountAddressFactory(account=west)
            add_account_note(account=west, text=f"Note {number}", by=f"staff:{number}", at=NOW)
            person = shop.customer(email=f"p{many}.{number}@people.test", registered=True)
            AssociateFactory(account=west, customer=person)
            prices = PriceListFactory(prices={"SAW-10": "9.90", "DRILL": "5.00"})
            assign_price_list(account=store, price_list=prices, by=TESTS, at=NOW)
            assign_price_list(account=store, price_list=used, storefront=shop.storefront, by=TESTS, at=NOW)
            method = PaymentMethodFactory(storefront=shop.storefront)
            set_payment_rules(account=root, words={method: True}, by=TESTS, at=NOW)
        assign_price_list(account=root, price_list=prices, by=TESTS, at=NOW)
        page = reverse("admin:accounts_account_change", args=[west.pk])
        administrator.get(page)
        for tab in ("", "associates", "addresses", "payment-methods", "price-list", "children", "notes", "timeline"):
            with pinned_sql_count(f"GET /admin/accounts/account/{{id}}/change/?tab={tab}, of a part"):
                administrator.get(page, {"tab": tab})
        for address in (
            "/admin/accounts/account/", "/admin/accounts/contact/", "/admin/accounts/role/",
            "/admin/accounts/pricelist/", "/admin/accounts/paymentmethod/", "/admin/accounts/paymentmethod/matrix/",
            "/admin/accounts/account/?q=store", "/admin/accounts/account/?lacks=no_admin",
        ):  # fmt: skip
            with pinned_sql_count(f"GET {address}, a tree"):
                assert administrator.get(address).status_code == 200
        prices_page = reverse("admin:accounts_pricelist_change", args=[base.pk])
        with pinned_sql_count("GET /admin/accounts/pricelist/{id}/change/?tab=entries"):
            administrator.get(prices_page, {"tab": "entries"})
        in_use = reverse("admin:accounts_pricelist_change", args=[used.pk])
        with pinned_sql_count("GET /admin/accounts/pricelist/{id}/change/?tab=users"):
            administrator.get(in_use, {"tab": "users"})


def test_customer_pages(administrator, shop):
    for many in (1, 5):
        customer = shop.customer(email=f"ana{many}@people.test", registered=True, first_name="Ana")
        for number in range(many):
            add_note(customer=customer, text=f"Note {number}", by=f"staff:{number}", at=NOW)
            OWN_ADDRESSES.add(owner=customer, label=str(number), by=TESTS, at=NOW, **HOME)
        administrator.get(reverse("admin:customers_customer_change", args=[customer.pk]))
        for tab in ("", "addresses", "attributes", "notes", "mail", "timeline", "orders", "accounts"):
            with pinned_sql_count(f"GET /admin/customers/customer/{{id}}/change/?tab={tab}"):
                administrator.get(reverse("admin:customers_customer_change", args=[customer.pk]), {"tab": tab})
