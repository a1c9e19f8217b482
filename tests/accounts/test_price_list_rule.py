"""Which price list holds and what a SKU costs by it: the rule alone, without a database."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from accounts.inheritance import Node, Source
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
from tests.factories import NOW

DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
GROUP, ACME, WEST = Node(1, "group", "Group"), Node(2, "acme", "Acme"), Node(3, "west", "Acme West")
PATH = [WEST, ACME, GROUP]
P10, P20, P30 = (Listed(number, f"P{number}", f"List {number}", "USD") for number in (10, 20, 30))
BASE = Listed(99, "BASE", "Base", "USD")
DEAD, EURO = replace(P10, id=40, code="DEAD", active=False), replace(P10, id=41, code="EURO", currency="EUR")


def asked(assigned, *, path=PATH, base=BASE, storefront="us", currency="USD", at=NOW):
    return effective_price_list(
        path=path, assigned=assigned, base=base, storefront=storefront, currency=currency, at=at
    )


def told(effective):
    """The `why`: on which node, which list, what became of it."""
    return [
        (each.node.shared_id if each.node else None, each.assigned.price_list.code, each.applies, each.reason)
        for each in effective.why
    ]


def test_nearest_wins_and_says_what_it_shadows():
    found = asked({WEST.id: [Assigned(P10)], ACME.id: [Assigned(P20)], GROUP.id: [Assigned(P30)]})

    assert (found.price_list, found.source, found.set_on) == (P10, Source.ACCOUNT, WEST)
    assert told(found) == [
        ("west", "P10", True, Why.APPLIES),
        ("acme", "P20", False, Why.SHADOWED),
        ("group", "P30", False, Why.SHADOWED),
        (None, "BASE", False, Why.SHADOWED),
    ]


def test_from_above_where_nothing_is_set_here():
    found = asked({GROUP.id: [Assigned(P30)]})

    assert (found.price_list, found.source, found.set_on) == (P30, Source.ANCESTOR, GROUP)
    assert told(found) == [("group", "P30", True, Why.APPLIES), (None, "BASE", False, Why.SHADOWED)]


def test_the_storefronts_where_nothing_is_set_at_all():
    found = asked({})
    assert (found.price_list, found.source, found.set_on) == (BASE, Source.STOREFRONT, None)
    assert told(found) == [(None, "BASE", True, Why.APPLIES)]

    nothing = asked({}, base=None)
    assert (nothing.price_list, nothing.source, nothing.set_on, nothing.why) == (None, Source.STOREFRONT, None, ())


def test_one_for_the_storefront_beats_one_for_all_at_the_same_node_only():
    both = [Assigned(P20), Assigned(P10, "us")]
    found = asked({ACME.id: both, GROUP.id: [Assigned(P30, "us")]})
    assert (found.price_list, found.set_on) == (P10, ACME)
    assert told(found)[:3] == [
        ("acme", "P10", True, Why.APPLIES),
        ("acme", "P20", False, Why.SHADOWED_BY_STOREFRONT),
        ("group", "P30", False, Why.SHADOWED),
    ]

    # Nearer for all beats farther for this storefront.
    assert asked({WEST.id: [Assigned(P20)], ACME.id: [Assigned(P10, "us")]}).price_list == P20


def test_another_storefronts_is_not_even_looked_at():
    found = asked({WEST.id: [Assigned(P10, "eu")], ACME.id: [Assigned(P20)]})

    assert found.price_list == P20
    assert told(found) == [("acme", "P20", True, Why.APPLIES), (None, "BASE", False, Why.SHADOWED)]


@pytest.mark.parametrize(
    ("flawed", "reason"),
    [
        (Assigned(DEAD, "us"), Why.INACTIVE),
        (Assigned(EURO, "us"), Why.OTHER_CURRENCY),
        (Assigned(P10, "us", valid_from=NOW + DAY), Why.NOT_YET),
        (Assigned(P10, "us", valid_until=NOW - DAY), Why.EXPIRED),
    ],
)
def test_what_does_not_count_lets_the_next_one_through(flawed, reason):
    at_the_same_node = asked({WEST.id: [flawed, Assigned(P20)], ACME.id: [Assigned(P30)]})
    assert (at_the_same_node.price_list, at_the_same_node.set_on) == (P20, WEST)
    assert told(at_the_same_node)[:2] == [
        ("west", flawed.price_list.code, False, reason),
        ("west", "P20", True, Why.APPLIES),
    ]

    above = asked({WEST.id: [flawed], ACME.id: [Assigned(P30)]})
    assert (above.price_list, above.source, above.set_on) == (P30, Source.ANCESTOR, ACME)

    at_last = asked({WEST.id: [flawed]})
    assert (at_last.price_list, at_last.source) == (BASE, Source.STOREFRONT)


@pytest.mark.parametrize("base", [replace(BASE, active=False), replace(BASE, currency="EUR")])
def test_a_base_list_that_does_not_count_is_none(base):
    found = asked({}, base=base)

    assert (found.price_list, found.source) == (None, Source.STOREFRONT)
    assert [each.applies for each in found.why] == [False]


def test_who_does_not_inherit_has_his_own_else_the_storefronts():
    alone = replace(WEST, inherits=False)
    path = [alone, ACME, GROUP]
    above = {ACME.id: [Assigned(P20)], GROUP.id: [Assigned(P30)]}

    assert asked(above, path=path).price_list == BASE
    assert told(asked(above, path=path)) == [(None, "BASE", True, Why.APPLIES)]
    own = asked({**above, WEST.id: [Assigned(P10)]}, path=path)
    assert (own.price_list, own.source, own.set_on) == (P10, Source.ACCOUNT, alone)

    # One in between that does not inherit still passes on what it has, and nothing from above it.
    between = [WEST, replace(ACME, inherits=False), GROUP]
    assert asked({GROUP.id: [Assigned(P30)]}, path=between).price_list == BASE
    assert asked(above, path=between).price_list == P20


def test_dates_are_half_open():
    march = Assigned(P10, None, NOW, NOW + DAY)
    assert asked({WEST.id: [march]}, at=NOW - INSTANT).price_list == BASE
    assert asked({WEST.id: [march]}, at=NOW).price_list == P10
    assert asked({WEST.id: [march]}, at=NOW + DAY - INSTANT).price_list == P10
    assert asked({WEST.id: [march]}, at=NOW + DAY).price_list == BASE


def test_of_two_that_follow_each_other_exactly_one_holds_at_the_border():
    first, second = Assigned(P10, None, None, NOW), Assigned(P20, None, NOW, None)
    for order in ([first, second], [second, first]):
        found = asked({WEST.id: order})
        assert found.price_list == P20
        assert told(found)[:2] == [("west", "P10", False, Why.EXPIRED), ("west", "P20", True, Why.APPLIES)]


# Trees: per node its parent's index (smaller than its own; None for the root), whether it inherits, what it was given.
lists = st.builds(
    Listed,
    id=st.integers(1, 4),
    code=st.just("L"),
    name=st.just("L"),
    currency=st.sampled_from(["USD", "USD", "EUR"]),
    active=st.sampled_from([True, True, False]),
)
beginnings = st.none() | st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
endings = st.none() | st.integers(-3, 3).map(lambda hours: NOW + timedelta(hours=hours))
assignments = st.builds(Assigned, lists, st.sampled_from([None, "us", "eu"]), beginnings, endings)


def never_overlapping(given):
    """What the database takes: each ends after it begins, two of one storefront never hold at once."""
    kept = []
    for each in given:
        low = each.valid_from or NOW - 9 * DAY
        high = each.valid_until or NOW + 9 * DAY
        beside = [other for other in kept if other.storefront == each.storefront]
        if low < high and all(
            high <= (other.valid_from or NOW - 9 * DAY) or (other.valid_until or NOW + 9 * DAY) <= low
            for other in beside
        ):
            kept.append(each)
    return kept


@st.composite
def trees(draw):
    size = draw(st.integers(1, 7))
    parents = [None] + [draw(st.integers(0, index - 1)) for index in range(1, size)]
    inherits = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=size, max_size=size))
    given = [never_overlapping(draw(st.lists(assignments, max_size=4))) for _index in range(size)]
    return parents, inherits, given


def by_the_sentences(index, parents, inherits, given, *, base, storefront):
    """The rule, read aloud: own, else the parent's, else the storefront's; a storefront's own first."""

    def counts(one):
        begun = one.valid_from is None or one.valid_from <= NOW
        over = one.valid_until is not None and one.valid_until <= NOW
        return begun and not over and one.price_list.active and one.price_list.currency == "USD"

    for shop in (storefront, None):
        for one in given[index]:
            if one.storefront == shop and counts(one):
                return index, one.price_list
    if inherits[index] and parents[index] is not None:
        return by_the_sentences(parents[index], parents, inherits, given, base=base, storefront=storefront)
    return None, base if base is not None and base.active and base.currency == "USD" else None


