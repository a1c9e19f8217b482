"""A world to take orders in: contacts on accounts, mirrored ERP customers, and orders of a known mix."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import uuid4

from accounts.models import Account, AccountStatus
from accounts.services.accounts import create_root
from accounts.services.contacts import add_contact
from customers.services.erp_mirror import ErpCustomerRecord, ensure_erp_system, mirror_erp_customers
from orders.submissions import Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from storefronts.models import Storefront
from storefronts.services.storefronts import create_storefront

LINES = tuple(LineDraft(f"SKU-{number}", 1, Decimal("19.90"), "Saw") for number in range(3))
ACCOUNTS = 20


@dataclass
class Orders:
    """Gives orders nobody has sent before: half of contacts, a quarter of ERP customers, a quarter of strangers."""

    storefront: Storefront
    name: str
    people: int
    given: int = 0

    @classmethod
    def in_a_world_of(cls, *, people: int, by: str, at: datetime) -> Self:
        name = uuid4().hex[:8]
        erp = ensure_erp_system(code=f"erp-{name}", default_region="US", by=by, at=at)
        storefront = create_storefront(
            code=f"shop-{name}",
            name="Benchmark",
            currency="USD",
            default_region="US",
            erp_system=erp.code,
            policy={"erp_max_age_seconds": None, "assume_complete": True},
            by=by,
            at=at,
        )
        accounts = [create_root(name=f"Account {number}", by=by, at=at) for number in range(ACCOUNTS)]
        # Nobody signs in here, so nobody manages: that they are active is written past the rule that asks for an admin.
        Account.objects.filter(pk__in=[account.pk for account in accounts]).update(status=AccountStatus.ACTIVE)
        for number in range(people):
            add_contact(account=accounts[number % ACCOUNTS], email=f"c{number}@{name}.example", by=by, at=at)
        records = [
            ErpCustomerRecord(number=f"{number}", emails={"email_1": f"e{number}@{name}.example"})
            for number in range(people)
        ]
        mirror_erp_customers(erp_system=erp, records=records, read_at=at, by=by)
        return cls(storefront, name, people)

    def next(self, count: int) -> list[OrderSubmission]:
        first, self.given = self.given, self.given + count
        return [self._order(number) for number in range(first, first + count)]

    def _order(self, number: int) -> OrderSubmission:
        who = ("c", "c", "e", "n")[number % 4]
        person = number if who == "n" else number % self.people
        return OrderSubmission(
            storefront=self.storefront,
            number=str(number),
            kind=OrderKind.B2B,
            placed_at=self.storefront.created_at,
            currency="USD",
            claim=Claim(email=f"{who}{person}@{self.name}.example", first_name="Jo", last_name="Hale"),
            lines=LINES,
            totals=Totals(total=Decimal("59.70")),
        )
