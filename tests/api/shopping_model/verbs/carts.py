"""Carts, their lines, and what is put in again of an old order."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from tests.api.shopping_model.generating import SKUS, Step
from tests.api.shopping_model.looking import tokens_in
from tests.api.shopping_model.playing import NOBODYS, NOT_FOUND, Asker, Call, Expected, Play, pick, refused
from tests.api.shopping_model.rules import Acting
from tests.api.shopping_model.verbs.asking import both, gated, one_of, one_order
from tests.api.shopping_model.world import Cart, Line


def carts_list(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    mine = open_carts(acting)
    expected = gated(acting, expected_carts(acting, mine))
    expected.check = lambda body: _same_carts(body["results"], mine)
    play.ask(asker, "carts_list", Call("GET", "carts", None, expected))


def cart_read(play: Play, step: Step) -> None:
    asker, acting, cart_id, cart = one_cart(play, step)
    expected = gated(acting, expected_carts(acting, [cart]) if cart else NOT_FOUND)
    play.ask(asker, "cart_read", Call("GET", f"carts/{cart_id}", None, expected))


def cart_create(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    mine = open_carts(acting)
    choice = step.thing % 6
    named = choice < 3 if acting.account else choice == 0
    name = play.world.mark("name of a cart") if named else ""
    if choice == 5 and mine:
        name = pick(mine, step.more).name
    create(play, asker, acting, name)


def create(play: Play, asker: Asker, acting: Acting, name: str) -> None:
    mine = open_carts(acting)
    expected = Expected(201, shows=_owner(acting), amounts=_amounts(acting, [Decimal(0)]))
    if acting.account is None and (name or mine):
        expected = refused((409, "account_required"))
    elif name in {each.name for each in mine}:
        expected = refused((409, "cart_name_taken"))

    def then(body: Any) -> None:
        _new_cart(play, acting, body, name)

    body = {"name": name} if name else {}
    play.ask(asker, "cart_create", Call("POST", "carts", body, gated(acting, expected), then))


def cart_rename(play: Play, step: Step) -> None:
    asker, acting, cart_id, cart = one_cart(play, step)
    name = play.world.mark("name of a cart")
    if step.thing % 5 == 0 and open_carts(acting):
        name = pick(open_carts(acting), step.more).name
    expected = NOT_FOUND
    if cart:
        others = {each.name for each in open_carts(acting) if each is not cart}
        expected = expected_carts(acting, [cart], named=name)
        if name != cart.name and acting.account is None:
            expected = refused((409, "account_required"))
        elif name in others:
            expected = refused((409, "cart_name_taken"))

    def then(_body: Any) -> None:
        if cart and cart.name != name:
            cart.name, cart.changed = name, play.world.tick()

    play.ask(asker, "cart_rename", Call("PATCH", f"carts/{cart_id}", {"name": name}, gated(acting, expected), then))


def cart_remove(play: Play, step: Step) -> None:
    asker, acting, cart_id, cart = one_cart(play, step)

    def then(_body: Any) -> None:
        if cart:
            play.world.carts.remove(cart)
            activate_the_latest(play, open_carts(acting))

    expected = gated(acting, Expected(204) if cart else NOT_FOUND)
    play.ask(asker, "cart_remove", Call("DELETE", f"carts/{cart_id}", None, expected, then))


def cart_activate(play: Play, step: Step) -> None:
    asker, acting, cart_id, cart = one_cart(play, step)

    def then(_body: Any) -> None:
        if cart and not cart.active:
            moment = play.world.tick()
            for each in open_carts(acting):
                if each.active:
                    each.active, each.changed = False, moment
            cart.active, cart.changed = True, moment

    expected = gated(acting, expected_carts(acting, [cart]) if cart else NOT_FOUND)
    play.ask(asker, "cart_activate", Call("POST", f"carts/{cart_id}/activate", None, expected, then))


def cart_duplicate(play: Play, step: Step) -> None:
    asker, acting, cart_id, cart = one_cart(play, step)
    expected = NOT_FOUND
    if cart and acting.account is None:
        expected = refused((409, "account_required"))
    elif cart:
        seen = expected_carts(acting, [cart])
        shows = {*_owner(acting), *tokens_in([cart.name])}
        expected = Expected(201, shows=shows, amounts=seen.amounts)

    def then(body: Any) -> None:
        assert cart is not None
        copy = _new_cart(play, acting, body, body["name"])
        assert [line["sku"] for line in body["lines"]] == [line.sku for line in cart.lines], body
        for line, made in zip(cart.lines, body["lines"], strict=True):
            copy.lines.append(Line(made["id"], line.sku, line.name, line.quantity))
            play.know(made["id"], "a line of a cart")

    play.ask(asker, "cart_duplicate", Call("POST", f"carts/{cart_id}/duplicate", None, gated(acting, expected), then))


def line_add(play: Play, step: Step) -> None:
    asker, acting, cart_id, cart = one_cart(play, step)
    add(play, asker, acting, (cart_id, cart), (pick((*SKUS, *SKUS, "NONE"), step.more), step.thing % 4 + 1))


def add(play: Play, asker: Asker, acting: Acting, into: tuple[str, Cart | None], wanted: tuple[str, int]) -> None:
    (cart_id, cart), (sku, quantity) = into, wanted
    expected = NOT_FOUND
    if cart:
        expected = _expected_with(acting, cart, sku, quantity)

    def then(body: Any) -> None:
        assert cart is not None
        put_in(play, acting, cart, [wanted], body)

    body = {"sku": sku, "quantity": quantity}
    play.ask(asker, "line_add", Call("POST", f"carts/{cart_id}/lines", body, gated(acting, expected), then))


def line_change(play: Play, step: Step) -> None:
    asker, acting, cart_id, cart = one_cart(play, step)
    line_id, line = one_line(play, asker, acting, cart, step)
    quantity = step.thing % 6 + 1
    expected = NOT_FOUND
    if cart and line:
        expected = expected_carts(acting, [cart], quantities={line.sku: quantity})
        if quantity != line.quantity and why_not(acting, line.sku, quantity):
            expected = refused((409, "line_unavailable"))

    def then(_body: Any) -> None:
        if cart and line and line.quantity != quantity:
            line.quantity, cart.changed = quantity, play.world.tick()

    path = f"carts/{cart_id}/lines/{line_id}"
    play.ask(asker, "line_change", Call("PATCH", path, {"quantity": quantity}, gated(acting, expected), then))


def line_remove(play: Play, step: Step) -> None:
    asker, acting, cart_id, cart = one_cart(play, step)
    line_id, line = one_line(play, asker, acting, cart, step)

    def then(_body: Any) -> None:
        if cart and line:
            cart.lines.remove(line)
            cart.changed = play.world.tick()

    expected = gated(acting, Expected(204) if line else NOT_FOUND)
    play.ask(asker, "line_remove", Call("DELETE", f"carts/{cart_id}/lines/{line_id}", None, expected, then))


def reorder(play: Play, step: Step) -> None:
    """Of an order of his, or of the account's and those below it where he sees its purchases."""
    asker, acting = both(play, step)
    his = acting.repeatable_orders()
    order_id, order = one_order(acting, his, step)
    wanted = order.lines if order else []
    body: dict[str, Any] = {}
    is_wrong = False
    if order and step.more % 3 == 0:
        wanted, body = wanted[:1], {"lines": [order.lines[0].id]}
    elif order and step.more % 11 == 1:
        body, is_wrong = {"lines": [NOBODYS]}, True
    active = next((each for each in open_carts(acting) if each.active), None)
    taken = {"" for each in open_carts(acting) if not each.name}
    expected = NOT_FOUND
    if order:
        assert active or not taken, "the first cart is active"
        pairs = [(line.sku, line.quantity) for line in wanted]
        expected = refused((400, "invalid")) if is_wrong else _expected_filled(acting, active, pairs)

    def then(answer: Any) -> None:
        cart = active or _new_cart(play, acting, answer["cart"], "")
        put_in(play, acting, cart, [(line.sku, line.quantity) for line in wanted], answer["cart"])

    play.ask(asker, "reorder", Call("POST", f"orders/{order_id}/reorder", body, gated(acting, expected), then))


