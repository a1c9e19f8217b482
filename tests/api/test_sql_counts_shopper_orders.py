"""SQL statements of orders, purchases, activity, sections and newsletter: the same with few rows as with many."""

import pytest

from accounts.models import Account
from orders.models import Order
from tests.customers.shoppers import by_session
from tests.factories import NOW, AccountFactory
from tests.orders.test_shopper_orders import Bought
from tests.sql_counts import pinned_sql_count

READ = (
    "orders", "orders?sku=SAW", "orders/{id}", "accounts/acme/purchases", "accounts/acme/purchases?sku=SAW",
    "accounts/acme/purchases?exact=true", "accounts/acme/purchases/{id}", "accounts/acme/purchases/{id}/buyer",
    "me/activity", "me/sections", "newsletter",
)  # fmt: skip


@pytest.fixture
def bought(db: None) -> Bought:
    return Bought()


def test_reads(bought: Bought) -> None:
    browser = by_session(bought.ana)
    for turn in range(2):
        own = Order.objects.get(storefront=bought.us, number="W-1")
        for_acme = Order.objects.get(storefront=bought.us, number="W-2")
        for path in READ:
            for headers, order in (({}, own), ({"X-Account-Shared-Id": "acme"}, for_acme)):
                shown = for_acme if "purchases" in path else order
                with pinned_sql_count(f"GET /storefront/{path}{', for an account' if headers else ''}"):
                    answer = browser.call("GET", path.replace("{id}", str(shown.pk)), **headers)
                assert answer.status_code == 200, answer.content
        for number in range(12):
            store = AccountFactory(shared_id=f"store{turn}-{number}", parent=Account.objects.get(pk=bought.acme.pk))
            for account in (store, bought.acme, None):
                bought.buy(bought.ana, account, at=NOW)


def test_a_write(bought: Bought) -> None:
    browser = by_session(bought.ana)
    for _turn in range(2):
        with pinned_sql_count("PUT /storefront/newsletter"):
            assert browser.call("PUT", "newsletter", {"subscribed": True}).status_code == 200
