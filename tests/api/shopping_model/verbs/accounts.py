"""Accounts in the path, and who acts for them."""

from collections.abc import Collection
from typing import Any

from tests.api.shopping_model import rules
from tests.api.shopping_model.generating import ALL_ROLES, Step
from tests.api.shopping_model.playing import (
    NOBODYS,
    NOT_FOUND,
    UNKNOWN_ACCOUNT,
    Asker,
    Call,
    Expected,
    Play,
    pick,
    refused,
)
from tests.api.shopping_model.verbs.asking import GUESTS_NOT
from tests.api.shopping_model.world import Account, Association, Person, World


def accounts_list(play: Play, step: Step) -> None:
    asker = play.asker(step)
    world, person = play.world, asker.person
    his = [account for account in world.accounts if rules.in_force(world, person, account)]
    expected = _listed(world, person, his) if person.registered else GUESTS_NOT
    play.ask(asker, "accounts_list", Call("GET", "accounts", None, expected))


def children_list(play: Play, step: Step) -> None:
    asker, account, expected = at_an_account(play, step)
    if account and not expected:
        below = [each for each in play.world.accounts if each.parent is account]
        expected = _listed(play.world, asker.person, below)
    path = f"accounts/{_id(account)}/children"
    play.ask(asker, "children_list", Call("GET", path, None, expected or NOT_FOUND))


def account_read(play: Play, step: Step) -> None:
    asker, account, expected = at_an_account(play, step)
    if account and not expected:
        expected = expected_account(play.world, asker.person, account)
    play.ask(asker, "account_read", Call("GET", f"accounts/{_id(account)}", None, expected or NOT_FOUND))


def account_change(play: Play, step: Step) -> None:
    """A name, or an attribute that one may write, may only see, or does not see."""
    asker, account, expected = at_an_account(play, step, "account.edit")
    key = pick(("name", "name", "open", "open", "fixed", "hidden"), step.more)
    value = play.world.mark(f"new {key} of an account")
    body: dict[str, Any] = {"name": value} if key == "name" else {"attributes": {key: value}}
    code = rules.refused_at(play.world, asker.person, account, "account.edit") if account else None
    if account and not expected:
        expected = refused(code) if code else refused((400, "invalid"))
        if not code and key in {"name", "open"}:
            seen = expected_account(play.world, asker.person, account)
            was = account.name if key == "name" else account.attributes[key]
            expected = Expected(200, shows={*seen.shows, value} - {was})

    def then(_body: Any) -> None:
        assert account is not None
        if key == "name":
            account.name = value
        else:
            account.attributes[key] = value

    path = f"accounts/{_id(account)}"
    play.ask(asker, "account_change", Call("PATCH", path, body, expected or NOT_FOUND, then))


def attributes_read(play: Play, step: Step) -> None:
    asker, account, expected = at_an_account(play, step)
    if account and not expected:
        may_edit = rules.refused_at(play.world, asker.person, account, "account.edit") is None

        def check(body: Any) -> None:
            told = {each["key"]: each["editable"] for each in body["results"]}
            assert told == {"open": may_edit, "fixed": False}, told

        expected = Expected(shows=_shown_attributes(account), check=check)
    path = f"accounts/{_id(account)}/attributes"
    play.ask(asker, "attributes_read", Call("GET", path, None, expected or NOT_FOUND))


def associates_list(play: Play, step: Step) -> None:
    """Also those whose time is over or to come."""
    asker, account, expected = at_an_account(play, step)
    if account and not expected:
        of_it = [each for each in play.world.associations if each.account is account]

        def check(body: Any) -> None:
            told = {each["id"]: each["role"] for each in body["results"]}
            assert told == {each.id: each.role for each in of_it}, told

        expected = Expected(shows={account.id, *_colleagues(of_it)} if of_it else (), check=check)
    path = f"accounts/{_id(account)}/associates"
    play.ask(asker, "associates_list", Call("GET", path, None, expected or NOT_FOUND))