# --- What holds of carts


def open_carts(acting: Acting) -> list[Cart]:
    return [each for each in sets_of(acting) if each.order is None]


def sets_of(acting: Acting) -> list[Cart]:
    """Of this person, for this account, on this shop; ordered ones too."""
    return [
        each
        for each in acting.world.carts
        if each.person is acting.person and each.account is acting.account and each.shop is acting.shop
    ]


def one_cart(play: Play, step: Step) -> tuple[Asker, Acting, str, Cart | None]:
    """He gets one first, where he has none."""
    asker, acting = both(play, step)
    if not open_carts(acting) and acting.may("carts.manage"):
        create(play, asker, acting, play.world.mark("name of a cart") if acting.account else "")
    cart_id, cart = one_of(open_carts(acting), play.world.carts, step)
    return asker, acting, cart_id, cart


def one_line(play: Play, asker: Asker, acting: Acting, cart: Cart | None, step: Step) -> tuple[str, Line | None]:
    """Something is put in first, where the cart is empty."""
    if cart and not cart.lines:
        add(play, asker, acting, (cart.id, cart), ("SAW", step.more % 3 + 1))
    lines = [line for each in play.world.carts for line in each.lines]
    return one_of(cart.lines if cart else [], lines, step)


def why_not(acting: Acting, sku: str, quantity: int) -> bool:
    return not acting.can_be_had(sku) or acting.price(sku, quantity) is None


def price_of(acting: Acting, sku: str, quantity: int) -> Decimal | None:
    return None if why_not(acting, sku, quantity) else acting.price(sku, quantity)


