"""Effective price lists and payment methods: the rules against a walk that is written as the sentences are."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.inheritance import Node, Source
from accounts.payment_visibility import Method, effective_methods
from accounts.price_lists import (
    Assigned,
    Entry,
    Listed,
    PriceListKind,
    Why,
    effective_price_list,
    price_of,
    rounded,
)
from tests import sizes
from tests.factories import NOW

DAY = timedelta(days=1)
USD = [Listed(number, f"P{number}", f"List {number}", "USD", active=number != 3) for number in range(4)]
EURO = Listed(9, "EURO", "Euro", "EUR")
LISTS = st.sampled_from([*USD, EURO])
MOMENTS = st.sampled_from([None, NOW - 2 * DAY, NOW - DAY, NOW, NOW + DAY])


@st.composite
def trees(draw):
    """A path from an account up to its root, the assignments on it, and a base list or none."""
    length = draw(st.integers(1, 5))
    path = [Node(number, f"a{number}", f"A{number}", inherits=draw(st.booleans())) for number in range(length)]
    assigned = {}
    for node in path:
        # Of one storefront at most one without dates, so that none overlaps another.
        shops = draw(st.lists(st.sampled_from(["us", "eu", None]), unique=True, max_size=3))
        assigned[node.id] = [Assigned(draw(LISTS), shop, draw(MOMENTS), draw(MOMENTS)) for shop in shops]
    return path, assigned, draw(st.none() | LISTS)


def applies(assigned: Assigned) -> bool:
    begun = assigned.valid_from is None or assigned.valid_from <= NOW
    goes_on = assigned.valid_until is None or assigned.valid_until > NOW
    return begun and goes_on and assigned.price_list.active and assigned.price_list.currency == "USD"


def walked(position, path, assigned, base):
    """The account's own setting, else its parent's, … else the storefront's default."""
    here = path[position]
    for shop in ("us", None):
        for each in assigned[here.id]:
            if each.storefront == shop and applies(each):
                return each.price_list, here.id
    is_root = position == len(path) - 1
    if not is_root and here.inherits:
        return walked(position + 1, path, assigned, base)
    return (base, None) if base is not None and applies(Assigned(base)) else (None, None)


@settings(max_examples=sizes.of(5000), deadline=None)
@given(trees())
def test_the_price_list_is_the_nearest_that_applies(tree):
    path, assigned, base = tree
    effective = effective_price_list(path=path, assigned=assigned, base=base, storefront="us", currency="USD", at=NOW)
    price_list, node = walked(0, path, assigned, base)
    assert (effective.price_list, effective.set_on.id if effective.set_on else None) == (price_list, node)
    won = [each for each in effective.why if each.applies]
    assert [each.assigned.price_list for each in won] == ([price_list] if price_list else [])
    assert all(each.reason == (Why.APPLIES if each.applies else each.reason) for each in effective.why)
    if node is not None:
        assert effective.source == (Source.ACCOUNT if node == path[0].id else Source.ANCESTOR)
    else:
        assert effective.source == Source.STOREFRONT


@settings(max_examples=sizes.of(5000), deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from([None, True, False])), min_size=1, max_size=6),
    st.booleans(),
    st.booleans(),
)
def test_a_method_is_seen_as_the_nearest_word_says(nodes, default, active):
    path = [Node(number, f"a{number}", f"A{number}", inherits=inherits) for number, (inherits, _) in enumerate(nodes)]
    rules = {(number, 7): word for number, (_, word) in enumerate(nodes) if word is not None}
    method = Method(7, "card", "Card", active=active, visible_by_default=default)

    def seen(position: int) -> tuple[bool, int | None]:
        inherits, word = nodes[position]
        if word is not None:
            return word, position
        if inherits and position + 1 < len(nodes):
            return seen(position + 1)
        return default, None

    (effective,) = effective_methods(path=path, rules=rules, methods=[method])
    visible, node = seen(0)
    assert effective.visible == (visible and active)
    assert (effective.set_on.id if effective.set_on else None) == node
    assert sum(each.applies for each in effective.why) == (1 if active else 0)
    assert [each.visible for each in effective.why][-1] == default


class TestPrices:
    BASE = Listed(1, "BASE", "Base", "USD")
    OWN = Listed(2, "OWN", "Own", "USD")
    OFF = Listed(3, "OFF", "20 off", "USD", kind=PriceListKind.PERCENTAGE, percent_off=Decimal(20))

    def price(self, effective, entries, *, quantity=1, base=BASE, currency="USD"):
        return price_of(
            sku="SAW", quantity=quantity, effective=effective, base=base, currency=currency, entries=entries
        )

    @pytest.mark.parametrize(
        ("quantity", "amount"), [(1, "10.00"), (9, "10.00"), (10, "9.00"), (99, "9.00"), (100, "8.00")]
    )
    def test_the_highest_quantity_that_is_reached(self, quantity, amount):
        entries = {2: [Entry(Decimal(10)), Entry(Decimal(9), 10), Entry(Decimal(8), 100)]}
        assert str(self.price(self.OWN, entries, quantity=quantity).unit_price) == amount

    def test_below_every_quantity_the_base_price_holds(self):
        found = self.price(self.OWN, {2: [Entry(Decimal(8), 10)], 1: [Entry(Decimal(11))]})
        assert (str(found.unit_price), found.price_list.code, found.why) == (
            "11.00", "BASE", ("OWN has no price of it from 1.", "BASE: 11 from 1."),
        )  # fmt: skip

    def test_a_percentage_comes_off_the_storefronts_base_or_its_own(self):
        found = self.price(self.OFF, {1: [Entry(Decimal("19.90"))]})
        assert (str(found.unit_price), found.price_list.code, found.why) == (
            "15.92", "OFF", ("OFF: 20 % off BASE: 19.9 from 1.",),
        )  # fmt: skip
        of_own = Listed(3, "OFF", "20 off", "USD", True, PriceListKind.PERCENTAGE, Decimal(20), self.OWN)
        found = self.price(of_own, {1: [Entry(Decimal("19.90"))], 2: [Entry(Decimal(10))]})
        assert str(found.unit_price) == "8.00"
        assert self.price(self.OFF, {}, base=None).unit_price is None

    @pytest.mark.parametrize(
        ("amount", "currency", "shown"),
        [("1.005", "USD", "1.01"), ("1.004", "USD", "1.00"), ("1.5", "JPY", "2"), ("1.2345", "KWD", "1.235")],
    )
    def test_rounded_half_up_to_the_currencys_digits(self, amount, currency, shown):
        assert str(rounded(Decimal(amount), currency)) == shown

    def test_it_can_be_had_where_either_list_has_it(self):
        sold_out, there = [Entry(Decimal(1), available=False)], [Entry(Decimal(2))]
        assert self.price(self.OWN, {2: sold_out, 1: there}).available is True
        assert self.price(self.OWN, {2: sold_out}).available is False
        assert self.price(self.OWN, {}).available is False

    def test_an_inactive_base_or_one_in_another_currency_is_none(self):
        entries = {1: [Entry(Decimal(1))]}
        assert self.price(None, entries, base=Listed(1, "BASE", "Base", "EUR")).unit_price is None
        assert self.price(None, entries, base=Listed(1, "BASE", "Base", "USD", active=False)).unit_price is None