def associate_read(play: Play, step: Step) -> None:
    asker, account, expected = at_an_account(play, step)
    associate_id, associate = _one_associate(play, account, step)
    if account and not expected:
        expected = Expected(shows={account.id, *_colleagues([associate])}) if associate else NOT_FOUND
    path = f"accounts/{_id(account)}/associates/{associate_id}"
    play.ask(asker, "associate_read", Call("GET", path, None, expected or NOT_FOUND))


def associate_add(play: Play, step: Step) -> None:
    asker, account, expected = at_an_account(play, step, "associates.manage")
    world = play.world
    known = {each.person for each in world.associations if each.account is account}
    others = [each for each in world.people if each.registered and each not in known]
    person = pick(others if others and step.thing % 3 else world.people, step.thing)
    role = pick((*ALL_ROLES, "none"), step.more)
    email = person.email if step.thing % 7 else "nobody@x.test"
    if account and not expected:
        code = rules.refused_at(world, asker.person, account, "associates.manage")
        if code:
            expected = refused(code)
        elif not (person.registered and email == person.email) or role == "none":
            expected = refused((400, "invalid"))
        elif not world.permissions(role) <= rules.own_words(world, asker.person, account):
            expected = refused((403, "permission_missing"))
        elif any(each.person is person and each.account is account for each in world.associations):
            expected = refused((409, "already_associated"))
        elif person is asker.person and rules.manages_for_a_time(world, person, account):
            expected = refused((400, "invalid"))
        else:
            expected = Expected(201, shows={account.id, *_person(person)})

    def then(body: Any) -> None:
        assert account is not None
        world.associations.append(Association(person, account, role, id=body["id"]))
        play.know(body["id"], f"an association with {account.id}")

    body = {"email": email, "role": role}
    path = f"accounts/{_id(account)}/associates"
    play.ask(asker, "associate_add", Call("POST", path, body, expected or NOT_FOUND, then))


def associate_change(play: Play, step: Step) -> None:
    asker, account, expected = at_an_account(play, step, "associates.manage")
    world = play.world
    associate_id, associate = _one_associate(play, account, step)
    role = pick((*ALL_ROLES, "none"), step.more)
    if account and not expected:
        expected = _refused_management(play, asker, account, associate)
        if not expected and associate:
            if role == "none":
                expected = refused((400, "invalid"))
            elif not world.permissions(role) <= rules.own_words(world, asker.person, account):
                expected = refused((403, "permission_missing"))
            elif associate.person is asker.person and role != associate.role:
                expected = refused((400, "invalid"))
            elif _is_last(world, associate) and "associates.manage" not in world.permissions(role):
                expected = _last_admin(account)
            else:
                expected = Expected(shows={account.id, *_colleagues([associate])})

    def then(_body: Any) -> None:
        assert associate is not None
        associate.role = role

    path = f"accounts/{_id(account)}/associates/{associate_id}"
    play.ask(asker, "associate_change", Call("PATCH", path, {"role": role}, expected or NOT_FOUND, then))


def associate_remove(play: Play, step: Step) -> None:
    asker, account, expected = at_an_account(play, step, "associates.manage")
    associate_id, associate = _one_associate(play, account, step)
    if account and not expected:
        expected = _refused_management(play, asker, account, associate)
        if not expected and associate:
            is_last = _is_last(play.world, associate)
            expected = _last_admin(account) if is_last else Expected(204)

    def then(_body: Any) -> None:
        assert associate is not None
        play.world.associations.remove(associate)

    path = f"accounts/{_id(account)}/associates/{associate_id}"
    play.ask(asker, "associate_remove", Call("DELETE", path, None, expected or NOT_FOUND, then))


# --- What holds at an account


