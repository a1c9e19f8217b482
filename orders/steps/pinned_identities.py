"""What earlier decisions pinned to this customer of the shop, by the shop's own id for him."""

from dataclasses import replace

from orders import candidates
from orders.choosing import Candidate, Why
from orders.facts import Target
from orders.findings import Finding, Inquiry, Resolution, matched, missed, skipped
from orders.giving import DISABLED, blocking_reason, to_account, to_customer, to_erp_customer
from orders.words import Outcome
from storefronts.policy import Step

LOOKED_FOR = "external_id"
MATCHED_ON = (LOOKED_FOR,)


def by_external_id(inquiry: Inquiry) -> Finding:
    """The pinned target as it is now; skipped where it is gone, disabled or anonymized.

    A target is what a decision has found out before, so the age of an ERP row is not asked.
    """
    if not inquiry.question.external_id:
        return skipped(Step.PINNED, LOOKED_FOR, Why.NO_EXTERNAL_ID)
    target = inquiry.facts.pinned
    if target is None:
        return missed(Step.PINNED, LOOKED_FOR, why=Why.NOTHING_PINNED)
    if target.erp_number:
        return _erp_customer(target.erp_number, inquiry)
    if target.account:
        return _account(target.account, target, inquiry)
    return _customer(target.customer or "", inquiry)


def _customer(shared_id: str, inquiry: Inquiry) -> Finding:
    person = inquiry.facts.person(shared_id)
    if person is None:
        return _useless("customer", shared_id, Why.TARGET_GONE)
    won = replace(candidates.of_customer(person, MATCHED_ON, Why.PINNED), won=True)
    return matched(Step.PINNED, LOOKED_FOR, [won], won.why, to_customer(person))


def _account(shared_id: str, target: Target, inquiry: Inquiry) -> Finding:
    account = inquiry.facts.accounts.get(shared_id)
    if account is None or account.status == DISABLED:
        return _useless("account", shared_id, Why.ACCOUNT_DISABLED if account else Why.TARGET_GONE)
    candidate = candidates.of_account(account, MATCHED_ON, Why.PINNED)
    return _given(candidate, shared_id, to_account(account, inquiry.facts.person(target.customer)), inquiry)


def _erp_customer(number: str, inquiry: Inquiry) -> Finding:
    row = inquiry.facts.erp_customer(number)
    if row is None:
        return _useless("erp_customer", number, Why.TARGET_GONE)
    candidate = candidates.of_erp_customer(row, MATCHED_ON, Why.PINNED)
    return _given(candidate, row.account, to_erp_customer(row, inquiry.facts), inquiry)


def _given(candidate: Candidate, account: str | None, given: Resolution, inquiry: Inquiry) -> Finding:
    """Held where the account is suspended or pending, as in every other step."""
    reason = blocking_reason(account, inquiry.facts)
    if reason is not None and not inquiry.overrules:
        blocked = replace(candidate, why=Why(reason))
        return matched(Step.PINNED, LOOKED_FOR, [blocked], blocked.why, Resolution(Outcome.HELD, reason))
    won = replace(candidate, won=True, why=Why.RELEASED if reason else candidate.why)
    return matched(Step.PINNED, LOOKED_FOR, [won], won.why, given)


def _useless(kind: str, identifier: str, why: Why) -> Finding:
    return skipped(Step.PINNED, LOOKED_FOR, why, [candidates.of_something_gone(kind, identifier, MATCHED_ON, why)])
