"""Orders for pages to show."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from orders.models import Order
from orders.services.intake import receive_order
from orders.submissions import AddressDraft, Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from tests.factories import NOW, TESTS
from tests.shop import Shop


def receive(
    shop: Shop, number: str, *, email: str = "", phone: str = "", kind: str = "b2b", at: datetime = NOW, **more: Any
) -> Order:
    """Take an order in as the API would, with two lines and a shipping address."""
    submission = OrderSubmission(
        storefront=shop.storefront,
        number=number,
        kind=OrderKind(kind),
        placed_at=at - timedelta(minutes=4),
        currency="USD",
        claim=Claim(email=email, phone=phone, first_name="Mika", last_name="Lind", **more),
        lines=(
            LineDraft(sku="CB-12-250", name="Copper cable", quantity=4, unit_price=Decimal("118.50")),
            LineDraft(sku="BOX-4SQ", quantity=50, unit_price=Decimal("1.49")),
        ),
        totals=Totals(total=Decimal("572.50"), subtotal=Decimal("548.50"), shipping_total=Decimal(24)),
        shipping_address=AddressDraft(company="Lind Contracting", line1="Site 4", city="Memphis", country="US"),
    )
    return receive_order(submission=submission, by=TESTS, at=at).order
