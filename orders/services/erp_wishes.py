"""What the ERP is to be told of decisions, as facts for whoever speaks with it; deciding never waits for that."""

from collections.abc import Iterable
from enum import StrEnum

from events.recording import Fact
from orders.models import Order
from orders.services.verdicts import Verdict
from orders.words import OrderKind, Outcome

CUSTOMER_WANTED = "customer.wanted_in_erp"


class Wish(StrEnum):
    """`create`: make him there. `link`: find him there by the same keys, else do what `otherwise` says."""

    CREATE = "create"
    LINK = "link"


def wanted_in_erp(decided: Iterable[tuple[Order, Verdict]]) -> list[Fact]:
    """One fact for each customer who has no number in his storefront's ERP system and is to get one.

    B2B: one who was made, because nobody knew him. B2C: everyone; the storefront's `b2c_erp` says what happens where
    the ERP does not know him (domain rules, section 1).
    """
    return [fact for order, verdict in decided if (fact := _wish(order, verdict))]


def _wish(order: Order, verdict: Verdict) -> Fact | None:
    storefront, system = verdict.asked.storefront, verdict.asked.policy.erp_system
    if not system or not verdict.customer or order.erp_customer_number:
        return None
    is_b2b = order.kind == OrderKind.B2B
    if (is_b2b and order.outcome != Outcome.CREATED) or order.outcome == Outcome.ACCOUNT:
        return None
    payload = {
        "order": str(order.pk),
        "storefront": storefront.code,
        "erp_system": system,
        "wish": str(Wish.CREATE if is_b2b else Wish.LINK),
        "otherwise": None if is_b2b else storefront.b2c_erp,
    }
    return Fact(CUSTOMER_WANTED, f"customer:{verdict.customer}", payload)
