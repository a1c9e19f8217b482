"""Trees stay sound while many write at once, and what is broken is found and mended."""

from contextlib import AbstractContextManager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.db.models import F
from django.db.transaction import atomic

from accounts.acting import AccountNotAssociatedError, standing_of, standings_of
from accounts.effective import path_of, paths_of
from accounts.effects import effects_of_assignment
from accounts.models import Account, Associate
from accounts.querysets import ids_in_large_subtree
from accounts.services import accounts
from accounts.services.accounts import create_child, create_root, lock_tree
from accounts.services.deletion import delete_account
from accounts.services.tree_repair import repair_trees
from accounts.trees import BrokenTree, broken_trees
from events.models import Event
from events.transaction import transaction
from tests.factories import NOW, AccountFactory, AssociateFactory, PriceListFactory, StorefrontFactory
from tests.parallel import another_client, in_processes, scalar, waits_for_a_lock

PROCESSES = 8
EACH = 12


def add_children_and_roots(index: int) -> None:
    """Under one root, under a child of it, and beside it."""
    root = Account.objects.get(shared_id="acme")
    below = Account.objects.get(shared_id="acme-west")
    for turn in range(EACH):
        parent = root if turn % 2 else below
        create_child(parent=parent, name=f"Child {index}.{turn}", by="system:tests", at=NOW)
        if turn % 4 == 0:
            create_root(name=f"Root {index}.{turn}", by="system:tests", at=NOW)


def spans() -> list[tuple[int, int, int, int | None]]:
    return list(Account.objects.order_by("pk").values_list("lft", "rght", "level", "parent_id"))


@pytest.mark.django_db(transaction=True)
def test_eight_processes_at_once_leave_every_tree_sound(acme, acme_west):
    errors = in_processes(PROCESSES, add_children_and_roots)

    assert errors == []
    roots = PROCESSES * EACH // 4
    assert Account.objects.filter(tree_id=acme.tree_id).count() == 2 + PROCESSES * EACH
    assert Account.objects.filter(parent__isnull=True).count() == 1 + roots
    assert Account.objects.values("tree_id").distinct().count() == 1 + roots
    assert broken_trees() == []


def lock_nothing(account: Account) -> Account:
    """As `lock_tree`, without the lock."""
    return Account.objects.get(pk=account.pk)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_breaks_the_tree(acme, acme_west, monkeypatch):
    """So the test above can fail, and the lock is what it tests."""
    monkeypatch.setattr(accounts, "lock_tree", lock_nothing)

    in_processes(PROCESSES, add_children_and_roots)

    assert "accounts share a place" in {broken.rule for broken in broken_trees()}
    assert {broken.tree_id for broken in broken_trees()} == {acme.tree_id}

    repair_trees(by="system:tests", at=NOW)
    assert broken_trees() == []


def without_locks(*, by: str, **_: object) -> AbstractContextManager[None]:
    return transaction(by=by)


def add_roots(index: int) -> None:
    for turn in range(EACH):
        create_root(name=f"Root {index}.{turn}", by="system:tests", at=NOW)


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_of_roots_the_database_has_the_last_word(acme, acme_west, monkeypatch):
    """Two organisations in one tree would read each other's orders; the constraint refuses the second."""
    monkeypatch.setattr(accounts, "transaction", without_locks)

    errors = in_processes(PROCESSES, add_roots)

    assert errors != []
    assert all("one_root_per_tree" in error for error in errors)
    assert broken_trees() == []


@pytest.mark.django_db(transaction=True)
def test_a_second_child_waits_for_the_first_of_its_tree_only(acme, acme_west, stranger):
    with another_client() as ana, another_client() as ben, another_client() as cleo:
        scope = atomic()
        ana.enter(scope)
        ana.do(create_child, parent=acme, name="By Ana", by="staff:1", at=NOW)
        backend = ben.backend()
        waiting = ben.begin(create_child, parent=acme_west, name="By Ben", by="staff:2", at=NOW)
        assert waits_for_a_lock(backend)

        cleo.do(create_child, parent=stranger, name="By Cleo", by="staff:3", at=NOW)
        ana.leave(scope)
        waiting.result(10)

    assert Account.objects.filter(tree_id=acme.tree_id).count() == 4
    assert broken_trees() == []