@given(trees(), st.none() | lists)
def test_on_any_tree_it_is_what_a_walk_up_finds_and_one_at_most_applies(tree, base):
    parents, inherits, given_to = tree
    for index in range(len(parents)):
        path, here = [], index
        while here is not None:
            path.append(Node(here, f"n{here}", f"N{here}", inherits[here]))
            here = parents[here]
        found = asked(dict(enumerate(given_to)), path=path, base=base)

        on, price_list = by_the_sentences(index, parents, inherits, given_to, base=base, storefront="us")
        assert found.price_list == price_list
        assert (found.set_on.id if found.set_on else None) == on
        expected = Source.STOREFRONT if on is None else Source.ACCOUNT if on == index else Source.ANCESTOR
        assert found.source == expected
        applying = [each for each in found.why if each.applies]
        assert len(applying) == (0 if price_list is None else 1)
        assert all(each.applies == (each.reason == Why.APPLIES) for each in found.why)


def priced(entries, *, quantity=1, effective=P10, base=BASE, currency="USD"):
    found = price_of(
        sku="SAW-10", quantity=quantity, effective=effective, base=base, currency=currency, entries=entries
    )
    return found.unit_price, found.price_list, found.available, list(found.why)


STEPS = [Entry(Decimal("9.50"), 10), Entry(Decimal("12.00"), 1), Entry(Decimal("8.00"), 50, available=False)]


