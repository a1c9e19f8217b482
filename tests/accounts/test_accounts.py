"""Accounts: born under their parent, never moved, one number per ERP system."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from mptt.exceptions import InvalidMove

from accounts.models import Account, AccountStatus
from accounts.services.accounts import (
    AccountNeverMovesError,
    change_account,
    change_account_status,
    create_child,
    create_root,
)
from accounts.trees import broken_trees
from customers.services.shared_ids import SharedIdTakenError
from events.concurrency import StaleError
from events.models import Event
from tests.factories import NOW, AccountFactory, ErpSystemFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
OPAL = {"by": "staff:12", "at": NOW}
AccountEvent = Account.pgh_event_models["update"]


def events_of(account: Account) -> list[tuple[str, dict]]:
    found = Event.objects.filter(subject=f"account:{account.shared_id}").order_by("id")
    return list(found.values_list("name", "payload"))


def history() -> int:
    return AccountEvent.objects.filter(pgh_label="update").count()


def place(account: Account) -> tuple[int, int, int]:
    account.refresh_from_db()
    return account.level, account.lft, account.rght


def test_a_root_begins_pending_in_a_tree_of_its_own():
    first, second = create_root(name="Acme", **OPAL), create_root(name="Zenith", shared_id="zenith", **OPAL)

    assert (first.status, first.parent, place(first)) == (AccountStatus.PENDING, None, (0, 1, 2))
    assert place(second) == (0, 1, 2)
    assert first.tree_id != second.tree_id
    assert (first.created_at, first.updated_at, len(first.shared_id)) == (NOW, NOW, 36)
    assert events_of(second) == [("account.created", {"parent": None})]
    assert (second.created_at, second.shared_id) == (NOW, "zenith")


@pytest.mark.parametrize(
    ("status", "child_status"),
    [
        (AccountStatus.ACTIVE, AccountStatus.ACTIVE),
        (AccountStatus.PENDING, AccountStatus.PENDING),
        (AccountStatus.SUSPENDED, AccountStatus.PENDING),
        (AccountStatus.DISABLED, AccountStatus.PENDING),
    ],
)
def test_a_child_begins_active_where_its_parent_is(status, child_status):
    parent = AccountFactory(status=status, shared_id="acme")

    child = create_child(parent=parent, name="West", **OPAL)

    child.refresh_from_db()
    assert (child.parent, child.status, child.tree_id) == (parent, child_status, parent.tree_id)
    assert events_of(child) == [("account.created", {"parent": "acme"})]


def test_children_stand_in_their_parent_one_after_the_other(acme):
    west, east = create_child(parent=acme, name="West", **OPAL), create_child(parent=acme, name="East", **OPAL)
    # `west` was read before anything stood in it; the service reads it anew.
    store = create_child(parent=west, name="Store", **OPAL)

    assert [place(account) for account in (acme, west, store, east)] == [(0, 1, 8), (1, 2, 5), (2, 3, 4), (1, 6, 7)]
    assert list(Account.objects.order_by("tree_id", "lft")) == [acme, west, store, east]
    assert list(Account.objects.in_subtree_of(west)) == [west, store]
    assert list(Account.objects.in_subtree_of(acme, inclusive=False)) == [west, store, east]
    assert broken_trees() == []


def test_a_subtree_never_reaches_into_a_strangers_tree(acme, acme_west, stranger):
    acme.refresh_from_db()
    assert set(Account.objects.in_subtree_of(acme)) == {acme, acme_west}
    assert list(Account.objects.in_subtree_of(stranger)) == [stranger]


def test_a_tree_insert_writes_no_history_about_those_that_make_room(acme, acme_west):
    before = history()

    create_child(parent=acme_west, name="Store", **OPAL)

    acme.refresh_from_db()
    assert acme.rght == 6
    assert history() == before


def test_saving_without_a_change_writes_no_history(acme):
    before = history()
    acme.save()
    Account.objects.update(name="Acme")

    assert history() == before


def test_an_account_never_moves(acme, acme_west, stranger):
    with pytest.raises(AccountNeverMovesError):
        change_account(account=acme_west, parent=stranger, **OPAL)
    with pytest.raises(AccountNeverMovesError):
        change_account(account=acme_west, parent=None, **OPAL)
    with pytest.raises(AccountNeverMovesError):
        change_account(account=stranger, parent=acme, **OPAL)
    change_account(account=acme_west, parent=acme, name="Acme Westside", **OPAL)

    acme_west.refresh_from_db()
    assert (acme_west.parent, acme_west.name, acme_west.tree_id) == (acme, "Acme Westside", acme.tree_id)


def save_below(child: Account, parent: Account | None) -> None:
    child.parent = parent
    child.save()


def save_only_parent(child: Account, parent: Account | None) -> None:
    child.parent = parent
    child.save(update_fields=["parent"])


def update(child: Account, parent: Account | None) -> None:
    Account.objects.filter(pk=child.pk).update(parent=parent)


def bulk_update(child: Account, parent: Account | None) -> None:
    child.parent = parent
    Account.objects.bulk_update([child], ["parent"])


def raw_sql(child: Account, parent: Account | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE accounts_account SET parent_id = %s WHERE id = %s", [parent.pk if parent else None, child.pk]
        )


def move_of_the_library(child: Account, parent: Account | None) -> None:
    Account.objects.move_node(child, parent)


@pytest.mark.parametrize("way", [save_below, save_only_parent, update, bulk_update, raw_sql, move_of_the_library])
@pytest.mark.parametrize("whereto", ["stranger", None, "acme_east"])
def test_there_is_no_way_to_move_it(request, acme, acme_west, way, whereto):
    acme_east = AccountFactory(name="Acme East", parent=acme)
    parents = {"stranger": AccountFactory(name="Zenith"), "acme_east": acme_east, None: None}

    with pytest.raises(IntegrityError, match="an account never moves"), atomic():
        way(Account.objects.get(pk=acme_west.pk), parents[whereto])

    acme_west.refresh_from_db()
    assert acme_west.parent == acme
    assert broken_trees() == []


def test_a_root_is_never_put_below_another(acme, stranger):
    # The library first makes room for it, which the database refuses where a tree would have two roots.
    with pytest.raises(IntegrityError, match=r"an account never moves|one_root_per_tree"), atomic():
        save_below(Account.objects.get(pk=stranger.pk), acme)
    with pytest.raises(IntegrityError, match="an account never moves"), atomic():
        raw_sql(stranger, acme)

    stranger.refresh_from_db()
    assert (stranger.parent, broken_trees()) == (None, [])


def test_no_account_is_its_own_ancestor(acme, acme_west):
    with pytest.raises((IntegrityError, InvalidMove)), atomic():
        save_below(Account.objects.get(pk=acme.pk), acme_west)

    assert broken_trees() == []


@pytest.mark.parametrize("status", AccountStatus.values)
def test_a_status_is_changed_with_its_reason(acme, acme_west, status):
    change_account_status(
        account=acme, status=AccountStatus(status), reason="invoice 7 is open", by="staff:12", at=LATER
    )

    acme.refresh_from_db()
    acme_west.refresh_from_db()
    assert acme.status == status
    assert acme_west.status == AccountStatus.ACTIVE, "statuses are not inherited"
    changed = status != AccountStatus.ACTIVE
    assert acme.updated_at == (LATER if changed else NOW)
    told = [("account.status_changed", {"from": "active", "to": status})]
    assert events_of(acme)[1:] == (told if changed else [])
    if changed:
        assert AccountEvent.objects.latest("pgh_id").pgh_context["reason"] == "invoice 7 is open"


@pytest.mark.parametrize(
    ("status", "reason", "wrong"),
    [
        ("suspended", " ", {"reason": ["Say why the status changes."]}),
        ("closed", "why", {"status": ["One of pending, active, suspended, disabled."]}),
    ],
)
def test_a_status_without_a_reason_or_of_no_meaning(acme, status, reason, wrong):
    with pytest.raises(ValidationError) as refused:
        change_account_status(account=acme, status=status, reason=reason, by="staff:12", at=LATER)

    acme.refresh_from_db()
    assert refused.value.message_dict == wrong
    assert acme.status == AccountStatus.ACTIVE


def test_the_database_knows_no_other_status(acme):
    with pytest.raises(IntegrityError, match="account_status_known"), atomic():
        Account.objects.filter(pk=acme.pk).update(status="closed")


def test_changed_fields_are_named(acme):
    change_account(account=acme, name="Ácme", phone="1", tax_id="", by="staff:12", at=LATER)

    acme.refresh_from_db()
    assert (acme.name, acme.name_sort, acme.phone, acme.updated_at) == ("Ácme", "acme", "1", LATER)
    assert events_of(acme)[1:] == [("account.changed", {"fields": ["name", "phone"]})]


def test_unchanged_input_writes_nothing(acme):
    before = history()

    change_account(account=acme, name="Acme", phone="", by="staff:12", at=LATER)

    acme.refresh_from_db()
    assert (acme.updated_at, history(), len(events_of(acme))) == (NOW, before, 1)


def test_on_a_state_that_is_no_longer_so(acme):
    change_account(account=acme, name="First", by="staff:12", at=LATER)

    with pytest.raises(StaleError):
        change_account(account=acme, name="Second", seen_at=NOW, by="staff:12", at=LATER)

    acme.refresh_from_db()
    assert acme.name == "First"


@pytest.mark.parametrize(
    "fields", [{"lft": 7}, {"tree_id": 7}, {"status": "active"}, {"created_at": NOW}, {"nam": "x"}]
)
def test_only_what_people_write_is_written(acme, fields):
    with pytest.raises(TypeError, match=f"no writable field {next(iter(fields))}"):
        change_account(account=acme, **fields, by="staff:12", at=LATER)
    with pytest.raises(TypeError, match=f"no writable field {next(iter(fields))}"):
        create_root(name="Acme", **fields, **OPAL)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, {"name": ["This field cannot be blank."]}),
        ({"name": "x" * 201}, {"name": ["Ensure this value has at most 200 characters (it has 201)."]}),
        ({"email": "acme"}, {"email": ["Enter a valid e-mail address."]}),
        ({"shared_id": "a b"}, {"shared_id": ["1 to 100 of the characters A-Z a-z 0-9 . _ : @ - ."]}),
        ({"shared_id": "x" * 101}, None),
        ({"erp_system": "sap"}, {"erp_system": ["There is no ERP system 'sap'."]}),
        (
            {"account_number": "7"},
            {"__all__": ["An account number needs the ERP system it belongs to."]},
        ),
    ],
)
def test_wrong_input_is_named_and_nothing_is_written(fields, wrong):
    with pytest.raises(ValidationError) as refused:
        create_root(**{"name": "Acme", **fields}, **OPAL)

    if wrong is None:  # more than one sentence
        assert set(refused.value.message_dict) <= {*fields, "__all__"}
    else:
        assert refused.value.message_dict == wrong
    assert (Account.objects.count(), Event.objects.count()) == (0, 0)


def test_a_number_belongs_to_the_only_erp_system_unless_said():
    ErpSystemFactory(code="counterpoint-main")

    assert create_root(name="Acme", account_number="100017", **OPAL).erp_system == "counterpoint-main"
    assert create_root(name="Zenith", **OPAL).erp_system == ""

    ErpSystemFactory(code="sap")
    with pytest.raises(ValidationError, match="needs the ERP system"):
        create_root(name="Acme Two", account_number="100018", **OPAL)


def test_a_number_names_one_account_in_its_erp_system():
    for code in ("counterpoint-main", "sap"):
        ErpSystemFactory(code=code)
    number = {"erp_system": "sap", "account_number": "100017"}
    acme, zenith = create_root(name="Acme", **number, **OPAL), create_root(name="Zenith", **OPAL)

    for attempt in (
        lambda: create_root(name="Other", **number, **OPAL),
        lambda: create_child(parent=acme, name="Other", **number, **OPAL),
        lambda: change_account(account=zenith, **number, **OPAL),
    ):
        with pytest.raises(ValidationError) as refused:
            attempt()
        (error,) = refused.value.error_dict["__all__"]
        assert (error.code, error.messages) == (
            "account_number_taken",
            ["Another account has this number in that ERP system."],
        )
    with pytest.raises(IntegrityError, match="account_number_once_per_erp_system"), atomic():
        Account.objects.filter(pk=zenith.pk).update(**number)

    create_root(name="Other", erp_system="counterpoint-main", account_number="100017", **OPAL)
    assert Account.objects.filter(account_number="100017").count() == 2


def test_any_number_of_accounts_without_a_number():
    ErpSystemFactory(code="sap")
    for name in ("Acme", "Zenith"):
        create_root(name=name, erp_system="sap", **OPAL)

    assert Account.objects.count() == 2


def test_a_shared_id_that_was_given_before(acme):
    for attempt in (
        lambda: create_root(name="Other", shared_id="acme", **OPAL),
        lambda: create_child(parent=acme, name="Other", shared_id="acme", **OPAL),
    ):
        with pytest.raises(SharedIdTakenError):
            attempt()

    assert Account.objects.count() == 1
