"""What holds for accounts now, and what a change would touch: the database's facts, and previews against the truth."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from accounts.effective import path_of, payment_methods_for, price_list_for, prices_for
from accounts.effects import EXAMPLES, Turn, accounts_on, effects_of_assignment, effects_of_rule
from accounts.inheritance import Source
from accounts.models import Account, PriceListAssignment
from accounts.payment_visibility import Why as MethodWhy
from accounts.price_lists import PriceListKind, Why
from accounts.services.accounts import change_account
from accounts.services.assignments import assign_price_list, remove_assignment
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import EntryDraft, set_base_price_list, write_entries
from events.models import Event
from tests import sizes
from tests.accounts.small_trees import BY, HOUR, grow, something_to_assign
from tests.factories import NOW, AccountFactory, PaymentMethodFactory, PriceListFactory, StorefrontFactory
from tests.parallel import taken_back

pytestmark = pytest.mark.django_db
SEEDS = range(sizes.of(50))


@pytest.fixture
def eu(db):
    return StorefrontFactory(code="eu", currency="EUR")


@pytest.fixture
def base(us):
    made = PriceListFactory(code="BASE", prices={"SAW-10": "20.00", "NAIL": "0.05"})
    set_base_price_list(storefront=us, price_list=made, **BY)
    return made


@pytest.fixture
def p20(db):
    return PriceListFactory(code="P20", prices={"SAW-10": "12.00"})


@pytest.fixture
def store(acme_west):
    AccountFactory(shared_id="acme-east", name="Acme East", parent=Account.objects.get(shared_id="acme"))
    return AccountFactory(shared_id="store", name="Store", parent=acme_west)


def fresh(account):
    return Account.objects.get(pk=account.pk)


def told(effective):
    return [(each.node.shared_id if each.node else None, each.reason) for each in effective.why]


def test_the_path_leads_from_the_account_to_its_root(acme, acme_west, store, stranger):
    change_account(account=acme_west, inherits_settings=False, **BY)

    path = path_of(fresh(store))
    assert [(node.shared_id, node.name, node.inherits) for node in path] == [
        ("store", "Store", True),
        ("acme-west", "Acme West", False),
        ("acme", "Acme", True),
    ]
    assert [node.shared_id for node in path_of(fresh(stranger))] == ["zenith"]


def test_an_account_that_was_read_before_others_came_has_the_path_it_has_now(acme, acme_west):
    """Creating one moves the columns of those beside it; who holds an older copy still stands under its parent."""
    before = fresh(acme_west)
    for name in ("A", "B"):
        AccountFactory(name=name, parent=fresh(acme_west))
    later = AccountFactory(shared_id="later", parent=fresh(acme))
    for name in ("C", "D"):
        AccountFactory(name=name, parent=fresh(acme_west))

    assert [node.shared_id for node in path_of(before)] == ["acme-west", "acme"]
    assert [node.shared_id for node in path_of(later)] == ["later", "acme"]


def test_the_price_list_by_its_facts_in_three_statements(  # noqa: PLR0917 -- fixtures
    acme, acme_west, store, stranger, us, eu, base, p20, django_assert_num_queries
):
    p10 = PriceListFactory(code="P10")
    assign_price_list(account=acme, price_list=p20, storefront=us, **BY)
    assign_price_list(account=acme, price_list=p10, **BY)
    assign_price_list(account=stranger, price_list=p10, **BY)
    assign_price_list(account=fresh(store), price_list=p10, storefront=eu, **BY)
    asked = fresh(store)

    with django_assert_num_queries(3):
        found = price_list_for(account=asked, storefront=us, at=NOW)

    assert (found.price_list.code, found.source, found.set_on.shared_id) == ("P20", Source.ANCESTOR, "acme")
    assert told(found) == [
        ("acme", Why.APPLIES),
        ("acme", Why.SHADOWED_BY_STOREFRONT),
        (None, Why.SHADOWED),
    ]
    # In euros neither counts, and there is no base list.
    there = price_list_for(account=asked, storefront=eu, at=NOW)
    assert (there.price_list, told(there)) == (
        None,
        [("store", Why.OTHER_CURRENCY), ("acme", Why.OTHER_CURRENCY)],
    )
    assert price_list_for(account=fresh(stranger), storefront=us, at=NOW).price_list.code == "P10"


def test_prices_by_their_facts_and_no_strangers(  # noqa: PLR0917 -- fixtures
    acme, acme_west, stranger, us, base, p20, django_assert_num_queries
):
    assign_price_list(account=acme, price_list=p20, **BY)
    steps = [EntryDraft("SAW-10", "9.50", 10), EntryDraft("OLD", "1", available=False)]
    write_entries(price_list=p20, rows=steps, **BY)
    skus = ["NAIL", "SAW-10", "OLD", "NOWHERE"]

    def paid(account, quantity=1):
        found = prices_for(account=account, storefront=us, skus=skus, quantity=quantity, at=NOW)
        assert [each.sku for each in found] == skus
        return [(each.unit_price, each.price_list.code if each.price_list else None, each.available) for each in found]

    asked = fresh(acme_west)
    with django_assert_num_queries(4):
        west = paid(asked)
    assert west == [
        (Decimal("0.05"), "BASE", True),
        (Decimal("12.00"), "P20", True),
        (Decimal("1.00"), "P20", False),
        (None, None, False),
    ]
    assert paid(asked, 10)[1] == (Decimal("9.50"), "P20", True)
    with django_assert_num_queries(2):
        everybody = paid(None)
    assert everybody == paid(fresh(stranger)) == [
        (Decimal("0.05"), "BASE", True),
        (Decimal("20.00"), "BASE", True),
        (None, None, False),
        (None, None, False),
    ]  # fmt: skip


def test_a_percentage_list_reads_the_entries_of_its_base(acme, us, base, p20):
    off = PriceListFactory(code="OFF", kind=PriceListKind.PERCENTAGE, percent_off=Decimal(25), base=p20)
    assign_price_list(account=acme, price_list=off, **BY)

    saw, nail = prices_for(account=fresh(acme), storefront=us, skus=["SAW-10", "NAIL"], quantity=1, at=NOW)

    assert (saw.unit_price, saw.price_list.code) == (Decimal("9.00"), "OFF")
    assert (nail.unit_price, nail.price_list.code) == (Decimal("0.05"), "BASE")


def test_payment_methods_by_their_facts_in_three_statements(  # noqa: PLR0917 -- fixtures
    acme, acme_west, stranger, us, eu, django_assert_num_queries
):
    card = PaymentMethodFactory(storefront=us, code="card", name="Card", visible_by_default=True)
    terms = PaymentMethodFactory(storefront=us, code="terms", name="Terms")
    sepa = PaymentMethodFactory(storefront=eu, code="sepa", name="SEPA")
    set_payment_rules(account=acme, words={terms: True, sepa: True}, **BY)
    set_payment_rules(account=acme_west, words={card: False}, **BY)
    set_payment_rules(account=stranger, words={card: False, terms: False}, **BY)
    asked = fresh(acme_west)

    with django_assert_num_queries(3):
        found = payment_methods_for(account=asked, storefront=us)

    assert [(each.method.code, each.visible, each.source) for each in found] == [
        ("card", False, Source.ACCOUNT),
        ("terms", True, Source.ANCESTOR),
    ]
    assert told(found[1]) == [("acme", MethodWhy.APPLIES), (None, MethodWhy.SHADOWED)]
    assert [each.visible for each in payment_methods_for(account=fresh(acme), storefront=us)] == [True, True]
    assert [each.visible for each in payment_methods_for(account=fresh(stranger), storefront=us)] == [False, False]


def lists_now(world, storefront, at):
    return {
        account.pk: getattr(price_list_for(account=account, storefront=storefront, at=at).price_list, "id", None)
        for account in world.fresh()
    }


def names(world):
    return {each.pk: each.name for each in world.lists} | {None: ""}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_preview_of_an_assignment_says_what_making_it_does(seed):
    world = grow(seed)
    account = fresh(world.random.choice(world.accounts))
    standing = list(PriceListAssignment.objects.filter(account=account).order_by("pk"))
    removed = world.random.choice(standing) if standing and seed % 3 == 0 else None
    if removed is not None:
        keys = ("storefront", "valid_from", "valid_until")
        change = {"price_list": None, **{key: getattr(removed, key) for key in keys}}
    else:
        change = something_to_assign(world)
    moment = max(NOW, change["valid_from"] or NOW)
    shops = [change["storefront"]] if change["storefront"] else sorted(world.storefronts, key=lambda shop: shop.code)

    events = Event.objects.count()
    with CaptureQueriesContext(connection) as asked:
        effects = effects_of_assignment(account=account, **change, at=NOW)
    assert all(query["sql"].startswith("SELECT") for query in asked), "a preview writes nothing"
    assert Event.objects.count() == events

    before = {shop: lists_now(world, shop, moment) for shop in shops}
    with taken_back(), atomic():
        if removed is not None:
            remove_assignment(assignment=removed, **BY)
        else:
            others = PriceListAssignment.objects.filter(account=account, storefront=change["storefront"])
            begin = change["valid_from"]
            others.exclude(**({"valid_from": begin} if begin else {"valid_from__isnull": True})).delete()
            before = {shop: lists_now(world, shop, moment) for shop in shops}
            effects = effects_of_assignment(account=account, **change, at=NOW)
            assign_price_list(account=account, **change, **BY)
        assert [effect.storefront for effect in effects] == shops
        for shop, effect in zip(shops, effects, strict=True):
            after = lists_now(world, shop, moment)
            changed = [
                (each.shared_id, names(world)[before[shop][each.pk]], names(world)[after[each.pk]])
                for each in world.fresh()
                if before[shop][each.pk] != after[each.pk]
            ]
            assert effect.accounts == len(changed)
            assert [(each.node.shared_id, each.was, each.becomes) for each in effect.examples] == changed[:EXAMPLES]
        raise ZeroDivisionError


@pytest.mark.parametrize("seed", SEEDS)
def test_a_preview_of_a_rule_says_what_making_it_does(seed):
    world = grow(1000 + seed)
    account = fresh(world.random.choice(world.accounts))
    method = world.random.choice(world.methods)

    def visible():
        return {
            each.pk: found.visible
            for each in world.fresh()
            for found in payment_methods_for(account=each, storefront=method.storefront)
            if found.method.id == method.pk
        }

    before = visible()
    for wanted in (True, False, None):
        with CaptureQueriesContext(connection) as asked:
            turn = effects_of_rule(account=account, method=method, visible=wanted)
        assert all(query["sql"].startswith("SELECT") for query in asked), "a preview writes nothing"
        with taken_back(), atomic():
            set_payment_rules(account=account, words={method: wanted}, **BY)
            after = visible()
            raise ZeroDivisionError
        told = [(node.shared_id, turn.becomes_visible) for node in turn.nodes] if turn else []
        assert told == [(each.shared_id, after[each.pk]) for each in world.fresh() if before[each.pk] != after[each.pk]]


@pytest.mark.parametrize("seed", SEEDS[: len(SEEDS) // 2])
def test_accounts_on_a_list_are_counted_one_by_one(seed):
    world = grow(2000 + seed)
    accounts = world.fresh()
    now = {shop: lists_now(world, shop, NOW) for shop in world.storefronts}
    for each in world.lists:
        with CaptureQueriesContext(connection) as asked:
            counted = accounts_on(accounts=accounts, price_list=each, storefronts=world.storefronts, at=NOW)
        assert len(asked) == 3
        assert counted == {
            (account.pk, shop.pk): sum(
                now[shop][pk] == each.pk for pk in Account.objects.in_subtree_of(account).values_list("pk", flat=True)
            )
            for account in accounts
            for shop in world.storefronts
        }
        alone = accounts_on(accounts=accounts[1:2], price_list=each, storefronts=world.storefronts, at=NOW)
        assert alone == {key: count for key, count in counted.items() if key[0] == accounts[1].pk}


def test_taking_a_word_back_names_what_comes_through_from_above(acme, acme_west, us):
    card = PaymentMethodFactory(storefront=us, code="card", visible_by_default=True)
    set_payment_rules(account=acme, words={card: False}, **BY)

    turn = effects_of_rule(account=fresh(acme), method=card, visible=None)

    nodes = [path_of(fresh(account))[0] for account in (acme, acme_west)]
    assert turn == Turn(becomes_visible=True, nodes=nodes)


def test_a_preview_of_a_dated_one_is_of_the_day_it_begins(acme, acme_west, us, base, p20):
    begins = NOW + timedelta(days=9)
    (effect,) = effects_of_assignment(account=fresh(acme), price_list=p20, storefront=us, valid_from=begins, at=NOW)
    assert (effect.accounts, [each.node.shared_id for each in effect.examples]) == (2, ["acme", "acme-west"])

    over = {"valid_from": NOW - 2 * HOUR, "valid_until": NOW - HOUR}
    (nothing,) = effects_of_assignment(account=fresh(acme), price_list=p20, storefront=us, **over, at=NOW)
    assert (nothing.accounts, nothing.examples) == (0, [])
