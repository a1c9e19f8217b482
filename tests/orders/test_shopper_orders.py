"""What shoppers see of orders: their own, and an account's with everything below it; never anybody else's."""

from datetime import timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Account, AccountStatus, Associate
from accounts.services.associates import change_associate, role_of
from accounts.services.roles import create_role
from customers import ports
from customers.models import Customer
from orders.models import Order
from orders.services.asserting import receive_asserted_order
from orders.submissions import AddressDraft, Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from storefronts.models import Storefront
from tests.customers.shoppers import Browser, Speak, code_of
from tests.factories import (
    NOW,
    TESTS,
    AccountFactory,
    ApiClientFactory,
    AssociateFactory,
    CustomerFactory,
    GuestFactory,
    StorefrontFactory,
)

BY = {"by": TESTS, "at": NOW}


class Bought:
    """Acme with its part Acme West, and Zenith; who buys for them, and what was bought, in the order of the numbers.

    W-1 Ana for herself, W-2 Ana for Acme, W-3 Ben for Acme West, W-4 Ben for himself, W-5 Cleo for Zenith,
    W-6 Bea for Acme; W-1 on `eu` Ana for Acme.
    """

    def __init__(self) -> None:
        self.us, self.eu = StorefrontFactory(code="us"), StorefrontFactory(code="eu", currency="EUR")
        self.acme = AccountFactory(shared_id="acme", name="Acme")
        self.west = AccountFactory(shared_id="acme-west", name="Acme West", parent=self.acme)
        self.zenith = AccountFactory(shared_id="zenith", name="Zenith")
        self.ana, self.ben, self.bea, self.cleo = (
            CustomerFactory(shared_id=name, email=f"{name}@people.test", first_name=name.title(), last_name="X")
            for name in ("ana", "ben", "bea", "cleo")
        )
        for person, account in (
            (self.ana, self.acme), (self.ben, self.west), (self.bea, self.acme), (self.cleo, self.zenith),
        ):  # fmt: skip
            AssociateFactory(account=account, customer=person, role="buyer")
        for number, (person, account) in enumerate((
            (self.ana, None), (self.ana, self.acme), (self.ben, self.west), (self.ben, None),
            (self.cleo, self.zenith), (self.bea, self.acme),
        )):  # fmt: skip
            self.buy(person, account, at=NOW + timedelta(minutes=number))
        self.buy(self.ana, self.acme, storefront=self.eu, at=NOW + timedelta(hours=1))

    def buy(
        self, person: Customer, account: Account | None, *, storefront: Storefront | None = None, at: Any = NOW
    ) -> Order:
        storefront = storefront or self.us
        submission = OrderSubmission(
            storefront=Storefront.objects.with_policy().get(pk=storefront.pk),
            number="",
            kind=OrderKind.B2B if account else OrderKind.B2C,
            placed_at=at,
            currency=storefront.currency,
            claim=Claim(email=person.email, first_name=person.first_name),
            lines=(LineDraft("SAW", 2, Decimal("19.95"), "Saw"), LineDraft(f"FOR-{person.shared_id}", 1, Decimal(1))),
            totals=Totals(total=Decimal("40.90")),
            shipping_address=AddressDraft(line1="1 Main St"),
        )
        account = Account.objects.get(pk=account.pk) if account else None
        return receive_asserted_order(
            submission=submission, customer=person, account=account, by=f"customer:{person.shared_id}", at=at
        )


@pytest.fixture
def bought(db: None) -> Bought:
    return Bought()


def listed(browser: Browser, path: str, account: str = "") -> list[str]:
    answer = browser.call("GET", path, **({"X-Account-Shared-Id": account} if account else {}))
    assert answer.status_code == 200, answer.content
    return [f"{order['storefront']} {order['number']}" for order in answer.json()["results"]]