def at_an_account(play: Play, step: Step, permission: str = "") -> tuple[Asker, Account | None, Expected | None]:
    """Mostly one for which he may do it, or that he may read; and how he is refused where he may not read it.

    None: there is no such account.
    """
    asker = play.asker(step)
    readable = [each for each in play.world.accounts if rules.above(play.world, asker.person, each)]
    choice = step.thing % 8
    if choice == 7:
        return asker, None, GUESTS_NOT if not asker.person.registered else NOT_FOUND
    allowed = [
        each for each in readable if permission and rules.refused_at(play.world, asker.person, each, permission) is None
    ]
    stopped = [each for each in readable if each.status != "active"]
    among = allowed if choice < 4 else stopped if choice == 4 else readable if choice == 5 else play.world.accounts
    account = pick(among or readable or play.world.accounts, step.on)
    if not asker.person.registered:
        return asker, account, GUESTS_NOT
    return asker, account, None if account in readable else NOT_FOUND


def expected_account(world: World, person: Person, account: Account) -> Expected:
    def check(body: Any) -> None:
        assert body["permissions"] == rules.all_allowed(world, person, account), body["permissions"]

    profile = {text.partition("@")[0] for text in account.profile.values()}
    shows = {account.id, account.name, *profile, *_shown_attributes(account), *parent_of(world, person, account)}
    return Expected(shows=shows, check=check)


def parent_of(world: World, person: Person, account: Account) -> set[str]:
    """Only where it may be read too."""
    parent = account.parent
    return {parent.id} if parent and rules.above(world, person, parent) else set()


def _listed(world: World, person: Person, accounts: Collection[Account]) -> Expected:
    shows = {text for each in accounts for text in (each.id, each.name, *parent_of(world, person, each))}

    def check(body: Any) -> None:
        told = {
            each["shared_id"]: (each["usable"], each["reason"], each["role"]["code"], each["permissions"])
            for each in body["results"]
        }
        expected = {}
        for each in accounts:
            reason, nearest = rules.why_unusable(world, person, each), rules.above(world, person, each)[0]
            expected[each.id] = reason is None, reason, nearest.role, rules.all_allowed(world, person, each)
        assert told == expected, (told, expected)

    return Expected(shows=shows, check=check)


def _shown_attributes(account: Account) -> set[str]:
    return {account.attributes["open"], account.attributes["fixed"]}


def _person(person: Person) -> set[str]:
    return {person.id, person.first_name, person.last_name, person.email.partition("@")[0]}


def _colleagues(associations: Collection[Association]) -> set[str]:
    return {text for each in associations for text in (each.id, *_person(each.person))}


def _one_associate(play: Play, account: Account | None, step: Step) -> tuple[str, Association | None]:
    of_it = [each for each in play.world.associations if each.account is account]
    if step.more % 9 == 8 or not play.world.associations:
        return NOBODYS, None
    if step.more % 9 == 7 or not of_it:
        other = pick(play.world.associations, step.on)
        return other.id, other if other in of_it else None
    associate = pick(of_it, step.more)
    return associate.id, associate


def _refused_management(play: Play, asker: Asker, account: Account, associate: Association | None) -> Expected | None:
    if code := rules.refused_at(play.world, asker.person, account, "associates.manage"):
        return refused(code)
    if associate is None:
        return NOT_FOUND
    own = rules.own_words(play.world, asker.person, account)
    if not play.world.permissions(associate.role) <= own:
        return refused((403, "permission_missing"))
    return None


def _last_admin(account: Account) -> Expected:
    return Expected(409, "last_admin", shows={account.name})


def _is_last(world: World, associate: Association) -> bool:
    """Without him an active root would have no admin."""
    without = rules.roots_without_admin(world, leaving_out=[associate])
    return rules.is_admin(world, associate) and associate.account in without


def _id(account: Account | None) -> str:
    return account.id if account else UNKNOWN_ACCOUNT


CODES = {
    (400, "invalid"), (403, "registration_required"), (409, "account_pending"), (409, "account_disabled"),
    (409, "already_associated"), (409, "last_admin"),
}  # fmt: skip
VERBS = {
    each.__name__: each
    for each in (
        accounts_list, children_list, account_read, account_change, attributes_read, associates_list, associate_read,
        associate_add, associate_change, associate_remove,
    )
}  # fmt: skip
