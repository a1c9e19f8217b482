"""Facts as candidates of a step: what a receipt says of each, whichever step found it."""

from orders.choosing import Candidate, Dates, Why
from orders.facts import AccountFact, ContactFact, CustomerFact, ErpFact


def of_contact(contact: ContactFact, account: AccountFact, why: Why) -> Candidate:
    return Candidate(
        type="contact",
        id=contact.id,
        matched_on=("email",),
        whose=account.shared_id,
        dates=Dates(created=account.created_at, first_sale=account.first_order_at),
        details={"account": account.shared_id, "account_status": account.status},
        why=why,
    )


def of_account(account: AccountFact, matched_on: tuple[str, ...], why: Why) -> Candidate:
    return Candidate(
        type="account",
        id=account.shared_id,
        matched_on=matched_on,
        whose=account.shared_id,
        dates=Dates(created=account.created_at, first_sale=account.first_order_at),
        details={"account_status": account.status},
        why=why,
    )


def of_customer(person: CustomerFact, matched_on: tuple[str, ...], why: Why) -> Candidate:
    return Candidate(
        type="customer",
        id=person.shared_id,
        matched_on=matched_on,
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


def of_erp_customer(row: ErpFact, matched_on: tuple[str, ...], why: Why = Why.UNDECIDED) -> Candidate:
    return Candidate(
        type="erp_customer",
        id=row.number,
        matched_on=matched_on,
        whose=row.number,
        dates=Dates(created=row.first_sale_on, first_sale=row.first_sale_on),
        details={"read_at": row.read_at.isoformat(), "allows_orders": row.allows_orders},
        why=why,
    )


def of_something_gone(kind: str, identifier: str, matched_on: tuple[str, ...], why: Why) -> Candidate:
    """What is known by its id alone."""
    return Candidate(type=kind, id=identifier, matched_on=matched_on, whose=identifier, why=why)