@pytest.mark.parametrize(
    ("quantity", "price", "step"),
    [
        (1, "12.00", "P10: 12 from 1."),
        (9, "12.00", "P10: 12 from 1."),
        (10, "9.50", "P10: 9.5 from 10."),
        (49, "9.50", "P10: 9.5 from 10."),
        (50, "8.00", "P10: 8 from 50."),
        (10**6, "8.00", "P10: 8 from 50."),
    ],
)
def test_the_highest_minimum_quantity_reached(quantity, price, step):
    assert priced({P10.id: STEPS}, quantity=quantity) == (Decimal(price), P10, True, [step])


def test_the_base_price_where_the_list_has_none():
    base = {BASE.id: [Entry(Decimal("20.00"))]}
    assert priced(base) == (Decimal("20.00"), BASE, True, ["P10 has no price of it from 1.", "BASE: 20 from 1."])
    too_few = {**base, P10.id: [Entry(Decimal("9.50"), 10)]}
    assert priced(too_few, quantity=9)[:2] == (Decimal("20.00"), BASE)
    assert priced(too_few, quantity=10)[:2] == (Decimal("9.50"), P10)


def test_no_price_anywhere():
    assert priced({}) == (
        None, None, False, ["P10 has no price of it from 1.", "BASE has no price of it from 1."],
    )  # fmt: skip
    assert priced({}, effective=None, base=None) == (None, None, False, [])
    # A base list in another currency is nobody's price.
    foreign = replace(BASE, currency="EUR")
    assert priced({BASE.id: [Entry(Decimal(20))]}, base=foreign) == (
        None, None, False, ["P10 has no price of it from 1."],
    )  # fmt: skip
    assert priced({BASE.id: [Entry(Decimal(20))]}, base=replace(BASE, active=False))[:3] == (None, None, False)


def test_the_base_list_itself_is_asked_once():
    assert priced({}, effective=BASE) == (None, None, False, ["BASE has no price of it from 1."])


OFF = Listed(50, "OFF20", "20% off", "USD", kind=PriceListKind.PERCENTAGE, percent_off=Decimal(20))


def test_percent_off_the_storefronts_base_list():
    entries = {BASE.id: [Entry(Decimal("10.01")), Entry(Decimal("9.00"), 5)], P20.id: [Entry(Decimal(1))]}
    assert priced(entries, effective=OFF) == (Decimal("8.01"), OFF, True, ["OFF20: 20 % off BASE: 10.01 from 1."])
    assert priced(entries, effective=OFF, quantity=5)[0] == Decimal("7.20")


