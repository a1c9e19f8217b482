"""The pages of a customer account, and the newsletter."""

from typing import Any

from tests.api.shopping_model.generating import Step
from tests.api.shopping_model.playing import Call, Expected, Play, refused
from tests.api.shopping_model.verbs.asking import GUESTS_NOT, both

FOR_BOTH = ["overview", "profile", "addresses", "order_history", "newsletter"]
FOR_ACCOUNTS = {"shopping_lists": "lists.manage", "shopping_carts": "carts.manage"}


def sections(play: Play, step: Step) -> None:
    """Those that he may read for an account, or of one who buys for himself."""
    asker, acting = both(play, step)
    of_account = [page for page, permission in FOR_ACCOUNTS.items() if acting.may(permission)]
    pages = [*FOR_BOTH, *(of_account if acting.account else ["wishlist"])]

    def check(body: Any) -> None:
        assert [each["code"] for each in body["results"]] == pages, body

    expected = Expected(check=check) if acting.person.registered else GUESTS_NOT
    play.ask(asker, "sections", Call("GET", "me/sections", None, expected))


def newsletter_read(play: Play, step: Step) -> None:
    """What he said on this shop, for whomever he acted then."""
    asker, acting = both(play, step)
    wants = (acting.person, acting.shop) in play.world.newsletters
    expected = _expected(wants=wants) if acting.person.registered else GUESTS_NOT
    play.ask(asker, "newsletter_read", Call("GET", "newsletter", None, expected))


def newsletter_set(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    wants = step.thing % 3 > 0
    body = {"subscribed": wants} if step.more % 9 else {"subscribed": wants, "shop": "west"}
    expected = _expected(wants=wants) if len(body) == 1 else refused((400, "invalid"))

    def then(_body: Any) -> None:
        his = acting.person, acting.shop
        play.world.newsletters = play.world.newsletters - {his} | ({his} if wants else set())

    expected = expected if acting.person.registered else GUESTS_NOT
    play.ask(asker, "newsletter_set", Call("PUT", "newsletter", body, expected, then))


def _expected(*, wants: bool) -> Expected:
    def check(body: Any) -> None:
        assert body == {"subscribed": wants}, body

    return Expected(check=check)


CODES = {(400, "invalid"), (403, "registration_required")}
VERBS = {each.__name__: each for each in (sections, newsletter_read, newsletter_set)}