def is_locked(account: Account) -> bool:
    """Whether somebody else holds the account's row."""
    return (
        scalar(
            "SELECT count(*) FROM (SELECT FROM accounts_account WHERE id = %s FOR UPDATE SKIP LOCKED) AS free",
            account.pk,
        )
        == 0
    )


@pytest.mark.django_db(transaction=True)
def test_who_holds_an_account_as_it_was_before_a_repair_locks_the_tree_it_is_in_now(acme, acme_west):
    """A repair may have given its tree another number meanwhile; a lock of the old one would lock nothing."""
    before = Account.objects.get(pk=acme_west.pk)
    Account.objects.filter(tree_id=acme.tree_id).update(tree_id=999)

    with another_client() as ben, atomic():
        assert not ben.do(is_locked, acme)
        assert lock_tree(before).tree_id == 999
        assert ben.do(is_locked, acme)


def at(account: Account, **columns: int) -> None:
    """Damage it as a bad script would."""
    Account.objects.filter(pk=account.pk).update(**columns)


@pytest.fixture
def tree(acme, acme_west):
    """Acme 1-8 with West 2-5 (with Store 3-4) and East 6-7."""
    store = AccountFactory(name="Store", parent=acme_west)
    east = AccountFactory(name="East", parent=acme)
    return {"acme": acme, "west": acme_west, "store": store, "east": east}


SHARED = "accounts share a place"
OUTSIDE = "children stand outside their parent, or at the wrong depth"
SPAN = "the root's span is not twice the number of accounts"
NO_ROOT = "no root stands in the tree"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "columns", "rules"),
    [
        ("east", {"lft": 5}, {SHARED: 1}),
        ("east", {"lft": 2, "rght": 5}, {SHARED: 2}),
        ("east", {"lft": 9, "rght": 10}, {OUTSIDE: 1, SPAN: 4}),
        ("store", {"lft": 6, "rght": 7}, {SHARED: 2, OUTSIDE: 1}),
        ("store", {"level": 1}, {OUTSIDE: 1}),
        ("acme", {"level": 1}, {OUTSIDE: 2}),
        ("acme", {"rght": 9}, {SPAN: 4}),
        ("acme", {"lft": 0}, {SPAN: 4}),
    ],
)
def test_each_kind_of_damage_is_found_and_mended(tree, stranger, name, columns, rules):
    before = spans()
    at(tree[name], **columns)
    damaged = spans()

    assert {broken.rule: broken.accounts for broken in broken_trees()} == rules
    assert {broken.tree_id for broken in broken_trees()} == {tree["acme"].tree_id}
    assert spans() == damaged, "looking changes nothing"

    assert repair_trees(by="staff:12", at=NOW) == [tree["acme"].tree_id]
    assert broken_trees() == []
    order = ["acme", "west", "store", "east"]
    if name != "east" or columns != {"lft": 2, "rght": 5}:  # who comes first is not known any more
        assert spans() == before
    assert set(Account.objects.in_subtree_of(Account.objects.get(pk=tree["west"].pk))) == {tree["west"], tree["store"]}
    assert {account.pk for account in Account.objects.filter(tree_id=tree["acme"].tree_id)} == {
        tree[key].pk for key in order
    }
    (event,) = Event.objects.filter(name="accounts.trees_repaired")
    assert (event.payload, event.by) == ({"tree_ids": [tree["acme"].tree_id]}, "staff:12")


