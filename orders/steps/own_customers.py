"""Our own customers: registered ones go before guests found by the same key, then the policy decides."""

from collections.abc import Sequence

from orders.choosing import Candidate, Dates, Why, choose
from orders.facts import CustomerFact
from orders.findings import (
    CustomerAction,
    Finding,
    Inquiry,
    Resolution,
    ambiguous,
    cautions_of,
    matched,
    missed,
    skipped,
)
from orders.words import Caution, OrderKind, Outcome
from storefronts.policy import Step

GUEST = "GUEST"
REGISTERED = "REGISTERED"


def by_email_then_phone(inquiry: Inquiry) -> Finding:
    """One step of B2B: e-mail outranks phone."""
    question, step = inquiry.question, Step.OWN_CUSTOMER
    if question.email is not None and (found := found_by_email(inquiry)):
        return _choose(inquiry, step, "email", found)
    if question.phone is not None and (found := _found_by_phone(inquiry)):
        return _choose(inquiry, step, "phone", found)
    return missed(step, "email" if question.email else "phone")


def by_email(inquiry: Inquiry) -> Finding:
    if inquiry.question.email is None:
        return skipped(Step.CUSTOMER_EMAIL, "email", Why.NO_USABLE_EMAIL)
    found = found_by_email(inquiry)
    return _choose(inquiry, Step.CUSTOMER_EMAIL, "email", found) if found else missed(Step.CUSTOMER_EMAIL, "email")


def by_phone(inquiry: Inquiry) -> Finding:
    if inquiry.question.phone is None:
        return skipped(Step.CUSTOMER_PHONE, "phone", Why.NO_USABLE_PHONE)
    found = _found_by_phone(inquiry)
    return _choose(inquiry, Step.CUSTOMER_PHONE, "phone", found) if found else missed(Step.CUSTOMER_PHONE, "phone")


def found_by_email(inquiry: Inquiry) -> list[CustomerFact]:
    return [person for person in inquiry.facts.customers.values() if person.by_email]


def preferred(found: Sequence[CustomerFact]) -> list[CustomerFact]:
    """Registered customers beat guests found by the same key."""
    registered = [person for person in found if person.kind == REGISTERED]
    return registered or list(found)


def _found_by_phone(inquiry: Inquiry) -> list[CustomerFact]:
    return [person for person in inquiry.facts.customers.values() if person.by_phone]


def _choose(inquiry: Inquiry, step: Step, looked_for: str, found: list[CustomerFact]) -> Finding:
    counting = preferred(found)
    beaten = [_candidate(person, looked_for, Why.GUEST_BESIDE_REGISTERED) for person in found if person not in counting]
    choice = choose([_candidate(person, looked_for, Why.UNDECIDED) for person in counting], inquiry.ambiguous)
    if choice.winner is None:
        return ambiguous(step, looked_for, [*choice.candidates, *beaten])
    winner = inquiry.facts.customers[choice.winner.id]
    given = Resolution(
        Outcome.CUSTOMER,
        customer=winner.shared_id,
        customer_action=CustomerAction.FOUND,
        erp_customer_number=winner.number,
        warnings=(*_cautions(inquiry, looked_for, winner), *cautions_of(winner)),
    )
    return matched(step, looked_for, [*choice.candidates, *beaten], choice.why, given)


def _cautions(inquiry: Inquiry, looked_for: str, winner: CustomerFact) -> list[Caution]:
    if looked_for == "phone":
        return [Caution.EMAIL_DIFFERS] if inquiry.question.email and winner.other_email else []
    compares_phone = inquiry.question.kind == OrderKind.B2B or Step.CUSTOMER_PHONE in inquiry.policy.b2c_steps
    by_phone = {person.shared_id for person in _found_by_phone(inquiry)}
    elsewhere = compares_phone and by_phone and winner.shared_id not in by_phone
    return [Caution.PHONE_POINTS_ELSEWHERE] if elsewhere else []


def _candidate(person: CustomerFact, looked_for: str, why: Why) -> Candidate:
    return Candidate(
        type="customer",
        id=person.shared_id,
        matched_on=(looked_for,),
        whose=person.shared_id,
        dates=Dates(created=person.created_at, first_sale=person.first_order_at),
        details={
            "kind": person.kind,
            "active": person.active,
            "on_hold": person.on_hold,
            "stands_for": list(person.stands_for),
        },
        why=why,
    )
