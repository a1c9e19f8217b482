"""Orders as interfaces hand them in, for tests that go past HTTP."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from orders.submissions import Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from storefronts.models import Storefront

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def submission(storefront: Storefront, claim: Claim, kind: OrderKind, number: int, day: int) -> OrderSubmission:
    return OrderSubmission(
        storefront=storefront,
        number=str(number),
        kind=kind,
        placed_at=NOON - timedelta(days=day),
        currency="USD",
        claim=claim,
        lines=(LineDraft("SAW-10", 1, Decimal("19.90")),),
        totals=Totals(total=Decimal("19.90")),
    )
