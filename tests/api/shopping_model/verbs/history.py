"""What was ordered: by oneself, for an account, below it; and what else one did."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.api.shopping_model import rules
from tests.api.shopping_model.generating import SKUS, Step
from tests.api.shopping_model.playing import NOT_FOUND, UNKNOWN_ACCOUNT, Asker, Call, Expected, Play, pick, refused
from tests.api.shopping_model.rules import Acting
from tests.api.shopping_model.verbs.accounts import at_an_account
from tests.api.shopping_model.verbs.asking import GUESTS_NOT, both, one_of, one_order
from tests.api.shopping_model.verbs.ordering import expected_order, order_amounts, order_tokens
from tests.api.shopping_model.world import Account, Order


def orders_list(play: Play, step: Step) -> None:
    """Nobody else's, whatever the role shows."""
    asker, acting = both(play, step)
    query, found = _filtered(play, acting.own_orders(), step)
    expected = _listed(found, shows_prices=acting.may("prices.view"))
    play.ask(asker, "orders_list", Call("GET", f"orders{query}", None, expected))


def order_read(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    order_id, order = one_order(acting, acting.seen_orders(), step)
    expected = NOT_FOUND
    if order:
        expected = expected_order(order, shows_prices=acting.may("prices.view"))
        expected.check = lambda body: _is_told_of(acting, order, body)
    play.ask(asker, "order_read", Call("GET", f"orders/{order_id}", None, expected))


def purchases_list(play: Play, step: Step) -> None:
    asker, account, expected = _at_purchases(play, step)
    exact = step.more % 3 == 0
    orders = rules.purchases(play.world, account, exact=exact) if account else []
    query, found = _filtered(play, orders, step)
    if account and not expected:
        expected = _listed(found, shows_prices=_shows_prices(play, asker, account))
        expected.shows = {*expected.shows, *([account.id] if found else [])}
    if exact:
        query += ("&" if query else "?") + "exact=true"
    path = f"accounts/{_id(account)}/purchases{query}"
    play.ask(asker, "purchases_list", Call("GET", path, None, expected or NOT_FOUND))


def purchase_read(play: Play, step: Step) -> None:
    asker, account, expected = _at_purchases(play, step)
    order_id, order = _one_purchase(play, account, step)
    if account and not expected and order:
        expected = expected_order(order, shows_prices=_shows_prices(play, asker, account))
        expected.shows = {*expected.shows, account.id}
    path = f"accounts/{_id(account)}/purchases/{order_id}"
    play.ask(asker, "purchase_read", Call("GET", path, None, expected or NOT_FOUND))


def purchase_buyer(play: Play, step: Step) -> None:
    """Somebody of ours, or as the order names him."""
    asker, account, expected = _at_purchases(play, step)
    order_id, order = _one_purchase(play, account, step)
    if account and not expected and order:
        expected = Expected(shows=_buyer(order))
    path = f"accounts/{_id(account)}/purchases/{order_id}/buyer"
    play.ask(asker, "purchase_buyer", Call("GET", path, None, expected or NOT_FOUND))


def activity(play: Play, step: Step) -> None:
    """About himself always; orders those that he placed for whom he acts."""
    asker, acting = both(play, step)
    own = acting.own_orders()
    told = [
        ("order_placed", what.id) if isinstance(what, Order) else (what, None)
        for person, what in reversed(play.world.done)
        if person is acting.person and (what in own or not isinstance(what, Order))
    ]

    def check(body: Any) -> None:
        said = [(each["type"], each["details"].get("order")) for each in body["results"]]
        assert said == told, (said, told)

    shows = {text for each in own for text in (each.id, *_number(each))}
    expected = Expected(shows=shows, check=check) if acting.person.registered else GUESTS_NOT
    play.ask(asker, "activity", Call("GET", "me/activity?page_size=200", None, expected))


# --- What holds of purchases


def _at_purchases(play: Play, step: Step) -> tuple[Asker, Account | None, Expected | None]:
    """As `at_an_account`; and they are refused where the role of the nearest association does not show them."""
    asker, account, expected = at_an_account(play, step)
    if account and not expected and not _nearest_allows(play, asker, account, "purchases.view"):
        expected = refused((403, "permission_missing"))
    return asker, account, expected


def _nearest_allows(play: Play, asker: Asker, account: Account, permission: str) -> bool:
    nearest = rules.above(play.world, asker.person, account)[0]
    return permission in play.world.permissions(nearest.role)


def _shows_prices(play: Play, asker: Asker, account: Account) -> bool:
    """A pending account has none yet."""
    return account.status != "pending" and _nearest_allows(play, asker, account, "prices.view")


def _one_purchase(play: Play, account: Account | None, step: Step) -> tuple[str, Order | None]:
    """`step.thing` chose the account."""
    orders = rules.purchases(play.world, account, exact=False) if account else []
    return one_of(orders, play.world.orders, Step(step.verb, step.who, step.header, step.more, step.more, step.more))


def _filtered(play: Play, orders: Sequence[Order], step: Step) -> tuple[str, list[Order]]:
    """Mostly all of them; else of one article, one shop, or one number."""
    choice, anybodys = step.more % 8, play.world.orders
    if choice == 5:
        sku = pick(SKUS, step.on)
        return f"?sku={sku}", [each for each in orders if any(line.sku == sku for line in each.lines)]
    if choice == 6:
        shop = pick(play.world.shops, step.on)
        return f"?storefront={shop.code}", [each for each in orders if each.shop is shop]
    if choice == 7 and anybodys:
        number = pick(anybodys, step.on).number
        return f"?number={number}", [each for each in orders if each.number == number]
    return "", list(orders)


def _listed(orders: Sequence[Order], *, shows_prices: bool) -> Expected:
    """The latest first; each once."""

    def check(body: Any) -> None:
        told = [each["id"] for each in body["results"]]
        assert told == [each.id for each in reversed(orders)], told
        assert (body["next"], body["previous"]) == (None, None)

    shows = {text for each in orders for text in order_tokens(each)}
    amounts: list[Decimal] = [amount for each in orders for amount in order_amounts(each)]
    return Expected(shows=shows, amounts=amounts if shows_prices else (), check=check)


def _is_told_of(acting: Acting, order: Order, body: Any) -> None:
    """It is ordered again on the shop it is of, by whoever fills carts."""
    may_repeat = order.shop is acting.shop and acting.may("carts.manage")
    assert ("reorder" in body["links"]) == may_repeat, body["links"]


def _buyer(order: Order) -> set[str]:
    if order.person:
        email = {order.person.email.partition("@")[0]} - {""}
        return {order.person.id, order.person.first_name, order.person.last_name, *email}
    assert order.account is not None
    return {order.claimed, order.account.secrets["contact"]}


def _number(order: Order) -> set[str]:
    return {order.number} if order.number.startswith("W-") else set()


def _id(account: Account | None) -> str:
    return account.id if account else UNKNOWN_ACCOUNT


CODES = {(403, "registration_required"), (403, "permission_missing"), (404, "not_found")}
VERBS = {
    each.__name__: each
    for each in (orders_list, order_read, purchases_list, purchase_read, purchase_buyer, activity)
}  # fmt: skip
