"""The same world as rows of the database."""

from dataclasses import dataclass
from decimal import Decimal

from accounts.models import Account as AccountRow
from accounts.models import Contact as ContactRow
from customers.models import Customer, CustomerExternalId, ErpCustomer, ErpIdentifier, ErpSystem
from orders.submissions import Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from storefronts.models import Storefront
from storefronts.services.storefronts import create_storefront
from tests.orders.model.generating import ERP, NOON, PLACEHOLDERS
from tests.orders.model.world import Order, Rules, World
from tests.shop import LONG_AGO

BY = "system:test"


@dataclass
class Built:
    storefront: Storefront
    erp: ErpSystem


def build(world: World) -> Built:
    """Rows as services would leave them, derived columns and trees too."""
    erp = ErpSystem.objects.create(
        code=ERP,
        default_region="US",
        system_customers=world.system_customers,
        last_catch_up_began_at=world.caught_up,
        last_catch_up_finished_at=world.caught_up,
    )
    storefront = create_storefront(
        code="us", name="us", currency="USD", default_region="US", erp_system=world.rules.erp,
        policy=_policy(world.rules), by=BY, at=LONG_AGO,
    )  # fmt: skip
    people = _people(world)
    _contacts(world, _accounts(world), people)
    _erp_rows(world)
    return Built(storefront, erp)


def submission(order: Order, storefront: Storefront) -> OrderSubmission:
    return OrderSubmission(
        storefront=storefront,
        number=order.number,
        kind=OrderKind.B2B if order.b2b else OrderKind.B2C,
        placed_at=order.placed,
        currency="USD",
        claim=Claim(email=order.email.text, phone=order.phone.text, external_id=order.external_id),
        lines=(LineDraft("SAW-10", 1, Decimal("19.90")),),
        totals=Totals(total=Decimal("19.90")),
    )


def _policy(rules: Rules) -> dict[str, object]:
    words = next(words for words, keys in PLACEHOLDERS.items() if keys == rules.placeholders)
    return {
        "b2b_steps": rules.b2b_steps,
        "b2c_steps": rules.b2c_steps,
        "b2b_ambiguous": rules.b2b_ambiguous,
        "b2c_ambiguous": rules.b2c_ambiguous,
        "placeholders": list(words),
        "erp_max_age_seconds": rules.max_age,
        "assume_complete": rules.assume_complete,
    }


def _accounts(world: World) -> dict[str, AccountRow]:
    """Trees are chains: the numbers of a nested set follow from the depth."""
    rows: dict[str, AccountRow] = {}
    trees: dict[str, list[str]] = {}
    root_of: dict[str, str] = {}
    for account in world.accounts:
        root_of[account.id] = root_of[account.parent.id] if account.parent else account.id
        trees.setdefault(root_of[account.id], []).append(account.id)
    for account in world.accounts:
        chain = trees[root_of[account.id]]
        depth = chain.index(account.id)
        rows[account.id] = AccountRow(
            shared_id=account.id, name=account.id, status=account.status, erp_system=account.erp,
            account_number=account.number, created_at=account.created, updated_at=account.created,
            parent=rows[account.parent.id] if account.parent else None,
            tree_id=1 + list(trees).index(root_of[account.id]), level=depth, lft=depth + 1, rght=2 * len(chain) - depth,
        )  # fmt: skip
        super(AccountRow, rows[account.id]).save_base(force_insert=True)
    return rows


def _people(world: World) -> dict[str, Customer]:
    rows: dict[str, Customer] = {}
    for number, person in enumerate(world.people):
        rows[person.id] = Customer.objects.create(
            shared_id=person.id,
            reference=f"T-{number}",
            kind="REGISTERED" if person.registered else "GUEST",
            email=person.email or "",
            phone=person.phone or "",
            preferred_currency="USD",
            active=person.active,
            on_hold=person.on_hold,
            merged_into=rows[person.merged_into.id] if person.merged_into else None,
            anonymized_at=LONG_AGO if person.anonymized else None,
            created_at=person.created,
            updated_at=person.created,
        )
        for system, external_id in person.numbers.items():
            CustomerExternalId.objects.create(customer=rows[person.id], system=system, external_id=external_id)
    return rows


def _contacts(world: World, accounts: dict[str, AccountRow], people: dict[str, Customer]) -> None:
    ContactRow.objects.bulk_create(
        ContactRow(
            account=accounts[contact.account.id],
            email=contact.email,
            active=contact.active,
            on_hold=contact.on_hold,
            customer=people[contact.person.id] if contact.person else None,
            created_at=NOON,
            updated_at=NOON,
        )
        for contact in world.contacts
    )


def _erp_rows(world: World) -> None:
    for row in world.erp_rows:
        made = ErpCustomer.objects.create(
            erp_system=ERP, number=row.number, allows_orders=row.allows_orders, first_sale_on=row.first_sale,
            read_at=row.read_at, seen_at=row.read_at, gone_at=LONG_AGO if row.gone else None,
        )  # fmt: skip
        slots = [("email", f"email_{place}", key) for place, key in enumerate(row.emails, start=1)]
        slots += [("phone", f"phone_{place}", key) for place, key in enumerate(row.phones, start=1)]
        ErpIdentifier.objects.bulk_create(
            ErpIdentifier(erp_customer=made, erp_system=ERP, kind=kind, slot=slot, key=key) for kind, slot, key in slots
        )
