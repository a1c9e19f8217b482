"""Whose order is it: facts in, outcome and reasons out. Pure: no clock, no database, no settings.

The rules are those of the domain rules, section 1; each step is a module in `orders.steps`. Several hits that differ in
whose they are go to `orders.choosing`, which never chooses silently.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from orders.choosing import Why
from orders.facts import Facts, Question
from orders.findings import CustomerAction, Finding, Inquiry, Resolution, StepRecord, matched
from orders.steps import account_contacts, erp_customers, own_customers, pinned_identities
from orders.words import Outcome, Reason, StepResult
from storefronts.policy import Policy, Step


def resolve(question: Question, facts: Facts, policy: Policy, *, overrules: bool = False) -> Resolution:
    """Decide whose the order is by the rules.

    Steps run in the policy's order until one has a candidate. A miss in the ERP is final only after a catch-up that
    began after the order arrived; before own customers are taken or made on such a miss, the order waits. Only what is
    pinned needs neither e-mail nor phone. `overrules`: a person releases the order, see Inquiry.
    """
    inquiry = Inquiry(question, facts, policy, overrules)
    has_key = question.email is not None or question.phone is not None
    records: list[StepRecord] = []
    waits_on_miss = False
    for step in inquiry.steps:
        if step != Step.PINNED and not has_key:
            break
        if waits_on_miss and step in _ON_ERP_MISS:
            return _waiting(records, inquiry.steps)
        finding = _FINDERS[step](inquiry)
        records.append(finding.record)
        if finding.resolution is not None:
            return replace(finding.resolution, steps=_rest(records, inquiry.steps, Why.NOT_NEEDED))
        is_erp_miss = step in _ERP_STEPS and finding.record.result == StepResult.NONE
        waits_on_miss = waits_on_miss or (is_erp_miss and not erp_customers.miss_is_final(inquiry))
    if not has_key:
        told = _rest(records, inquiry.steps, Why.NO_USABLE_IDENTIFIER)
        return Resolution(Outcome.HELD, Reason.NO_USABLE_IDENTIFIER, steps=told)
    if waits_on_miss:
        return _waiting(records, inquiry.steps)
    return Resolution(Outcome.HELD, Reason.NO_MATCH, steps=tuple(records))


def _waiting(records: Sequence[StepRecord], steps: Sequence[Step]) -> Resolution:
    told = _rest(records, steps, Why.WAITING_FOR_ERP)
    return Resolution(Outcome.AWAITING_ERP, Reason.ERP_CATCH_UP_PENDING, steps=told)


def _rest(records: Sequence[StepRecord], steps: Sequence[Step], why: Why) -> tuple[StepRecord, ...]:
    """The records, and the steps that were not taken any more."""
    return (*records, *(StepRecord(step, "", StepResult.SKIPPED, why) for step in steps[len(records) :]))


def _new_customer(inquiry: Inquiry) -> Finding:  # noqa: ARG001 -- every finder has one signature
    made = Resolution(Outcome.CREATED, customer_action=CustomerAction.MADE)
    return matched(Step.CREATE, "", (), Why.NOBODY_KNOWN, made)


_ERP_STEPS = frozenset({Step.ERP_EMAIL, Step.ERP_PHONE})
_ON_ERP_MISS = frozenset({Step.OWN_CUSTOMER, Step.CREATE})
_FINDERS: dict[Step, Callable[[Inquiry], Finding]] = {
    Step.PINNED: pinned_identities.by_external_id,
    Step.ACCOUNT_CONTACT_EMAIL: account_contacts.by_email,
    Step.ERP_EMAIL: erp_customers.by_email,
    Step.ERP_PHONE: erp_customers.by_phone,
    Step.OWN_CUSTOMER: own_customers.by_email_then_phone,
    Step.CUSTOMER_EMAIL: own_customers.by_email,
    Step.CUSTOMER_PHONE: own_customers.by_phone,
    Step.CREATE: _new_customer,
}
