"""The mirror of an ERP's customers: what was read is what stands there, and nothing older replaces it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from customers.models import ErpCustomer, ErpIdentifier, ErpSystem
from customers.services.erp_mirror import (
    ErpCustomerRecord,
    MirrorCounts,
    ensure_erp_system,
    mirror_erp_customers,
)
from events.models import Event
from tests.factories import NOW, ErpCustomerFactory, ErpSystemFactory
from tests.parallel import in_processes

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
ACME = ErpCustomerRecord(
    number="100017",
    name="Acme",
    first_name="Ana",
    last_name="Alvarez",
    is_business=True,
    category="WHOLESALE",
    allows_orders=False,
    first_sale_on=date(2019, 3, 4),
    last_sale_on=date(2026, 11, 20),
    loyalty_card="L-7",
    loyalty_points=120,
    changed_at=NOW - timedelta(days=1),
    emails={"email_1": "Ana@Acme.test", "email_2": "none"},
    phones={"phone_1": "(901) 555-2201", "mobile_1": "0000000000", "mobile_2": "901-555-2202 x3"},
)
ACMES = {
    ("email_1", "email", "ana@acme.test"),
    ("phone_1", "phone", "+19015552201"),
    ("mobile_2", "phone", "+19015552202"),
}


@pytest.fixture
def erp() -> ErpSystem:
    return ErpSystemFactory()


def read(erp: ErpSystem, *records: ErpCustomerRecord, at=NOW) -> tuple[int, int, int]:
    counts = mirror_erp_customers(erp_system=erp, records=records, read_at=at, by="system:tests")
    return counts.created, counts.changed, counts.same


def stored() -> ErpCustomer:
    return ErpCustomer.objects.get(number="100017")


def identifiers() -> set[tuple[str, str, str]]:
    found = ErpIdentifier.objects.filter(erp_customer__number="100017", erp_system="counterpoint-main")
    return set(found.values_list("slot", "kind", "key"))


def test_created_with_everything_that_was_read(erp):
    assert read(erp, ACME) == (1, 0, 0)

    row = stored()
    assert (row.erp_system, row.name, row.first_name, row.last_name) == ("counterpoint-main", "Acme", "Ana", "Alvarez")
    assert (row.is_business, row.category, row.allows_orders) == (True, "WHOLESALE", False)
    assert (row.first_sale_on, row.last_sale_on) == (date(2019, 3, 4), date(2026, 11, 20))
    assert (row.loyalty_card, row.loyalty_points) == ("L-7", 120)
    assert (row.changed_at, row.read_at, row.gone_at, row.erased_at) == (NOW - timedelta(days=1), NOW, None, None)
    assert identifiers() == ACMES


def test_phones_are_read_as_numbers_of_the_erp_systems_region():
    german = ErpSystemFactory(code="sap", default_region="DE")
    read(german, ErpCustomerRecord(number="7", phones={"phone_1": "030 901820", "phone_2": "9015552201"}))

    assert list(ErpIdentifier.objects.values_list("erp_system", "slot", "key")) == [("sap", "phone_1", "+4930901820")]


def test_the_same_again_is_only_confirmed(erp):
    read(erp, ACME)
    identifier_ids = set(ErpIdentifier.objects.values_list("pk", flat=True))

    assert read(erp, ACME, at=LATER) == (0, 0, 1)

    assert stored().read_at == LATER
    assert set(ErpIdentifier.objects.values_list("pk", flat=True)) == identifier_ids
    assert identifiers() == ACMES


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Acme Inc."},
        {"allows_orders": True},
        {"first_sale_on": None},
        {"loyalty_points": None},
        {"changed_at": NOW},
    ],
)
def test_what_changed_is_written(erp, changes):
    read(erp, ACME)

    assert read(erp, replace(ACME, **changes), at=LATER) == (0, 1, 0)

    row = stored()
    assert {name: getattr(row, name) for name in changes} == changes
    assert (row.read_at, identifiers()) == (LATER, ACMES)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"emails": {}}, {item for item in ACMES if item[1] == "phone"}),
        (
            {"emails": {"email_2": "ana@acme.test"}},
            {("email_2", "email", "ana@acme.test"), *list(ACMES)} - {("email_1", "email", "ana@acme.test")},
        ),
        (
            {"phones": {"phone_1": "901 555 9999"}},
            {("email_1", "email", "ana@acme.test"), ("phone_1", "phone", "+19015559999")},
        ),
        ({"emails": {}, "phones": {}}, set()),
    ],
)
def test_identifiers_are_exactly_those_last_read(erp, changes, expected):
    read(erp, ACME)

    assert read(erp, replace(ACME, **changes), at=LATER) == (0, 1, 0)
    assert identifiers() == expected


def test_another_spelling_of_the_same_key_changes_nothing(erp):
    read(erp, ACME)

    spelt = replace(
        ACME, emails={"email_1": "ANA@acme.TEST"}, phones={"phone_1": "9015552201", "mobile_2": "+1 901 555 2202"}
    )
    assert read(erp, spelt, at=LATER) == (0, 0, 1)


def test_an_older_state_never_overwrites_a_newer_one(erp):
    read(erp, ACME)
    older = replace(ACME, name="Old", emails={}, changed_at=ACME.changed_at - timedelta(microseconds=1))

    assert read(erp, older, at=LATER) == (0, 0, 1)

    assert (stored().name, identifiers()) == ("Acme", ACMES)


def test_where_the_erp_says_no_date_the_later_reading_counts(erp):
    undated = replace(ACME, changed_at=None)
    read(erp, undated, at=LATER)

    assert read(erp, replace(undated, name="Old", emails={}), at=NOW) == (0, 0, 1)
    assert (stored().name, stored().read_at, identifiers()) == ("Acme", LATER, ACMES)

    assert read(erp, replace(undated, name="New"), at=LATER + timedelta(seconds=1)) == (0, 1, 0)
    assert stored().name == "New"


def test_a_confirmation_is_never_taken_back(erp):
    read(erp, ACME, at=LATER)

    assert read(erp, ACME, at=NOW) == (0, 0, 1)
    assert stored().read_at == LATER


def test_gone_and_read_again_is_back(erp):
    read(erp, ACME)
    ErpCustomer.objects.update(gone_at=NOW)
    assert not ErpCustomer.objects.matching(system_customers=[]).exists()

    assert read(erp, ACME, at=LATER) == (0, 1, 0)

    assert (stored().gone_at, identifiers()) == (None, ACMES)
    assert ErpCustomer.objects.matching(system_customers=[]).exists()


def test_erased_stays_erased(erp):
    read(erp, ACME)
    ErpIdentifier.objects.all().delete()
    ErpCustomer.objects.update(erased_at=NOW, name="", first_name="", last_name="", loyalty_card="")

    assert read(erp, replace(ACME, name="Acme again", changed_at=LATER), at=LATER) == (0, 0, 1)

    row = stored()
    assert (row.name, row.first_name, row.last_name, row.loyalty_card, row.erased_at) == ("", "", "", "", NOW)
    assert identifiers() == set()
    assert not ErpCustomer.objects.matching(system_customers=[]).exists()


def test_of_a_number_that_stands_twice_the_later_counts(erp):
    assert read(erp, replace(ACME, name="First"), replace(ACME, name="Second")) == (1, 0, 0)

    assert stored().name == "Second"


def test_what_was_not_read_stays_and_other_systems_are_others(erp):
    other = ErpSystemFactory(code="sap")
    read(erp, ACME)
    read(other, replace(ACME, name="Theirs"))

    assert read(erp, ErpCustomerRecord(number="100018")) == (1, 0, 0)

    assert set(ErpCustomer.objects.values_list("erp_system", "number", "name")) == {
        ("counterpoint-main", "100017", "Acme"),
        ("counterpoint-main", "100018", ""),
        ("sap", "100017", "Theirs"),
    }


def test_statements_do_not_grow_with_the_customers(erp):
    def statements(count: int, name: str) -> int:
        records = [replace(ACME, number=str(number), name=name) for number in range(count)]
        with CaptureQueriesContext(connection) as captured:
            read(erp, *records)
        return len(captured)

    few = [statements(2, name) for name in ("A", "A", "B")]
    ErpCustomer.objects.all().delete()
    many = [statements(200, name) for name in ("A", "A", "B")]

    assert many == few
    assert max(many) <= 10
    assert ErpIdentifier.objects.count() == 600


def test_nothing_read_nothing_written(erp):
    assert mirror_erp_customers(erp_system=erp, records=[], read_at=NOW, by="system:tests") == MirrorCounts(0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_make_one_row():
    erp = ErpSystemFactory()

    def sweep(index: int) -> None:
        read(erp, *(replace(ACME, number=str(number)) for number in range(20)), at=NOW + timedelta(seconds=index))

    assert in_processes(4, sweep) == []
    assert (ErpCustomer.objects.count(), ErpIdentifier.objects.count()) == (20, 60)
    assert set(ErpCustomer.objects.values_list("read_at", flat=True)) == {NOW + timedelta(seconds=3)}


def test_matching_leaves_out_system_customers(erp):
    read(erp, ACME, ErpCustomerRecord(number="CASH"))

    assert [row.number for row in ErpCustomer.objects.matching(system_customers=["CASH"])] == ["100017"]


@pytest.mark.parametrize(("column", "value"), [("number", ""), ("erp_system", "")])
def test_a_row_without_a_name_is_refused(erp, column, value):
    read(erp, ACME)

    with pytest.raises(IntegrityError, match="erp_customer_has_number"), atomic():
        ErpCustomer.objects.update(**{column: value})


def test_a_slot_holds_one_key(erp):
    row = ErpCustomerFactory(erp_system=erp, emails={"email_1": "ana@acme.test"})

    with pytest.raises(IntegrityError, match="erp_identifier_once_per_slot"), atomic():
        ErpIdentifier.objects.create(
            erp_customer=row, erp_system=erp.code, slot="email_1", kind="email", key="ben@acme.test"
        )


def test_a_system_is_made_once_and_only_gains_system_customers():
    make = {"code": "counterpoint-main", "by": "staff:12", "at": NOW}
    ensure_erp_system(**make, default_region="US", system_customers=["CASH"])
    ensure_erp_system(**make, default_region="DE", system_customers=["TEMPLATE", "CASH"])
    ensure_erp_system(**make, default_region="US")

    system = ErpSystem.objects.get()
    assert (system.default_region, system.system_customers) == ("US", ["CASH", "TEMPLATE"])
    assert list(Event.objects.order_by("id").values_list("name", flat=True)) == [
        "erp_system.created",
        "erp_system.changed",
    ]


@pytest.mark.parametrize(
    ("code", "region", "wrong"),
    [
        ("Counterpoint", "US", "code"),
        ("", "US", "code"),
        ("x" * 41, "US", "code"),
        ("sap", "XX", "default_region"),
        ("sap", "us", "default_region"),
    ],
)
def test_a_wrong_system_is_named(code, region, wrong):
    with pytest.raises(ValidationError) as refused:
        ensure_erp_system(code=code, default_region=region, by="staff:12", at=NOW)

    assert list(refused.value.message_dict) == [wrong]
    assert not ErpSystem.objects.exists()


def test_an_older_state_confirms_nothing_but_counts_as_seen(erp):
    read(erp, ACME)
    before = stored().read_at
    older = replace(ACME, name="Older", changed_at=ACME.changed_at - timedelta(days=1))
    assert read(erp, older, at=LATER) == (0, 0, 1)
    assert (stored().read_at, stored().seen_at, stored().name) == (before, LATER, ACME.name)
