"""Random worlds: what the services decide is what the rules say, written down a second time."""

from collections import Counter
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.models import Customer
from customers.services.erp_mirror import record_catch_up
from orders.models import Order as OrderRow
from orders.services.intake import receive_order, receive_orders
from orders.services.replay import ReplayResult, replay_decisions
from orders.services.waiting import decide_waiting_orders
from orders.words import Caution, Outcome, Reason
from tests import sizes
from tests.orders.model import rules
from tests.orders.model.building import BY, Built, build, submission
from tests.orders.model.generating import NOON, orders, worlds
from tests.orders.model.world import Answer, Order, World

WORLDS = sizes.of(3000)
LATER = NOON + timedelta(minutes=2)
Told = tuple[str, str, str | None, str | None, str, frozenset[str]]


def told_by_model(world: World) -> dict[str, Told]:
    return {order.number: _told(order.answer, world) for order in world.orders if order.answer}


def _told(answer: Answer, world: World) -> Told:
    """People by their place: those that are made have ids the model cannot know."""
    person = f"person {world.people.index(answer.person)}" if answer.person else None
    account = answer.account.id if answer.account else None
    return answer.outcome, answer.reason, account, person, answer.number, answer.warnings


def told_by_product() -> dict[str, Told]:
    ids = Customer.objects.order_by("pk").values_list("pk", flat=True)
    places = {pk: f"person {place}" for place, pk in enumerate(ids)}
    return {
        order.number: (
            order.outcome,
            order.reason,
            order.account.shared_id if order.account else None,
            places[order.customer_id] if order.customer_id else None,
            order.erp_customer_number,
            frozenset(order.decision.receipt_content()["warnings"]),
        )
        for order in OrderRow.objects.with_identity()
    }


def play(world: World, sent: list[Order], catch_up: datetime | None) -> World:
    """The model's course of events."""
    for order in sent:
        rules.receive(world, order)
    if catch_up:
        if world.caught_up is None or catch_up > world.caught_up:
            world.caught_up = catch_up
        rules.decide_waiting(world, LATER)
    return world


def play_for_real(built: Built, sent: list[Order], catch_up: datetime | None, *, together: bool) -> None:
    submissions = [submission(order, built.storefront) for order in sent]
    if together:
        receive_orders(submissions=submissions, by=BY, at=NOON)
    else:
        for each in submissions:
            receive_order(submission=each, by=BY, at=NOON)
    if catch_up:
        record_catch_up(erp_system=built.erp, began_at=catch_up, by=BY, at=catch_up)
        decide_waiting_orders(by=BY, at=LATER)


@pytest.mark.soak
@pytest.mark.django_db
@given(
    world=worlds(),
    sent=orders(),
    catch_up=st.sampled_from([None, NOON - timedelta(minutes=1), NOON + timedelta(minutes=1)]),
    together=st.booleans(),
)
@settings(max_examples=WORLDS)
def test_the_services_decide_what_the_rules_say(
    world: World, sent: list[Order], catch_up: datetime | None, *, together: bool
) -> None:
    with transaction.atomic():
        built = build(world)
        play_for_real(built, sent, catch_up, together=together)
        decided, people = told_by_product(), Customer.objects.count()
        replayed = {each.result for each in replay_decisions()}
        transaction.set_rollback(True)
    play(world, sent, catch_up)

    assert decided == told_by_model(world)
    assert people == len(world.people)
    assert replayed == {ReplayResult.SAME}


def test_the_worlds_reach_everything_that_can_be_decided() -> None:
    """A generator that never makes an order wait would prove nothing about waiting."""
    seen: Counter[Any] = Counter()

    @given(world=worlds(), sent=orders())
    @settings(max_examples=1500, derandomize=True)
    def look(world: World, sent: list[Order]) -> None:
        for order in play(deepcopy(world), deepcopy(sent), None).orders:
            assert order.answer is not None
            seen.update([order.answer.outcome, order.answer.reason, *order.answer.warnings])

    look()
    wanted = {*Outcome.values, *Reason.values, *Caution.values} - {"staff_hold", "payment_method_not_visible"}
    assert wanted - set(seen) == set()
