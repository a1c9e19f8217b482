"""Each page, each staff group: what one may not do is not shown, and is refused by the server too."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Account
from customers.models import ErpCustomer, User
from orders.models import Order
from storefronts.models import ApiClient
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
    "customers_customer_add": (403, 403, 403, 403),
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
ON_AN_OBJECT = ("_change", "_delete", "_history", "_status", "_rotate", "_revoke")


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
        "storefronts_storefront": shop.storefront,
        "storefronts_apiclient": ApiClient.objects.get(),
    }

    def address(page: str) -> str:
        model = page.rpartition("_")[0]
        args = [objects[model].pk] if page.endswith(ON_AN_OBJECT) else []
        return reverse(f"admin:{page}", args=args)

    return address


@pytest.mark.parametrize("place", range(len(GROUPS)), ids=GROUPS)
def test_reading(addresses, signed_in, place):
    client = signed_in(GROUPS[place])
    answered = {page: client.get(addresses(page)).status_code for page in PAGES}
    assert answered == {page: statuses[place] for page, statuses in PAGES.items()}


@pytest.mark.parametrize("group", ["Support", "Read only"])
def test_who_only_reads_changes_nothing_by_posting(addresses, signed_in, shop, group):
    client = signed_in(group)
    account = Account.objects.get()
    for page in (
        "accounts_account_add",
        "accounts_account_change",
        "accounts_account_status",
        "storefronts_storefront_add",
        "storefronts_storefront_change",
        "storefronts_apiclient_add",
        "storefronts_apiclient_rotate",
        "storefronts_apiclient_revoke",
    ):
        answer = client.post(addresses(page), {"name": "Taken over", "status": "disabled", "reason": "x", "code": "x"})
        assert answer.status_code == 403, page
    account.refresh_from_db()
    assert (account.name, account.status) == ("Acme", "active")
    assert not ApiClient.objects.get().revoked


def test_read_only_pages_refuse_posts(addresses, administrator):
    for page in ("orders_order_change", "customers_customer_change", "storefronts_apiclient_change"):
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
    assert "'unsafe-eval'" in login
    for path in ("/health/live", "/api/v1/orders"):
        elsewhere = administrator.get(path)["Content-Security-Policy"]
        assert "unsafe" not in elsewhere, path
