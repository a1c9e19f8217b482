"""Random worlds, people and requests: what the storefront API answers is what the rules allow, and all of that."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests import sizes
from tests.api.shopping_model import staff
from tests.api.shopping_model.building import Built, build, build_shops
from tests.api.shopping_model.generating import Step, a_world, empty_world, some_steps
from tests.api.shopping_model.playing import Play
from tests.api.shopping_model.verbs import CODES, OFTEN, VERBS
from tests.api.shopping_model.world import World

REQUESTS = sizes.of(10_000)
STAFF: dict[str, Callable[[Play, Step], None]] = {
    each.__name__: each
    for each in (
        staff.give_association, staff.change_association, staff.end_association, staff.change_custom_role,
        staff.change_status, staff.add_child, staff.assign, staff.set_rule, staff.hold, staff.newcomer,
    )
}  # fmt: skip
WORDS = [*STAFF, *STAFF, *4 * list(VERBS), *8 * OFTEN]
TRIES = 40
# Hypothesis gives the seeds. Left alone it draws worlds that are much alike, and makes a failing play small in hundreds
# of tries of which each takes a second: `shortened` takes a few dozen.
WITHOUT_SHRINKING = settings(
    max_examples=REQUESTS // 50 + 100, phases=[Phase.explicit, Phase.generate], report_multiple_bugs=False
)


def shortened(world: World, done: list[Step], built: Built, error: AssertionError) -> AssertionError:
    """The failure with fewer steps: ever smaller parts are left out as long as it still fails."""
    size, tries = len(done), 0
    while size and tries < TRIES:
        for start in reversed(range(0, len(done), size)):
            fewer, tries = done[:start] + done[start + size :], tries + 1
            try:
                play(world, fewer, built)
            except AssertionError as smaller:
                done, error = fewer, smaller
        size //= 2
    return error


def play(world: World, done: list[Step], built: Built) -> Play:
    """Everything is undone in the end, also in the world given."""
    world = deepcopy(world)
    playing = Play(world, replace(built, accounts={}, people={}), Counter())
    with transaction.atomic():
        build(world, playing.built)
        playing.know_orders()
        for step in done:
            staff.let_go(playing)
            if step.verb in STAFF:
                STAFF[step.verb](playing, step)
            else:
                VERBS[step.verb](playing, step)
        transaction.set_rollback(True)
    return playing


def never_seen(seen: Counter[tuple[str, int, str]]) -> set[object]:
    """Which requests never succeeded, and for which reasons none was refused."""
    succeeded = {verb for verb, status, _code in seen if status < 300}
    return (set(VERBS) - succeeded) | (CODES - {(status, code) for _verb, status, code in seen})


@pytest.mark.soak
@pytest.mark.django_db
@override_settings(STOREFRONT_REQUESTS_PER_MINUTE=10**9, STOREFRONT_WRITES_PER_MINUTE=10**9)
def test_answers_hold_what_the_rules_allow(record_property: Callable[[str, object], None]) -> None:
    """As many requests as are wanted; at full size then on, until every kind has succeeded and been refused."""
    built = build_shops(empty_world())
    asked: Counter[str] = Counter()
    seen: Counter[tuple[str, int, str]] = Counter()

    @given(seed=st.integers(0, 2**32))
    @WITHOUT_SHRINKING
    def check(seed: int) -> None:
        if asked["requests"] >= REQUESTS and not (sizes.IS_SOAK and never_seen(seen)):
            return
        draw = Random(seed)  # noqa: S311 -- no secret
        world, done = a_world(draw), some_steps(draw, WORDS)
        try:
            played = play(world, done, built)
        except AssertionError as error:
            raise shortened(world, done, built, error) from None
        seen.update(played.seen)
        asked.update(requests=played.requests, worlds=1)

    check()
    for name, number in asked.items():
        record_property(name, number)
    assert asked["requests"] >= REQUESTS
    assert len(seen) > len(VERBS)
    assert never_seen(seen) == set() or not sizes.IS_SOAK
