"""Decide again from nothing but what was stored, and compare: a receipt must come out with the same bytes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from orders.facts import Facts, Question
from orders.models import IdentityDecision
from orders.receipts import canonical, receipt_content
from orders.rulings import Ruling, decide
from orders.services.decisions import receipt_key
from orders.words import OrderKind
from storefronts.policy import Policy

ROWS_AT_ONCE = 500


class ReplayResult(StrEnum):
    """`erased`: a person's evidence was emptied. `other_key`: the receipt was made with a key we no longer have."""

    SAME = "same"
    DIFFERENT = "different"
    ERASED = "erased"
    OTHER_KEY = "other_key"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of one decision."""

    decision: UUID
    result: ReplayResult


def replay_decisions(*, since: datetime | None = None) -> Iterator[Replayed]:
    """Replay every decision, those of people too, oldest first; in bounded memory, writing nothing."""
    decisions = IdentityDecision.objects.select_related("evidence", "order", "policy__storefront")
    if since is not None:
        decisions = decisions.filter(decided_at__gte=since)
    for decision in decisions.order_by("id").iterator(chunk_size=ROWS_AT_ONCE):
        yield Replayed(decision.pk, _replay(decision))


def _replay(decision: IdentityDecision) -> ReplayResult:
    evidence, key = decision.evidence, receipt_key()
    if evidence.erased_at is not None:
        return ReplayResult.ERASED
    stored = decision.receipt_content()
    if stored["key_id"] != key.id:
        return ReplayResult.OTHER_KEY
    ruling = Ruling.from_stored(stored["ruling"]) if "ruling" in stored else None
    question = Question(
        kind=OrderKind(decision.order.kind),
        email=evidence.email_key or None,
        phone=evidence.phone_key or None,
        external_id=decision.order.claim_external_id,
        received_at=decision.order.received_at,
        decided_at=decision.decided_at,
    )
    facts = Facts.from_stored(evidence.facts)
    policy = Policy.from_settings(decision.policy.settings, version=decision.policy.version)
    content = receipt_content(
        storefront=decision.policy.storefront.code,
        question=question,
        facts=facts,
        resolution=decide(question, facts, policy, ruling),
        policy=policy,
        key=key,
        by=decision.decided_by,
        ruling=ruling,
    )
    return ReplayResult.SAME if canonical(content) == decision.receipt else ReplayResult.DIFFERENT
