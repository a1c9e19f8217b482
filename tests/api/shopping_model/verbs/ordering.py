"""A cart becomes an order: in the model, everything is asked again in the order in which the rules ask it."""

from decimal import Decimal
from typing import Any

from tests.api.shopping_model.generating import Step
from tests.api.shopping_model.playing import NOT_FOUND, Call, Expected, Play, pick, refused
from tests.api.shopping_model.rules import Acting
from tests.api.shopping_model.verbs.asking import one_of
from tests.api.shopping_model.verbs.carts import (
    activate_the_latest,
    expected_carts,
    one_cart,
    one_line,
    open_carts,
    price_of,
    sets_of,
    total_of,
    why_not,
)
from tests.api.shopping_model.verbs.terms import book_of
from tests.api.shopping_model.world import Address, Cart, Line, Order


def order(play: Play, step: Step) -> None:
    """Mostly the active cart, with everything as it should be; once in a while one that was ordered already."""
    asker, acting, _cart_id, any_cart = one_cart(play, step)
    if step.on % 5:
        one_line(play, asker, acting, any_cart, step)
    full = [each for each in open_carts(acting) if each.lines]
    ordered = [each for each in sets_of(acting) if each.order]
    his = ordered if ordered and step.on % 4 == 0 else full or sets_of(acting)
    cart_id, cart = one_of(his, play.world.carts, step)
    body = _body(play, acting, cart, step)
    expected, placed = _expected(acting, cart, body)

    def then(answer: Any) -> None:
        if cart and placed:
            _ordered(play, cart, body, placed, answer)
            activate_the_latest(play, open_carts(acting))

    play.ask(asker, "order", Call("POST", f"carts/{cart_id}/order", body, expected, then))


def _body(play: Play, acting: Acting, cart: Cart | None, step: Step) -> dict[str, Any]:
    """One thing in it may be wrong."""
    if cart and cart.order and step.more % 2:
        return cart.ordered_with
    wrong = step.more % 10
    total = total_of(acting, {line.sku: line.quantity for line in cart.lines}) if cart else Decimal(1)
    visible = [method for method in acting.shop.methods if acting.sees(method)]
    hidden = [method for shop in play.world.shops for method in shop.methods if method not in visible]
    book, others = book_of(acting), [each for holder in _holders(play) for each in holder.addresses]
    method = pick(visible, step.thing).code if visible else "none"
    if wrong == 1 and hidden:
        method = pick(hidden, step.thing).code
    address = pick(book, step.thing).id if book else "none"
    if wrong == 2 and others:
        address = pick(others, step.thing).id
    body = {
        "payment_method": method,
        "shipping_address_id": address,
        "purchase_order_number": play.world.mark("purchase order"),
        "expected_total": f"{total + (1 if wrong == 3 else 0):.2f}",
    }
    if wrong == 4:
        del body["expected_total"]
    if wrong > 6:
        body["billing_address_id"] = address
    return body


def _holders(play: Play) -> list[Any]:
    return [*play.world.people, *play.world.accounts]


def _expected(acting: Acting, cart: Cart | None, body: dict[str, Any]) -> tuple[Expected, Order | None]:
    """The answer, and the order if it is placed."""
    sees_prices = acting.may("prices.view")
    if sees_prices and "expected_total" not in body:
        return refused((400, "invalid")), None
    if cart and cart.order and cart.ordered_with == body:
        return expected_order(cart.order, shows_prices=sees_prices), None
    if cart and cart.order:
        return refused((409, "cart_ordered")), None
    if code := acting.refusal("orders.place"):
        return refused(code), None
    if cart is None:
        return NOT_FOUND, None
    if expected := _refused_content(acting, cart, body, sees_prices=sees_prices):
        return expected, None
    addresses = _addresses(acting, body)
    if not addresses:
        return refused((400, "invalid")), None
    placed = Order(
        id="", number="", shop=acting.shop, account=acting.account, person=acting.person,
        lines=[_line(acting, line) for line in cart.lines], purchase_order=body["purchase_order_number"],
        method=body["payment_method"],
        places=[each for address in addresses for each in (address.line, address.company)],
    )  # fmt: skip
    expected = expected_order(placed, shows_prices=sees_prices)
    expected.status = 201
    return expected, placed


def _refused_content(acting: Acting, cart: Cart, body: dict[str, Any], *, sees_prices: bool) -> Expected | None:
    if not acting.person.email:
        return refused((409, "email_required"))
    if not cart.lines:
        return refused((409, "cart_empty"))
    if any(why_not(acting, line.sku, line.quantity) for line in cart.lines):
        return refused((409, "line_unavailable"))
    total = total_of(acting, {line.sku: line.quantity for line in cart.lines})
    if sees_prices and Decimal(body["expected_total"]) != total:
        now = expected_carts(acting, [cart])
        now.status, now.code = 409, "price_changed"
        return now
    if body["payment_method"] not in {method.code for method in acting.shop.methods if acting.sees(method)}:
        return refused((409, "payment_method_not_visible"))
    return None


def _addresses(acting: Acting, body: dict[str, Any]) -> list[Address]:
    """Where it is shipped and billed to, out of the one book; none where one of the two is not in it."""
    book = book_of(acting)
    known = {each.id: each for each in book}
    shipping = known.get(body["shipping_address_id"])
    billing = known.get(body.get("billing_address_id", ""))
    if "billing_address_id" not in body:
        billing = next((each for each in book if each.default), shipping)
    return [shipping, billing] if shipping and billing else []


def expected_order(order: Order, *, shows_prices: bool) -> Expected:
    return Expected(200, shows=order_tokens(order), amounts=order_amounts(order) if shows_prices else ())


def order_tokens(order: Order) -> set[str]:
    """All that an order tells to whom it is shown."""
    shows = {order.id, order.purchase_order, order.method, *order.places, *(line.id for line in order.lines)}
    shows |= {line.name for line in order.lines}
    shows |= {order.number} if order.number.startswith("W-") else set()
    if order.account:
        shows |= {order.account.id, order.account.name}
    if order.person:
        shows |= {order.person.id, order.person.first_name, order.person.last_name}
    else:
        shows |= {order.claimed}
    return shows - {""}


def order_amounts(order: Order) -> list[Decimal]:
    prices = [(line.quantity, line.price or Decimal(0)) for line in order.lines]
    return [order.total, *(price for _of, price in prices), *(of * price for of, price in prices)]


def _line(acting: Acting, line: Line) -> Line:
    return Line("", line.sku, "", line.quantity, price_of(acting, line.sku, line.quantity))


def _ordered(play: Play, cart: Cart, body: dict[str, Any], placed: Order, answer: Any) -> None:
    assert [each["sku"] for each in answer["lines"]] == [line.sku for line in placed.lines], answer
    for line, made in zip(placed.lines, answer["lines"], strict=True):
        line.id = made["id"]
        play.know(line.id, "a line of an order")
    placed.id, placed.number = answer["id"], answer["number"]
    play.know(placed.id, f"an order of {cart.person.id}")
    play.know(placed.number, f"the number of an order of {cart.person.id}")
    play.world.orders.append(placed)
    play.world.done.append((cart.person, placed))
    cart.order, cart.ordered_with, cart.active, cart.lines = placed, body, False, []


CODES = {
    (409, "account_suspended"), (409, "cart_ordered"), (409, "cart_empty"), (409, "email_required"),
    (409, "price_changed"), (409, "payment_method_not_visible"),
}  # fmt: skip
VERBS = {"order": order}
