"""The world orders meet: accounts with contacts, customers, and a mirrored ERP. Made inside the database, once."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection

from customers.models import Customer
from customers.services.erp_mirror import ensure_erp_system
from storefronts.models import Storefront
from storefronts.services.storefronts import create_storefront

AT = datetime(2026, 11, 1, tzinfo=UTC)
BY = "system:benchmark"
CODE = "bench"
ERP = "bench-erp"
CHILDREN = 9


@dataclass(frozen=True, slots=True)
class Scale:
    """How many there are; accounts stand in trees of one root and nine children."""

    accounts: int
    contacts: int
    customers: int
    erp_customers: int


SCALES = {
    "full": Scale(accounts=100_000, contacts=1_000_000, customers=1_000_000, erp_customers=100_000),
    "few contacts": Scale(accounts=100_000, contacts=10_000, customers=1_000_000, erp_customers=100_000),
    "small": Scale(accounts=1_000, contacts=10_000, customers=10_000, erp_customers=1_000),
}

# Triggers and foreign keys are off while this loads: the rows are right by construction, and their history is nobody's.
_LOAD = """
SET LOCAL session_replication_role = replica;

INSERT INTO accounts_account (id, shared_id, name, name_sort, status, erp_system, account_number, business_number,
    tax_id, phone, fax, email, postal_code, inherits_settings, segments, attributes, created_at, updated_at, lft, rght,
    tree_id, level, parent_id)
SELECT n, 'account-' || n, 'Account ' || n, 'account ' || n, 'active', %(erp)s, 'A' || n, '', '', '', '', '', '',
    true, '{}', '{}', %(at)s, %(at)s,
    CASE WHEN k = 0 THEN 1 ELSE 2 * k END, CASE WHEN k = 0 THEN 2 * %(children)s + 2 ELSE 2 * k + 1 END,
    tree + 1, CASE WHEN k = 0 THEN 0 ELSE 1 END, CASE WHEN k = 0 THEN NULL ELSE tree * (%(children)s + 1) + 1 END
FROM (SELECT n, (n - 1) / (%(children)s + 1) AS tree, (n - 1) %% (%(children)s + 1) AS k
      FROM generate_series(1, %(accounts)s) AS n) AS numbered;

INSERT INTO accounts_contact (id, first_name, last_name, email, email_key, phone, phone_key, type, active, on_hold,
    erp_slot, created_at, updated_at, account_id, customer_id)
SELECT gen_random_uuid(), 'Jo', 'Hale', 'c' || n || '@bench.example', 'c' || n || '@bench.example', '', NULL, 'other',
    true, false, NULL, %(at)s, %(at)s, 1 + n %% %(accounts)s, NULL
FROM generate_series(0, %(contacts)s - 1) AS n;

INSERT INTO customers_customer (id, shared_id, reference, kind, email, email_key, phone, phone_region, phone_key,
    salutation, first_name, last_name, name_sort, first_name_sort, gender, company, companies, company_sort,
    preferred_currency, preferred_locale, shipping_option, segments, attributes, assisted_buying_allowed, active,
    on_hold, created_at, updated_at)
SELECT n + 1, 'customer-' || n, 'X-' || n, CASE WHEN n %% 10 = 0 THEN 'REGISTERED' ELSE 'GUEST' END,
    'k' || n || '@bench.example', 'k' || n || '@bench.example', phone, 'US', phone, '', 'Jo', 'Hale', 'hale jo',
    'jo hale', '', '', '', '', 'USD', '', '', '{}', '{}', true, true, false, %(at)s, %(at)s
FROM (SELECT n, '+1201' || (200 + n %% 800) || lpad((n / 800)::text, 4, '0') AS phone
      FROM generate_series(0, %(customers)s - 1) AS n) AS numbered;

INSERT INTO customers_sharedid (value)
SELECT shared_id FROM accounts_account UNION ALL SELECT shared_id FROM customers_customer;

INSERT INTO customers_customerexternalid (system, external_id, customer_id)
SELECT %(erp)s, 'E' || n, n + 1 FROM generate_series(0, %(erp_customers)s - 1) AS n;

INSERT INTO customers_erpcustomer (id, erp_system, number, name, first_name, last_name, is_business, category,
    allows_orders, first_sale_on, loyalty_card, read_at, seen_at)
SELECT n + 1, %(erp)s, 'E' || n, 'Customer ' || n, '', '', true, '', true, DATE '2020-01-01', '', %(at)s, %(at)s
FROM generate_series(0, %(erp_customers)s - 1) AS n;

INSERT INTO customers_erpidentifier (erp_system, kind, key, slot, erp_customer_id)
SELECT %(erp)s, 'email', 'e' || n || '@bench.example', 'email_1', n + 1
FROM generate_series(0, %(erp_customers)s - 1) AS n
UNION ALL
SELECT %(erp)s, 'phone', '+1212' || (200 + n %% 800) || lpad((n / 800)::text, 4, '0'), 'phone_1', n + 1
FROM generate_series(0, %(erp_customers)s - 1) AS n;

SELECT setval(pg_get_serial_sequence('accounts_account', 'id'), %(accounts)s),
       setval(pg_get_serial_sequence('customers_customer', 'id'), %(customers)s),
       setval(pg_get_serial_sequence('customers_erpcustomer', 'id'), %(erp_customers)s);
"""


class OtherWorldError(Exception):
    """The data folder holds another world already."""


def ensure_world(scale: Scale) -> Storefront:
    """The world of that size, made if the database is empty. Raises OtherWorldError where it holds something else."""
    if not Storefront.objects.filter(code=CODE).exists():
        if Customer.objects.exists():
            raise OtherWorldError("Give the benchmark a data folder of its own.")
        _make(scale)
    storefront: Storefront = Storefront.objects.with_policy().get(code=CODE)
    if not Customer.objects.filter(shared_id=f"customer-{scale.customers - 1}").exists():
        raise OtherWorldError("This data folder holds a world of another size.")
    if Customer.objects.filter(shared_id=f"customer-{scale.customers}").exists():
        raise OtherWorldError("This data folder holds a larger world.")
    return storefront


def _make(scale: Scale) -> None:
    sizes = {name: getattr(scale, name) for name in scale.__slots__}
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for statement in _LOAD.split(";\n"):
            if statement.strip():
                cursor.execute(statement, {**sizes, "erp": ERP, "at": AT, "children": CHILDREN})
        cursor.execute("COMMIT")
        cursor.execute("VACUUM (ANALYZE)")
    ensure_erp_system(code=ERP, default_region="US", by=BY, at=AT)
    create_storefront(
        code=CODE,
        name="Benchmark",
        currency="USD",
        default_region="US",
        erp_system=ERP,
        policy={"erp_max_age_seconds": None, "assume_complete": True},
        by=BY,
        at=AT,
    )