def total_of(acting: Acting, quantities: dict[str, int]) -> Decimal:
    return sum(((price_of(acting, sku, of) or Decimal(0)) * of for sku, of in quantities.items()), Decimal(0))


def expected_carts(
    acting: Acting, carts: Collection[Cart], *, named: str | None = None, quantities: dict[str, int] | None = None
) -> Expected:
    """Whole, at the prices of the moment; `named` and `quantities` as they will be."""
    shows, amounts = set[str](), list[Decimal]()
    for cart in carts:
        shows |= {cart.id, *_owner(acting), *tokens_in([cart.name if named is None else named])}
        shows |= {line.id for line in cart.lines}
        held = {**{line.sku: line.quantity for line in cart.lines}, **(quantities or {})}
        amounts += [total_of(acting, held)]
        for sku, quantity in held.items():
            price = price_of(acting, sku, quantity)
            amounts += [] if price is None else [price, price * quantity]
    return Expected(200, shows=shows, amounts=_amounts(acting, amounts))


def put_in(play: Play, acting: Acting, cart: Cart, wanted: Sequence[tuple[str, int]], body: Any) -> None:
    """What of it can be had is in the cart, and the answer says so."""
    held = {line.sku: line for line in cart.lines}
    made = {line["sku"]: line["id"] for line in body["lines"]}
    for sku, quantity in wanted:
        so_many = quantity + (held[sku].quantity if sku in held else 0)
        if why_not(acting, sku, so_many):
            continue
        if sku not in held:
            held[sku] = Line(made[sku], sku, "", 0)
            cart.lines.append(held[sku])
            play.know(made[sku], "a line of a cart")
        held[sku].quantity, cart.changed = so_many, play.world.tick()
    told = [(line["sku"], line["quantity"], line["id"]) for line in body["lines"]]
    assert told == [(line.sku, line.quantity, line.id) for line in cart.lines], (told, cart)


def activate_the_latest(play: Play, carts: Sequence[Cart]) -> None:
    """Those that changed at one moment: the one made last."""
    if carts and not any(each.active for each in carts):
        latest = max(carts, key=lambda each: (each.changed, each.id))
        latest.active, latest.changed = True, play.world.tick()


def _expected_with(acting: Acting, cart: Cart, sku: str, quantity: int) -> Expected:
    so_many = quantity + sum(line.quantity for line in cart.lines if line.sku == sku)
    if why_not(acting, sku, so_many):
        return refused((409, "line_unavailable"))
    expected = expected_carts(acting, [cart], quantities={sku: so_many})
    expected.status = 201
    return expected


def _expected_filled(acting: Acting, cart: Cart | None, wanted: Sequence[tuple[str, int]]) -> Expected:
    held = {line.sku: line.quantity for line in cart.lines} if cart else {}
    left_out = []
    for sku, quantity in wanted:
        so_many = quantity + held.get(sku, 0)
        if why_not(acting, sku, so_many):
            left_out.append(sku)
        else:
            held[sku] = so_many
    if cart:
        expected = expected_carts(acting, [cart], quantities=held)
    else:
        prices = [(of, price) for sku, of in held.items() if (price := price_of(acting, sku, of)) is not None]
        amounts = [total_of(acting, held), *(price for _of, price in prices), *(of * price for of, price in prices)]
        expected = Expected(200, shows=_owner(acting), amounts=_amounts(acting, amounts))
    expected.makes = True

    def check(body: Any) -> None:
        assert [each["sku"] for each in body["left_out"]] == left_out, body["left_out"]

    expected.check = check
    return expected


def _new_cart(play: Play, acting: Acting, body: Any, name: str) -> Cart:
    is_first = not open_carts(acting)
    assert body["active"] is is_first, "the first cart of a set is active, and no other that is new"
    made = Cart(acting.person, acting.account, acting.shop, body["id"], name, is_first, play.world.tick())
    play.world.carts.append(made)
    play.know(made.id, f"a cart of {acting.person.id}")
    return made


def _owner(acting: Acting) -> set[str]:
    return {acting.account.id} if acting.account else set()


def _amounts(acting: Acting, amounts: Sequence[Decimal]) -> Sequence[Decimal]:
    return amounts if acting.may("prices.view") else ()


def _same_carts(told: Any, carts: Sequence[Cart]) -> None:
    seen = [(each["id"], each["active"], len(each["lines"])) for each in told]
    assert seen == [(each.id, each.active, len(each.lines)) for each in carts], (seen, carts)


CODES = {(409, "account_required"), (409, "cart_name_taken"), (409, "line_unavailable")}
VERBS = {
    each.__name__: each
    for each in (
        carts_list, cart_read, cart_create, cart_rename, cart_remove, cart_activate, cart_duplicate, line_add,
        line_change, line_remove, reorder,
    )
}  # fmt: skip