@pytest.mark.django_db
def test_a_tree_that_begins_too_late_is_found_and_mended(tree, stranger):
    before = spans()
    Account.objects.filter(tree_id=tree["acme"].tree_id).update(lft=F("lft") + 2, rght=F("rght") + 2)

    assert broken_trees() == [BrokenTree(tree["acme"].tree_id, SPAN, 4)]
    repair_trees(by="staff:12", at=NOW)

    assert spans() == before


@pytest.mark.django_db
def test_a_child_that_strayed_into_a_strangers_tree_comes_home(tree, stranger):
    at(tree["east"], tree_id=stranger.tree_id, lft=3, rght=4)

    found = {(broken.tree_id, broken.rule) for broken in broken_trees()}
    assert found == {
        (tree["acme"].tree_id, SPAN),
        (stranger.tree_id, OUTSIDE),
    }
    repair_trees(by="staff:12", at=NOW)

    tree["east"].refresh_from_db()
    assert tree["east"].tree_id == tree["acme"].tree_id
    assert list(Account.objects.filter(tree_id=stranger.tree_id)) == [stranger]
    assert broken_trees() == []


@pytest.mark.django_db
def test_a_child_in_a_tree_without_a_root_comes_home(tree):
    at(tree["west"], tree_id=999)
    at(tree["store"], tree_id=999)

    assert (999, NO_ROOT) in {(broken.tree_id, broken.rule) for broken in broken_trees()}
    repair_trees(by="staff:12", at=NOW)

    assert set(Account.objects.values_list("tree_id", flat=True)) == {tree["acme"].tree_id}
    assert broken_trees() == []


@pytest.mark.django_db
def test_a_stray_below_a_sound_tree_comes_home(acme, acme_west, stranger):
    at(acme, lft=1, rght=2)
    at(acme_west, tree_id=999, lft=1, rght=2)
    assert {broken.tree_id for broken in broken_trees()} == {999}

    assert repair_trees(by="staff:12", at=NOW) == [acme.tree_id]

    acme_west.refresh_from_db()
    assert (acme_west.tree_id, acme_west.lft, acme_west.rght) == (acme.tree_id, 2, 3)
    assert broken_trees() == []


