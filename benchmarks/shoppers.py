"""The world shoppers read in: 100,001 accounts, a million orders, ten thousand buyers. Made inside the database, once.

One organisation has 10,001 accounts: a root, ten regions below it, 999 stores below each. The others have ten each.
The buyer is buyer admin of that root and of its first region, and buyer of ten small accounts.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction

from accounts.models import Account, Role
from accounts.services.addresses import ACCOUNT_ADDRESSES
from accounts.services.assignments import assign_price_list
from accounts.services.payment_methods import create_payment_method
from accounts.services.price_lists import EntryDraft, create_price_list, set_base_price_list, write_entries
from customers.models import Customer
from customers.services.access import user_of
from customers.sign_in.backends import SHOPPERS
from customers.sign_in.sessions import SessionStore
from storefronts.models import Storefront
from storefronts.services.storefronts import create_storefront

AT = datetime(2026, 11, 1, tzinfo=UTC)
BY: dict[str, Any] = {"by": "system:benchmark", "at": AT}
CODE = "bench"
ACCOUNTS, BUYERS = 100_001, 10_000
ROOT, REGION, SMALL = "account-1", "account-2", "account-10002"

# Triggers and foreign keys are off while this loads: the rows are right by construction, and their history is nobody's.
_LOAD = """
SET LOCAL session_replication_role = replica;

INSERT INTO accounts_account (id, shared_id, name, name_sort, status, erp_system, account_number, business_number,
    tax_id, phone, fax, email, postal_code, inherits_settings, segments, attributes, created_at, updated_at,
    lft, rght, tree_id, level, parent_id)
SELECT id, 'account-' || id, 'Account ' || id, 'account ' || id, 'active', '', '', '', '', '', '', '', '', true,
    '{}', '{}', %(at)s, %(at)s, lft, rght, tree_id, level, parent_id
FROM (
    SELECT 1 AS id, 1 AS lft, 20002 AS rght, 1 AS tree_id, 0 AS level, NULL::bigint AS parent_id
    UNION ALL
    SELECT 2 + 1000 * r, 2 + 2000 * r, 2001 + 2000 * r, 1, 1, 1 FROM generate_series(0, 9) AS r
    UNION ALL
    SELECT 2 + 1000 * r + s, 1 + 2000 * r + 2 * s, 2 + 2000 * r + 2 * s, 1, 2, 2 + 1000 * r
    FROM generate_series(0, 9) AS r, generate_series(1, 999) AS s
    UNION ALL
    SELECT 10002 + 10 * t + k, CASE k WHEN 0 THEN 1 ELSE 2 * k END, CASE k WHEN 0 THEN 20 ELSE 2 * k + 1 END,
        2 + t, LEAST(k, 1), CASE k WHEN 0 THEN NULL ELSE 10002 + 10 * t END
    FROM generate_series(0, 8999) AS t, generate_series(0, 9) AS k
) AS numbered;

INSERT INTO customers_customer (id, shared_id, reference, kind, email, email_key, phone, phone_region, salutation,
    first_name, last_name, name_sort, first_name_sort, gender, company, companies, company_sort, preferred_currency,
    preferred_locale, shipping_option, segments, attributes, assisted_buying_allowed, active, on_hold,
    created_at, updated_at)
SELECT n, 'customer-' || n, 'X-' || n, 'REGISTERED', 'k' || n || '@bench.example', 'k' || n || '@bench.example', '', '',
    '', 'Jo', 'Hale', 'hale jo', 'jo hale', '', '', '', '', 'USD', '', '', '{}', '{}', true, true, false, %(at)s, %(at)s
FROM generate_series(1, %(buyers)s) AS n;

INSERT INTO customers_sharedid (value)
SELECT shared_id FROM accounts_account UNION ALL SELECT shared_id FROM customers_customer;

INSERT INTO accounts_associate (id, customer_id, account_id, role_id, created_at, updated_at)
SELECT gen_random_uuid(), 1, account, role, %(at)s, %(at)s
FROM (
    SELECT unnest(ARRAY[1, 2]) AS account, %(admin)s AS role
    UNION ALL SELECT 10002 + 10 * t, %(buyer)s FROM generate_series(0, 9) AS t
) AS given;

INSERT INTO orders_identitydecision (id, order_id, policy_id, outcome, reason, account_id, customer_id,
    erp_customer_number, decided_at, decided_by, receipt)
