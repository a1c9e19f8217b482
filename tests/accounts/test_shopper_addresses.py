"""Two books that are never mixed: one's own without the header, the account's with it."""

from typing import Any

from accounts.models import AccountAddress, AccountStatus
from accounts.services.accounts import change_account_status
from accounts.services.associates import change_associate, role_of
from customers.models import CustomerAddress
from storefronts.models import Storefront
from tests.accounts.shoppers import Company, Crowd, acting, errors_of, ok
from tests.customers.shoppers import Speak, code_of
from tests.factories import NOW, TESTS, AccountAddressFactory, GuestFactory

BY = {"by": TESTS, "at": NOW}
HOME = {
    "id": "home", "last_name": "Baker", "line1": "1 Home St", "city": "Memphis", "region": "TN",
    "postal_code": "38103", "country": "us",
}  # fmt: skip
WEST, ACME = acting("acme-west"), acting("acme")


def ids(answer: Any) -> list[str]:
    return [each["id"] for each in ok(answer)["results"]]


def test_one_keeps_ones_own_book(crowd: Crowd, company: Company) -> None:
    first = crowd.ben.call("POST", "addresses", HOME)
    told = ok(first, 201)
    assert (told["id"], told["country"], told["default_shipping"], told["default_billing"]) == (
        "home",
        "US",
        True,
        True,
    )
    second = ok(crowd.ben.call("POST", "addresses", {**HOME, "id": "dock", "default_billing": True}), 201)
    assert (second["default_shipping"], second["default_billing"]) == (False, True)
    assert ok(crowd.ben.call("GET", "addresses/home"))["default_billing"] is False
    tag = {"If-Match": first.headers["ETag"]}
    assert code_of(crowd.ben.call("PATCH", "addresses/home", {"label": "Home"}, **tag)) == (412, "stale")
    changed = crowd.ben.call("PATCH", "addresses/home", {"label": "Home", "default_billing": True})
    assert (ok(changed)["label"], changed.json()["default_billing"]) == ("Home", True)
    taken = crowd.ben.call("POST", "addresses", HOME)
    assert (code_of(taken), errors_of(taken)) == ((409, "address_id_taken"), {"id": "address_id_taken"})
    assert ids(crowd.ben.call("GET", "addresses?page_size=1")) == ["home"]
    assert crowd.ben.call("DELETE", "addresses/home").status_code == 204
    assert [each["default_shipping"] for each in ok(crowd.ben.call("GET", "addresses"))["results"]] == [False]
    assert [(each.customer, each.code) for each in CustomerAddress.objects.all()] == [(company.ben, "dock")]
    assert not AccountAddress.objects.exists()


def test_the_books_are_never_mixed(crowd: Crowd, company: Company) -> None:
    AccountAddressFactory(account=company.west, code="west-dock")
    AccountAddressFactory(account=company.acme, code="hq")
    ok(crowd.ben.call("POST", "addresses", HOME), 201)
    ok(crowd.ana.call("POST", "addresses", {**HOME, "id": "ana-home"}), 201)
    assert ids(crowd.ben.call("GET", "addresses")) == ["home"]
    assert ids(crowd.ben.call("GET", "addresses", **WEST)) == ["west-dock"]
    assert ids(crowd.ana.call("GET", "addresses", **ACME)) == ["hq"]
    for browser, path, headers in (
        (crowd.ben, "addresses/home", WEST),
        (crowd.ben, "addresses/west-dock", {}),
        (crowd.ben, "addresses/hq", WEST),
        (crowd.ben, "addresses/ana-home", {}),
        (crowd.ana, "addresses/west-dock", ACME),
        (crowd.cleo, "addresses/home", {}),
    ):
        assert code_of(browser.call("GET", path, **headers)) == (404, "not_found")
    for path in ("addresses/west-dock", "addresses/ana-home", "addresses/hq"):
        assert code_of(crowd.ben.call("PATCH", path, {"label": "Mine"})) == (404, "not_found")
        assert code_of(crowd.ben.call("DELETE", path)) == (404, "not_found")
    assert AccountAddress.objects.count() == CustomerAddress.objects.count() == 2


