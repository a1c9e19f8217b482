"""What a step is asked, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from orders.choosing import Candidate, Why
from orders.facts import Facts, Question
from orders.words import Caution, DirectStep, OrderKind, Outcome, Reason, StepResult
from storefronts.policy import Ambiguous, Policy, Step


class CustomerAction(StrEnum):
    """What becomes of the order's customer: found as he is, found and given the ERP number, made anew, or none."""

    NONE = "none"
    FOUND = "found"
    LINKED = "linked"
    MADE = "made"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """All a step may look at. `overrules`: a person releases the order, so neither block nor age stands in the way."""

    question: Question
    facts: Facts
    policy: Policy
    overrules: bool = False

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.policy.b2b_steps if self.question.kind == OrderKind.B2B else self.policy.b2c_steps

    @property
    def ambiguous(self) -> Ambiguous:
        return self.policy.b2b_ambiguous if self.question.kind == OrderKind.B2B else self.policy.b2c_ambiguous


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One step as the receipt tells it. `looked_for` is `email`, `phone`, `external_id` or empty."""

    step: Step | DirectStep
    looked_for: str
    result: StepResult
    why: Why
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whose the order is; `account`, `customer` and `number_from` (whose number it is) are shared ids."""

    outcome: Outcome
    reason: Reason | None = None
    account: str | None = None
    customer: str | None = None
    customer_action: CustomerAction = CustomerAction.NONE
    erp_customer_number: str | None = None
    number_from: str | None = None
    steps: tuple[StepRecord, ...] = ()
    warnings: tuple[Caution, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What one step did: its record and, where it ends the flow, the resolution."""

    record: StepRecord
    resolution: Resolution | None = None


def skipped(step: Step, looked_for: str, why: Why, candidates: Sequence[Candidate] = ()) -> Finding:
    """The step had nothing to look for, nowhere to look, or what it would have given is of no use any more."""
    return Finding(StepRecord(step, looked_for, StepResult.SKIPPED, why, _in_order(candidates)))


def missed(
    step: Step, looked_for: str, candidates: Sequence[Candidate] = (), *, why: Why = Why.NOBODY_FOUND
) -> Finding:
    """Nobody who counts; `candidates` are those who were found and do not."""
    return Finding(StepRecord(step, looked_for, StepResult.NONE, why, _in_order(candidates)))


def ambiguous(step: Step, looked_for: str, candidates: Sequence[Candidate]) -> Finding:
    """Several who differ in whose they are: a person decides."""
    record = StepRecord(step, looked_for, StepResult.AMBIGUOUS, Why.AMBIGUOUS, _in_order(candidates))
    return Finding(record, Resolution(Outcome.HELD, Reason.AMBIGUOUS))


def matched(step: Step, looked_for: str, candidates: Sequence[Candidate], why: Why, resolution: Resolution) -> Finding:
    """Someone who counts, whatever follows from it."""
    return Finding(StepRecord(step, looked_for, StepResult.MATCH, why, _in_order(candidates)), resolution)


def _in_order(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """The winner first, the others by id: the order in which facts were gathered must not show in a receipt."""
    return tuple(sorted(candidates, key=lambda candidate: (not candidate.won, candidate.type, candidate.id)))
