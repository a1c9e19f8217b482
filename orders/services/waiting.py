"""Decide anew the orders that wait for the ERP, on facts and policy as they are now."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import DataError, IntegrityError
from django.db.models import F, Q

from customers.models import ErpSystem
from events.transaction import transaction
from orders.models import Order
from orders.querysets import OrderQuerySet
from orders.receipts import RULES
from orders.services.asking import of_order, person_locks
from orders.services.decisions import decide_anew
from orders.services.verdicts import reach_verdicts
from orders.words import Outcome, Reason
from storefronts.models import Storefront

BATCH = 200

logger = logging.getLogger(__name__)


def decide_waiting_orders(*, by: str, at: datetime) -> int:
    """Decide every waiting order that can be decided now, in short transactions; returns how many were.

    An order is looked at again once a catch-up of its ERP system began after it arrived, its policy has changed, or it
    waits for a row that was too old. One that must go on waiting is left as it is; one of an erased person is never
    decided again. Killed half-way, the next call goes on.
    """
    decided = 0
    for ids in _batches(_ready_ids()):
        try:
            decided += _decide_batch(ids, by=by, at=at)
        except (DataError, IntegrityError, ValueError, LookupError):
            # One of them cannot be decided as things are: the others are, each for itself.
            decided += sum(_decide_alone(pk, by=by, at=at) for pk in ids)
    return decided


def _decide_alone(pk: UUID, *, by: str, at: datetime) -> int:
    try:
        return _decide_batch([pk], by=by, at=at)
    except (DataError, IntegrityError, ValueError, LookupError) as error:
        logger.error("The waiting order %s cannot be decided: %s", pk, type(error).__name__)  # noqa: TRY400 -- texts of the database quote people
        return 0


def _ready_ids() -> list[UUID]:
    ready = ~Q(decision__policy=F("storefront__current_policy")) | Q(reason=Reason.ERP_ROW_STALE)
    for system in ErpSystem.objects.filter(last_catch_up_began_at__isnull=False):
        ready |= Q(storefront__erp_system=system.code, received_at__lt=system.last_catch_up_began_at)
    return list(_waiting().filter(ready).order_by("id").values_list("id", flat=True))


def _waiting() -> OrderQuerySet:
    waiting: OrderQuerySet = Order.objects.filter(outcome=Outcome.AWAITING_ERP).not_erased()
    return waiting


def _batches(ids: Sequence[UUID]) -> Iterable[Sequence[UUID]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _decide_batch(ids: Sequence[UUID], *, by: str, at: datetime) -> int:
    storefronts = {each.pk: each for each in Storefront.objects.with_policy()}
    read = list(_waiting().select_related("decision__evidence").filter(id__in=ids).order_by("id"))
    asked = {order.pk: of_order(order, storefronts[order.storefront_id], at=at) for order in read}
    with transaction(by=by, locks=person_locks(asked.values())):
        # A person may have decided meanwhile, or mended the claim: his decision stands.
        locked = _waiting().select_for_update(of=["self"]).select_related("decision").filter(id__in=ids).order_by("id")
        as_read = {order.pk: order.decision_id for order in read}
        orders = [order for order in locked if as_read.get(order.pk) == order.decision_id]
        verdicts = reach_verdicts([asked[order.pk] for order in orders])
        settled = [
            (order, verdict)
            for order, verdict in zip(orders, verdicts, strict=True)
            if verdict.resolution.outcome != Outcome.AWAITING_ERP
        ]
        decide_anew(settled, decided_by=RULES, by=by, at=at)
    return len(settled)
