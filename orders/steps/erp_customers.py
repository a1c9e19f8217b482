"""The mirror of the ERP's customers: by either e-mail, else by any of four phones.

What it says must be fresh, or the order waits.
"""

from dataclasses import replace
from datetime import timedelta

from orders.choosing import Candidate, Dates, Why, choose
from orders.facts import AccountFact, CustomerFact, ErpFact
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
from orders.steps.account_contacts import BLOCKING_STATUS, DISABLED
from orders.steps.own_customers import found_by_email, preferred
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
    candidates = [_candidate(row, looked_for) for row in hits]
    if not all(_is_fresh(row, inquiry) for row in hits):
        stale = [replace(candidate, why=Why.ERP_ROW_STALE) for candidate in candidates]
        waiting = Resolution(Outcome.AWAITING_ERP, Reason.ERP_ROW_STALE)
        return matched(step, looked_for, stale, Why.ERP_ROW_STALE, waiting)
    choice = choose(candidates, inquiry.ambiguous)
    if choice.winner is None:
        return ambiguous(step, looked_for, choice.candidates)
    row = next(row for row in hits if row.number == choice.winner.id)
    account = inquiry.facts.accounts.get(row.account) if row.account else None
    if account is not None and account.status in BLOCKING_STATUS:
        reason = BLOCKING_STATUS[account.status]
        lost = [replace(each, won=False, why=Why(reason)) if each.won else each for each in choice.candidates]
        return matched(step, looked_for, lost, Why(reason), Resolution(Outcome.HELD, reason))
    return matched(step, looked_for, choice.candidates, choice.why, _given_to(row, account, step, inquiry))


def _is_fresh(row: ErpFact, inquiry: Inquiry) -> bool:
    """A row was confirmed when it was last read or its system's last completed catch-up began, whichever is later."""
    if inquiry.policy.erp_max_age_seconds is None:
        return True
    caught_up_at = inquiry.facts.erp.caught_up_at if inquiry.facts.erp else None
    confirmed_at = max(row.read_at, caught_up_at) if caught_up_at else row.read_at
    return confirmed_at >= inquiry.question.decided_at - timedelta(seconds=inquiry.policy.erp_max_age_seconds)


def _candidate(row: ErpFact, looked_for: str) -> Candidate:
    return Candidate(
        type="erp_customer",
        id=row.number,
        matched_on=row.by_email if looked_for == "email" else row.by_phone,
        whose=row.number,
        dates=Dates(created=row.first_sale_on, first_sale=row.first_sale_on),
        details={"read_at": row.read_at.isoformat(), "allows_orders": row.allows_orders},
    )


def _given_to(row: ErpFact, account: AccountFact | None, step: Step, inquiry: Inquiry) -> Resolution:
    is_disabled = account is not None and account.status == DISABLED
    counted = account if account is not None and not is_disabled else None
    person, action = _person_behind(row, inquiry)
    disabled = (Caution.ACCOUNT_DISABLED,) if is_disabled else ()
    return Resolution(
        Outcome.ERP_CUSTOMER,
        account=counted.shared_id if counted else None,
        customer=person.shared_id if person else None,
        customer_action=action,
        erp_customer_number=row.number,
        number_from=counted.shared_id if counted else None,
        warnings=(*disabled, *_cautions(row, step, inquiry), *cautions_of(person)),
    )


def _cautions(row: ErpFact, step: Step, inquiry: Inquiry) -> list[Caution]:
    cautions = [] if row.allows_orders else [Caution.ERP_ORDERS_NOT_ALLOWED]
    if step == Step.ERP_PHONE and inquiry.question.email and row.other_email:
        cautions.append(Caution.EMAIL_DIFFERS)
    by_phone = {hit.number for hit in inquiry.facts.erp_customers if hit.by_phone}
    compares_phone = step == Step.ERP_EMAIL and Step.ERP_PHONE in inquiry.steps
    if compares_phone and by_phone and row.number not in by_phone:
        cautions.append(Caution.PHONE_POINTS_ELSEWHERE)
    return cautions


def _person_behind(row: ErpFact, inquiry: Inquiry) -> tuple[CustomerFact | None, CustomerAction]:
    """Who carries the number; else the single customer with the order's e-mail and no number; else a new one."""
    if row.customer:
        return inquiry.facts.customers[row.customer], CustomerAction.FOUND
    found = preferred(found_by_email(inquiry))
    if len(found) == 1 and found[0].number is None:
        return found[0], CustomerAction.LINKED
    return None, CustomerAction.MADE
