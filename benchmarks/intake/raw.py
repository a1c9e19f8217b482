"""The floor: what the database's part of an order costs a Python program that does nothing else.

Prepared statements, one for each look-up and each table; the same rows in the same tables under the same triggers and
locks, one order per transaction. It validates nothing, compares nothing, and copies a receipt instead of writing one.
"""

import hashlib
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb
from uuid6 import uuid7

from benchmarks.intake.world import BY, ERP
from events.transaction import lock_key

_OPEN = """
    SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true),
           (SELECT count(*) FROM (SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key OFFSET 0) AS taken)
"""
_KNOWN = "SELECT id, received_digest FROM orders_order WHERE storefront_id = %s AND number = %s"
_CONTACTS = """
    SELECT contact.id, contact.active, contact.on_hold, contact.customer_id, account.id, account.shared_id,
           account.name, account.status, account.account_number, account.tree_id, account.created_at
      FROM accounts_contact contact JOIN accounts_account account ON account.id = contact.account_id
     WHERE contact.email_key = %s
"""
_ERP_SYSTEM = "SELECT code, system_customers, last_catch_up_began_at FROM customers_erpsystem WHERE code = %s"
_ERP_ROWS = """
    SELECT row.number, row.name, row.allows_orders, row.first_sale_on, row.read_at, identifier.kind, identifier.slot
      FROM customers_erpidentifier identifier JOIN customers_erpcustomer row ON row.id = identifier.erp_customer_id
     WHERE identifier.erp_system = %s AND identifier.kind = 'email' AND identifier.key = %s AND row.gone_at IS NULL
"""
_ACCOUNTS = "SELECT id, shared_id, status FROM accounts_account WHERE erp_system = %s AND account_number = %s"
_CARRIER = """
    SELECT customer.id, customer.shared_id, customer.kind, customer.active, customer.on_hold
      FROM customers_customerexternalid link JOIN customers_customer customer ON customer.id = link.customer_id
     WHERE link.system = %s AND link.external_id = %s
"""
_PEOPLE = """
    SELECT id, shared_id, kind, active, on_hold, created_at FROM customers_customer
     WHERE email_key = %s AND anonymized_at IS NULL
"""
_REFERENCE = "UPDATE customers_referencecounter SET last = last + 5 WHERE prefix = 'C-' RETURNING last"
_FIRST_REFERENCE = "INSERT INTO customers_referencecounter (prefix, last) VALUES ('C-', 100000) ON CONFLICT DO NOTHING"
_CUSTOMER = """
    INSERT INTO customers_customer (shared_id, reference, kind, email, email_key, phone, phone_region, salutation,
        first_name, last_name, name_sort, company, preferred_currency, preferred_locale, preferred_storefront_id,
        active, on_hold, created_at, updated_at)
    VALUES (%s, %s, 'GUEST', %s, %s, '', 'US', '', 'Jo', 'Hale', 'hale jo', '', 'USD', '', %s, true, false, %s, %s)
    RETURNING id
"""
_EVENT = "INSERT INTO events_event (name, subject, payload, by, at) VALUES (%s, %s, %s, %s, %s)"
_ORDER = """
    INSERT INTO orders_order (id, storefront_id, number, kind, status, placed_at, received_at, updated_at, currency,
        claim_email, claim_email_key, claim_phone, claim_first_name, claim_last_name, claim_external_id,
        purchase_order_number, payment_method, total, received_digest, decision_id, outcome, reason, account_id,
        account_tree_id, customer_id, erp_customer_number, decided_in)
    VALUES (%s, %s, %s, 'b2b', 'placed', %s, %s, %s, 'USD', %s, %s, '', 'Jo', 'Hale', %s, 'PO-8812', 'net30', %s, %s,
        %s, %s, '', %s, %s, %s, %s, 0)
"""
_DECISION = """
    INSERT INTO orders_identitydecision (id, order_id, policy_id, outcome, reason, account_id, customer_id,
        erp_customer_number, decided_at, decided_by, receipt)
    VALUES (%s, %s, %s, %s, '', %s, %s, %s, %s, 'rules', %s)
"""
_EVIDENCE = """
    INSERT INTO orders_decisionevidence (decision_id, email_key, phone_key, labels, facts, named_customers, why, mended)
    VALUES (%s, %s, '', %s, %s, %s, '', '{}')
"""
_PIN = """
    INSERT INTO orders_pinnedidentity (storefront_id, kind, external_id, account_id, customer_id, erp_customer_number,
        erp_system, decision_id)
    VALUES (%s, 'b2b', %s, %s, %s, %s, %s, %s)
    ON CONFLICT (storefront_id, kind, external_id) DO UPDATE SET account_id = excluded.account_id,
        customer_id = excluded.customer_id, erp_customer_number = excluded.erp_customer_number,
        erp_system = excluded.erp_system, decision_id = excluded.decision_id
"""
_LINES = """
    INSERT INTO orders_orderline (id, order_id, position, sku, name, quantity, unit_price)
    VALUES (%s, %s, 1, %s, 'Saw', 1, %s), (%s, %s, 2, %s, 'Saw', 1, %s), (%s, %s, 3, %s, 'Saw', 1, %s)
"""
_ADDRESSES = """
    INSERT INTO orders_orderaddress (id, order_id, role, first_name, last_name, company, line1, line2, city, region,
        postal_code, country, phone)
    VALUES (%s, %s, 'billing', 'Jo', 'Hale', 'Acme', '1 Main St', '', 'Memphis', 'TN', '38103', 'US', ''),
           (%s, %s, 'shipping', 'Jo', 'Hale', 'Acme', '1 Main St', '', 'Memphis', 'TN', '38103', 'US', '')
"""
# Outcome, account, its tree, customer, number in the ERP.
Whose = tuple[str, int | None, int | None, int | None, str]
PRICE, TOTAL = Decimal("19.90"), Decimal("59.70")
PLACED = datetime(2026, 11, 23, 10, 15, tzinfo=UTC)


