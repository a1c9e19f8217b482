"""One id names one customer or one account, for ever."""

import re

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.transaction import atomic

from accounts.models import Account
from customers.models import Customer, SharedId
from customers.services.shared_ids import SharedIdTakenError
from tests.factories import NOW, AccountFactory, CustomerFactory, GuestFactory
from tests.parallel import in_processes

pytestmark = pytest.mark.django_db


def bare_customer(shared_id: str) -> Customer:
    return Customer(shared_id=shared_id, reference=f"X-{shared_id}", kind="GUEST", created_at=NOW, updated_at=NOW)


def bare_account(shared_id: str) -> Account:
    return Account(
        shared_id=shared_id,
        name="x",
        created_at=NOW,
        updated_at=NOW,
        lft=1,
        rght=2,
        level=0,
        tree_id=900 + Account.objects.count(),
    )


@pytest.mark.parametrize("first", [lambda: GuestFactory(shared_id="acme"), lambda: AccountFactory(shared_id="acme")])
def test_unique_over_customers_and_accounts_together(first):
    first()

    for second in (GuestFactory, CustomerFactory, AccountFactory):
        with pytest.raises(SharedIdTakenError) as refused:
            second(shared_id="acme")
        assert refused.value.shared_id == "acme"
    assert Customer.objects.count() + Account.objects.count() == 1


@pytest.mark.parametrize("given", [lambda: GuestFactory(shared_id="acme"), lambda: AccountFactory(shared_id="acme")])
@pytest.mark.parametrize(
    "way",
    [
        lambda: bare_customer("acme").save(),
        lambda: Customer.objects.bulk_create([bare_customer("acme")]),
        lambda: Account.objects.bulk_create([bare_account("acme")]),
    ],
)
def test_no_way_of_writing_passes_it_by(given, way):
    given()

    with pytest.raises(IntegrityError, match=r"customers_sharedid_pkey"), atomic():
        way()


@pytest.mark.parametrize("make", [lambda: GuestFactory(shared_id="acme"), lambda: AccountFactory(shared_id="acme")])
def test_never_used_again_after_its_object_is_gone(make):
    row = make()
    type(row).objects.filter(pk=row.pk).delete()
    assert SharedId.objects.filter(value="acme").exists()

    for second in (GuestFactory, AccountFactory):
        with pytest.raises(SharedIdTakenError):
            second(shared_id="acme")
    with pytest.raises(IntegrityError), atomic():
        bare_customer("acme").save()


@pytest.mark.parametrize("make", [GuestFactory, AccountFactory])
def test_never_changed(make):
    row = make(shared_id="acme")
    table = type(row)._meta.db_table

    row.shared_id = "acme-2"
    with pytest.raises(IntegrityError, match="a shared id never changes"), atomic():
        row.save()
    with pytest.raises(IntegrityError, match="a shared id never changes"), atomic():
        type(row).objects.filter(pk=row.pk).update(shared_id="acme-2")
    with pytest.raises(IntegrityError, match="a shared id never changes"), atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET shared_id = 'ACME'")  # noqa: S608 -- our table

    row.refresh_from_db()
    assert row.shared_id == "acme"
    assert not SharedId.objects.filter(value="acme-2").exists()


def test_a_reference_never_changes():
    row = GuestFactory()

    with pytest.raises(IntegrityError, match="a reference never changes"), atomic():
        Customer.objects.update(reference="C-1")
    row.refresh_from_db()
    assert row.reference != "C-1"


def test_case_counts():
    for shared_id in ("acme", "ACME", "Acme"):
        GuestFactory(shared_id=shared_id)

    assert Customer.objects.count() == 3


@pytest.mark.parametrize("shared_id", ["a", "A.b_c:d@e-f", "0", "x" * 100, "ana@acme.test"])
def test_what_may_be_one(shared_id):
    assert GuestFactory(shared_id=shared_id).shared_id == shared_id


@pytest.mark.parametrize("shared_id", ["a b", "a/b", "ä", "a\n", "x" * 101, "a'", "a,b", "\u200b"])
def test_what_may_not(shared_id):
    with pytest.raises(ValidationError) as refused:
        GuestFactory(shared_id=shared_id)
    assert "shared_id" in refused.value.message_dict
    if len(shared_id) <= 100:
        with pytest.raises(IntegrityError, match="customer_shared_id_form"), atomic():
            bare_customer(shared_id).save()
    assert not SharedId.objects.exists()


def test_generated_where_none_is_given():
    first, second = GuestFactory(), AccountFactory()

    for row in (first, second):
        assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}", row.shared_id)
    assert first.shared_id < second.shared_id, "rising with time"


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_it():
    """Also where none of them sees the others' yet."""

    def create(index: int) -> None:
        try:
            (GuestFactory if index % 2 else AccountFactory)(shared_id="acme")
        except SharedIdTakenError:
            return

    assert in_processes(6, create) == []
    assert Customer.objects.count() + Account.objects.count() == 1
