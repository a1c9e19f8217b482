"""Importing customers of an ERP: what is refused, what stays when it is done twice, broken off or only tried."""

import json

import pytest

from customers.models import ErpCustomer, ErpIdentifier, ErpSystem
from events.models import Event
from integrations.services import erp_customers, rows
from tests.integrations.conftest import Said, sample
from tests.integrations.erp_customers import customer, identifiers, load, load_sample, mirrored

pytestmark = pytest.mark.django_db


def test_refusals_name_no_person(write):
    said = load(write(customer(NAM="Ana Alvarez " * 20, EMAIL_ADRS_1="ana@acme.example" * 20, PHONE_1="901" * 30)))

    assert said.refusals == [
        "line 1: NAM has 239 characters; at most 200 can be kept",
        "line 1: EMAIL_ADRS_1 has 320 characters; at most 254 can be kept",
        "line 1: PHONE_1 has 90 characters; at most 60 can be kept",
        "Rows refused: 1.",
    ]


def test_answers_one_a_line(write):
    """Pages as they were fetched, one after the other, with an error and a broken line among them."""
    lines = [
        json.dumps(sample("counterpoint/GET_Customers.response")),
        '{"ErrorCode": "ERROR_RECORD_NOT_FOUND", "Message": "Customer 10034 not found"}',
        '{"Customers": [',
        json.dumps({"Customers": [customer(CUST_NO="1"), 7]}),
    ]

    said = load(write("\n".join(lines)))

    assert said.refusals == [
        "line 2: ErrorCode 'ERROR_RECORD_NOT_FOUND' is what the ERP answered instead of customers",
        "line 3: is not JSON: Expecting value at line 2, column 1",
        "line 4, item 2: is not an object with named fields",
        "Rows refused: 3.",
    ]
    assert [row["number"] for row in mirrored()] == ["1", "1000", "100001"]


def test_of_a_number_that_stands_twice_the_later_one_counts(write):
    said = load(write([customer(), customer(NAM="Acme Ltd")]))

    assert said.output[-1] == "1 new, 0 changed, 1 the same, 0 refused."
    assert ErpCustomer.objects.get().name == "Acme Ltd"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_names_in_any_encoding(write, encoding):
    said = load(write(json.dumps(customer(NAM="Bäckerei Großmann"), ensure_ascii=False).encode(encoding)))

    assert said.status == 0
    assert ErpCustomer.objects.get().name == "Bäckerei Großmann"


# --- The ERP system ---


def test_the_system_is_made_with_its_region_and_system_customers(write):
    load(write(customer(PHONE_1="030 23125 000")), "--region", "DE", "--system-customers", "TEMPLATE, CASH,")

    system = ErpSystem.objects.get()
    assert (system.code, system.default_region, system.system_customers) == ("cp", "DE", ["CASH", "TEMPLATE"])
    assert ("2000", "phone_1", "+493023125000") in identifiers()


def test_without_a_region_it_is_the_settings(write, settings):
    settings.DEFAULT_REGION = "GB"

    load(write(customer()))

    assert ErpSystem.objects.get().default_region == "GB"


def test_system_customers_are_added_to_those_it_has(write):
    load(write(customer()), "--system-customers", "CASH")
    load(write(customer()), "--system-customers", "TEMPLATE")

    assert ErpSystem.objects.get().system_customers == ["CASH", "TEMPLATE"]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--region", "DE"], "The ERP system cp reads phone numbers as numbers of US, not of DE."),
        (["--erp-system", "new", "--region", "Texas"], "No region 'Texas'; two capital letters, as in US."),
        (["--erp-system", "Main ERP"], "Lower-case letters, digits, - and _ only."),
    ],
)
def test_a_system_that_cannot_be_meant(write, options, sentence):
    load(write(customer()))

    said = load(write(customer(CUST_NO="2001")), *options)

    assert said == Said(2, [], [sentence])
    assert [row["number"] for row in mirrored()] == ["2000"]
    assert [system.code for system in ErpSystem.objects.all()] == ["cp"]


