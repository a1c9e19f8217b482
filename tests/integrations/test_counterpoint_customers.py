"""What is read of customers as Counterpoint writes them."""

from datetime import date

import pytest

from customers.models import ErpCustomer
from tests.integrations.conftest import Said
from tests.integrations.erp_customers import (
    BILL_BAKER_2013,
    BILL_BAKER_2016,
    DUPEY_INSTRUCTION,
    FIELDS,
    JENNA_WATKINS,
    KENNETH_DAVIS,
    customer,
    identifiers,
    load,
    load_sample,
    mirrored,
)

pytestmark = pytest.mark.django_db


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
