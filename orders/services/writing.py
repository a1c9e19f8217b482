"""Write decided orders: six inserts whatever their number, none of which reads anything back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from uuid6 import uuid7

from accounts.models import Account
from customers.models import Customer, CustomerExternalId
from customers.services.customers import CustomerDraft
from orders.facts import Facts, Question
from orders.findings import CustomerAction, Resolution
from orders.models import AddressRole, DecisionEvidence, IdentityDecision, Order, OrderAddress, OrderLine
from orders.receipts import RULES, ReceiptKey, canonical, receipt_content
from orders.submissions import OrderSubmission
from storefronts.policy import Policy


@dataclass(frozen=True, slots=True)
class Decided:
    """An order and whose it is, ready to be written; `draft` is the customer it needs made."""

    submission: OrderSubmission
    question: Question
    policy: Policy
    facts: Facts
    labels: dict[str, str]
    resolution: Resolution
    draft: CustomerDraft | None
    order_id: UUID = field(default_factory=uuid7)
    decision_id: UUID = field(default_factory=uuid7)

    @property
    def customer(self) -> str | None:
        """The shared id of who was found, or is made, for it."""
        return self.draft.shared_id if self.draft else self.resolution.customer


def receipt_key() -> ReceiptKey:
    return ReceiptKey(id=settings.RECEIPT_KEY_ID, secret=settings.RECEIPT_KEY)


def write_orders(decided: Sequence[Decided], *, by: str, at: datetime) -> list[Order]:  # noqa: ARG001 -- history reads `by` from the transaction
    """Insert orders, lines, addresses, decisions and evidence, and give linked customers their ERP number.

    Returns the orders as `with_identity().with_parts()` would.
    """
    if not decided:
        return []
    accounts = _accounts(decided)
    customers = _customers(decided)
    orders = [_order(each, accounts, customers, at=at) for each in decided]
    Order.objects.bulk_create(orders)
    IdentityDecision.objects.bulk_create([order.decision for order in orders])
    DecisionEvidence.objects.bulk_create([_evidence(each, customers) for each in decided])
    lines = {each.order_id: _lines(each) for each in decided}
    addresses = {each.order_id: _addresses(each) for each in decided}
    OrderLine.objects.bulk_create(line for own in lines.values() for line in own)
    OrderAddress.objects.bulk_create(address for own in addresses.values() for address in own)
    for order in orders:
        _remember_parts(order, lines=lines[order.pk], addresses=addresses[order.pk])
    CustomerExternalId.objects.bulk_create(
        CustomerExternalId(
            customer=customers[each.customer],
            system=each.policy.erp_system,
            external_id=each.resolution.erp_customer_number or "",
        )
        for each in decided
        if each.customer and each.resolution.customer_action == CustomerAction.LINKED
    )
    return orders


def _remember_parts(order: Order, **known: list[Any]) -> None:
    """Let the order answer for related rows that were just written, as `with_parts()` would, without reading them."""
    for name, rows in known.items():
        related = getattr(order, name).all()
        related._result_cache = rows  # noqa: SLF001 -- what prefetch_related itself does
        related._prefetch_done = True  # noqa: SLF001
        order.__dict__.setdefault("_prefetched_objects_cache", {})[name] = related


def _lines(each: Decided) -> list[OrderLine]:
    return [
        OrderLine(order_id=each.order_id, position=position, **asdict(line))
        for position, line in enumerate(each.submission.lines, start=1)
    ]


def _addresses(each: Decided) -> list[OrderAddress]:
    given = {
        AddressRole.BILLING: each.submission.billing_address,
        AddressRole.SHIPPING: each.submission.shipping_address,
    }
    return [
        OrderAddress(order_id=each.order_id, role=role, **asdict(address)) for role, address in given.items() if address
    ]


def _accounts(decided: Sequence[Decided]) -> dict[str, Account]:
    wanted = {each.resolution.account for each in decided if each.resolution.account}
    found = Account.objects.filter(shared_id__in=wanted) if wanted else ()
    return {account.shared_id: account for account in found}


def _customers(decided: Sequence[Decided]) -> dict[str, Customer]:
    wanted = {each.customer for each in decided if each.customer}
    found = Customer.objects.filter(shared_id__in=wanted) if wanted else ()
    return {customer.shared_id: customer for customer in found}


def _order(each: Decided, accounts: dict[str, Account], customers: dict[str, Customer], *, at: datetime) -> Order:
    submission, resolution = each.submission, each.resolution
    account = accounts[resolution.account] if resolution.account else None
    order = Order(
        id=each.order_id,
        storefront=submission.storefront,
        number=submission.number,
        kind=submission.kind,
        status=submission.status,
        placed_at=submission.placed_at,
        received_at=at,
        updated_at=at,
        currency=submission.currency,
        **{f"claim_{name}": value for name, value in asdict(submission.claim).items()},
        purchase_order_number=submission.purchase_order_number,
        payment_method=submission.payment_method,
        **asdict(submission.totals),
        received_digest=submission.digest(),
        outcome=resolution.outcome,
        reason=resolution.reason or "",
        account=account,
        account_tree_id=account.tree_id if account else None,
        customer=customers[each.customer] if each.customer else None,
        erp_customer_number=resolution.erp_customer_number or "",
    )
    order.decision = _decision(each, order)
    return order


def _decision(each: Decided, order: Order) -> IdentityDecision:
    content = receipt_content(
        storefront=each.submission.storefront.code,
        question=each.question,
        facts=each.facts,
        resolution=each.resolution,
        policy=each.policy,
        key=receipt_key(),
        by=RULES,
    )
    return IdentityDecision(
        id=each.decision_id,
        order=order,
        policy=each.submission.storefront.current_policy,
        outcome=order.outcome,
        reason=order.reason,
        account=order.account,
        customer=order.customer,
        erp_customer_number=order.erp_customer_number,
        decided_at=each.question.decided_at,
        decided_by=RULES,
        mirror_as_of=each.facts.erp.caught_up_at if each.facts.erp else None,
        receipt=canonical(content),
    )


def _evidence(each: Decided, customers: dict[str, Customer]) -> DecisionEvidence:
    labels = dict(each.labels)
    if each.customer:
        customer = customers[each.customer]
        labels.setdefault(f"customer:{each.customer}", f"{customer} ({customer.reference})")
    stood_for = {shared_id for fact in each.facts.customers.values() for shared_id in fact.stands_for}
    named = {*each.facts.customers, *stood_for, *([each.customer] if each.customer else [])}
    return DecisionEvidence(
        decision_id=each.decision_id,
        email_key=each.question.email or "",
        phone_key=each.question.phone or "",
        labels=labels,
        facts=each.facts.stored(),
        named_customers=sorted(named),
    )
