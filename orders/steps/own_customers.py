"""Our own customers: registered ones go before guests found by the same key, then the policy decides."""

from orders.candidates import of_customer
from orders.choosing import Why, choose
from orders.facts import CustomerFact
from orders.findings import Finding, Inquiry, ambiguous, matched, missed, skipped
from orders.giving import preferred, to_customer
from orders.words import Caution, OrderKind
from storefronts.policy import Step


def by_email_then_phone(inquiry: Inquiry) -> Finding:
    """One step of B2B: e-mail outranks phone."""
    question, step = inquiry.question, Step.OWN_CUSTOMER
    if question.email is not None and (found := _found_by_email(inquiry)):
        return _choose(inquiry, step, "email", found)
    if question.phone is not None and (found := _found_by_phone(inquiry)):
        return _choose(inquiry, step, "phone", found)
    return missed(step, "email" if question.email else "phone")


def by_email(inquiry: Inquiry) -> Finding:
    if inquiry.question.email is None:
        return skipped(Step.CUSTOMER_EMAIL, "email", Why.NO_USABLE_EMAIL)
    found = _found_by_email(inquiry)
    return _choose(inquiry, Step.CUSTOMER_EMAIL, "email", found) if found else missed(Step.CUSTOMER_EMAIL, "email")


def by_phone(inquiry: Inquiry) -> Finding:
    if inquiry.question.phone is None:
        return skipped(Step.CUSTOMER_PHONE, "phone", Why.NO_USABLE_PHONE)
    found = _found_by_phone(inquiry)
    return _choose(inquiry, Step.CUSTOMER_PHONE, "phone", found) if found else missed(Step.CUSTOMER_PHONE, "phone")


def _found_by_email(inquiry: Inquiry) -> list[CustomerFact]:
    return [person for person in inquiry.facts.customers.values() if person.by_email]


def _found_by_phone(inquiry: Inquiry) -> list[CustomerFact]:
    return [person for person in inquiry.facts.customers.values() if person.by_phone]


def _choose(inquiry: Inquiry, step: Step, looked_for: str, found: list[CustomerFact]) -> Finding:
    counting = preferred(found)
    beaten = [
        of_customer(person, (looked_for,), Why.GUEST_BESIDE_REGISTERED) for person in found if person not in counting
    ]
    choice = choose([of_customer(person, (looked_for,), Why.UNDECIDED) for person in counting], inquiry.ambiguous)
    if choice.winner is None:
        return ambiguous(step, looked_for, [*choice.candidates, *beaten])
    winner = inquiry.facts.customers[choice.winner.id]
    given = to_customer(winner, _cautions(inquiry, looked_for, winner))
    return matched(step, looked_for, [*choice.candidates, *beaten], choice.why, given)


def _cautions(inquiry: Inquiry, looked_for: str, winner: CustomerFact) -> list[Caution]:
    if looked_for == "phone":
        return [Caution.EMAIL_DIFFERS] if inquiry.question.email and winner.other_email else []
    compares_phone = inquiry.question.kind == OrderKind.B2B or Step.CUSTOMER_PHONE in inquiry.policy.b2c_steps
    by_phone = {person.shared_id for person in _found_by_phone(inquiry)}
    elsewhere = compares_phone and by_phone and winner.shared_id not in by_phone
    return [Caution.PHONE_POINTS_ELSEWHERE] if elsewhere else []
