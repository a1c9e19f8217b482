"""Each page, each staff group: what one may not do is not shown, and is refused by the server too."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import Account, Contact
from accounts.services.roles import create_role
from customers.attributes import Subject
from customers.models import ErpCustomer, User
from customers.services.profile_attributes import create_attribute
from customers.services.segments import create_segment
from interface.support import ask_for_help
from orders.models import Order
from storefronts.models import ApiClient
from tests.factories import NOW, TESTS, PaymentMethodFactory, PriceListFactory
from tests.interface.panel.conftest import GROUPS
from tests.interface.panel.orders import receive

# Pages with the status for Administrators, Account managers, Support, Read only.
PAGES = {
    "index": (200, 200, 200, 200),
    "orders_order_changelist": (200, 200, 200, 200),
    "orders_order_add": (403, 403, 403, 403),
    "orders_order_change": (200, 200, 200, 200),
    "orders_order_delete": (403, 403, 403, 403),
    "orders_order_history": (404, 404, 404, 404),
    "orders_order_try": (200, 200, 200, 200),
    "accounts_account_changelist": (200, 200, 200, 200),
    "accounts_account_add": (200, 200, 403, 403),
    "accounts_account_change": (200, 200, 200, 200),
    "accounts_account_delete": (403, 403, 403, 403),
    "accounts_account_status": (200, 200, 403, 403),
    "customers_customer_changelist": (200, 200, 200, 200),
    "customers_customer_history": (404, 404, 404, 404),
    "customers_customer_details": (200, 200, 403, 403),
    "customers_customer_state": (200, 200, 403, 403),
    "customers_customer_password-link": (302, 302, 403, 403),
    "customers_customer_email": (302, 302, 403, 403),
    "customers_customer_initial-password": (302, 302, 403, 403),
    "customers_customer_attributes": (200, 200, 403, 403),
    "customers_customer_address": (200, 200, 403, 403),
    "customers_customer_address-removal": (200, 200, 403, 403),
    "customers_customer_note": (200, 200, 200, 403),
    "customers_customer_note-removal": (200, 200, 200, 403),
    "customers_customer_mail": (200, 200, 403, 403),
    "customers_segment_changelist": (200, 200, 200, 200),
    "customers_segment_add": (200, 403, 403, 403),
    "customers_segment_change": (200, 200, 200, 200),
    "customers_segment_delete": (200, 403, 403, 403),
    "customers_segment_history": (404, 404, 404, 404),
    "customers_profileattribute_changelist": (200, 200, 200, 200),
    "customers_profileattribute_add": (200, 403, 403, 403),
    "customers_profileattribute_change": (200, 200, 200, 200),
    "customers_profileattribute_delete": (200, 403, 403, 403),
    "customers_profileattribute_history": (404, 404, 404, 404),
    "customers_profileattribute_storefronts": (200, 403, 403, 403),
    "interface_supportrequest_changelist": (200, 200, 200, 200),
    "interface_supportrequest_add": (200, 200, 200, 200),
    "interface_supportrequest_change": (200, 200, 200, 200),
    "interface_supportrequest_delete": (403, 403, 403, 403),
    "interface_supportrequest_history": (404, 404, 404, 404),
    "interface_supportrequest_settle": (200, 403, 403, 403),
    "accounts_account_convert": (200, 200, 403, 403),
    "accounts_account_price-list": (200, 200, 403, 403),
    "accounts_account_price-list-removal": (200, 200, 403, 403),
    "accounts_account_payment-methods": (200, 200, 403, 403),
    "accounts_account_associate": (200, 200, 403, 403),
    "accounts_account_associate-removal": (200, 200, 403, 403),
    "accounts_account_address": (200, 200, 403, 403),
    "accounts_account_address-removal": (200, 200, 403, 403),
    "accounts_account_addresses-paste": (200, 200, 403, 403),
    "accounts_account_attributes": (200, 200, 403, 403),
    "accounts_account_note": (200, 200, 200, 403),
    "accounts_account_note-removal": (200, 200, 200, 403),
    "accounts_account_external-id": (200, 200, 403, 403),
    "accounts_account_deletion": (200, 200, 403, 403),
    "accounts_account_branch": (200, 200, 200, 200),
    "accounts_role_changelist": (200, 200, 200, 200),
    "accounts_role_add": (200, 403, 403, 403),
    "accounts_role_change": (200, 200, 200, 200),
    "accounts_role_delete": (200, 403, 403, 403),
    "accounts_role_history": (404, 404, 404, 404),
    "accounts_pricelist_changelist": (200, 200, 200, 200),
    "accounts_pricelist_add": (200, 200, 403, 403),
    "accounts_pricelist_change": (200, 200, 200, 200),
    "accounts_pricelist_delete": (200, 200, 403, 403),
    "accounts_pricelist_history": (404, 404, 404, 404),
    "accounts_pricelist_entry": (200, 200, 403, 403),
    "accounts_pricelist_entry-removal": (200, 200, 403, 403),
    "accounts_pricelist_entries-paste": (200, 200, 403, 403),
    "accounts_pricelist_base": (200, 200, 403, 403),
    "accounts_paymentmethod_changelist": (200, 200, 200, 200),
    "accounts_paymentmethod_add": (200, 200, 403, 403),
    "accounts_paymentmethod_change": (200, 200, 200, 200),
    "accounts_paymentmethod_delete": (200, 200, 403, 403),
    "accounts_paymentmethod_history": (404, 404, 404, 404),
    "accounts_paymentmethod_matrix": (200, 200, 200, 200),
    "accounts_contact_changelist": (200, 200, 200, 200),
    "accounts_contact_add": (403, 403, 403, 403),
    "accounts_contact_change": (302, 302, 302, 302),
    "accounts_contact_delete": (403, 403, 403, 403),
    "accounts_contact_history": (404, 404, 404, 404),
    "accounts_account_history": (404, 404, 404, 404),
    "customers_erpcustomer_delete": (403, 403, 403, 403),
    "customers_erpcustomer_history": (404, 404, 404, 404),
    "storefronts_storefront_history": (404, 404, 404, 404),
    "storefronts_apiclient_history": (404, 404, 404, 404),
    "orders_order_identity": (200, 403, 200, 403),
    "password_change": (200, 200, 200, 200),
    "password_change_done": (200, 200, 200, 200),
    "autocomplete": (403, 403, 403, 403),
    "jsi18n": (200, 200, 200, 200),
    "search": (404, 404, 404, 404),
    "customers_customer_add": (200, 200, 403, 403),
    "customers_customer_change": (200, 200, 200, 200),
    "customers_customer_delete": (403, 403, 403, 403),
    "customers_erpcustomer_changelist": (200, 200, 200, 200),
    "customers_erpcustomer_add": (403, 403, 403, 403),
    "customers_erpcustomer_change": (200, 200, 200, 200),
    "storefronts_storefront_changelist": (200, 200, 200, 200),
    "storefronts_storefront_add": (200, 403, 403, 403),
    "storefronts_storefront_change": (200, 200, 200, 200),
    "storefronts_storefront_delete": (403, 403, 403, 403),
    "storefronts_apiclient_changelist": (200, 403, 403, 403),
    "storefronts_apiclient_add": (200, 403, 403, 403),
    "storefronts_apiclient_change": (200, 403, 403, 403),
    "storefronts_apiclient_delete": (403, 403, 403, 403),
    "storefronts_apiclient_rotate": (200, 403, 403, 403),
    "storefronts_apiclient_revoke": (200, 403, 403, 403),
}  # fmt: skip
WITHOUT_OBJECT = ("_changelist", "_add", "_try", "_matrix")
NOBODYS = {"login", "logout", "view_on_site", "app_list"}  # no pages of their own


@pytest.fixture
def addresses(shop):
    """The address of every page, with one object of each model behind it."""
    account = shop.account("Acme")
    shop.contact(account, "ana@acme.test")
    shop.erp_customer("20011", emails=["kim@brightworks.test"])
    shop.key()
    receive(shop, "100023", email="kim@brightworks.test")
    order = Order.objects.get()
    objects = {
        "orders_order": order,
        "accounts_account": account,
        "customers_customer": order.customer,
        "customers_erpcustomer": ErpCustomer.objects.get(),
        "customers_segment": create_segment(code="vip", name="Very important", by=TESTS, at=NOW),
        "customers_profileattribute": create_attribute(
            subject=Subject.CUSTOMER, key="size", label="Size", by=TESTS, at=NOW
        ),
        "accounts_contact": Contact.objects.get(),
        "accounts_role": create_role(code="look", name="Look", by=TESTS, at=NOW),
        "accounts_pricelist": PriceListFactory(),
        "accounts_paymentmethod": PaymentMethodFactory(storefront=shop.storefront),
        "interface_supportrequest": ask_for_help(text="Help", by=TESTS, at=NOW),
        "storefronts_storefront": shop.storefront,
        "storefronts_apiclient": ApiClient.objects.get(),
    }

    def address(page: str) -> str:
        model = page.rpartition("_")[0]
        args = [objects[model].pk] if model in objects and not page.endswith(WITHOUT_OBJECT) else []
        return reverse(f"admin:{page}", args=args)

    return address


@pytest.mark.parametrize("place", range(len(GROUPS)), ids=GROUPS)
def test_reading(addresses, signed_in, place):
    client = signed_in(GROUPS[place])
    answered = {page: client.get(addresses(page)).status_code for page in PAGES}
    assert answered == {page: statuses[place] for page, statuses in PAGES.items()}


def named(patterns) -> set[str]:
    """The names of all pages, those of models included."""
    names = {pattern.name for pattern in patterns if getattr(pattern, "name", None)}
    for pattern in patterns:
        names |= named(getattr(pattern, "url_patterns", ()))
    return names


def test_every_page_of_the_panel_has_a_row():
    names = named(admin.site.get_urls())
    assert len(names) > 60
    assert names - NOBODYS == set(PAGES)


@pytest.mark.parametrize("group", ["Support", "Read only"])
def test_who_only_reads_changes_nothing_by_posting(addresses, signed_in, shop, group):
    client = signed_in(group)
    account = Account.objects.get()
    for page in (
        "accounts_account_add",
        "accounts_account_status",
        "storefronts_storefront_add",
        "storefronts_storefront_change",
        "storefronts_apiclient_add",
        "storefronts_apiclient_rotate",
        "storefronts_apiclient_revoke",
        "customers_customer_add",
        "customers_customer_details",
        "customers_customer_state",
        "customers_customer_password-link",
        "customers_customer_email",
        "customers_customer_initial-password",
        "customers_customer_attributes",
        "customers_customer_address",
        "customers_customer_address-removal",
        "customers_customer_mail",
        "customers_segment_add",
        "customers_segment_delete",
        "customers_profileattribute_add",
        "customers_profileattribute_delete",
        "customers_profileattribute_storefronts",
        "interface_supportrequest_settle",
        "accounts_account_convert",
        "accounts_role_add",
        "accounts_role_delete",
        "accounts_pricelist_add",
        "accounts_pricelist_delete",
        "accounts_pricelist_entry",
        "accounts_pricelist_entries-paste",
        "accounts_pricelist_base",
        "accounts_paymentmethod_add",
        "accounts_paymentmethod_delete",
        "accounts_account_price-list",
        "accounts_account_price-list-removal",
        "accounts_account_payment-methods",
        "accounts_account_associate",
        "accounts_account_associate-removal",
        "accounts_account_address",
        "accounts_account_address-removal",
        "accounts_account_addresses-paste",
        "accounts_account_attributes",
        "accounts_account_external-id",
        "accounts_account_deletion",
    ):
        answer = client.post(addresses(page), {"name": "Taken over", "status": "disabled", "reason": "x", "code": "x"})
        assert answer.status_code == 403, page
    account.refresh_from_db()
    assert (account.name, account.status) == ("Acme", "active")
    assert not ApiClient.objects.get().revoked


def test_read_only_pages_refuse_posts(addresses, administrator):
    for page in (
        "orders_order_change", "accounts_account_change", "customers_customer_change", "storefronts_apiclient_change",
    ):  # fmt: skip
        assert administrator.post(addresses(page), {}).status_code == 405, page


def test_what_one_may_not_do_is_not_shown(addresses, signed_in):
    reader = signed_in("Read only").get(addresses("accounts_account_change")).content.decode()
    assert "Add child" not in reader
    assert "Change status" not in reader
    assert reverse("admin:storefronts_apiclient_changelist") not in reader
    assert 'name="name"' not in reader
    manager = signed_in("Account managers").get(addresses("accounts_account_change")).content.decode()
    assert "Add child" in manager
    assert "Change status" in manager
    assert reverse("admin:storefronts_apiclient_changelist") not in manager


def test_strangers_are_sent_to_sign_in(addresses):
    for page in PAGES:
        answer = Client(SERVER_NAME="localhost").get(addresses(page))
        assert answer.status_code == 302, page
        assert answer["Location"].startswith("/admin/login/"), page


def test_a_customer_who_signs_in_is_no_staff(addresses, db):
    user = User.objects.create(email="ana@acme.test", is_staff=False)
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    for page in PAGES:
        assert client.get(addresses(page)).status_code == 302, page


def test_a_refusal_is_a_page_for_people(addresses, signed_in):
    page = signed_in("Read only").get(addresses("accounts_account_add"))
    assert "You may not do this" in page.content.decode()
    assert "unsafe" not in page["Content-Security-Policy"]


def test_the_panel_alone_has_the_looser_policy(addresses, administrator):
    panel = administrator.get(addresses("index"))["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in panel
    assert "style-src 'self' 'unsafe-inline'" in panel
    for word in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert word in panel
    login = Client(SERVER_NAME="localhost").get("/admin/login/")["Content-Security-Policy"]
    assert "unsafe" not in login
    for path in ("/health/live", "/api/v1/orders"):
        elsewhere = administrator.get(path)["Content-Security-Policy"]
        assert "unsafe" not in elsewhere, path


# What people do before they have signed in; everything else asks who calls, and no session of staff is an answer.
OPEN = {
    f"/api/v1/storefront/{address}"
    for address in (
        "auth/login", "auth/password/reset", "auth/password/request", "registration", "registration/verify", "guest",
    )
}  # fmt: skip


def endpoints() -> set[str]:
    """Every address of the API, with something in the place of its parameters."""
    found = set()

    def walk(patterns, prefix: str) -> None:
        for pattern in patterns:
            address = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, address)
            elif address.startswith("api/v1/"):
                found.add("/" + re.sub(r"<(\w+):\w+>", lambda kind: STANDS_IN[kind[1]], address))

    walk(get_resolver().url_patterns, "")
    return found


STANDS_IN = {"str": "x", "slug": "x", "uuid": "01a20d9c-db82-7b15-9f94-4939168d3520"}


@pytest.mark.parametrize("group", GROUPS)
def test_a_session_of_staff_opens_no_endpoint(signed_in, group):
    client = signed_in(group)
    asked = endpoints() - OPEN
    assert len(asked) > 30
    for address in asked:
        for method in ("GET", "POST", "PATCH", "PUT", "DELETE"):
            status = client.generic(method, address, "{}", content_type="application/json").status_code
            assert status in {401, 405}, (method, address)