class RawIntake:
    """One connection that takes in orders."""

    def __init__(
        self, connection: "psycopg.Connection[Any]", *, storefront: int, policy: int, example: dict[str, Any]
    ) -> None:
        self.connection, self.storefront, self.policy = connection, storefront, policy
        self.receipt, self.labels, self.facts = example["receipt"], Jsonb(example["labels"]), Jsonb(example["facts"])
        self._run(_FIRST_REFERENCE)
        connection.commit()

    def take(self, body: dict[str, Any]) -> str:
        """Write one order; gives its outcome."""
        at, email, number = datetime.now(UTC), body["customer"]["email"], body["number"]
        keys = sorted({lock_key("order", self.storefront, number), lock_key("person", "email", email)})
        self._run(_OPEN, str(uuid4()), json.dumps({"by": BY, "reason": "", "request_id": ""}), keys)
        self._rows(_KNOWN, self.storefront, number)
        outcome, account, tree, customer, erp_number = self._whose(email, at)
        self._write(body, at, (outcome, account, tree, customer, erp_number))
        self.connection.commit()
        return outcome

    def _whose(self, email: str, at: datetime) -> Whose:
        contacts = self._rows(_CONTACTS, email)
        if contacts:
            (row, *_) = contacts
            return "account", row[4], row[9], None, row[8]
        self._rows(_ERP_SYSTEM, ERP)
        rows = self._rows(_ERP_ROWS, ERP, email)
        if rows:
            number = rows[0][0]
            self._rows(_ACCOUNTS, ERP, number)
            ((customer, *_), *_) = self._rows(_CARRIER, ERP, number)
            return "erp_customer", None, None, customer, number
        people = self._rows(_PEOPLE, email)
        return (
            ("customer", None, None, people[0][0], "") if people else ("created", None, None, self._made(email, at), "")
        )

    def _made(self, email: str, at: datetime) -> int:
        ((reference,),) = self._rows(_REFERENCE)
        shared_id = str(uuid7())
        ((made,),) = self._rows(_CUSTOMER, shared_id, f"C-{reference}", email, email, self.storefront, at, at)
        self._run(_EVENT, "customer.created", f"customer:{shared_id}", Jsonb({}), BY, at)
        return int(made)

    def _write(
        self, body: dict[str, Any], at: datetime, whose: tuple[str, int | None, int | None, int | None, str]
    ) -> None:
        outcome, account, tree, customer, erp_number = whose
        order, decision, claim = uuid7(), uuid7(), body["customer"]
        digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).digest()
        self._run(
            _ORDER, order, self.storefront, body["number"], PLACED, at, at, claim["email"], claim["email"],
            claim["external_id"], TOTAL, digest, decision, outcome, account, tree, customer, erp_number,
        )  # fmt: skip
        self._run(_DECISION, decision, order, self.policy, outcome, account, customer, erp_number, at, self.receipt)
        self._run(_EVIDENCE, decision, claim["email"], self.labels, self.facts, [])
        pinned = (None, None, erp_number, ERP) if outcome == "erp_customer" else (account, customer, "", "")
        self._run(_PIN, self.storefront, claim["external_id"], *pinned, decision)
        values: list[UUID | str | Decimal] = []
        for line in body["lines"]:
            values += [uuid7(), order, line["sku"], PRICE]
        self._run(_LINES, *values)
        self._run(_ADDRESSES, uuid7(), order, uuid7(), order)
        self._run(_EVENT, "order.received", f"order:{order}", Jsonb({"order": str(order), "outcome": outcome}), BY, at)

    def _run(self, statement: str, *values: Any) -> None:
        self.connection.execute(statement, values, prepare=True)

    def _rows(self, statement: str, *values: Any) -> list[Any]:
        return self.connection.execute(statement, values, prepare=True).fetchall()
