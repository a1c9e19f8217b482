"""Shopping lists of who acts for an account, the wish list of who buys for himself, and what goes into a cart."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from tests.api.shopping_model.generating import SKUS, Step
from tests.api.shopping_model.looking import tokens_in
from tests.api.shopping_model.playing import NOBODYS, NOT_FOUND, Asker, Call, Expected, Play, pick, refused
from tests.api.shopping_model.rules import Acting
from tests.api.shopping_model.verbs.asking import GUESTS_NOT, both, gated, one_of
from tests.api.shopping_model.verbs.carts import (
    amounts_for,
    expected_filled,
    new_cart,
    open_carts,
    owner_of,
    price_of,
    put_in,
)
from tests.api.shopping_model.world import Line, ShoppingList


def lists_list(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    mine = lists_of(acting)
    expected = listed(acting, expected_lists(acting, mine))
    expected.check = lambda body: _same_lists(body["results"], mine)
    play.ask(asker, "lists_list", Call("GET", "shopping-lists", None, expected))


def list_read(play: Play, step: Step) -> None:
    asker, acting, list_id, found = one_list(play, step)
    expected = listed(acting, expected_lists(acting, [found]) if found else NOT_FOUND)
    play.ask(asker, "list_read", Call("GET", f"shopping-lists/{list_id}", None, expected))


def list_create(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    mine = lists_of(acting)
    is_known = step.thing % 5 == 0 and mine and acting.account
    name = pick(mine, step.more).name if is_known else play.world.mark("name of a list")
    create(play, asker, acting, name)


def create(play: Play, asker: Asker, acting: Acting, name: str) -> None:
    is_taken = name in {each.name for each in lists_of(acting)}
    expected = refused((409, "list_name_taken")) if is_taken else Expected(201, shows=owner_of(acting))

    def then(body: Any) -> None:
        made = ShoppingList(acting.person, acting.account, acting.shop, body["id"], name)
        play.world.shopping_lists.append(made)
        play.know(made.id, f"a list of {acting.person.id}")

    play.ask(asker, "list_create", Call("POST", "shopping-lists", {"name": name}, listed(acting, expected), then))


def list_rename(play: Play, step: Step) -> None:
    asker, acting, list_id, found = one_list(play, step)
    name = play.world.mark("name of a list")
    expected = expected_lists(acting, [found], named=name) if found else NOT_FOUND

    def then(_body: Any) -> None:
        if found:
            found.name = name

    call = Call("PATCH", f"shopping-lists/{list_id}", {"name": name}, listed(acting, expected), then)
    play.ask(asker, "list_rename", call)


def list_remove(play: Play, step: Step) -> None:
    asker, acting, list_id, found = one_list(play, step)

    def then(_body: Any) -> None:
        if found:
            play.world.shopping_lists.remove(found)

    expected = listed(acting, Expected(204) if found else NOT_FOUND)
    play.ask(asker, "list_remove", Call("DELETE", f"shopping-lists/{list_id}", None, expected, then))


def list_add(play: Play, step: Step) -> None:
    """Also what cannot be had: it is only noted."""
    asker, acting, list_id, found = one_list(play, step)
    add(play, asker, acting, (list_id, found), (pick((*SKUS, "NONE"), step.more), step.thing % 4 + 1))


def add(
    play: Play, asker: Asker, acting: Acting, onto: tuple[str, ShoppingList | None], wanted: tuple[str, int]
) -> None:
    (list_id, found), (sku, quantity) = onto, wanted
    expected = NOT_FOUND
    if found:
        so_many = quantity + sum(line.quantity for line in found.lines if line.sku == sku)
        expected = expected_lists(acting, [found], quantities={sku: so_many})
        expected.status = 201

    def then(body: Any) -> None:
        assert found is not None
        note(play, found, wanted, body)

    body = {"sku": sku, "quantity": quantity}
    call = Call("POST", f"shopping-lists/{list_id}/lines", body, listed(acting, expected), then)
    play.ask(asker, "list_add", call)


def list_to_cart(play: Play, step: Step) -> None:
    """All of it; what cannot be had is named, and stays on the list."""
    asker, acting, list_id, found = one_list(play, step)
    if found and not found.lines:
        add(play, asker, acting, (list_id, found), ("SAW", 1))
    wanted = [(line.sku, line.quantity) for line in found.lines] if found else []
    active = next((each for each in open_carts(acting) if each.active), None)
    expected = gated(acting, expected_filled(acting, active, wanted) if found else NOT_FOUND)

    def then(answer: Any) -> None:
        cart = active or new_cart(play, acting, answer["cart"], "")
        put_in(play, acting, cart, wanted, answer["cart"])

    call = Call("POST", f"shopping-lists/{list_id}/add-to-cart", {}, listed(acting, expected), then)
    play.ask(asker, "list_to_cart", call)


def wishes_read(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    mine = lists_of(acting)
    expected = wished(acting, expected_lists(acting, mine))
    expected.check = lambda body: _same_lines(body["lines"], mine[0].lines if mine else [])
    play.ask(asker, "wishes_read", Call("GET", "wishlist", None, expected))


def wish_add(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    wanted = pick(SKUS, step.more), step.thing % 4 + 1
    found = next(iter(lists_of(acting)), None)
    so_many = wanted[1] + sum(line.quantity for line in found.lines if line.sku == wanted[0]) if found else wanted[1]
    amounts = [price for price in [price_of(acting, wanted[0], so_many)] if price is not None]
    expected = Expected(201, amounts=amounts_for(acting, amounts))
    if found:
        expected = expected_lists(acting, [found], quantities={wanted[0]: so_many})
        expected.status = 201

    def then(body: Any) -> None:
        his = found or ShoppingList(acting.person, None, acting.shop, body["id"], "")
        if found is None:
            play.world.shopping_lists.append(his)
            play.know(his.id, f"the wish list of {acting.person.id}")
        note(play, his, wanted, body)

    body = {"sku": wanted[0], "quantity": wanted[1]}
    play.ask(asker, "wish_add", Call("POST", "wishlist/lines", body, wished(acting, expected), then))


# --- What holds of lists


def lists_of(acting: Acting) -> list[ShoppingList]:
    """Of this person, for this account, on this shop; without account his wish list."""
    return [
        each
        for each in acting.world.shopping_lists
        if each.person is acting.person and each.account is acting.account and each.shop is acting.shop
    ]


def one_list(play: Play, step: Step) -> tuple[Asker, Acting, str, ShoppingList | None]:
    """He gets one first, where he has none. Wish lists have no address of their own."""
    asker, acting = both(play, step)
    if acting.account and not lists_of(acting) and acting.may("lists.manage"):
        create(play, asker, acting, play.world.mark("name of a list"))
    if acting.account is None:
        return asker, acting, NOBODYS, None
    list_id, found = one_of(lists_of(acting), play.world.shopping_lists, step)
    return asker, acting, list_id, found


def listed(acting: Acting, expected: Expected) -> Expected:
    if acting.account is None:
        return refused((409, "account_required"))
    return gated(acting, expected, "lists.manage")


def wished(acting: Acting, expected: Expected) -> Expected:
    if acting.account is not None:
        return refused((409, "account_not_meant"))
    return expected if acting.person.registered else GUESTS_NOT


def expected_lists(
    acting: Acting,
    lists: Sequence[ShoppingList],
    *,
    named: str | None = None,
    quantities: dict[str, int] | None = None,
) -> Expected:
    """Whole, at the prices of the moment; `named` and `quantities` as they will be."""
    shows, amounts = set[str](), list[Decimal]()
    for each in lists:
        shows |= {each.id, *owner_of(acting), *tokens_in([each.name if named is None else named])}
        shows |= {line.id for line in each.lines}
        held = {**{line.sku: line.quantity for line in each.lines}, **(quantities or {})}
        prices = [price_of(acting, sku, quantity) for sku, quantity in held.items()]
        amounts += [price for price in prices if price is not None]
    return Expected(200, shows=shows, amounts=amounts_for(acting, amounts))


def note(play: Play, found: ShoppingList, wanted: tuple[str, int], body: Any) -> None:
    """It is on the list, and the answer says so."""
    sku, quantity = wanted
    line = next((each for each in found.lines if each.sku == sku), None)
    if line is None:
        made = {each["sku"]: each["id"] for each in body["lines"]}
        line = Line(made[sku], sku, "", 0)
        found.lines.append(line)
        play.know(line.id, "a line of a list")
    line.quantity += quantity
    _same_lines(body["lines"], found.lines)


def _same_lists(told: Any, lists: Sequence[ShoppingList]) -> None:
    seen = [(each["id"], each["name"], len(each["lines"])) for each in told]
    assert sorted(seen) == sorted((each.id, each.name, len(each.lines)) for each in lists), (seen, lists)


def _same_lines(told: Any, lines: Sequence[Line]) -> None:
    seen = [(each["sku"], each["quantity"], each["id"]) for each in told]
    assert seen == [(line.sku, line.quantity, line.id) for line in lines], (seen, lines)


CODES = {
    (409, "account_required"),
    (409, "account_not_meant"),
    (409, "list_name_taken"),
    (403, "registration_required"),
}
VERBS = {
    each.__name__: each
    for each in (
        lists_list, list_read, list_create, list_rename, list_remove, list_add, list_to_cart, wishes_read, wish_add,
    )
}  # fmt: skip
