"""Say whose an order would be, and why. Writes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import Account
from customers.models import Customer
from orders.facts import Question
from orders.findings import Resolution
from orders.receipts import RULES, receipt_content
from orders.resolution import resolve
from orders.services.asking import Asked, policy_of
from orders.services.decisions import receipt_key
from orders.services.gathering import gather
from orders.submissions import Claim
from orders.words import OrderKind
from storefronts.models import Storefront


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be decided now; `customer` is None where one would be made."""

    question: Question
    resolution: Resolution
    account: Account | None
    customer: Customer | None
    receipt: dict[str, Any]
    labels: dict[str, str]


def preview_identity(*, storefront: Storefront, kind: OrderKind, claim: Claim, at: datetime) -> Preview:
    """Decide as for an order that arrives at `at`, by the same rules on the same facts."""
    policy = policy_of(storefront)
    question = claim.question(kind=kind, policy=policy, received_at=at, decided_at=at)
    asked = Asked(storefront, policy, claim, question, currency=storefront.currency, placed_at=at)
    (gathered,) = gather([asked])
    resolution = resolve(question, gathered.facts, policy)
    content = receipt_content(
        storefront=storefront.code,
        question=question,
        facts=gathered.facts,
        resolution=resolution,
        policy=policy,
        key=receipt_key(),
        by=RULES,
    )
    return Preview(
        question=question,
        resolution=resolution,
        account=Account.objects.get(shared_id=resolution.account) if resolution.account else None,
        customer=Customer.objects.get(shared_id=resolution.customer) if resolution.customer else None,
        receipt=content,
        labels=gathered.labels,
    )