@pytest.mark.django_db
def test_two_roots_in_one_tree_are_parted(tree, stranger):
    """The constraint refuses it, so it is taken away for this test."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_root_per_tree")
    at(stranger, tree_id=tree["acme"].tree_id)

    assert BrokenTree(tree["acme"].tree_id, "two roots stand in one tree", 2) in broken_trees()
    repair_trees(by="staff:12", at=NOW)

    stranger.refresh_from_db()
    tree["acme"].refresh_from_db()
    assert stranger.tree_id != tree["acme"].tree_id
    assert Account.objects.filter(tree_id=tree["acme"].tree_id).count() == 4
    assert broken_trees() == []


@pytest.mark.django_db
def test_two_roots_in_one_tree_are_refused(acme, stranger):
    with pytest.raises(IntegrityError, match="one_root_per_tree"), atomic():
        at(stranger, tree_id=acme.tree_id)


@pytest.mark.django_db
def test_a_span_that_ends_before_it_begins_is_refused(acme):
    with pytest.raises(IntegrityError, match="account_span_in_order"), atomic():
        at(acme, rght=1)


@pytest.mark.django_db
def test_repairing_what_is_sound_writes_nothing(tree, stranger):
    before = spans()

    assert repair_trees(by="staff:12", at=NOW) == []
    assert spans() == before
    assert not Event.objects.filter(name="accounts.trees_repaired").exists()


def check(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("check_trees", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_the_command_on_sound_trees(tree):
    assert check() == ("All trees are sound.\n", "")


@pytest.mark.django_db
def test_the_command_names_what_is_broken_and_fails(tree):
    at(tree["acme"], rght=9)
    err = StringIO()

    with pytest.raises(CommandError, match=r"^1 trees are broken\. Run again with --repair\.$"):
        call_command("check_trees", stderr=err)
    assert err.getvalue() == f"Tree {tree['acme'].tree_id}: {SPAN} (4).\n"


@pytest.mark.django_db
def test_the_command_repairs(tree):
    at(tree["acme"], rght=9)

    out, err = check("--repair")

    assert out == "1 trees rebuilt.\nAll trees are sound.\n"
    assert err == f"Tree {tree['acme'].tree_id}: {SPAN} (4).\n"
    assert check() == ("All trees are sound.\n", "")


@pytest.fixture
def moved(acme):
    """East as it was read a moment ago: West, which stood before it, is gone, and North stands where East stood."""
    west, east, _north = (AccountFactory(name=name, parent=acme) for name in ("West", "East", "North"))
    read_before = Account.objects.get(pk=east.pk)
    delete_account(account=west, by="staff:12", at=NOW)
    north = Account.objects.get(name="North")
    assert (north.lft, north.rght) == (read_before.lft, read_before.rght)
    return read_before


@pytest.mark.django_db
def test_who_was_read_a_moment_ago_is_not_taken_for_who_stands_there_now(moved, acme):
    accounts = Account.objects
    assert list(accounts.in_subtree_of(moved)) == [moved]
    assert set(accounts.filter(pk__in=ids_in_large_subtree(moved))) <= {moved}
    acme.refresh_from_db()
    assert list(accounts.filter(pk__in=ids_in_large_subtree(acme))) == list(accounts.in_subtree_of(acme))
    assert list(accounts.above(moved)) == list(accounts.above_all([moved])) == [acme]
    assert set(accounts.in_line_with([moved])) == {acme, moved}
    assert [node.name for node in path_of(moved)] == ["East", "Acme"]


@pytest.mark.django_db
def test_nor_is_who_acts_for_the_one_let_in_at_the_other(moved):
    north = Account.objects.get(name="North")
    neighbour = AssociateFactory(account=north, role="buyer-admin").customer
    assert standing_of(customer=neighbour, account=north, at=NOW).account == north
    with pytest.raises(AccountNotAssociatedError):
        standing_of(customer=neighbour, account=moved, at=NOW)


@pytest.mark.django_db
def test_nor_is_a_role_at_the_one_shown_at_the_other(acme):
    west, east, north = (AccountFactory(name=name, parent=acme) for name in ("West", "East", "North"))
    AccountFactory(parent=west)
    store, _other = (AccountFactory(name=name, parent=north) for name in ("Store", "Other"))
    ana = AssociateFactory(account=north, role="buyer-admin").customer
    for account in (east, store):
        AssociateFactory(account=account, role="buyer", customer=ana)
    read = Associate.objects.select_related("account", "role").exclude(account=north).order_by("account__name")
    read_before = list(read)
    delete_account(account=west, by="staff:12", at=NOW)
    north.refresh_from_db()
    assert north.lft < read_before[0].account.lft < read_before[0].account.rght < north.rght, "else nothing is shown"

    standings = standings_of(associations=read_before, at=NOW)

    assert [[each.account.name for each in standing.associations] for standing in standings] == [
        ["East"], ["Store", "North"],
    ]  # fmt: skip


@pytest.mark.django_db
def test_what_is_deleted_meanwhile_has_no_place_and_breaks_nothing(acme, acme_west):
    gone = Account.objects.get(pk=acme_west.pk)
    delete_account(account=acme_west, by="staff:12", at=NOW)
    assert not Account.objects.in_subtree_of(gone).exists()
    assert not Account.objects.above(gone).exists()
    assert [node.name for node in paths_of([gone])[gone.pk]] == ["Acme West"]
    prices = PriceListFactory(prices={})
    effects = effects_of_assignment(account=gone, price_list=prices, storefront=StorefrontFactory(), at=NOW)
    assert [(effect.accounts, effect.examples) for effect in effects] == [(0, [])]
