"""At which price, paying how: for oneself as everybody, for an account as the account; and why, without other names."""

from decimal import Decimal

import pytest

from accounts.models import AccountStatus
from accounts.price_lists import PriceListKind
from accounts.services.accounts import change_account_status
from accounts.services.assignments import assign_price_list
from accounts.services.associates import change_associate, role_of
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import EntryDraft, set_base_price_list, write_entries
from storefronts.models import Storefront
from tests.accounts.shoppers import Company, Crowd, acting, errors_of, ok
from tests.customers.shoppers import Speak, code_of
from tests.factories import NOW, TESTS, GuestFactory, PaymentMethodFactory, PriceListFactory

BY = {"by": TESTS, "at": NOW}
WEST = acting("acme-west")


@pytest.fixture(autouse=True)
def terms(company: Company, us: Storefront) -> None:
    """A saw for 20.00, from ten on 18.00; Acme and what is below it at 10 % off; on account for Acme alone."""
    base = PriceListFactory(code="BASE")
    rows = [EntryDraft("SAW", Decimal(20)), EntryDraft("SAW", Decimal(18), min_quantity=10)]
    write_entries(price_list=base, rows=rows, **BY)
    set_base_price_list(storefront=us, price_list=base, **BY)
    off = PriceListFactory(code="P10", kind=PriceListKind.PERCENTAGE, percent_off=Decimal(10))
    assign_price_list(account=company.acme, price_list=off, **BY)
    card = PaymentMethodFactory(storefront=us, code="card", name="Card", visible_by_default=True)
    PaymentMethodFactory(storefront=us, code="off", name="Off", visible_by_default=True, active=False)
    net30 = PaymentMethodFactory(storefront=us, code="net30", name="On account")
    set_payment_rules(account=company.acme, words={net30: True}, **BY)
    set_payment_rules(account=company.west, words={card: True}, **BY)


class TestPrices:
    def test_ones_own_are_everybodys(self, crowd: Crowd) -> None:
        assert ok(crowd.ben.call("GET", "prices?sku=SAW&sku=NONE&sku=SAW")) == {
            "results": [
                {
                    "sku": "SAW", "quantity": 1, "unit_price": "20.00", "currency": "USD", "price_list": "BASE",
                    "available": True, "why": ["BASE: 20 from 1."],
                },
                {
                    "sku": "NONE", "quantity": 1, "unit_price": None, "currency": "USD", "price_list": None,
                    "available": False, "why": ["BASE has no price of it from 1."],
                },
            ]
        }  # fmt: skip

    def test_an_accounts_are_its_lists(self, crowd: Crowd, speak: Speak) -> None:
        (price,) = ok(crowd.ben.call("GET", "prices?sku=SAW&quantity=12", **WEST))["results"]
        assert (price["unit_price"], price["price_list"]) == ("16.20", "P10")
        assert price["why"] == ["P10: 10 % off BASE: 18 from 10."]
        (none,) = ok(crowd.ben.call("GET", "prices?sku=NONE", **WEST))["results"]
        assert none["why"] == ["BASE has no price of it from 1."]
        guest = speak(GuestFactory(preferred_currency="USD"))
        assert ok(guest.call("GET", "prices?sku=SAW"))["results"][0]["unit_price"] == "20.00"

    def test_who_may_not_see_prices_sees_none(self, crowd: Crowd, company: Company) -> None:
        change_associate(associate=company.ben_at_west, role=role_of("limited-catalog-browser"), **BY)
        refused = crowd.ben.call("GET", "prices", **WEST)
        assert code_of(refused) == (403, "permission_missing")
        assert refused.json()["detail"] == "Your role does not allow prices.view."
        assert b"16.20" not in refused.content
        # For himself he is everybody.
        assert crowd.ben.call("GET", "prices?sku=SAW").status_code == 200

    def test_of_a_pending_account_there_are_none_yet(self, crowd: Crowd, company: Company) -> None:
        change_account_status(account=company.west, status=AccountStatus.PENDING, reason="Check.", **BY)
        assert code_of(crowd.ben.call("GET", "prices?sku=SAW", **WEST)) == (409, "account_pending")
        change_account_status(account=company.west, status=AccountStatus.SUSPENDED, reason="Unpaid.", **BY)
        assert crowd.ben.call("GET", "prices?sku=SAW", **WEST).status_code == 200

    def test_what_is_wrong_is_named(self, crowd: Crowd) -> None:
        for query, field in (
            ("", "sku"), ("sku=SAW&quantity=0", "quantity"), ("sku=SAW&quantity=1.5", "quantity"),
            ("sku=SAW&quantity=99999999999999999999", "quantity"), ("sku=SAW&account=acme", "account"),
            ("sku=SAW&at=2020-01-01T00:00:00Z", "at"), (f"sku={'x' * 200}", "sku.0"),
            ("&".join(f"sku=S{n}" for n in range(101)), "sku"),
        ):  # fmt: skip
            assert list(errors_of(crowd.ben.call("GET", f"prices?{query}"))) == [field]


class TestPaymentMethods:
    def test_for_oneself_what_everybody_sees(self, crowd: Crowd) -> None:
        why = {"set_on": None, "source": "storefront", "visible": True, "applies": True, "reason": "applies"}
        card = {"code": "card", "name": "Card", "visible": True, "set_on": None, "source": "storefront", "why": [why]}
        assert ok(crowd.ben.call("GET", "payment-methods")) == {"results": [card]}

    def test_for_an_account_what_it_and_those_above_say_unnamed(self, crowd: Crowd) -> None:
        answer = crowd.ben.call("GET", "payment-methods", **WEST)
        west = {"shared_id": "acme-west", "name": "Acme West"}
        assert ok(answer)["results"] == [
            {
                "code": "card",
                "name": "Card",
                "visible": True,
                "set_on": west,
                "source": "account",
                "why": [
                    {"set_on": west, "source": "account", "visible": True, "applies": True, "reason": "applies"},
                    {"set_on": None, "source": "storefront", "visible": True, "applies": False, "reason": "shadowed"},
                ],
            },
            {
                "code": "net30",
                "name": "On account",
                "visible": True,
                "set_on": None,
                "source": "ancestor",
                "why": [
                    {"set_on": None, "source": "ancestor", "visible": True, "applies": True, "reason": "applies"},
                    {"set_on": None, "source": "storefront", "visible": False, "applies": False, "reason": "shadowed"},
                ],
            },
        ]
        assert b'"acme"' not in answer.content

    def test_a_hidden_one_is_not_there(self, crowd: Crowd) -> None:
        answer = crowd.cleo.call("GET", "payment-methods", **acting("zenith"))
        assert [each["code"] for each in ok(answer)["results"]] == ["card"]
        assert b"net30" not in answer.content