def test_percent_off_its_own_base_else_the_base_price_in_full():
    own = replace(OFF, base=P20)
    entries = {BASE.id: [Entry(Decimal("10.00"))], P20.id: [Entry(Decimal("5.00"), 2)]}
    assert priced(entries, effective=own, quantity=2)[:2] == (Decimal("4.00"), own)
    assert priced(entries, effective=own, quantity=1) == (
        Decimal("10.00"), BASE, True, ["P20 has no price of it from 1.", "BASE: 10 from 1."],
    )  # fmt: skip


def test_nothing_and_everything_off():
    entries = {BASE.id: [Entry(Decimal("10.00"))]}
    assert priced(entries, effective=replace(OFF, percent_off=Decimal(100))) == (
        Decimal("0.00"), replace(OFF, percent_off=Decimal(100)), True, ["OFF20: 100 % off BASE: 10 from 1."],
    )  # fmt: skip
    assert priced(entries, effective=replace(OFF, percent_off=Decimal(0)))[0] == Decimal("10.00")
    assert priced({}, effective=OFF, base=None)[:3] == (None, None, False)


@pytest.mark.parametrize(
    ("amount", "currency", "result"),
    [
        ("0.005", "USD", "0.01"),
        ("2.675", "USD", "2.68"),
        ("2.6749", "USD", "2.67"),
        ("0.5", "JPY", "1"),
        ("1.5", "JPY", "2"),
        ("1234.4999", "JPY", "1234"),
        ("0.0005", "KWD", "0.001"),
        ("1.2344", "KWD", "1.234"),
    ],
)
def test_rounding_half_up_to_the_currencys_digits(amount, currency, result):
    assert str(rounded(Decimal(amount), currency)) == result


def test_a_computed_price_is_rounded_once_at_the_end():
    third = replace(OFF, percent_off=Decimal("12.5"))
    assert priced({BASE.id: [Entry(Decimal("0.0400"))]}, effective=third)[0] == Decimal("0.04")  # 0.035
    yen, list_in_yen = replace(BASE, currency="JPY"), replace(third, currency="JPY")
    assert priced({BASE.id: [Entry(Decimal(100))]}, effective=list_in_yen, base=yen, currency="JPY")[0] == Decimal(88)


@pytest.mark.parametrize(
    ("own", "standing", "can_be_had"),
    [
        ([], [], False),
        ([Entry(Decimal(1), available=False)], [], False),
        ([Entry(Decimal(1), available=False)], [Entry(Decimal(2))], True),
        ([Entry(Decimal(1))], [Entry(Decimal(2), available=False)], True),
        ([Entry(Decimal(1), 1, available=False), Entry(Decimal(1), 9)], [], True),
        ([Entry(Decimal(1), available=False)], [Entry(Decimal(2), available=False)], False),
    ],
)
def test_it_can_be_had_where_one_of_both_lists_has_it(own, standing, can_be_had):
    assert priced({P10.id: own, BASE.id: standing, P20.id: [Entry(Decimal(3))]})[2] is can_be_had


prices = st.decimals("0", "9999", places=4)
steps = st.lists(st.builds(Entry, prices, st.integers(1, 20)), max_size=4, unique_by=lambda entry: entry.min_quantity)


@given(steps, steps, st.integers(1, 25), st.none() | st.decimals("0", "100", places=2))
@example([], [], 1, Decimal(0))
def test_any_price_is_one_entry_less_its_percentage(own, standing, quantity, percent):
    effective = P10 if percent is None else replace(OFF, base=P10, percent_off=percent)
    price, price_list, _available, _why = priced(
        {P10.id: own, BASE.id: standing}, quantity=quantity, effective=effective
    )

    def reached(entries):
        return max((entry for entry in entries if entry.min_quantity <= quantity), key=lambda e: e.min_quantity)

    if any(entry.min_quantity <= quantity for entry in own):
        exact = reached(own).unit_price * (100 - (percent or 0)) / 100
        assert price_list == effective
    elif any(entry.min_quantity <= quantity for entry in standing):
        exact = reached(standing).unit_price
        assert price_list == BASE
    else:
        assert (price, price_list) == (None, None)
        return
    assert price == price.quantize(Decimal("0.01"))
    assert Decimal("-0.005") < exact - price < Decimal("0.005") or exact + Decimal("0.005") == price
