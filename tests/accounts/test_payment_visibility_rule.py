"""Which payment methods buyers see: the rule alone, without a database."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.inheritance import Node, Source
from accounts.payment_visibility import Method, Why, effective_methods

GROUP, ACME, WEST = Node(1, "group", "Group"), Node(2, "acme", "Acme"), Node(3, "west", "Acme West")
PATH = [WEST, ACME, GROUP]
CARD = Method(10, "card", "Card", visible_by_default=True)
ON_ACCOUNT = Method(11, "on-account", "On account")


def one(rules, *, method=ON_ACCOUNT, path=PATH):
    (found,) = effective_methods(path=path, rules=rules, methods=[method])
    return found


def told(found):
    return [(each.node.shared_id if each.node else None, each.visible, each.reason) for each in found.why]


@pytest.mark.parametrize(("method", "visible"), [(CARD, True), (ON_ACCOUNT, False)])
def test_the_methods_own_default_where_nobody_says_anything(method, visible):
    found = one({}, method=method)

    assert (found.visible, found.source, found.set_on) == (visible, Source.STOREFRONT, None)
    assert told(found) == [(None, visible, Why.APPLIES)]


@pytest.mark.parametrize("near", [True, False])
def test_the_nearest_word_wins_and_says_what_it_shadows(near):
    found = one({(WEST.id, 11): near, (ACME.id, 11): not near, (GROUP.id, 11): near})

    assert (found.visible, found.source, found.set_on) == (near, Source.ACCOUNT, WEST)
    assert told(found) == [
        ("west", near, Why.APPLIES),
        ("acme", not near, Why.SHADOWED),
        ("group", near, Why.SHADOWED),
        (None, False, Why.SHADOWED),
    ]


def test_from_above_where_nothing_is_said_here():
    found = one({(GROUP.id, 11): True, (WEST.id, 10): False})

    assert (found.visible, found.source, found.set_on) == (True, Source.ANCESTOR, GROUP)
    assert told(found) == [("group", True, Why.APPLIES), (None, False, Why.SHADOWED)]


def test_who_does_not_inherit_has_his_own_else_the_default():
    alone = [replace(WEST, inherits=False), ACME, GROUP]
    assert one({(ACME.id, 11): True}, path=alone).visible is False
    assert one({(ACME.id, 10): False}, path=alone, method=CARD).visible is True
    assert one({(WEST.id, 11): True, (ACME.id, 11): False}, path=alone).set_on == alone[0]

    between = [WEST, replace(ACME, inherits=False), GROUP]
    assert one({(GROUP.id, 11): True}, path=between).source == Source.STOREFRONT
    assert one({(ACME.id, 11): True, (GROUP.id, 11): False}, path=between).visible is True


def test_an_inactive_method_is_seen_by_nobody_whatever_is_said():
    found = one({(WEST.id, 10): True}, method=replace(CARD, active=False))

    assert found.visible is False
    assert told(found) == [("west", True, Why.INACTIVE), (None, True, Why.INACTIVE)]
    assert [each.applies for each in found.why] == [False, False]


def test_methods_keep_their_order_and_their_own_words():
    found = effective_methods(path=PATH, rules={(WEST.id, 11): True, (ACME.id, 10): False}, methods=[ON_ACCOUNT, CARD])

    assert [(each.method.code, each.visible) for each in found] == [("on-account", True), ("card", False)]
    assert effective_methods(path=PATH, rules={}, methods=[]) == []


@st.composite
def trees(draw):
    size = draw(st.integers(1, 7))
    parents = [None] + [draw(st.integers(0, index - 1)) for index in range(1, size)]
    inherits = draw(st.lists(st.sampled_from([True, True, True, False]), min_size=size, max_size=size))
    words = draw(st.dictionaries(st.tuples(st.integers(0, size - 1), st.integers(1, 3)), st.booleans(), max_size=12))
    return parents, inherits, words


def by_the_sentences(index, method, tree):
    parents, inherits, words = tree
    if (index, method.id) in words:
        return index, words[index, method.id]
    if inherits[index] and parents[index] is not None:
        return by_the_sentences(parents[index], method, tree)
    return None, method.visible_by_default


@given(trees(), st.lists(st.tuples(st.booleans(), st.booleans()), min_size=3, max_size=3))
def test_on_any_tree_it_is_what_a_walk_up_finds_and_one_at_most_applies(tree, states):
    parents, inherits, words = tree
    methods = [
        Method(number, f"m{number}", f"M{number}", active, default)
        for number, (active, default) in enumerate(states, start=1)
    ]
    for index in range(len(parents)):
        path, here = [], index
        while here is not None:
            path.append(Node(here, f"n{here}", f"N{here}", inherits[here]))
            here = parents[here]
        for method, found in zip(methods, effective_methods(path=path, rules=words, methods=methods), strict=True):
            on, visible = by_the_sentences(index, method, tree)
            assert found.visible == (visible and method.active)
            assert (found.set_on.id if found.set_on else None) == on
            expected = Source.STOREFRONT if on is None else Source.ACCOUNT if on == index else Source.ANCESTOR
            assert found.source == expected
            assert [each.applies for each in found.why] == [
                method.active and position == 0 for position in range(len(found.why))
            ]
