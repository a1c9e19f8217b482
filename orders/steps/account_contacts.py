"""Contacts of accounts: the one step that needs no ERP and ends the flow wherever it has a candidate."""

from dataclasses import replace

from orders.choosing import Candidate, Dates, Why, choose
from orders.facts import ContactFact, Facts
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
from orders.words import Outcome, Reason
from storefronts.policy import Ambiguous, Step

DISABLED = "disabled"
BLOCKING_STATUS = {"suspended": Reason.ACCOUNT_SUSPENDED, "pending": Reason.ACCOUNT_PENDING}


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
    winner = next(contact for contact in good if str(contact.id) == choice.winner.id)
    return matched(step, "email", [*choice.candidates, *blocked, *out], choice.why, _given_to(winner, facts))


def _out_of_question(contact: ContactFact, facts: Facts) -> Why | None:
    if not contact.active:
        return Why.CONTACT_INACTIVE
    return Why.ACCOUNT_DISABLED if facts.accounts[contact.account].status == DISABLED else None


def _blocking(contact: ContactFact, facts: Facts) -> Reason | None:
    if contact.on_hold:
        return Reason.CONTACT_ON_HOLD
    return BLOCKING_STATUS.get(facts.accounts[contact.account].status)


def _candidate(contact: ContactFact, facts: Facts, why: Why) -> Candidate:
    account = facts.accounts[contact.account]
    return Candidate(
        type="contact",
        id=contact.id,
        matched_on=("email",),
        whose=account.shared_id,
        dates=Dates(created=account.created_at, first_sale=account.first_order_at),
        details={"account": account.shared_id, "account_status": account.status},
        why=why,
    )


def _given_to(contact: ContactFact, facts: Facts) -> Resolution:
    account = facts.accounts[contact.account]
    person = facts.customers.get(contact.customer) if contact.customer else None
    return Resolution(
        Outcome.ACCOUNT,
        account=account.shared_id,
        customer=person.shared_id if person else None,
        customer_action=CustomerAction.FOUND if person else CustomerAction.NONE,
        erp_customer_number=account.number,
        number_from=account.number_from,
        warnings=cautions_of(person),
    )
