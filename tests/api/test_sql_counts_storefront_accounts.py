"""SQL statements of what shoppers ask about themselves and their accounts: the same with few rows as with many."""

from typing import Any

import pytest

from accounts.models import Account
from accounts.services.assignments import assign_price_list
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import set_base_price_list
from customers.attributes import Subject
from customers.models import Customer
from customers.services.address_book import OWN_ADDRESSES
from customers.services.profile_attributes import create_attribute
from storefronts.models import Storefront
from tests.customers.shoppers import Browser, by_session
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    AccountFactory,
    AssociateFactory,
    CustomerFactory,
    PaymentMethodFactory,
    PriceListFactory,
)
from tests.people import us
from tests.sql_counts import pinned_sql_count

__all__ = ["us"]
BY = {"by": TESTS, "at": NOW}
HOME = {"last_name": "Alvarez", "line1": "1 Home St", "city": "Memphis", "region": "TN", "postal_code": "38103"}
READ = (
    "context", "me", "accounts", "accounts/{id}", "accounts/{id}/children", "accounts/{id}/attributes",
    "accounts/{id}/associates", "addresses", "prices?sku=SAW&sku=DRILL", "payment-methods",
)  # fmt: skip


def company(us: Storefront, ana: Customer, many: int) -> str:
    """A part of a company with so many of everything; Ana manages the whole, and the part too. The part's id."""
    root = AccountFactory(shared_id=f"root{many}", admin=ana)
    west = AccountFactory(shared_id=f"west{many}", parent=root)
    AssociateFactory(account=west, customer=ana, role="buyer-admin")
    assign_price_list(account=root, price_list=PriceListFactory(prices={"SAW": "1.00"}), **BY)
    for number in range(many):
        child = AccountFactory(shared_id=f"store{many}-{number}", parent=Account.objects.get(pk=west.pk))
        AssociateFactory(account=child, customer=ana, role="buyer")
        AssociateFactory(account=west)
        AccountAddressFactory(account=west)
        OWN_ADDRESSES.add(owner=ana, country="US", **HOME, **BY)
        set_payment_rules(account=root, words={PaymentMethodFactory(storefront=us): True}, **BY)
        create_attribute(subject=Subject.ACCOUNT, key=f"k{many}_{number}", label="K", **BY)
    return str(west.shared_id)


@pytest.fixture
def ana(us: Storefront) -> Customer:
    set_base_price_list(storefront=us, price_list=PriceListFactory(prices={"SAW": "2.00"}), **BY)
    return CustomerFactory(shared_id="ana", email="ana@acme.test")


def test_reads(us: Storefront, ana: Customer) -> None:
    browser = by_session(ana)
    for many in (1, 12):
        west = company(us, ana, many)
        for path in READ:
            for headers in ({}, {"X-Account-Shared-Id": west}):
                name = f"GET /storefront/{path}{', for an account' if headers else ''}"
                if path == "me" and not headers:
                    continue  # pinned with signing in
                with pinned_sql_count(name):
                    answer = browser.call("GET", path.format(id=west), **headers)
                assert answer.status_code == 200, (name, answer.content)
                if many > 1 and path in {"accounts", "accounts/{id}/children", "accounts/{id}/associates"}:
                    assert len(answer.json()["results"]) >= many


def test_a_refused_header(us: Storefront, ana: Customer) -> None:
    browser = by_session(ana)
    with pinned_sql_count("GET /storefront/context, refused"):
        answer = browser.call("GET", "context", **{"X-Account-Shared-Id": "nobody"})
    assert answer.json()["refusals"][0]["code"] == "account_not_associated"


def written(browser: Browser, name: str, method: str, path: str, body: Any, **headers: str) -> Any:
    with pinned_sql_count(f"{method} /storefront/{name}"):
        answer = browser.call(method, path, body, **headers)
    assert answer.status_code in {200, 201, 204}, (name, answer.content)
    return answer


def test_writes(us: Storefront, ana: Customer) -> None:
    browser = by_session(ana)
    for many in (1, 12):
        west = company(us, ana, many)
        here, acting = f"accounts/{west}", {"X-Account-Shared-Id": west}
        written(browser, "accounts/{id}", "PATCH", here, {"phone": "901 555 1000"})
        values = {"attributes": {f"k{many}_0": "x"}}
        written(browser, "accounts/{id}/attributes", "PATCH", f"{here}/attributes", values)
        CustomerFactory(email=f"dan{many}@acme.test")
        body = {"email": f"dan{many}@acme.test", "role": "buyer"}
        added = written(browser, "accounts/{id}/associates", "POST", f"{here}/associates", body).json()
        one = f"{here}/associates/{added['id']}"
        written(browser, "accounts/{id}/associates/{id}", "PATCH", one, {"role": "buyer-admin"})
        written(browser, "accounts/{id}/associates/{id}", "DELETE", one, None)
        for name, headers in (("", {}), (", for an account", acting)):
            body = {**HOME, "country": "US", "id": f"home{many}"}
            written(browser, f"addresses{name}", "POST", "addresses", body, **headers)
            label = {"label": "Home"}
            written(browser, f"addresses/{{id}}{name}", "PATCH", f"addresses/home{many}", label, **headers)
            written(browser, f"addresses/{{id}}{name}", "DELETE", f"addresses/home{many}", None, **headers)