def test_the_accounts_book_is_written_by_who_may(crowd: Crowd, company: Company) -> None:
    added = ok(crowd.ana.call("POST", "addresses", {**HOME, "id": "hq"}, **ACME), 201)
    assert (added["id"], added["default_shipping"]) == ("hq", True)
    assert ok(crowd.ana.call("PATCH", "addresses/hq", {"label": "HQ"}, **ACME))["label"] == "HQ"
    assert crowd.ana.call("DELETE", "addresses/hq", **ACME).status_code == 204
    assert not CustomerAddress.objects.exists()
    AccountAddressFactory(account=company.west, code="dock")
    for role in ("buyer", "limited-catalog-browser"):
        change_associate(associate=company.ben_at_west, role=role_of(role), **BY)
        assert ids(crowd.ben.call("GET", "addresses", **WEST)) == ["dock"]
        for method, path, body in (
            ("POST", "addresses", {"nonsense": 1}), ("PATCH", "addresses/none", {}), ("DELETE", "addresses/dock", None),
        ):  # fmt: skip
            refused = crowd.ben.call(method, path, body, **WEST)
            assert code_of(refused) == (403, "permission_missing")
            assert refused.json()["detail"] == "Your role does not allow addresses.manage."


def test_a_pending_accounts_book_is_read_and_not_written(crowd: Crowd, company: Company) -> None:
    AccountAddressFactory(account=company.acme, code="hq")
    change_account_status(account=company.acme, status=AccountStatus.PENDING, reason="Check.", **BY)
    assert ids(crowd.ana.call("GET", "addresses", **ACME)) == ["hq"]
    assert ok(crowd.ana.call("GET", "addresses/hq", **ACME))["id"] == "hq"
    assert code_of(crowd.ana.call("POST", "addresses", HOME, **ACME)) == (409, "account_pending")
    assert code_of(crowd.ana.call("DELETE", "addresses/hq", **ACME)) == (409, "account_pending")


def test_guests_keep_a_book_too(us: Storefront, speak: Speak) -> None:
    guest = GuestFactory(preferred_currency="USD")
    browser = speak(guest)
    ok(browser.call("POST", "addresses", HOME), 201)
    assert ids(browser.call("GET", "addresses")) == ["home"]
    assert CustomerAddress.objects.get().customer == guest


def test_one_key_adds_once_in_each_book(crowd: Crowd) -> None:
    key = {"Idempotency-Key": "home"}
    first = ok(crowd.ana.call("POST", "addresses", HOME, **key), 201)
    assert ok(crowd.ana.call("POST", "addresses", HOME, **key), 201) == first
    assert ok(crowd.ana.call("POST", "addresses", {**HOME, "id": "hq"}, **key, **ACME), 201)["id"] == "hq"
    assert ids(crowd.ana.call("GET", "addresses")) == ["home"]


def test_what_is_wrong_is_named(crowd: Crowd) -> None:
    for body, field, code in (
        ({**HOME, "last_name": ""}, "last_name", "required"),
        ({**HOME, "country": "XX"}, "country", "invalid"),
        ({**HOME, "line1": ""}, "line1", "blank"),
        ({**HOME, "line1": "x" * 500}, "line1", "max_length"),
        ({**HOME, "id": "a b"}, "id", "invalid"),
        ({**HOME, "is_billing": False, "default_billing": True}, "default_billing", "default_not_usable"),
        ({**HOME, "customer": "ana"}, "customer", "unknown_field"),
        ({**HOME, "postal_code": ""}, "postal_code", "required"),
    ):
        assert errors_of(crowd.ben.call("POST", "addresses", body))[field] == code
    assert not CustomerAddress.objects.exists()


def test_strange_addresses_of_addresses(crowd: Crowd) -> None:
    for code in ("x" * 3000, "%F0%9F%98%80", "' OR 1=1", "%2e%2e"):
        assert crowd.ben.call("GET", f"addresses/{code}").status_code == 404
    assert crowd.ben.call("GET", "addresses/%00").status_code == 400
    assert errors_of(crowd.ben.call("GET", "addresses?customer=ana")) == {"customer": "unknown_parameter"}