SELECT lpad(to_hex(n), 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, %(policy)s, 'account', '',
    1 + n * 7919 %% %(accounts)s, 1 + n * 7 %% %(buyers)s, '', %(at)s, 'system', '{}'
FROM generate_series(1, %(orders)s::bigint) AS n;

INSERT INTO orders_order (id, storefront_id, number, kind, status, placed_at, received_at, updated_at, currency,
    claim_email, claim_phone, claim_first_name, claim_last_name, claim_external_id, purchase_order_number,
    payment_method, subtotal, total, received_digest, decision_id, outcome, reason, decided_in, account_id,
    account_tree_id, customer_id, erp_customer_number)
SELECT lpad(to_hex(n), 32, '0')::uuid, %(storefront)s, 'N' || n, 'b2b', 'shipped', moment, moment, moment, 'USD',
    '', '', '', '', '', '', 'card', 39.90, 39.90, '\\x00', lpad(to_hex(n), 32, '0')::uuid, 'account', '', 1,
    account.id, account.tree_id, 1 + n * 7 %% %(buyers)s, ''
FROM (SELECT n, %(at)s::timestamptz - n * INTERVAL '13 seconds' AS moment
      FROM generate_series(1, %(orders)s::bigint) AS n) AS numbered
JOIN accounts_account AS account ON account.id = 1 + n * 7919 %% %(accounts)s;

INSERT INTO orders_orderline (id, order_id, position, sku, name, quantity, unit_price)
SELECT gen_random_uuid(), lpad(to_hex(n), 32, '0')::uuid, k, 'SKU-' || (n + k) %% 1000, 'Saw', 1, 19.95
FROM generate_series(1, %(orders)s::bigint) AS n, generate_series(1, 2) AS k;

INSERT INTO orders_orderaddress (id, order_id, role, first_name, last_name, company, line1, line2, city, region,
    postal_code, country, phone)
SELECT gen_random_uuid(), lpad(to_hex(n), 32, '0')::uuid, 'shipping', '', '', 'Bench', '1 Main St', '', 'Memphis', 'TN',
    '38103', 'US', ''
FROM generate_series(1, %(orders)s::bigint) AS n;

SELECT setval(pg_get_serial_sequence('accounts_account', 'id'), %(accounts)s),
       setval(pg_get_serial_sequence('customers_customer', 'id'), %(buyers)s);
"""


class OtherWorldError(Exception):
    """The data folder holds another world already."""


@dataclass(frozen=True, slots=True)
class World:
    storefront: Storefront
    buyer: Customer


def ensure_world(*, orders: int) -> World:
    """The world with so many orders, made if the database is empty. Raises OtherWorldError where it holds another."""
    if not Storefront.objects.filter(code=CODE).exists():
        if Customer.objects.exists():
            raise OtherWorldError("Give the benchmark a data folder of its own.")
        _make(orders)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders_orderline")
        if cursor.fetchone() != (2 * orders,):
            raise OtherWorldError("This data folder holds a world of another size.")
    return World(Storefront.objects.get(code=CODE), Customer.objects.get(pk=1))


def session_of(buyer: Customer) -> str:
    """The token of a session of his, as if he had just signed in."""
    with transaction.atomic():
        user = user_of(buyer)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = SHOPPERS
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _make(orders: int) -> None:
    storefront = create_storefront(code=CODE, name="Benchmark", currency="USD", default_region="US", **BY)
    roles = dict(Role.objects.values_list("code", "pk"))
    given: dict[str, Any] = {
        "at": AT,
        "accounts": ACCOUNTS,
        "buyers": BUYERS,
        "orders": orders,
        "storefront": storefront.pk,
        "policy": storefront.policies.get().pk,
        "admin": roles["buyer-admin"],
        "buyer": roles["buyer"],
    }
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for statement in _LOAD.split(";\n"):
            if statement.strip():
                cursor.execute(statement, given)
        cursor.execute("COMMIT")
        cursor.execute("VACUUM (ANALYZE)")
    _terms(storefront)


def _terms(storefront: Storefront) -> None:
    """A base list, another one on the root, a way to pay, an address."""
    root = Account.objects.get(shared_id=ROOT)
    for code in ("BASE", "OWN"):
        made = create_price_list(code=code, name=code, currency="USD", **BY)
        write_entries(price_list=made, rows=[EntryDraft(f"SKU-{n}", Decimal(20)) for n in range(1000)], **BY)
        if code == "BASE":
            set_base_price_list(storefront=storefront, price_list=made, **BY)
        else:
            assign_price_list(account=root, price_list=made, **BY)
    create_payment_method(storefront=storefront, code="card", name="Card", visible_by_default=True, **BY)
    ACCOUNT_ADDRESSES.add(
        owner=root,
        company="Bench",
        line1="1 Main St",
        city="Memphis",
        region="TN",
        postal_code="38103",
        country="US",
        **BY,
    )
