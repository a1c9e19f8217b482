"""What an order gets from whom it is given to: number, customer, warnings. The same for every way that leads there."""

from collections.abc import Sequence

from orders.facts import AccountFact, CustomerFact, ErpFact, Facts, Target
from orders.findings import CustomerAction, Resolution
from orders.words import Caution, Outcome, Reason

DISABLED = "disabled"
BLOCKING_STATUS = {"suspended": Reason.ACCOUNT_SUSPENDED, "pending": Reason.ACCOUNT_PENDING}
REGISTERED = "REGISTERED"


def to_account(account: AccountFact, person: CustomerFact | None) -> Resolution:
    """The account, its number in the storefront's ERP system or its nearest ancestor's, and who bought for it."""
    return Resolution(
        Outcome.ACCOUNT,
        account=account.shared_id,
        customer=person.shared_id if person else None,
        customer_action=CustomerAction.FOUND if person else CustomerAction.NONE,
        erp_customer_number=account.number,
        number_from=account.number_from,
        warnings=cautions_of(person),
    )


def to_customer(person: CustomerFact, cautions: Sequence[Caution] = ()) -> Resolution:
    """The customer and his number in the storefront's ERP system."""
    return Resolution(
        Outcome.CUSTOMER,
        customer=person.shared_id,
        customer_action=CustomerAction.FOUND,
        erp_customer_number=person.number,
        warnings=(*cautions, *cautions_of(person)),
    )


def to_erp_customer(row: ErpFact, facts: Facts, cautions: Sequence[Caution] = ()) -> Resolution:
    """The number, the customer who carries it or will, and the account whose number it is, unless that is disabled."""
    account = facts.accounts.get(row.account) if row.account else None
    is_disabled = account is not None and account.status == DISABLED
    counted = account if account is not None and not is_disabled else None
    person, action = _person_behind(row, facts)
    disabled = (Caution.ACCOUNT_DISABLED,) if is_disabled else ()
    not_allowed = () if row.allows_orders else (Caution.ERP_ORDERS_NOT_ALLOWED,)
    return Resolution(
        Outcome.ERP_CUSTOMER,
        account=counted.shared_id if counted else None,
        customer=person.shared_id if person else None,
        customer_action=action,
        erp_customer_number=row.number,
        number_from=counted.shared_id if counted else None,
        warnings=(*disabled, *not_allowed, *cautions, *cautions_of(person)),
    )


def blocking_reason(shared_id: str | None, facts: Facts) -> Reason | None:
    """Why an account holds the order it would get: it is suspended or pending."""
    account = facts.accounts.get(shared_id) if shared_id else None
    return BLOCKING_STATUS.get(account.status) if account else None


def preferred(found: Sequence[CustomerFact]) -> list[CustomerFact]:
    """Registered customers beat guests found by the same key."""
    registered = [person for person in found if person.kind == REGISTERED]
    return registered or list(found)


def is_shown(person: CustomerFact | None, target: Target) -> bool:
    """Whether the customer whom the order is given to sees it among his own.

    `target` names him outright, or it was placed with an e-mail that is known to be his, or was of a record merged into
    him. A phone, a guest's e-mail or one that he wrote himself may be anybody's.
    """
    if target.customer is not None:
        return True
    return person is not None and person.kind == REGISTERED and person.by_email and person.email_is_known


def cautions_of(person: CustomerFact | None) -> tuple[Caution, ...]:
    """What staff should know of the customer an order was given to."""
    if person is None:
        return ()
    inactive = () if person.active else (Caution.CUSTOMER_INACTIVE,)
    on_hold = (Caution.CUSTOMER_ON_HOLD,) if person.on_hold else ()
    return (*inactive, *on_hold)


def _person_behind(row: ErpFact, facts: Facts) -> tuple[CustomerFact | None, CustomerAction]:
    """Who carries the number; else the single customer with the order's e-mail and no number; else a new one.

    Nobody takes a number by an e-mail that he wrote himself.
    """
    if row.customer:
        return facts.customers[row.customer], CustomerAction.FOUND
    reached = [person for person in facts.customers.values() if person.by_email]
    found = preferred([person for person in reached if not person.email_is_own_word])
    if len(found) == 1 and found[0].number is None:
        return found[0], CustomerAction.LINKED
    return None, CustomerAction.MADE
