"""Customers of Counterpoint, as it writes them, in the mirror."""

import json
from datetime import UTC, date, datetime

import pytest

from customers.models import ErpCustomer, ErpIdentifier, ErpSystem
from events.models import Event
from integrations.services import erp_customers, rows
from tests.integrations.conftest import SAMPLES, Said, run, sample

pytestmark = pytest.mark.django_db

FIELDS = [field.name for field in ErpCustomer._meta.concrete_fields if field.name not in {"id", "read_at", "seen_at"}]


def load(path, *options: str) -> Said:
    return run("import_erp_customers", path, "--format", "counterpoint", "--erp-system", "cp", *options)


def load_sample(name: str, *options: str) -> Said:
    return load(SAMPLES / "counterpoint" / f"{name}.json", *options)


def mirrored() -> list[dict]:
    return [{name: getattr(row, name) for name in FIELDS} for row in ErpCustomer.objects.order_by("number")]


def identifiers() -> list[tuple[str, str, str]]:
    found = ErpIdentifier.objects.order_by("erp_customer__number", "slot")
    return list(found.values_list("erp_customer__number", "slot", "key"))


def customer(**changes) -> dict:
    """Ana's company in the ERP."""
    return {"CUST_NO": "2000", "NAM": "Acme", "EMAIL_ADRS_1": "ana@acme.example", **changes}


BILL_BAKER_2013 = {
    "erp_system": "cp",
    "number": "1000",
    "name": "Bill Baker",
    "first_name": "Bill",
    "last_name": "Baker",
    "is_business": True,
    "category": "MEMBERS",
    "allows_orders": True,
    "first_sale_on": date(2001, 2, 15),
    "last_sale_on": date(2012, 7, 17),
    "loyalty_card": "321-455-1836",
    "loyalty_points": 12456,
    "changed_at": datetime(2013, 3, 22, 15, 17, 45, 540000, tzinfo=UTC),
    "gone_at": None,
    "erased_at": None,
}
BILL_BAKER_2016 = {
    **BILL_BAKER_2013,
    "last_sale_on": date(2016, 7, 14),
    "loyalty_points": 19701,
    "changed_at": datetime(2016, 10, 17, 13, 55, 17, 870000, tzinfo=UTC),
}
JENNA_WATKINS = {
    **BILL_BAKER_2013,
    "number": "100001",
    "name": "Jenna Watkins",
    "first_name": "Jenna",
    "last_name": "Watkins",
    "is_business": False,
    "category": "CASH",
    "first_sale_on": date(2016, 4, 25),
    "last_sale_on": date(2016, 4, 25),
    "loyalty_card": "321-455-3668",
    "loyalty_points": 9050,
    "changed_at": datetime(2016, 7, 14, 18, 57, 5, 127000, tzinfo=UTC),
}
KENNETH_DAVIS = {
    **JENNA_WATKINS,
    "number": "100002",
    "name": "Kenneth Davis",
    "first_name": "Ken",
    "last_name": "Davis",
    "is_business": True,
    "loyalty_card": "321-455-9833",
    "loyalty_points": 0,
    "changed_at": datetime(2016, 7, 14, 18, 57, 5, 260000, tzinfo=UTC),
}
DUPEY_INSTRUCTION = {
    **KENNETH_DAVIS,
    "number": "100003",
    "name": "Dupey Instruction",
    "first_name": "Mike",
    "last_name": "Dupey",
    "category": "BUSINESS",
    "first_sale_on": date(2012, 3, 20),
    "loyalty_card": "",
    "changed_at": datetime(2016, 7, 14, 18, 57, 5, 930000, tzinfo=UTC),
}


# --- The sample bodies, as they are ---


def test_one_customer():
    said = load_sample("GET_Customer.response")

    assert said == Said(0, ["Read as UTF-8.", "1 new, 0 changed, 0 the same, 0 refused."], [])
    assert mirrored() == [BILL_BAKER_2013]
    assert identifiers() == [("1000", "phone_1", "+13214551836")]


def test_a_list_of_customers():
    said = load_sample("GET_Customers.response")

    assert (said.status, said.output[-1]) == (0, "2 new, 0 changed, 0 the same, 0 refused.")
    assert mirrored() == [BILL_BAKER_2016, JENNA_WATKINS]
    assert identifiers() == [("1000", "phone_1", "+13214551836"), ("100001", "phone_1", "+13214553668")]


def test_a_list_of_customers_of_its_web_store():
    said = load_sample("GET_Customers_EC.response")

    assert (said.status, said.output[-1]) == (0, "2 new, 0 changed, 0 the same, 0 refused.")
    assert mirrored() == [KENNETH_DAVIS, DUPEY_INSTRUCTION]
    assert identifiers() == [("100002", "phone_1", "+13214559833"), ("100003", "phone_1", "+15612234395")]


def test_a_later_state_replaces_an_earlier_one_and_never_the_other_way():
    load_sample("GET_Customer.response")

    assert load_sample("GET_Customers.response").output[-1] == "1 new, 1 changed, 0 the same, 0 refused."
    assert load_sample("GET_Customer.response").output[-1] == "0 new, 0 changed, 1 the same, 0 refused."
    assert mirrored() == [BILL_BAKER_2016, JENNA_WATKINS]