def test_a_file_that_cannot_be_read(write):
    path = write("CUST_NO;NAM")

    assert load(path) == Said(
        2, [], [f"{path} is neither JSON nor lines of JSON: Expecting value at line 1, column 1."]
    )
    assert ErpSystem.objects.exists() is False


# --- Twice, not at all, and half ---


def test_the_same_file_again_changes_nothing():
    load_sample("GET_Customers.response")
    before = (mirrored(), identifiers(), Event.objects.count())
    kept = list(ErpIdentifier.objects.order_by("pk").values_list("pk", flat=True))

    assert load_sample("GET_Customers.response").output[-1] == "0 new, 0 changed, 2 the same, 0 refused."
    assert (mirrored(), identifiers(), Event.objects.count()) == before
    assert list(ErpIdentifier.objects.order_by("pk").values_list("pk", flat=True)) == kept


def test_a_dry_run_tells_the_same_and_writes_nothing(write):
    path = write([customer(), customer(CUST_NO="")])

    said = load(path, "--dry-run")

    assert said == Said(
        1,
        ["Read as UTF-8.", "1 new, 0 changed, 0 the same, 1 refused. Nothing was written: this was a dry run."],
        ["item 2: CUST_NO is missing", "Rows refused: 1."],
    )
    assert [model.objects.count() for model in (ErpSystem, ErpCustomer, ErpIdentifier, Event)] == [0, 0, 0, 0]


def test_a_killed_import_goes_on_where_it_stopped(write, monkeypatch):
    monkeypatch.setattr(rows, "BATCH", 2)
    path = write([customer(CUST_NO=str(number)) for number in range(1, 6)])
    mirror, calls = erp_customers.mirror_erp_customers, []

    def killed_at_the_second(**given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return mirror(**given)

    monkeypatch.setattr(erp_customers, "mirror_erp_customers", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        load(path)
    assert [row["number"] for row in mirrored()] == ["1", "2"]

    assert load(path).output[-1] == "3 new, 0 changed, 2 the same, 0 refused."
    assert [row["number"] for row in mirrored()] == ["1", "2", "3", "4", "5"]


def test_a_complete_file_marks_the_others_as_gone_and_counts_as_catch_up(write):
    both = write([customer(CUST_NO="1"), customer(CUST_NO="2")], "both.json")
    load(both)
    system = ErpSystem.objects.get()
    assert system.last_catch_up_began_at is None

    said = load(write([customer(CUST_NO="2")], "one.json"), "--complete")

    assert (said.status, said.output[1]) == (0, "Recorded as a catch-up: customers that are not in the file are gone.")
    assert list(ErpCustomer.objects.filter(gone_at__isnull=False).values_list("number", flat=True)) == ["1"]
    system.refresh_from_db()
    assert system.last_catch_up_began_at is not None
    load(both, "--complete")
    assert not ErpCustomer.objects.filter(gone_at__isnull=False).exists()


@pytest.mark.parametrize("option", ["--dry-run", ""])
def test_a_dry_run_or_a_refused_row_never_counts_as_complete(write, option):
    load(write([customer(CUST_NO="1"), customer(CUST_NO="2")], "both.json"))
    rows = [customer(CUST_NO="2")] if option else [customer(CUST_NO="2"), {"AR_CUST": {"CUST_NO": ""}}]
    load(write(rows, "some.json"), "--complete", *([option] if option else []))
    assert not ErpCustomer.objects.filter(gone_at__isnull=False).exists()
    assert ErpSystem.objects.get().last_catch_up_began_at is None


@pytest.mark.parametrize("content", [[], {"Customers": []}])
def test_a_file_without_customers_never_counts_as_complete(write, content):
    load(write([customer()], "one.json"))

    said = load(write(json.dumps(content), "none.json"), "--complete")

    note = "The file holds no customer, so it does not count as complete: nobody is marked as gone."
    assert (said.status, note in said.output) == (0, True)
    assert not ErpCustomer.objects.filter(gone_at__isnull=False).exists()
    assert ErpSystem.objects.get().last_catch_up_began_at is None
