"""Customers as Counterpoint writes them, and what the mirror has of them."""

from datetime import UTC, date, datetime

from customers.models import ErpCustomer, ErpIdentifier
from tests.integrations.conftest import SAMPLES, Said, run

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
