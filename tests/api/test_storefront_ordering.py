"""Lists of shoppers are ordered by the words that the document names, both ways, and by no other."""

from itertools import combinations
from typing import Any

import pytest
from drf_spectacular.generators import SchemaGenerator

from accounts.models import Associate
from customers.services.address_book import OWN_ADDRESSES
from tests.customers.shoppers import Browser, by_session, code_of
from tests.factories import NOW, TESTS, AccountFactory, AssociateFactory, CustomerFactory
from tests.orders.test_shopper_orders import Bought, bought

__all__ = ["bought"]
PREFIX = "/api/v1/storefront/"
ACME = {"X-Account-Shared-Id": "acme"}
STREET = {"company": "Acme", "city": "Memphis", "region": "TN", "postal_code": "38103", "country": "US"}
# What `ordering=` may say, with what is read there, by which headers, and the field of the answers that it follows.
LISTS: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
    "accounts": ("accounts", {}, {"name": "name", "created_at": ""}),
    "accounts/{shared_id}/children": ("accounts/acme/children", {}, {"name": "name", "created_at": ""}),
    "accounts/{shared_id}/associates": ("accounts/acme/associates", {}, {"created_at": "created_at"}),
    "accounts/{shared_id}/purchases": ("accounts/acme/purchases", {}, {"placed_at": "placed_at"}),
    "addresses": ("addresses", {}, {"created_at": "created_at"}),
    "carts": ("carts", ACME, {"created_at": "created_at", "updated_at": "updated_at", "name": "name"}),
    "orders": ("orders", ACME, {"placed_at": "placed_at"}),
    "shopping-lists": (
        "shopping-lists",
        ACME,
        {"created_at": "created_at", "updated_at": "updated_at", "name": "name"},
    ),
}


@pytest.fixture
def ana(bought: Bought) -> Browser:
    """Several of everything."""
    ana = by_session(bought.ana)
    AssociateFactory(account=AccountFactory(shared_id="zulu", name="Zulu"), customer=bought.ana)
    for name in ("East", "North"):
        AccountFactory(name=name, parent=bought.acme)
    AssociateFactory(account=bought.acme, customer=CustomerFactory())
    for number in range(3):
        OWN_ADDRESSES.add(owner=bought.ana, line1=f"{number} Main St", **STREET, by=TESTS, at=NOW)
    for path in ("carts", "shopping-lists"):
        made = [ana.call("POST", path, {"name": name}, **ACME).json()["id"] for name in ("b", "a", "c")]
        # So that each word has an order of its own.
        assert ana.call("PATCH", f"{path}/{made[1]}", {"name": "ab"}, **ACME).status_code == 200
    assert Associate.objects.filter(account=bought.acme).count() > 1
    return ana


def test_the_document_names_the_words_of_every_list() -> None:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    lists = {
        path.removeprefix(PREFIX): {each["name"]: each for each in operations["get"]["parameters"]}
        for path, operations in paths.items()
        if path.startswith(PREFIX)
        and any(each["name"] == "cursor" for each in operations.get("get", {}).get("parameters", ()))
    }
    assert set(lists) - {"me/activity"} == set(LISTS)
    for path, (_address, _headers, words) in LISTS.items():
        assert lists[path]["ordering"]["schema"]["enum"] == [each for word in words for each in (word, f"-{word}")]


@pytest.mark.parametrize("path", LISTS)
def test_rising_and_falling_and_no_other_word(ana: Browser, path: str) -> None:
    address, headers, words = LISTS[path]

    def listed(query: str) -> list[dict[str, Any]]:
        answer = ana.call("GET", f"{address}{query}", **headers)
        assert answer.status_code == 200, answer.content
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    assert len(listed("")) > 1
    orders = []
    for word, field in words.items():
        rising, falling = listed(f"?ordering={word}"), listed(f"?ordering=-{word}&page_size=20")
        assert rising == falling[::-1]
        orders.append(rising)
        if field:
            values = [each[field] for each in rising]
            assert values == sorted(values)
    if path in {"carts", "shopping-lists"}:
        assert all(one != other for one, other in combinations(orders, 2))
    assert code_of(ana.call("GET", f"{address}?ordering=id", **headers)) == (400, "invalid")
