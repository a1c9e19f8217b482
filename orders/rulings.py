"""What goes before the rules: a person decides, or the customer had signed in. Pure, as the rules are.

A ruling is stored with its decision, so that it is replayed like any other.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Self

from orders.candidates import of_account, of_customer
from orders.choosing import Candidate, Why
from orders.facts import Facts, Question, Target
from orders.findings import CustomerAction, Resolution, StepRecord
from orders.giving import to_account, to_customer
from orders.resolution import resolve
from orders.words import Action, DirectStep, Outcome, Reason, StepResult
from storefronts.policy import Policy

ASSERTED = "asserted"


@dataclass(frozen=True, slots=True)
class Ruling:
    """One Action, or `asserted`; whom it names; whether it overrules what blocks (a release)."""

    action: str
    target: Target = field(default_factory=Target)
    overrules: bool = False

    def stored(self) -> dict[str, Any]:
        """As JSON values; ids only."""
        return {"action": str(self.action), "overrules": self.overrules, **asdict(self.target)}

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        """What `stored` gave."""
        target = {name: value for name, value in stored.items() if name not in {"action", "overrules"}}
        return cls(stored["action"], Target(**target), overrules=stored["overrules"])


def decide(question: Question, facts: Facts, policy: Policy, ruling: Ruling | None = None) -> Resolution:
    """Whose the order is: by the ruling, else by the rules. Whom the ruling names is among the facts."""
    given = _RULINGS.get(ruling.action) if ruling else None
    if ruling is None or given is None:
        return resolve(question, facts, policy, overrules=ruling is not None and ruling.overrules)
    return given(facts, ruling)


def _to_account(facts: Facts, ruling: Ruling) -> Resolution:
    """The customer is whom the ruling names, else the one of the account's contact with the order's e-mail."""
    assert ruling.target.account is not None
    account = facts.accounts[ruling.target.account]
    contact = next((each for each in facts.contacts if each.account == account.shared_id and each.customer), None)
    person = facts.person(ruling.target.customer) or facts.person(contact.customer if contact else None)
    return _told(ruling, to_account(account, person), of_account(account, (), _why(ruling)))


def _to_customer(facts: Facts, ruling: Ruling) -> Resolution:
    person = facts.person(ruling.target.customer)
    assert person is not None
    return _told(ruling, to_customer(person), of_customer(person, (), _why(ruling)))


def _asserted(facts: Facts, ruling: Ruling) -> Resolution:
    return (_to_account if ruling.target.account else _to_customer)(facts, ruling)


def _to_new_customer(facts: Facts, ruling: Ruling) -> Resolution:  # noqa: ARG001 -- every ruling has one signature
    return _told(ruling, Resolution(Outcome.CREATED, customer_action=CustomerAction.MADE))


def _held(facts: Facts, ruling: Ruling) -> Resolution:  # noqa: ARG001 -- every ruling has one signature
    record = StepRecord(DirectStep.STAFF, "", StepResult.NONE, Why.PERSON_HOLDS)
    return Resolution(Outcome.HELD, Reason.STAFF_HOLD, steps=(record,))


def _told(ruling: Ruling, resolution: Resolution, candidate: Candidate | None = None) -> Resolution:
    """The resolution with its one step: nobody else was looked at."""
    step = DirectStep.ASSERTED if ruling.action == ASSERTED else DirectStep.STAFF
    won = (replace(candidate, won=True),) if candidate else ()
    return replace(resolution, steps=(StepRecord(step, "", StepResult.MATCH, _why(ruling), won),))


def _why(ruling: Ruling) -> Why:
    return Why.ASSERTED if ruling.action == ASSERTED else Why.PERSON_DECIDED


_RULINGS: dict[str, Callable[[Facts, Ruling], Resolution]] = {
    Action.ASSIGN_ACCOUNT: _to_account,
    Action.ASSIGN_CUSTOMER: _to_customer,
    Action.CREATE_CUSTOMER: _to_new_customer,
    Action.HOLD: _held,
    ASSERTED: _asserted,
}
