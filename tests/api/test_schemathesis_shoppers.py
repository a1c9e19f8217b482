"""Generated requests against every operation of shoppers: by nobody, by Ana alone and for Acme, and by a key for her.

Answers are as documented, and never a 5xx; who comes with a session that is good is not asked who he is.
"""

from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from django.db.transaction import atomic, set_rollback

from accounts.services.price_lists import set_base_price_list
from customers.models import Customer
from customers.services.address_book import OWN_ADDRESSES
from customers.sign_in.urls import EXPOSED
from identity_site.wsgi import application
from storefronts.models import Storefront
from tests import sizes
from tests.accounts.shoppers import Company, company, ok
from tests.api.test_schemathesis import code_is_named, generated, one_connection
from tests.customers.shoppers import Browser, by_session
from tests.factories import (
    NOW,
    TESTS,
    AccountAddressFactory,
    ApiClientFactory,
    PaymentMethodFactory,
    PriceListFactory,
)
from tests.people import us

__all__ = ["company", "us"]
pytestmark = pytest.mark.soak
EXAMPLES = sizes.of(20)  # each is sent by four callers
PREFIX = "/api/v1/storefront/"
STREET = {"line1": "1 Main St", "city": "Memphis", "region": "TN", "postal_code": "38103", "country": "US"}
FOR_ACME = {"X-Account-Shared-Id": "acme"}
# Headers that say who calls, and where: the tests' matter.
OURS = frozenset({"x-storefront", "x-account-shared-id", "x-customer-shared-id", "x-session-token", "authorization"})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, by which headers, and the things that are meant where the address has names for them."""

    headers: dict[str, str]
    names: dict[str, str] = field(default_factory=dict)


@pytest.fixture
def callers(request: pytest.FixtureRequest, company: Company, us: Storefront) -> dict[str, Caller]:
    """Ana may do everything for Acme; the key says her name, and names in addresses stay as they were generated."""
    OWN_ADDRESSES.add(owner=company.ana, code="home", company="Acme", **STREET, by=TESTS, at=NOW)
    AccountAddressFactory(account=company.acme, code="dock")
    PaymentMethodFactory(storefront=us, code="net30", visible_by_default=True)
    prices = PriceListFactory(code="wholesale", prices={"SAW-10": "19.90"})
    set_base_price_list(storefront=us, price_list=prices, by=TESTS, at=NOW)
    browser = by_session(company.ana)
    names = {"shared_id": "acme", "associate_id": str(company.ana_at_acme.pk)}
    session = {"X-Storefront": "us", "X-Session-Token": browser.token}
    key = {"Authorization": f"Api-Key {ApiClientFactory().clear_key}", "X-Customer-Shared-Id": "ana"}
    alone, for_acme = {"code": "home"}, {"code": "dock"}
    if any(each in request.node.name for each in ("{cart_id}", "{order_id}")):  # they take the longest to make
        alone, for_acme = bought(browser, "home"), bought(browser, "dock", **FOR_ACME)
    if any(each in request.node.name for each in ("shopping-lists/", "wishlist/")):
        alone, for_acme = wished(browser, "wishlist"), listed(browser)
    return {
        "nobody": Caller({"X-Storefront": "us"}),
        "ana": Caller(session, {**names, **alone}),
        "ana for acme": Caller({**session, **FOR_ACME}, {**names, **for_acme}),
        "a key": Caller({"X-Storefront": "us", **key, **FOR_ACME}),
    }


def bought(browser: Browser, address: str, **headers: str) -> dict[str, str]:
    """A cart that was ordered, and one with a line in it: ids of order, cart and line, by their names in addresses."""

    def filled() -> Any:
        cart = ok(browser.call("POST", "carts", {}, **headers), 201)
        return ok(browser.call("POST", f"carts/{cart['id']}/lines", {"sku": "SAW-10", "quantity": 2}, **headers), 201)

    cart = filled()
    body = {"expected_total": cart["total"], "payment_method": "net30", "shipping_address_id": address}
    order = ok(browser.call("POST", f"carts/{cart['id']}/order", body, **headers), 201)
    cart = filled()
    return {"order_id": order["id"], "cart_id": cart["id"], "line_id": cart["lines"][0]["id"]}


def listed(browser: Browser) -> dict[str, str]:
    """A shopping list of Acme's with a line in it: their ids, by their names in addresses."""
    made = ok(browser.call("POST", "shopping-lists", {"name": "Weekly"}, **FOR_ACME), 201)
    return {"list_id": made["id"], **wished(browser, f"shopping-lists/{made['id']}", **FOR_ACME)}


def wished(browser: Browser, path: str, **headers: str) -> dict[str, str]:
    """A line in a list: its id, by its name in addresses."""
    filled = ok(browser.call("POST", f"{path}/lines", {"sku": "SAW-10", "quantity": 2}, **headers), 201)
    return {"line_id": filled["lines"][0]["id"]}


schema = schemathesis.openapi.from_wsgi("/api/schema/", application).include(path_regex=f"^{PREFIX}")
# A NUL in the address is refused before anybody asks who calls; who calls is the tests' matter.
if not sizes.IS_SOAK:
    schema.config.phases.update(phases=["examples", "fuzzing"])
schema.config.generation.update(allow_x00=False, with_security_parameters=False)


@schema.parametrize()
@generated(EXAMPLES)
def test_every_operation_of_shoppers(callers: dict[str, Caller], case: schemathesis.Case) -> None:
    given = {name: value for name, value in (case.headers or {}).items() if name.lower() not in OURS}
    generated_names = dict(case.path_parameters or {})
    for who, caller in callers.items():
        case.path_parameters = {name: caller.names.get(name, value) for name, value in generated_names.items()}
        case.headers = given
        # Each caller finds the world as it was: nobody has signed out, or left the account.
        with one_connection(), atomic():
            answer = case.call_and_validate(
                headers=caller.headers,
                checks=[
                    schemathesis.checks.not_a_server_error,
                    schemathesis.checks.status_code_conformance,
                    schemathesis.checks.content_type_conformance,
                    schemathesis.checks.response_schema_conformance,
                    code_is_named,
                ],
            )
            set_rollback(True)
        is_of_sign_in = case.path.removeprefix(PREFIX) in EXPOSED
        assert is_of_sign_in or who == "nobody" or answer.status_code != 401, (who, answer.text)
        acting_for = caller.headers.get("X-Account-Shared-Id")
        if generated_names.keys() <= caller.names.keys():  # else it may be no address at all that was made up
            assert answer.headers.get("x-acting-account") == ([acting_for] if acting_for else None), (who, answer.text)
    assert Customer.objects.get(shared_id="ana").anonymized_at is None