class TestOrders:
    def test_for_oneself_and_for_the_account_are_two_lists(self, bought: Bought, speak: Speak) -> None:
        ana, ben = speak(bought.ana), speak(bought.ben)
        assert listed(ana, "orders") == ["us W-1"]
        assert listed(ana, "orders", "acme") == ["eu W-1", "us W-2"]
        assert listed(ben, "orders") == ["us W-4"]
        assert listed(ben, "orders", "acme-west") == ["us W-3"]
        assert listed(speak(bought.bea), "orders") == []

    def test_one_and_whose_it_is(self, bought: Bought, speak: Speak) -> None:
        orders = {f"{order.storefront.code} {order.number}": f"orders/{order.pk}" for order in Order.objects.all()}
        ana, acme = speak(bought.ana), {"X-Account-Shared-Id": "acme"}
        own = ana.call("GET", orders["us W-1"]).json()
        assert (own["account"], own["total"], own["buyer"]["shared_id"]) == (None, "40.90", "ana")
        assert own["lines"][0] | {"id": ""} == {
            "id": "", "sku": "SAW", "name": "Saw", "quantity": 2, "unit_price": "19.95", "line_total": "39.90",
        }  # fmt: skip
        assert own["links"] == {name: f"/api/v1/storefront/{orders['us W-1']}{end}" for name, end in (
            ("self", ""), ("reorder", "/reorder"))}  # fmt: skip
        assert "identity" not in own
        # Of Acme also a colleague's, but nothing of a part of it, nor of the person himself.
        assert ana.call("GET", orders["us W-6"], **acme).json()["buyer"]["first_name"] == "Bea"
        for number in ("us W-1", "us W-3", "us W-4", "us W-5"):
            assert code_of(ana.call("GET", orders[number], **acme)) == (404, "not_found")
        for number in ("us W-2", "us W-3", "us W-4", "us W-5", "us W-6"):
            assert code_of(ana.call("GET", orders[number])) == (404, "not_found")
        create_role(code="alone", name="Alone", permissions=["orders.place"], **BY)
        change_associate(associate=Associate.objects.get(customer=bought.ana), role=role_of("alone"), **BY)
        assert code_of(ana.call("GET", orders["us W-6"], **acme)) == (404, "not_found")
        blind = ana.call("GET", orders["us W-2"], **acme).json()
        assert (blind["total"], blind["lines"][0]["unit_price"], blind["lines"][0]["line_total"]) == (None, None, None)
        assert set(blind["links"]) == {"self"}
        assert code_of(ana.call("GET", f"orders/{UUID(int=0)}")) == (404, "not_found")

    def test_filters(self, bought: Bought, speak: Speak) -> None:
        ana = speak(bought.ana)
        bought.buy(bought.ana, None, at=NOW + timedelta(days=1))
        Order.objects.filter(storefront__code="us", number="W-1").update(status="shipped")
        assert listed(ana, "orders") == ["us W-7", "us W-1"]
        for query, found in (
            ("status=shipped", ["us W-1"]),
            ("number=W-7", ["us W-7"]),
            ("number=W-2", []),
            ("placed_after=2026-11-23T11:00:00Z", ["us W-7"]),
            ("placed_before=2026-11-23T11:00:00Z", ["us W-1"]),
            ("sku=FOR-ana&status=placed", ["us W-7"]),
            ("sku=FOR-ben", []),
            ("sku=saw", []),
            ("storefront=eu", []),
        ):
            assert listed(ana, f"orders?{query}") == found, query
        for query in (
            "placed_after=yesterday",
            "placed_after=2026-11-23T11:00:00",
            "status=x",
            "account=acme",
            "sku=%00",
        ):
            assert ana.call("GET", f"orders?{query}").status_code == 400, query
        first = ana.call("GET", "orders?page_size=1").json()
        following = first["next"].split("/storefront/")[1]
        assert [first["results"][0]["number"], listed(ana, following)] == ["W-7", ["us W-1"]]

    def test_a_guests_own(self, bought: Bought, speak: Speak) -> None:
        guest = GuestFactory(email="guest@people.test")
        bought.buy(guest, None)
        assert listed(speak(guest), "orders") == ["us W-7"]

    def test_a_key_of_one_storefront_sees_that_ones(self, bought: Bought) -> None:
        browser = Browser()
        client = ApiClientFactory(scopes=["storefront:act_as_customer"], storefront=bought.us)
        browser.client.defaults["HTTP_AUTHORIZATION"] = f"Api-Key {client.clear_key}"
        browser.client.defaults["HTTP_X_CUSTOMER_SHARED_ID"] = "ana"
        assert listed(browser, "orders", "acme") == ["us W-2"]
        assert listed(browser, "accounts/acme/purchases") == ["us W-6", "us W-3", "us W-2"]
        elsewhere = Order.objects.get(storefront=bought.eu)
        for path in (f"orders/{elsewhere.pk}", f"accounts/acme/purchases/{elsewhere.pk}"):
            assert code_of(browser.call("GET", path, **{"X-Account-Shared-Id": "acme"})) == (404, "not_found")


