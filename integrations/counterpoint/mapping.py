"""What NCR Counterpoint calls things, and what they are called here. Its column names stand in this module alone.

Sources: NCR's Counterpoint API guide v2.4 and its own sample bodies. What is NULL there is left out of a body.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from customers.services.erp_mirror import ErpCustomerRecord
from integrations.ports import ErpCustomerFormat, Fields, Problem, RowRefusedError

EMAILS = {"email_1": "EMAIL_ADRS_1", "email_2": "EMAIL_ADRS_2"}
PHONES = {"phone_1": "PHONE_1", "phone_2": "PHONE_2", "mobile_1": "MBL_PHONE_1", "mobile_2": "MBL_PHONE_2"}
# A time without a day comes with this one, and so does a day that was never set.
NO_DAY = date(1899, 12, 30)
DATE_EXPECTED = "is not a date like 2016-10-17T13:55:17.8700000"
LARGEST_BIGINT = 2**63 - 1


def unwrap(body: object) -> Sequence[object]:
    """The customers in one body: of `GET /Customers`, `/Customers/EC`, `/Customer/{no}`, or one without envelope.

    Raises RowRefusedError for a body that holds none: an error, the answer to a write, another object.
    """
    if not isinstance(body, dict):
        raise RowRefusedError([Problem("", "is not an object with named fields")])
    error = body.get("ErrorCode", "SUCCESS")
    if error != "SUCCESS":
        raise RowRefusedError([Problem("ErrorCode", "is what the ERP answered instead of customers", str(error)[:60])])
    for envelope in ("Customers", "AR_CUST"):
        content = body.get(envelope)
        if isinstance(content, list):
            return content
        if isinstance(content, dict):
            return [content]
    if "reference" in body and "Link" in body:
        raise RowRefusedError(
            [Problem("", "is the ERP's answer to a write: it names a customer and does not hold one")]
        )
    if "CUST_NO" not in body or "ErrorCode" in body:
        raise RowRefusedError(
            [Problem("", "holds no customer: there is neither Customers nor AR_CUST nor CUST_NO in it")]
        )
    return [body]


def read(row: object) -> ErpCustomerRecord:
    """One customer (AR_CUST). Raises RowRefusedError."""
    fields = Fields(row)
    fields.refuse_if_wrong()
    record = ErpCustomerRecord(
        number=fields.text("CUST_NO", max_length=60, required=True),
        name=fields.text("NAM", max_length=200),
        first_name=fields.text("FST_NAM", max_length=120),
        last_name=fields.text("LST_NAM", max_length=120),
        is_business=fields.flag("CUST_NAM_TYP", yes="B", no="P", default=False),
        category=fields.text("CATEG_COD", max_length=40),
        allows_orders=fields.flag("ALLOW_ORDS", yes="Y", no="N", default=True),
        first_sale_on=fields.parsed("FST_SAL_DAT", _day, DATE_EXPECTED),
        last_sale_on=fields.parsed("LST_SAL_DAT", _day, DATE_EXPECTED),
        loyalty_card=fields.text("LOY_CARD_NO", max_length=40),
        loyalty_points=fields.integer("LOY_PTS_BAL", at_least=-LARGEST_BIGINT, at_most=LARGEST_BIGINT),
        changed_at=fields.parsed("RS_UTC_DT", _moment, DATE_EXPECTED),
        emails={slot: text for slot, name in EMAILS.items() if (text := fields.text(name, max_length=254))},
        phones={slot: text for slot, name in PHONES.items() if (text := fields.text(name, max_length=60))},
    )
    fields.refuse_if_wrong()
    return record


def _moment(text: str) -> datetime:
    """RS_UTC_DT is UTC and does not say so; digits after the microseconds are dropped."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _day(text: str) -> date | None:
    day = datetime.fromisoformat(text).date()
    return None if day == NO_DAY else day


CUSTOMERS = ErpCustomerFormat(unwrap=unwrap, read=read)
