"""What staff change in the world between the requests of shoppers."""

from django.utils import timezone

from accounts.models import Associate, PriceListAssignment
from accounts.services.assignments import assign_price_list, remove_assignment
from accounts.services.associates import change_associate, remove_associate, role_of
from accounts.services.payment_methods import set_payment_rules
from customers.services.lifecycle import change_customer
from tests.api.shopping_model import rules
from tests.api.shopping_model.building import BY, associate, build_account, build_person, dates, give_role, set_status
from tests.api.shopping_model.generating import ALL_ROLES, Step, new_account, new_person
from tests.api.shopping_model.playing import Play, pick
from tests.api.shopping_model.world import PERMISSIONS, Association, Person

MOST_ACCOUNTS = 9
MOST_PEOPLE = 5
TURNED_AWAY = 4
WHEN = ("now", "now", "now", "later", "over")
STATUSES = ("active", "suspended", "active", "pending", "active", "suspended", "disabled", "active")


def give_association(play: Play, step: Step) -> None:
    world = play.world
    people = [each for each in world.people if each.registered]
    person, account = pick(people, step.who), pick(world.accounts, step.on)
    if any(each.person is person and each.account is account for each in world.associations):
        return
    made = Association(person, account, pick(ALL_ROLES, step.thing), pick(WHEN, step.more))
    world.associations.append(made)
    associate(play.built, made)
    play.diary.append(f"staff: {person.id} becomes {made.role} of {account.id}, {made.when}")


def change_association(play: Play, step: Step) -> None:
    world = play.world
    if not world.associations:
        return
    association = pick(world.associations, step.thing)
    if association.account in rules.roots_without_admin(world, leaving_out=[association]):
        return
    association.role, association.when = pick(ALL_ROLES, step.on), pick(WHEN, step.more)
    begins, ends = dates(association)
    row = Associate.objects.get(pk=association.id)
    change_associate(
        associate=row, role=role_of(association.role), valid_from=begins, valid_until=ends, by=BY, at=timezone.now()
    )
    play.diary.append(
        f"staff: {association.person.id} is {association.role} of {association.account.id}, {association.when}"
    )


def end_association(play: Play, step: Step) -> None:
    world = play.world
    if len(world.associations) < 2:
        return
    association = pick(world.associations, step.thing)
    if association.account in rules.roots_without_admin(world, leaving_out=[association]):
        return
    world.associations.remove(association)
    remove_associate(associate=Associate.objects.get(pk=association.id), by=BY, at=timezone.now())
    play.diary.append(f"staff: {association.person.id} is no more of {association.account.id}")


def change_custom_role(play: Play, step: Step) -> None:
    """By one permission. The role is not what keeps a root managed."""
    world, was = play.world, play.world.custom
    world.custom = was ^ {pick(PERMISSIONS, step.thing)}
    if rules.roots_without_admin(world, leaving_out=[]):
        world.custom = was
        return
    give_role(world.custom, at=timezone.now())
    play.diary.append(f"staff: the custom role allows {sorted(world.custom)}")


def change_status(play: Play, step: Step) -> None:
    account = pick(play.world.accounts, step.on)
    was, account.status = account.status, pick(STATUSES, step.thing)
    if rules.roots_without_admin(play.world, leaving_out=[]):
        account.status = was
        return
    set_status(play.built, account)
    play.diary.append(f"staff: {account.id} is {account.status}")


def add_child(play: Play, step: Step) -> None:
    world = play.world
    parent = pick(world.accounts, step.on)
    if len(world.accounts) >= MOST_ACCOUNTS:
        return
    status = "active" if parent.status == "active" else "pending"
    made = new_account(world, f"child {len(world.accounts)}", status, parent)
    build_account(world, play.built, made, status=status)
    play.diary.append(f"staff: {made.id} is made below {parent.id}, {status}")


def assign(play: Play, step: Step) -> None:
    account = pick(play.world.accounts, step.on)
    account.price_list = pick([*play.world.lists[1:], None], step.thing)
    row, at = play.built.accounts[account], timezone.now()
    if account.price_list:
        assign_price_list(account=row, price_list=play.built.lists[account.price_list.code], by=BY, at=at)
    else:
        for each in PriceListAssignment.objects.filter(account=row):
            remove_assignment(assignment=each, by=BY, at=at)
    play.diary.append(f"staff: {account.id} has the price list {account.price_list and account.price_list.code}")


def set_rule(play: Play, step: Step) -> None:
    account, method = pick(play.world.accounts, step.on), pick(play.world.shops[0].methods, step.thing)
    word = pick([None, True, False], step.more)
    account.rules.pop(method, None)
    if word is not None:
        account.rules[method] = word
    words = {play.built.methods[method.code]: word}
    set_payment_rules(account=play.built.accounts[account], words=words, by=BY, at=timezone.now())
    play.diary.append(f"staff: {account.id} says {word} of {method.code}")


def hold(play: Play, step: Step) -> None:
    """Mostly whoever asked last."""
    person = play.last.person if play.last and step.who % 3 else pick(play.world.people, step.who)
    if not person.on_hold:
        person.on_hold = True
        if rules.roots_without_admin(play.world, leaving_out=[]):
            person.on_hold = False
            return
        _write_hold(play, person)


def let_go(play: Play) -> None:
    """Soon, so that most requests get somewhere. His sessions have ended with the next request: he signs in anew."""
    if play.turned_away >= TURNED_AWAY:
        play.turned_away = 0
        for person in play.world.people:
            if person.on_hold:
                person.on_hold = False
                _write_hold(play, person)
                play.forget_sessions(person)


def _write_hold(play: Play, person: Person) -> None:
    change_customer(customer=play.built.people[person], on_hold=person.on_hold, by=BY, at=timezone.now())
    play.built.people[person].refresh_from_db()
    play.diary.append(f"staff: {person.id} is {'held' if person.on_hold else 'let go'}")


def newcomer(play: Play, step: Step) -> None:
    """A guest, or somebody who registered."""
    world = play.world
    if len(world.people) >= MOST_PEOPLE:
        return
    registered, with_email = step.thing % 3 == 0, step.thing % 2 == 0
    label = f"newcomer {len(world.people)}"
    made = new_person(world, label, registered=registered, with_email=registered or with_email)
    build_person(world, play.built, made)
    play.diary.append(f"{made.id} comes, {'registered' if made.registered else 'a guest'}")
