"""Decide anew the orders that wait for the ERP, on facts and policy as they are now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from customers.models import ErpSystem
from events.recording import Fact, record
from events.transaction import transaction
from orders.models import Order
from orders.querysets import OrderQuerySet
from orders.services.decisions import apply, named_by, write_decisions
from orders.services.verdicts import Asked, decide, person_locks, policy_of
from orders.submissions import Claim
from orders.words import OrderKind, Outcome, Reason
from storefronts.models import Storefront

BATCH = 200
DECIDED_COLUMNS = [
    "decision", "outcome", "reason", "account", "account_tree_id", "customer", "erp_customer_number", "updated_at",
]  # fmt: skip


def decide_waiting_orders(*, by: str, at: datetime) -> int:
    """Decide every waiting order that can be decided now, in short transactions; returns how many were.

    An order is looked at again once a catch-up of its ERP system began after it arrived, its policy has changed, or it
    waits for a row that was too old. One that must go on waiting is left as it is; one of an erased person is never
    decided again. Killed half-way, the next call goes on.
    """
    decided = 0
    for ids in _batches(_ready_ids()):
        decided += _decide_batch(ids, by=by, at=at)
    return decided


def _ready_ids() -> list[UUID]:
    ready = ~Q(decision__policy=F("storefront__current_policy")) | Q(reason=Reason.ERP_ROW_STALE)
    for system in ErpSystem.objects.filter(last_catch_up_began_at__isnull=False):
        ready |= Q(storefront__erp_system=system.code, received_at__lt=system.last_catch_up_began_at)
    return list(_waiting().filter(ready).order_by("id").values_list("id", flat=True))


def _waiting() -> OrderQuerySet:
    waiting: OrderQuerySet = Order.objects.filter(
        outcome=Outcome.AWAITING_ERP, decision__evidence__erased_at__isnull=True
    )
    return waiting


def _batches(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _decide_batch(ids: Sequence[UUID], *, by: str, at: datetime) -> int:
    storefronts = {each.pk: each for each in Storefront.objects.with_policy()}
    orders = list(Order.objects.filter(id__in=ids).order_by("id"))
    asked = {order.pk: _asked(order, storefronts[order.storefront_id], at=at) for order in orders}
    with transaction(by=by, locks=person_locks(each.question for each in asked.values())):
        # A person may have decided meanwhile: his decision stands.
        locked = list(
            _waiting().select_for_update(of=["self"]).select_related("decision").filter(id__in=ids).order_by("id")
        )
        verdicts = decide([asked[order.pk] for order in locked], by=by, at=at)
        settled = [
            (order, verdict)
            for order, verdict in zip(locked, verdicts, strict=True)
            if verdict.resolution.outcome != Outcome.AWAITING_ERP
        ]
        named = named_by([verdict for _, verdict in settled])
        for order, verdict in settled:
            apply(order, verdict, named)
            order.updated_at = at
        write_decisions(settled, named, by=by, at=at)
        Order.objects.bulk_update([order for order, _ in settled], DECIDED_COLUMNS)
        facts = [
            Fact(
                "order.decided", f"order:{order.pk}", {"outcome": str(order.outcome), "was": str(Outcome.AWAITING_ERP)}
            )
            for order, _ in settled
        ]
        if facts:
            record(*facts, by=by, at=at)
    return len(settled)


def _asked(order: Order, storefront: Storefront, *, at: datetime) -> Asked:
    policy = policy_of(storefront)
    claim = Claim(
        email=order.claim_email,
        phone=order.claim_phone,
        first_name=order.claim_first_name,
        last_name=order.claim_last_name,
        external_id=order.claim_external_id,
    )
    question = claim.question(kind=OrderKind(order.kind), policy=policy, received_at=order.received_at, decided_at=at)
    return Asked(storefront, policy, claim, question, order.currency, order.placed_at)
