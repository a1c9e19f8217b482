"""Load the demo from its files. What is there already stays as it is, so that a broken-off load can be run again."""

import json
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from accounts.models import Account, AccountStatus, Contact
from accounts.services.accounts import AdminDraft, change_account_status, create_child, create_root
from accounts.services.contacts import add_contact
from customers.identifiers import normal_email
from customers.models import Customer
from customers.services.customers import CustomerDraft, create_customer
from customers.services.erp_mirror import ensure_erp_system
from events.transaction import lock_key, transaction
from identity_site.demo.generating import ERP_SYSTEM
from identity_site.demo.people import SYSTEM_CUSTOMERS
from identity_site.demo.shop_orders import REFERENCE
from identity_site.demo.terms import load_terms
from identity_site.demo.vendor_shapes import shifted
from integrations.services.erp_customers import import_erp_customers
from integrations.services.orders import import_orders
from integrations.services.reports import Refusal
from integrations.wiring import ERP_CUSTOMER_FORMATS, ORDER_FORMATS
from storefronts.models import Storefront
from storefronts.policy import B2B_STEPS, B2C_STEPS
from storefronts.services.storefronts import create_storefront

FILES = Path(__file__).parent / "files"
BY = "system:demo"
REASON = "As the demo has it"
# How long before the load the first of each was made; the next ones follow a day apart.
ACCOUNTS_SINCE, CONTACTS_SINCE, CUSTOMERS_SINCE = timedelta(days=700), timedelta(days=500), timedelta(days=400)
DAY = timedelta(days=1)

STOREFRONTS: dict[str, dict[str, Any]] = {
    "us": {
        "name": "Tools & Timber",
        # Where docs/examples/storefront is served while one tries it.
        "url": "http://127.0.0.1:8080",
        "currency": "USD",
        "default_region": "US",
        "locales": ["en-US", "es-US"],
        "erp_system": ERP_SYSTEM,
        "policy": {
            "placeholders": ["none@", "noemail@", "@marketplace.example", "0000000000", "5555555555"],
            # The mirror comes from a file: what it holds is fresh enough, what it lacks is lacking.
            "erp_max_age_seconds": None,
            "assume_complete": True,
        },
    },
    "eu": {
        "name": "Tools & Timber Europe",
        "url": "https://eu.shop.example",
        "currency": "EUR",
        "default_region": "DE",
        "locales": ["de-DE", "en-GB"],
        "reference_prefix": "E-",
        "policy": {
            # Companies are signed up by hand here: an unknown one waits for a person.
            "b2b_steps": ["account_contact_email", "own_customer"],
            "b2b_ambiguous": "oldest",
            "placeholders": ["none@", "keine@"],
        },
    },
    "outlet": {
        "name": "Tools & Timber Outlet",
        "url": "https://outlet.shop.example",
        "currency": "USD",
        "default_region": "US",
        "locales": ["en-US"],
        "erp_system": ERP_SYSTEM,
        "reference_prefix": "O-",
        # Nothing is assumed here: whom the mirror lacks has to wait until the ERP was read, see docs/how-to.
        "policy": {"b2b_steps": [str(step) for step in B2B_STEPS], "b2c_steps": [str(step) for step in B2C_STEPS]},
    },
}


class DemoInTheWayError(Exception):
    """A storefront has a code of the demo's and was not made by it: its orders would mix with the demo's."""


class DemoDamagedError(Exception):
    """A file of the demo has a row that the importers refuse."""


def load_demo(*, at: datetime) -> None:
    """Make the demo, or what is missing of it; twice is once.

    Orders are placed in the thirty days before `at`; where a load broke off, before that load's moment. The
    storefronts together, each account, each person and each batch of imported rows is a transaction of its own, unless
    the caller holds one around them all. Raises DemoInTheWayError, and DemoDamagedError where a file of the demo has a
    row that the importers refuse.
    """
    at = _storefronts(at)
    _import_erp_customers(at)
    _each(_rows("accounts.json"), _account, first_at=at - ACCOUNTS_SINCE)
    _each(_rows("contacts.json"), _contact, first_at=at - CONTACTS_SINCE)
    _each(_rows("customers.json"), _customer, first_at=at - CUSTOMERS_SINCE)
    for code in STOREFRONTS:
        _import_orders(code, at)
    # After the orders: whose they are is decided as it was before anybody signed in.
    load_terms(at=at)


