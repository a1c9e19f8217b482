"""Write decisions: the receipt, the evidence beside it, and whose the order is now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.models import Account
from customers.models import Customer
from customers.services.customers import ExternalIdDraft, link_external_ids
from orders.findings import CustomerAction
from orders.models import DecisionEvidence, IdentityDecision, Order
from orders.receipts import RULES, ReceiptKey, canonical, receipt_content
from orders.services.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class Named:
    """The accounts and customers that verdicts name, by shared id."""

    accounts: dict[str, Account]
    customers: dict[str, Customer]


def receipt_key() -> ReceiptKey:
    return ReceiptKey(id=settings.RECEIPT_KEY_ID, secret=settings.RECEIPT_KEY)


def named_by(verdicts: Sequence[Verdict]) -> Named:
    """Two statements at most, whatever the number of verdicts."""
    accounts = {each.resolution.account for each in verdicts if each.resolution.account}
    customers = {each.customer for each in verdicts if each.customer}
    return Named(
        {found.shared_id: found for found in (Account.objects.filter(shared_id__in=accounts) if accounts else ())},
        {found.shared_id: found for found in (Customer.objects.filter(shared_id__in=customers) if customers else ())},
    )


def apply(order: Order, verdict: Verdict, named: Named) -> None:
    """Let the order say what the verdict says, and give it the decision that says why. Nothing is saved yet."""
    resolution = verdict.resolution
    order.outcome = resolution.outcome
    order.reason = resolution.reason or ""
    order.account = named.accounts[resolution.account] if resolution.account else None
    order.account_tree_id = order.account.tree_id if order.account else None
    order.customer = named.customers[verdict.customer] if verdict.customer else None
    order.erp_customer_number = resolution.erp_customer_number or ""
    superseded = order.decision if order.decision_id else None
    order.decision = _decision(order, verdict, superseded)


def write_decisions(decided: Iterable[tuple[Order, Verdict]], named: Named, *, by: str, at: datetime) -> None:
    """Insert the decisions that `apply` gave the orders, their evidence, and the numbers linked customers got."""
    pairs = list(decided)
    IdentityDecision.objects.bulk_create([order.decision for order, _ in pairs])
    DecisionEvidence.objects.bulk_create([_evidence(verdict, named) for _, verdict in pairs])
    links = [
        ExternalIdDraft(
            named.customers[verdict.customer], verdict.asked.policy.erp_system, verdict.resolution.erp_customer_number
        )
        for _, verdict in pairs
        if verdict.customer
        and verdict.resolution.erp_customer_number
        and verdict.resolution.customer_action == CustomerAction.LINKED
    ]
    link_external_ids(links=links, by=by, at=at)


def _decision(order: Order, verdict: Verdict, superseded: IdentityDecision | None) -> IdentityDecision:
    asked = verdict.asked
    content = receipt_content(
        storefront=asked.storefront.code,
        question=asked.question,
        facts=verdict.facts,
        resolution=verdict.resolution,
        policy=asked.policy,
        key=receipt_key(),
        by=RULES,
    )
    return IdentityDecision(
        id=verdict.decision_id,
        order=order,
        supersedes=superseded,
        policy=asked.storefront.current_policy,
        outcome=order.outcome,
        reason=order.reason,
        account=order.account,
        customer=order.customer,
        erp_customer_number=order.erp_customer_number,
        decided_at=asked.question.decided_at,
        decided_by=RULES,
        mirror_as_of=verdict.facts.erp.caught_up_at if verdict.facts.erp else None,
        receipt=canonical(content),
    )


def _evidence(verdict: Verdict, named: Named) -> DecisionEvidence:
    labels = dict(verdict.labels)
    if verdict.customer:
        customer = named.customers[verdict.customer]
        labels.setdefault(f"customer:{verdict.customer}", f"{customer} ({customer.reference})")
    stood_for = {shared_id for fact in verdict.facts.customers.values() for shared_id in fact.stands_for}
    people = {*verdict.facts.customers, *stood_for, *([verdict.customer] if verdict.customer else [])}
    return DecisionEvidence(
        decision_id=verdict.decision_id,
        email_key=verdict.asked.question.email or "",
        phone_key=verdict.asked.question.phone or "",
        labels=labels,
        facts=verdict.facts.stored(),
        named_customers=sorted(people),
    )
