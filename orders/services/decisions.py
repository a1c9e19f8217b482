"""Write decisions: the receipt, the evidence beside it, and whose the order is now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models.functions import Coalesce

from accounts.models import Account
from customers.models import Customer
from customers.services.customers import (
    CustomerDraft,
    ExternalIdDraft,
    insert_customers,
    link_external_ids,
    prepare_customers,
)
from events.recording import Fact, record
from orders.facts import Target
from orders.findings import CustomerAction
from orders.giving import is_shown
from orders.models import Cart, DecisionEvidence, IdentityDecision, Order
from orders.receipts import RULES, ReceiptKey, canonical, receipt_content
from orders.services.erp_wishes import wanted_in_erp
from orders.services.pins import pin
from orders.services.verdicts import Verdict

DECIDED_COLUMNS = [
    "decision", "outcome", "reason", "account", "account_tree_id", "customer", "shown_to_customer",
    "erp_customer_number", "updated_at",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """The accounts and customers that verdicts name, by shared id; `made` are to be inserted, with their drafts."""

    accounts: dict[str, Account]
    customers: dict[str, Customer]
    made: list[tuple[CustomerDraft, Customer]]


def receipt_key() -> ReceiptKey:
    return ReceiptKey(id=settings.RECEIPT_KEY_ID, secret=settings.RECEIPT_KEY)


def named_by(verdicts: Sequence[Verdict], *, at: datetime) -> Named:
    """Everyone was read when facts were gathered, for this verdict or, in a batch, for an earlier one."""
    accounts: dict[str, Account] = {}
    customers: dict[str, Customer] = {}
    for rows in {id(each.rows): each.rows for each in verdicts}.values():
        accounts |= rows.accounts
        customers |= rows.customers
    drafts = [each.draft for each in verdicts if each.draft]
    made = prepare_customers(drafts=drafts, at=at)
    customers |= {customer.shared_id: customer for customer in made}
    return Named(accounts, customers, list(zip(drafts, made, strict=True)))


def apply(order: Order, verdict: Verdict, named: Named, *, by: str = RULES) -> None:
    """Let the order say what the verdict says, and give it the decision that says why. Nothing is saved yet.

    `by` is `rules`, or the actor text of the person who decided.
    """
    resolution = verdict.resolution
    order.outcome = resolution.outcome
    order.reason = resolution.reason or ""
    order.account = named.accounts[resolution.account] if resolution.account else None
    order.account_tree_id = order.account.tree_id if order.account else None
    order.customer = named.customers[verdict.customer] if verdict.customer else None
    order.erp_customer_number = resolution.erp_customer_number or ""
    named_outright = verdict.asked.ruling.target if verdict.asked.ruling else Target()
    order.shown_to_customer = is_shown(verdict.facts.person(verdict.customer), named_outright)
    superseded = order.decision if order.decision_id else None
    order.decision = _decision(order, verdict, superseded, by=by)


def write_decisions(decided: Iterable[tuple[Order, Verdict]], named: Named, *, by: str, at: datetime) -> None:
    """Insert the decisions that `apply` gave the orders, their evidence, what they pin, and whom they need made.

    Customers are inserted here, after all that can be written without them: whoever else makes some waits from then on.
    """
    pairs = list(decided)
    IdentityDecision.objects.bulk_create([order.decision for order, _ in pairs])
    drafts, made = [draft for draft, _ in named.made], [customer for _, customer in named.made]
    insert_customers(customers=made, drafts=drafts, by=by, at=at)
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
    pin((verdict.asked, order) for order, verdict in pairs)


def decide_anew(decided: Sequence[tuple[Order, Verdict]], *, decided_by: str, by: str, at: datetime) -> None:
    """Write new decisions for orders that are here already, locked by the caller, and what they say now."""
    named = named_by([verdict for _, verdict in decided], at=at)
    was = {order.pk: str(order.outcome) for order, _ in decided}
    carts = Cart.objects.filter(order__in=[order.pk for order, _ in decided])
    ordered_here = set(carts.values_list("order", Coalesce("customer__merged_into", "customer")))
    for order, verdict in decided:
        apply(order, verdict, named, by=decided_by)
        # Who ordered it here himself does not lose it by being asked about.
        order.shown_to_customer |= (order.pk, order.customer_id) in ordered_here
        order.updated_at = at
    write_decisions(decided, named, by=by, at=at)
    Order.objects.bulk_update([order for order, _ in decided], DECIDED_COLUMNS)
    facts = [_decided(order, verdict, was=was[order.pk]) for order, verdict in decided]
    if facts:
        record(*facts, *wanted_in_erp(decided), by=by, at=at)


def _decided(order: Order, verdict: Verdict, *, was: str) -> Fact:
    ruling = verdict.asked.ruling
    action = {"action": str(ruling.action)} if ruling else {}
    return Fact("order.decided", f"order:{order.pk}", {"outcome": str(order.outcome), "was": was, **action})


def _decision(order: Order, verdict: Verdict, superseded: IdentityDecision | None, *, by: str) -> IdentityDecision:
    asked = verdict.asked
    content = receipt_content(
        storefront=asked.storefront.code,
        question=asked.question,
        facts=verdict.facts,
        resolution=verdict.resolution,
        policy=asked.policy,
        key=receipt_key(),
        by=by,
        ruling=asked.ruling,
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
        decided_by=by,
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
        why=verdict.asked.why,
        mended=verdict.asked.mended.stored(),
        named_customers=sorted(people),
    )
