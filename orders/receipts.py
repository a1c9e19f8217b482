"""The receipt of a decision: what was looked for, who was found, why each won or lost.

The same facts give the same bytes. A receipt names ids, kinds, dates and statuses; e-mail and phone only as keyed
hashes. What names a person stands in the evidence beside it.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orders.choosing import Candidate
from orders.facts import Facts, Question
from orders.findings import Resolution, StepRecord
from orders.rulings import Ruling
from storefronts.policy import Policy

FORMAT = 1
RULES = "rules"


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """The secret that hashes e-mails and phones, and its id, so that a later key can be told from it."""

    id: str
    secret: str

    def hash(self, value: str) -> str:
        """HMAC-SHA-256 as hexadecimal digits."""
        return hmac.new(self.secret.encode(), value.encode(), hashlib.sha256).hexdigest()


def receipt_content(
    *,
    storefront: str,
    question: Question,
    facts: Facts,
    resolution: Resolution,
    policy: Policy,
    key: ReceiptKey,
    by: str,
    ruling: Ruling | None = None,
) -> dict[str, Any]:
    """Everything the receipt says, as JSON values.

    `by` is `rules`, or the actor text of who decided; then `ruling` is what he said, and the receipt has it too.
    """
    ruled = {"ruling": ruling.stored()} if ruling else {}
    return {
        **ruled,
        "format": FORMAT,
        "key_id": key.id,
        "storefront": storefront,
        "kind": str(question.kind),
        "policy_version": policy.version,
        "received_at": question.received_at.isoformat(),
        "decided_at": question.decided_at.isoformat(),
        "decided_by": by,
        "erp_system": facts.erp.code if facts.erp else None,
        "mirror_as_of": _moment(facts.erp.caught_up_at if facts.erp else None),
        "outcome": str(resolution.outcome),
        "reason": str(resolution.reason) if resolution.reason else None,
        "account": resolution.account,
        "customer": resolution.customer,
        "customer_action": str(resolution.customer_action),
        "erp_customer_number": resolution.erp_customer_number,
        "number_from": resolution.number_from,
        "steps": [_step(record, question, key) for record in resolution.steps],
        "warnings": [str(warning) for warning in resolution.warnings],
    }


def canonical(content: Mapping[str, Any]) -> str:
    """The one text of a receipt: sorted keys, no spaces, ASCII."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _step(record: StepRecord, question: Question, key: ReceiptKey) -> dict[str, Any]:
    value = {"email": question.email, "phone": question.phone, "external_id": question.external_id}.get(
        record.looked_for
    )
    return {
        "step": str(record.step),
        "looked_for": {"kind": record.looked_for, "key": key.hash(value)} if value else None,
        "result": str(record.result),
        "why": str(record.why),
        "candidates": [_candidate(candidate) for candidate in record.candidates],
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    return {
        "type": candidate.type,
        "id": candidate.id,
        "matched_on": list(candidate.matched_on),
        "verdict": "won" if candidate.won else "lost",
        "why": str(candidate.why),
        "created": _moment(candidate.dates.created),
        "first_sale": _moment(candidate.dates.first_sale),
        **candidate.details,
    }


def _moment(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
