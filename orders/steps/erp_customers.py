"""The mirror of the ERP's customers: by either e-mail, else by any of four phones.

What it says must be fresh, or the order waits.
"""

from dataclasses import replace
from datetime import timedelta

from orders.candidates import of_erp_customer
from orders.choosing import Why, choose
from orders.facts import ErpFact
from orders.findings import Finding, Inquiry, Resolution, ambiguous, matched, missed, skipped
from orders.giving import blocking_reason, to_erp_customer
from orders.words import Caution, Outcome, Reason
from storefronts.policy import Step


def by_email(inquiry: Inquiry) -> Finding:
    if inquiry.question.email is None:
        return skipped(Step.ERP_EMAIL, "email", Why.NO_USABLE_EMAIL)
    return _look_up(inquiry, Step.ERP_EMAIL, "email", [row for row in inquiry.facts.erp_customers if row.by_email])


def by_phone(inquiry: Inquiry) -> Finding:
    if inquiry.question.phone is None:
        return skipped(Step.ERP_PHONE, "phone", Why.NO_USABLE_PHONE)
    return _look_up(inquiry, Step.ERP_PHONE, "phone", [row for row in inquiry.facts.erp_customers if row.by_phone])


def miss_is_final(inquiry: Inquiry) -> bool:
    """Whether what the mirror lacks is lacking in the ERP: caught up since the order came, or the policy says so."""
    if inquiry.policy.assume_complete:
        return True
    erp = inquiry.facts.erp
    return erp is not None and erp.caught_up_at is not None and erp.caught_up_at > inquiry.question.received_at


def _look_up(inquiry: Inquiry, step: Step, looked_for: str, hits: list[ErpFact]) -> Finding:
    if inquiry.facts.erp is None:
        return skipped(step, looked_for, Why.NO_ERP_SYSTEM)
    if not hits:
        return missed(step, looked_for)
    candidates = [of_erp_customer(row, row.by_email if looked_for == "email" else row.by_phone) for row in hits]
    if not inquiry.overrules and not all(_is_fresh(row, inquiry) for row in hits):
        stale = [replace(candidate, why=Why.ERP_ROW_STALE) for candidate in candidates]
        waiting = Resolution(Outcome.AWAITING_ERP, Reason.ERP_ROW_STALE)
        return matched(step, looked_for, stale, Why.ERP_ROW_STALE, waiting)
    choice = choose(candidates, inquiry.ambiguous)
    if choice.winner is None:
        return ambiguous(step, looked_for, choice.candidates)
    row = next(row for row in hits if row.number == choice.winner.id)
    given = to_erp_customer(row, inquiry.facts, _cautions(row, step, inquiry))
    reason = blocking_reason(row.account, inquiry.facts)
    if reason is None:
        return matched(step, looked_for, choice.candidates, choice.why, given)
    is_won, why = inquiry.overrules, Why.RELEASED if inquiry.overrules else Why(reason)
    told = [replace(each, won=is_won, why=why) if each.won else each for each in choice.candidates]
    return matched(step, looked_for, told, why, given if is_won else Resolution(Outcome.HELD, reason))


def _is_fresh(row: ErpFact, inquiry: Inquiry) -> bool:
    """A row was confirmed when it was last read or its system's last completed catch-up began, whichever is later."""
    if inquiry.policy.erp_max_age_seconds is None:
        return True
    caught_up_at = inquiry.facts.erp.caught_up_at if inquiry.facts.erp else None
    confirmed_at = max(row.read_at, caught_up_at) if caught_up_at else row.read_at
    return confirmed_at >= inquiry.question.decided_at - timedelta(seconds=inquiry.policy.erp_max_age_seconds)


def _cautions(row: ErpFact, step: Step, inquiry: Inquiry) -> list[Caution]:
    cautions = []
    if step == Step.ERP_PHONE and inquiry.question.email and row.other_email:
        cautions.append(Caution.EMAIL_DIFFERS)
    by_phone = {hit.number for hit in inquiry.facts.erp_customers if hit.by_phone}
    compares_phone = step == Step.ERP_EMAIL and Step.ERP_PHONE in inquiry.steps
    if compares_phone and by_phone and row.number not in by_phone:
        cautions.append(Caution.PHONE_POINTS_ELSEWHERE)
    return cautions
