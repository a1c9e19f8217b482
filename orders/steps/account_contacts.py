"""Contacts of accounts: the one step that needs no ERP and ends the flow wherever it has a candidate."""

from dataclasses import replace

from orders.candidates import of_contact
from orders.choosing import Candidate, Why, choose
from orders.facts import ContactFact, Facts
from orders.findings import Finding, Inquiry, Resolution, ambiguous, matched, missed, skipped
from orders.giving import DISABLED, blocking_reason, to_account
from orders.words import Outcome, Reason
from storefronts.policy import Ambiguous, Step


def by_email(inquiry: Inquiry) -> Finding:
    """Candidates are active contacts on accounts that are not disabled.

    One on hold, or on a suspended or pending account, holds the order. In several accounts the order is ambiguous; a
    policy other than `hold` picks among the good ones only.
    """
    step, facts = Step.ACCOUNT_CONTACT_EMAIL, inquiry.facts
    if inquiry.question.email is None:
        return skipped(step, "email", Why.NO_USABLE_EMAIL)
    out = [_candidate(contact, facts, why) for contact in facts.contacts if (why := _out_of_question(contact, facts))]
    counting = [contact for contact in facts.contacts if not _out_of_question(contact, facts)]
    if not counting:
        return missed(step, "email", out)
    if inquiry.overrules:
        return _released(counting, inquiry, out)
    blocked = [_candidate(contact, facts, Why(reason)) for contact in counting if (reason := _blocking(contact, facts))]
    good = [contact for contact in counting if not _blocking(contact, facts)]
    choice = choose([_candidate(contact, facts, Why.UNDECIDED) for contact in good], inquiry.ambiguous)
    if len({contact.account for contact in counting}) == 1 and blocked:
        held = Resolution(Outcome.HELD, _blocking(counting[0], facts))
        return matched(step, "email", [*blocked, *out], blocked[0].why, held)
    is_several = len({contact.account for contact in counting}) > 1
    if choice.winner is None or (is_several and inquiry.policy.b2b_ambiguous == Ambiguous.HOLD):
        undecided = [replace(candidate, won=False, why=Why.AMBIGUOUS) for candidate in choice.candidates]
        return ambiguous(step, "email", [*undecided, *blocked, *out])
    winner = next(contact for contact in good if contact.id == choice.winner.id)
    return matched(step, "email", [*choice.candidates, *blocked, *out], choice.why, _given_to(winner, facts))


def _released(counting: list[ContactFact], inquiry: Inquiry, out: list[Candidate]) -> Finding:
    """A person releases the order to the one contact that stood in its way."""
    step, facts = Step.ACCOUNT_CONTACT_EMAIL, inquiry.facts
    if len(counting) > 1:
        undecided = [_candidate(contact, facts, Why.AMBIGUOUS) for contact in counting]
        return ambiguous(step, "email", [*undecided, *out])
    won = replace(_candidate(counting[0], facts, Why.RELEASED), won=True)
    return matched(step, "email", [won, *out], Why.RELEASED, _given_to(counting[0], facts))


def _out_of_question(contact: ContactFact, facts: Facts) -> Why | None:
    if not contact.active:
        return Why.CONTACT_INACTIVE
    return Why.ACCOUNT_DISABLED if facts.accounts[contact.account].status == DISABLED else None


def _blocking(contact: ContactFact, facts: Facts) -> Reason | None:
    return Reason.CONTACT_ON_HOLD if contact.on_hold else blocking_reason(contact.account, facts)


def _candidate(contact: ContactFact, facts: Facts, why: Why) -> Candidate:
    return of_contact(contact, facts.accounts[contact.account], why)


def _given_to(contact: ContactFact, facts: Facts) -> Resolution:
    person = facts.customers.get(contact.customer) if contact.customer else None
    return to_account(facts.accounts[contact.account], person)