@pytest.mark.parametrize(
    ("name", "refusals"),
    [
        ("POST_Customer.request", ["the document: CUST_NO is missing", "Rows refused: 1."]),
        ("PATCH_Customer.request", ["the document: CUST_NO is missing", "Rows refused: 1."]),
        (
            "POST_Customer.response",
            [
                "the document: is the ERP's answer to a write: it names a customer and does not hold one",
                "Rows refused: 1.",
            ],
        ),
        (
            "GET_Customer_OpenItems.response",
            [
                "the document: holds no customer: there is neither Customers nor AR_CUST nor CUST_NO in it",
                "Rows refused: 1.",
            ],
        ),
        (
            "apitests_customer_requests",
            [
                *(
                    f"item {number}: holds no customer: there is neither Customers nor AR_CUST nor CUST_NO in it"
                    for number in range(1, 13)
                ),
                "Rows refused: 12.",
            ],
        ),
    ],
)
def test_bodies_without_a_customer_that_can_be_mirrored(name, refusals):
    said = load_sample(name)

    assert (said.status, said.refusals) == (1, refusals)
    assert mirrored() == []


# --- What rows hold ---


def test_all_six_identifiers_in_normal_form(write):
    load(
        write(
            customer(
                EMAIL_ADRS_1=" Ana@Acme.EXAMPLE ",
                EMAIL_ADRS_2="office@acme.example",
                PHONE_1="(901) 555-2222",
                PHONE_2="901.555.2223 x12",
                MBL_PHONE_1="+49 30 23125 000",
                MBL_PHONE_2="none",
            )
        )
    )

    assert identifiers() == [
        ("2000", "email_1", "ana@acme.example"),
        ("2000", "email_2", "office@acme.example"),
        ("2000", "mobile_1", "+493023125000"),
        ("2000", "phone_1", "+19015552222"),
        ("2000", "phone_2", "+19015552223"),
    ]


def test_what_is_missing_is_blank(write):
    load(write({"CUST_NO": "CN4025-000059"}))

    assert mirrored() == [
        {
            **dict.fromkeys(FIELDS),
            "erp_system": "cp",
            "number": "CN4025-000059",
            "name": "",
            "first_name": "",
            "last_name": "",
            "is_business": False,
            "category": "",
            "allows_orders": True,
            "loyalty_card": "",
        }
    ]


def test_a_customer_without_orders_and_a_day_that_was_never_set(write):
    load(write(customer(ALLOW_ORDS="N", FST_SAL_DAT="1899-12-30T00:00:00.0000000", LST_SAL_DAT="2016-07-14")))

    row = ErpCustomer.objects.get()
    assert (row.allows_orders, row.first_sale_on, row.last_sale_on) == (False, None, date(2016, 7, 14))


@pytest.mark.parametrize(
    ("changes", "refusals"),
    [
        ({"CUST_NO": None}, ["CUST_NO is missing"]),
        ({"CUST_NO": "  "}, ["CUST_NO is missing"]),
        ({"CUST_NO": ["1"]}, ["CUST_NO is not text"]),
        ({"CUST_NO": "9" * 61}, ["CUST_NO has 61 characters; at most 60 can be kept"]),
        ({"NAM": "A" * 201}, ["NAM has 201 characters; at most 200 can be kept"]),
        ({"NAM": True}, ["NAM is not text"]),
        ({"LST_NAM": "O\u0000Neil"}, ["LST_NAM holds a NUL or half a character"]),
        ({"FST_NAM": "Ana \ud83d"}, ["FST_NAM holds a NUL or half a character"]),
        ({"EMAIL_ADRS_2": {"a": 1}}, ["EMAIL_ADRS_2 is not text"]),
        ({"CUST_NAM_TYP": "X"}, ["CUST_NAM_TYP 'X' is neither B nor P"]),
        ({"ALLOW_ORDS": "maybe"}, ["ALLOW_ORDS 'maybe' is neither Y nor N"]),
        ({"ALLOW_ORDS": False}, ["ALLOW_ORDS 'False' is neither Y nor N"]),
        ({"FST_SAL_DAT": "15/02/2001"}, ["FST_SAL_DAT '15/02/2001' is not a date like 2016-10-17T13:55:17.8700000"]),
        ({"RS_UTC_DT": 20161017}, ["RS_UTC_DT '20161017' is not a date like 2016-10-17T13:55:17.8700000"]),
        ({"LOY_PTS_BAL": "many"}, [f"LOY_PTS_BAL 'many' is not a whole number from {-(2**63 - 1)} to {2**63 - 1}"]),
        ({"LOY_PTS_BAL": 1.5}, [f"LOY_PTS_BAL '1.5' is not a whole number from {-(2**63 - 1)} to {2**63 - 1}"]),
        ({"CUST_NO": "", "ALLOW_ORDS": "?"}, ["CUST_NO is missing", "ALLOW_ORDS '?' is neither Y nor N"]),
    ],
)
def test_a_wrong_field_refuses_its_row_and_no_other(write, changes, refusals):
    said = load(write([customer(**changes), customer(CUST_NO="2001")]))

    assert said.refusals == [*(f"item 1: {refusal}" for refusal in refusals), "Rows refused: 1."]
    assert (said.status, said.output[-1]) == (1, "1 new, 0 changed, 0 the same, 1 refused.")
    assert [row["number"] for row in mirrored()] == ["2001"]


def test_a_key_that_was_mangled_is_pointed_out(write):
    said = load(write([{'CUST_NO"': "2000", "ErrorCode": "SUCCESS"}, {"AR_CUST": {'CUST_NO"': "2000"}}]))

    assert said.refusals == [
        "item 1: holds no customer: there is neither Customers nor AR_CUST nor CUST_NO in it",
        "item 2: CUST_NO is missing (there is 'CUST_NO\"', which is another name)",
        "Rows refused: 2.",
    ]


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
