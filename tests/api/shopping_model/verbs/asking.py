"""How a request is made up."""

from collections.abc import Sequence
from typing import Any

from tests.api.shopping_model.generating import Step
from tests.api.shopping_model.playing import NOBODYS, Asker, Expected, Play, pick, refused
from tests.api.shopping_model.rules import Acting, Code
from tests.api.shopping_model.world import Order

CODES = {
    (401, "account_not_associated"), (401, "account_disabled"), (401, "on_hold"), (401, "session_ended"),
    (403, "permission_missing"), (404, "not_found"),
}  # fmt: skip
GUESTS_NOT = refused((403, "registration_required"))


def both(play: Play, step: Step) -> tuple[Asker, Acting]:
    asker = play.asker(step)
    return asker, play.acting(asker)


def gated(acting: Acting, expected: Expected, permission: str = "carts.manage") -> Expected:
    code: Code | None = acting.refusal(permission)
    return refused(code) if code else expected


def one_order(acting: Acting, his: Sequence[Order], step: Step) -> tuple[str, Order | None]:
    """As `one_of`; half of the time one of the accounts around the one acted for, by whomever, his or not."""
    root = acting.account.path()[-1] if acting.account else None
    around = [each for each in acting.world.orders if root and each.account and each.account.path()[-1] is root]
    if step.on % 2 and around:
        order = pick(around, step.thing)
        return order.id, order if order in his else None
    return one_of(his, acting.world.orders, step)


def one_of(mine: Sequence[Any], all_there_are: Sequence[Any], step: Step) -> tuple[str, Any]:
    """Mostly one of his own, else anybody's or one that is not there; and the thing, if it is his."""
    choice = step.thing % 8
    if choice == 7 or not all_there_are or (choice < 6 and not mine):
        return NOBODYS, None
    thing = pick(mine if choice < 6 else all_there_are, step.on)
    return thing.id, thing if thing in mine else None