def _storefronts(at: datetime) -> datetime:
    """The demo's ERP system and storefronts are there now. Answers when the first shop was made: all is dated by it."""
    with transaction(by=BY, locks=[lock_key("demo")]):
        ensure_erp_system(code=ERP_SYSTEM, default_region="US", system_customers=SYSTEM_CUSTOMERS, by=BY, at=at)
        for code, fields in STOREFRONTS.items():
            storefront = Storefront.objects.filter(code=code).first()
            if storefront is None:
                create_storefront(code=code, by=BY, at=at, **fields)
            elif not storefront.policies.filter(version=1, changed_by=BY).exists():
                raise DemoInTheWayError(f"There is a storefront {code!r} already, and it is not the demo's.")
        return min(Storefront.objects.filter(code__in=STOREFRONTS).values_list("created_at", flat=True))


def _each(rows: list[dict[str, Any]], make: Callable[..., None], *, first_at: datetime) -> None:
    for number, row in enumerate(rows):
        make(row, at=first_at + number * DAY)


def _account(row: dict[str, Any], *, at: datetime) -> None:
    shared_id, parent, status = row.pop("shared_id"), row.pop("parent_shared_id"), AccountStatus(row.pop("status"))
    if Account.objects.filter(shared_id=shared_id).exists():
        return
    with transaction(by=BY, reason=REASON):
        if parent is None:
            # Not asked for a password: the demo sends no mail.
            admin = AdminDraft(f"purchasing@{shared_id}.example", "Purchasing", row["name"], send_password_link=False)
            account = create_root(shared_id=shared_id, admin=admin, by=BY, at=at, **row)
        else:
            account = create_child(
                parent=Account.objects.get(shared_id=parent), shared_id=shared_id, by=BY, at=at, **row
            )
        change_account_status(account=account, status=status, reason=REASON, by=BY, at=at)


def _contact(row: dict[str, Any], *, at: datetime) -> None:
    account = Account.objects.get(shared_id=row.pop("account_shared_id"))
    if not Contact.objects.filter(account=account, email_key=normal_email(row["email"])).exists():
        add_contact(account=account, by=BY, at=at, **row)


def _customer(row: dict[str, Any], *, at: datetime) -> None:
    if Customer.objects.filter(shared_id=row["shared_id"]).exists():
        return
    storefront = Storefront.objects.get(code=row.pop("preferred_storefront"))
    number = row.pop("external_ids").get(ERP_SYSTEM, "")
    draft = CustomerDraft(
        **row,
        preferred_storefront=storefront,
        phone_region=storefront.default_region,
        erp_system=ERP_SYSTEM if number else "",
        erp_number=number,
    )
    create_customer(draft=draft, by=BY, at=at)


def _import_erp_customers(at: datetime) -> None:
    import_erp_customers(
        path=FILES / "erp_customers.json",
        file_format=ERP_CUSTOMER_FORMATS["counterpoint"],
        erp_system=ERP_SYSTEM,
        default_region="US",
        system_customers=SYSTEM_CUSTOMERS,
        on_refusal=_never,
        by=BY,
        at=at,
    )


def _import_orders(code: str, at: datetime) -> None:
    """Through the importer, from a copy of the file whose dates count back from `at` instead of REFERENCE."""
    later = at.replace(microsecond=0) - REFERENCE
    with tempfile.TemporaryDirectory() as folder:
        orders = Path(folder) / f"{code}_orders.jsonl"
        with orders.open("w", encoding="utf-8") as copy:
            copy.writelines(f"{json.dumps(shifted(row, later))}\n" for row in _rows(orders.name))
        import_orders(
            path=orders,
            file_format=ORDER_FORMATS["bigcommerce"],
            storefront=Storefront.objects.with_policy().get(code=code),
            products=FILES / f"{code}_order_products.jsonl",
            shipping_addresses=FILES / f"{code}_order_shipping_addresses.jsonl",
            on_refusal=_never,
            by=BY,
            at=at,
        )


def _rows(name: str) -> list[dict[str, Any]]:
    text = FILES.joinpath(name).read_text(encoding="utf-8")
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines()]
    rows: list[dict[str, Any]] = json.loads(text)
    return rows


def _never(refusal: Refusal) -> None:
    raise DemoDamagedError(str(refusal))