class TestPurchases:
    def test_of_the_account_and_everything_below_each_once(self, bought: Bought, speak: Speak) -> None:
        ana, ben, cleo = speak(bought.ana), speak(bought.ben), speak(bought.cleo)
        assert listed(ana, "accounts/acme/purchases") == ["eu W-1", "us W-6", "us W-3", "us W-2"]
        assert listed(ana, "accounts/acme/purchases?exact=true") == ["eu W-1", "us W-6", "us W-2"]
        assert listed(ana, "accounts/acme-west/purchases") == ["us W-3"]
        assert listed(ana, "accounts/acme/purchases?number=W-3&sku=FOR-ben") == ["us W-3"]
        assert listed(ben, "accounts/acme-west/purchases") == ["us W-3"]
        for browser, account in ((ben, "acme"), (ben, "zenith"), (cleo, "acme"), (cleo, "acme-west"), (cleo, "nobody")):
            assert code_of(browser.call("GET", f"accounts/{account}/purchases")) == (404, "not_found")
        for unclear in ("yes", "TRUE", "1"):
            assert ana.call("GET", f"accounts/acme/purchases?exact={unclear}").status_code == 400

    def test_the_path_decides_whatever_the_header_says(self, bought: Bought, speak: Speak) -> None:
        both = AssociateFactory(account=bought.zenith, customer=bought.ana).customer
        assert listed(speak(both), "accounts/acme-west/purchases", "zenith") == ["us W-3"]

    def test_the_link_to_order_again_is_there_where_it_works(self, bought: Bought, speak: Speak) -> None:
        """With the headers of the list it stands in; whoever reads an account's purchases may act for another one."""
        AssociateFactory(account=bought.west, customer=bought.ana, role="buyer")
        AssociateFactory(account=bought.acme, customer=bought.ben, role="catalog-browser")
        paths = ["orders", "accounts/acme/purchases", "accounts/acme-west/purchases"]
        found = {True: 0, False: 0}
        for person, path, account in product((bought.ana, bought.ben), paths, ("", "acme", "acme-west")):
            browser, headers = speak(person), {"X-Account-Shared-Id": account} if account else {}
            answer = browser.call("GET", path, **headers)
            for order in answer.json()["results"] if answer.status_code == 200 else []:
                again = f"orders/{order['id']}/reorder"
                is_linked = "reorder" in order["links"]
                assert is_linked == (browser.call("POST", again, {}, **headers).status_code < 300), (
                    path,
                    account,
                    order,
                )
                assert not is_linked or order["links"]["reorder"] == f"/api/v1/storefront/{again}"
                found[is_linked] += 1
        assert found[True] > 5
        assert found[False] > 5

    def test_one_and_who_placed_it(self, bought: Bought, speak: Speak) -> None:
        ana = speak(bought.ana)
        orders = {order.number: order.pk for order in Order.objects.filter(storefront=bought.us)}
        path = f"accounts/acme/purchases/{orders['W-3']}"
        found = ana.call("GET", path).json()
        assert (found["account"]["shared_id"], found["buyer"]["shared_id"], found["total"]) == (
            "acme-west", "ben", "40.90",
        )  # fmt: skip
        assert found["links"]["buyer"] == f"/api/v1/storefront/{path}/buyer"
        assert ana.call("GET", f"{path}/buyer").json() == {
            "shared_id": "ben", "first_name": "Ben", "last_name": "X", "email": "ben@people.test", "phone": "",
        }  # fmt: skip
        for number in ("W-1", "W-4", "W-5"):
            for end in ("", "/buyer"):
                refused = ana.call("GET", f"accounts/acme/purchases/{orders[number]}{end}")
                assert code_of(refused) == (404, "not_found")
        Customer.objects.filter(shared_id="ben").update(anonymized_at=NOW, first_name="", last_name="")
        assert ana.call("GET", f"{path}/buyer").json() == {
            "shared_id": "ben", "first_name": "", "last_name": "", "email": "", "phone": "",
        }  # fmt: skip

    def test_what_an_order_claims_is_shown_to_nobody_once_its_person_was_erased(
        self, bought: Bought, speak: Speak
    ) -> None:
        ana, order = speak(bought.ana), Order.objects.get(storefront=bought.us, number="W-3")
        path = f"accounts/acme/purchases/{order.pk}"
        Order.objects.filter(pk=order.pk).update(customer=None)
        assert ana.call("GET", f"{path}/buyer").json()["email"] == "ben@people.test"
        assert ana.call("GET", path).json()["buyer"] == {"shared_id": None, "first_name": "Ben", "last_name": ""}
        for records in ports.registered():
            records.erase(customer=bought.ben, at=NOW)
        blank = dict.fromkeys(("first_name", "last_name", "email", "phone"), "")
        assert ana.call("GET", f"{path}/buyer").json() == {"shared_id": None, **blank}
        assert ana.call("GET", path).json()["buyer"] == {"shared_id": None, "first_name": "", "last_name": ""}
        assert Order.objects.get(pk=order.pk).claim_email == "ben@people.test"

    def test_the_nearest_association_says_what_is_shown(self, bought: Bought, speak: Speak) -> None:
        ana = speak(bought.ana)
        create_role(code="counter", name="Counter", permissions=["purchases.view"], **BY)
        below = AssociateFactory(account=bought.west, customer=bought.ana, role="counter")
        (order,) = ana.call("GET", "accounts/acme-west/purchases").json()["results"]
        assert (order["total"], order["lines"][0]["unit_price"]) == (None, None)
        assert [each["total"] for each in ana.call("GET", "accounts/acme/purchases").json()["results"]] == ["40.90"] * 4
        change_associate(associate=below, role=role_of("catalog-browser"), **BY)
        for end in ("", f"/{order['id']}", f"/{order['id']}/buyer"):
            assert code_of(ana.call("GET", f"accounts/acme-west/purchases{end}")) == (403, "permission_missing")

    @pytest.mark.parametrize(("status", "total"), [("suspended", "40.90"), ("disabled", "40.90"), ("pending", None)])
    def test_they_are_read_whatever_the_status(
        self, bought: Bought, speak: Speak, status: AccountStatus, total: str | None
    ) -> None:
        Account.objects.filter(shared_id="acme-west").update(status=status)
        (order,) = speak(bought.ben).call("GET", "accounts/acme-west/purchases").json()["results"]
        assert order["total"] == total

    @pytest.mark.usefixtures("bought")
    def test_guests_have_none(self, speak: Speak) -> None:
        refused = speak(GuestFactory()).call("GET", "accounts/acme/purchases")
        assert code_of(refused) == (403, "registration_required")
