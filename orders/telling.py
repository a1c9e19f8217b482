"""A receipt in words: joined with its evidence, for people and for the API. Erased evidence leaves the ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from orders.choosing import Why
from orders.words import Caution, DirectStep, Outcome, Reason, StepResult
from storefronts.policy import Step


@dataclass(frozen=True, slots=True)
class ToldCandidate:
    """A candidate as people read it. `label` is empty where the evidence was erased."""

    type: str
    id: str
    label: str
    matched_on: tuple[str, ...]
    won: bool
    why: str
    why_code: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToldStep:
    """One step as people read it; `value` is the normal e-mail or phone, empty where erased, `key` its hash."""

    step: Step | DirectStep
    looked_for: str
    key: str
    value: str
    result: StepResult
    why: str
    why_code: str
    candidates: tuple[ToldCandidate, ...]


@dataclass(frozen=True, slots=True)
class ToldReceipt:
    """The whole story of one decision."""

    outcome: Outcome
    reason: Reason | None
    steps: tuple[ToldStep, ...]
    warnings: tuple[Caution, ...]
    number_from: str
    content: Mapping[str, Any]


_NOT_DETAILS = frozenset({"type", "id", "matched_on", "verdict", "why"})


def tell(content: Mapping[str, Any], *, labels: Mapping[str, str], email: str, phone: str) -> ToldReceipt:
    """Join a receipt with the labels and values of its evidence."""
    values = {"email": email, "phone": phone}
    return ToldReceipt(
        outcome=Outcome(content["outcome"]),
        reason=Reason(content["reason"]) if content["reason"] else None,
        steps=tuple(_step(step, labels, values) for step in content["steps"]),
        warnings=tuple(Caution(word) for word in content["warnings"]),
        number_from=labels.get(f"account:{content['number_from']}", content["number_from"] or ""),
        content=content,
    )


def _step(step: Mapping[str, Any], labels: Mapping[str, str], values: Mapping[str, str]) -> ToldStep:
    looked_for = step["looked_for"] or {"kind": "", "key": ""}
    return ToldStep(
        step=_step_word(step["step"]),
        looked_for=looked_for["kind"],
        key=looked_for["key"],
        value=values.get(looked_for["kind"], ""),
        result=StepResult(step["result"]),
        why=str(Why(step["why"]).label),
        why_code=step["why"],
        candidates=tuple(_candidate(candidate, labels) for candidate in step["candidates"]),
    )


def _step_word(word: str) -> Step | DirectStep:
    return DirectStep(word) if word in DirectStep.values else Step(word)


def _candidate(candidate: Mapping[str, Any], labels: Mapping[str, str]) -> ToldCandidate:
    return ToldCandidate(
        type=candidate["type"],
        id=candidate["id"],
        label=labels.get(f"{candidate['type']}:{candidate['id']}", ""),
        matched_on=tuple(candidate["matched_on"]),
        won=candidate["verdict"] == "won",
        why=str(Why(candidate["why"]).label),
        why_code=candidate["why"],
        details={name: value for name, value in candidate.items() if name not in _NOT_DETAILS},
    )
