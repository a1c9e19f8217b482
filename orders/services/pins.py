"""Pinned identities: what is pinned to the shop's customer ids of orders, and pinning what was decided."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from orders.facts import Target
from orders.findings import Resolution
from orders.models import Order, PinnedIdentity
from orders.services.asking import Asked
from orders.words import OrderKind, Outcome

PinKey = tuple[int, OrderKind, str]


def pin_key(asked: Asked) -> PinKey | None:
    """Storefront, kind and the shop's customer id; None where the order brings none that can be pinned to."""
    return (asked.storefront.pk, asked.question.kind, asked.pin) if asked.pin else None


def pinned_target(resolution: Resolution, *, customer: str | None) -> Target | None:
    """What a decision pins; `customer` is the shared id of who was found or made. None where it found nobody."""
    if resolution.outcome == Outcome.ERP_CUSTOMER:
        return Target(erp_number=resolution.erp_customer_number)
    if resolution.outcome == Outcome.ACCOUNT:
        return Target(account=resolution.account, customer=customer)
    if resolution.outcome in {Outcome.CUSTOMER, Outcome.CREATED}:
        return Target(customer=customer)
    return None


def pinned_targets(asked: Sequence[Asked]) -> list[Target | None]:
    """What is pinned for each order whose policy asks, in order: one statement, none where no policy does."""
    wanted: dict[tuple[int, OrderKind], set[str]] = defaultdict(set)
    for each in asked:
        if each.looks_for_pin and each.pin:
            wanted[each.storefront.pk, each.question.kind].add(each.pin)
    if not wanted:
        return [None] * len(asked)
    reached = Q()
    for (storefront, kind), external_ids in wanted.items():
        reached |= Q(storefront=storefront, kind=kind, external_id__in=external_ids)
    rows = PinnedIdentity.objects.filter(reached).values_list(
        "storefront",
        "kind",
        "external_id",
        "account__shared_id",
        "customer__shared_id",
        "erp_customer_number",
        "erp_system",
        "decision__order",
    )
    found = {(row[0], OrderKind(row[1]), row[2]): row[3:] for row in rows}
    return [_target(found.get(key), each) if (key := pin_key(each)) else None for each in asked]


def _target(row: tuple[Any, ...] | None, asked: Asked) -> Target | None:
    """What is pinned, if it says something here: a number of another ERP system is somebody else's by now.

    What an order pinned itself does not decide it once more.
    """
    if row is None or not asked.looks_for_pin:
        return None
    account, customer, number, erp_system, order_id = row
    if (number and erp_system != asked.policy.erp_system) or order_id == asked.order_id:
        return None
    return Target(account, customer, number or None)


def pin(decided: Iterable[tuple[Asked, Order]]) -> None:
    """Pin every decision that found somebody to the shop's customer id of its order: one statement at most.

    The latest of several for one id counts. Rows are written in one order, so that two transactions never wait for each
    other in a circle.
    """
    latest: dict[PinKey, PinnedIdentity] = {}
    for asked, order in decided:
        key = pin_key(asked)
        row = _row(order, asked) if key else None
        if key and row:
            row.external_id = key[2]
            latest[key] = row
    if latest:
        PinnedIdentity.objects.bulk_create(
            [latest[key] for key in sorted(latest)],
            update_conflicts=True,
            unique_fields=["storefront", "kind", "external_id"],
            update_fields=["account", "customer", "erp_customer_number", "erp_system", "decision"],
        )


def _row(order: Order, asked: Asked) -> PinnedIdentity | None:
    row = PinnedIdentity(storefront_id=order.storefront_id, kind=order.kind, decision_id=order.decision_id)
    if order.outcome == Outcome.ERP_CUSTOMER:
        row.erp_customer_number, row.erp_system = order.erp_customer_number, asked.policy.erp_system
    elif order.outcome == Outcome.ACCOUNT:
        row.account_id, row.customer_id = order.account_id, order.customer_id
    elif order.outcome in {Outcome.CUSTOMER, Outcome.CREATED}:
        row.customer_id = order.customer_id
    else:
        return None
    return row
