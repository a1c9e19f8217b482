"""The context of a request, prices, payment methods and address books."""

from typing import Any

from tests.api.shopping_model import rules
from tests.api.shopping_model.generating import SKUS, Step
from tests.api.shopping_model.playing import NOT_FOUND, Call, Expected, Play, pick
from tests.api.shopping_model.rules import Acting
from tests.api.shopping_model.verbs.accounts import parent_of
from tests.api.shopping_model.verbs.asking import both, gated, one_of
from tests.api.shopping_model.world import PERMISSIONS, Address, Method

FOR_HIMSELF = ["prices.view", "carts.manage", "orders.place", "addresses.manage"]


def context(play: Play, step: Step) -> None:
    """Answers also where the header is refused, and says nothing more then."""
    asker, acting = both(play, step)
    person, account = asker.person, acting.account
    refused = play.refuses_header(asker)
    shows = {person.id, person.first_name, person.last_name, person.email.partition("@")[0]} - {""}
    allowed = [] if refused else FOR_HIMSELF
    why = [refused[1]] if refused else []
    if account:
        shows |= {account.id, account.name, *parent_of(play.world, person, account)}
        allowed = rules.all_allowed(play.world, person, account)
        why = [f"account_{account.status}"] if account.status != "active" else []
        why += ["permission_missing" for each in PERMISSIONS if not _named(play, acting, each)]
    if not refused:
        shows |= {text for each in _visible(acting) for text in (each.code, each.name)}
        shows |= {acting.price_list.code} if acting.may("prices.view") else set()

    def check(body: Any) -> None:
        assert sorted(body["permissions"]) == sorted(allowed), body["permissions"]
        assert [each["code"] for each in body["refusals"]] == why, body["refusals"]
        assert (body["account"] is None) == (account is None), body["account"]

    play.ask(asker, "context", Call("GET", "context", None, Expected(shows=shows, check=check)), explains=True)


def prices(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    skus, quantity = [pick(SKUS, step.thing), pick((*SKUS, "NONE"), step.on)], step.more % 7 + 1
    asked = list(dict.fromkeys(skus))
    lists = {acting.price_list, acting.shop.base}
    found = {sku: acting.price(sku, quantity) for sku in asked}

    def check(body: Any) -> None:
        told = [(each["sku"], each["unit_price"], each["available"]) for each in body["results"]]
        expected = [(sku, str(price) if price else None, acting.can_be_had(sku)) for sku, price in found.items()]
        assert told == expected, (told, expected)

    expected = Expected(
        may={each.code for each in lists},
        amounts=[price for price in found.values() if price],
        may_amounts=[price for each in lists for (sku, _of), price in each.prices.items() if sku in asked],
        check=check,
    )
    path = "prices?" + "&".join(f"sku={sku}" for sku in skus) + f"&quantity={quantity}"
    play.ask(asker, "prices", Call("GET", path, None, gated(acting, expected, "prices.view")))


def payment_methods(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    visible = _visible(acting)
    shows = {text for each in visible for text in (each.code, each.name)}
    if acting.account and any(each in acting.account.rules for each in visible):
        shows |= {acting.account.id, acting.account.name}

    def check(body: Any) -> None:
        assert {each["code"] for each in body["results"]} == {each.code for each in visible}, body

    play.ask(asker, "payment_methods", Call("GET", "payment-methods", None, Expected(shows=shows, check=check)))


def addresses_list(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    shows = {text for each in book_of(acting) for text in _lines(each)}
    play.ask(asker, "addresses_list", Call("GET", "addresses", None, Expected(shows=shows)))


def address_read(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    address_id, address = _one_address(play, acting, step)
    expected = Expected(shows=_lines(address)) if address else NOT_FOUND
    play.ask(asker, "address_read", Call("GET", f"addresses/{address_id}", None, expected))


def address_add(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    made = Address(*(play.world.mark(f"{name} of a new address") for name in ("id", "company", "street")))
    body = {
        "id": made.id, "company": made.company, "line1": made.line, "city": "Memphis", "region": "TN",
        "postal_code": "38103", "country": "US",
    }  # fmt: skip

    def then(_body: Any) -> None:
        book = book_of(acting)
        made.default = not book
        book.append(made)
        _did(acting, "address_added")

    expected = gated(acting, Expected(201, shows=_lines(made)), "addresses.manage")
    play.ask(asker, "address_add", Call("POST", "addresses", body, expected, then))


def address_change(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    address_id, address = _one_address(play, acting, step)
    street = play.world.mark("new street of an address")
    expected = Expected(shows={address.id, address.company, street}) if address else NOT_FOUND

    def then(_body: Any) -> None:
        assert address is not None
        address.line = street
        _did(acting, "address_changed")

    expected = gated(acting, expected, "addresses.manage")
    play.ask(asker, "address_change", Call("PATCH", f"addresses/{address_id}", {"line1": street}, expected, then))


def address_remove(play: Play, step: Step) -> None:
    asker, acting = both(play, step)
    address_id, address = _one_address(play, acting, step)

    def then(_body: Any) -> None:
        assert address is not None
        book_of(acting).remove(address)
        _did(acting, "address_removed")

    expected = gated(acting, Expected(204) if address else NOT_FOUND, "addresses.manage")
    play.ask(asker, "address_remove", Call("DELETE", f"addresses/{address_id}", None, expected, then))


def book_of(acting: Acting) -> list[Address]:
    """The account's, or his own: never both."""
    return acting.account.addresses if acting.account else acting.person.addresses


def _did(acting: Acting, what: str) -> None:
    """What is done to an account's book is not about the person."""
    if acting.account is None:
        acting.world.done.append((acting.person, what))


def _one_address(play: Play, acting: Acting, step: Step) -> tuple[str, Address | None]:
    everybodys = [each for holder in (*play.world.people, *play.world.accounts) for each in holder.addresses]
    return one_of(book_of(acting), everybodys, step)


def _lines(address: Address) -> set[str]:
    return {address.id, address.company, address.line}


def _visible(acting: Acting) -> list[Method]:
    return [each for each in acting.shop.methods if acting.sees(each)]


def _named(play: Play, acting: Acting, permission: str) -> bool:
    """Associates are managed from above too."""
    if permission == "associates.manage" and acting.account:
        return permission in rules.own_words(play.world, acting.person, acting.account)
    return permission in play.world.permissions(acting.role)


CODES = {(409, "account_pending")}
VERBS = {
    each.__name__: each
    for each in (
        context, prices, payment_methods, addresses_list, address_read, address_add, address_change, address_remove,
    )
}  # fmt: skip
