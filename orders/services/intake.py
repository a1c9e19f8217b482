"""Take orders in: decide whose each is, and write order, decision and receipt in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from uuid6 import uuid7

from events.recording import Fact, record
from events.transaction import lock_key, transaction
from orders.models import AddressRole, Order, OrderAddress, OrderLine
from orders.receipts import RULES
from orders.services.asking import of_submission, person_locks, policy_of
from orders.services.decisions import apply, named_by, write_decisions
from orders.services.erp_wishes import wanted_in_erp
from orders.services.verdicts import Verdict, reach_verdicts
from orders.submissions import OrderSubmission, values_of

OrderKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Received:
    """An order that is here now. `is_new` False: it was here before, with the same content."""

    order: Order
    is_new: bool


class OrderExistsWithOtherContentError(Exception):
    """The storefront sent this number before, with other content. The stored order is untouched."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


def receive_order(*, submission: OrderSubmission, by: str, at: datetime) -> Received:
    """Take one order in. Its identity never makes it refused: what cannot be decided is held.

    Raises OrderExistsWithOtherContentError; the same order again is returned as it is now.
    """
    (received,) = receive_orders(submissions=[submission], by=by, at=at)
    if isinstance(received, OrderExistsWithOtherContentError):
        raise received
    return received


def receive_orders(
    *, submissions: Sequence[OrderSubmission], by: str, at: datetime
) -> list[Received | OrderExistsWithOtherContentError]:
    """Take many in, in one transaction, as if one after another; the answers are in their order.

    The number of statements does not depend on the number of orders. Two equal requests at once, or two first orders of
    one person, wait for each other on locks and make one order, one customer.
    """
    if not submissions:
        return []
    policies = {each.storefront.pk: policy_of(each.storefront) for each in submissions}
    asked = [of_submission(each, policy=policies[each.storefront.pk], at=at) for each in submissions]
    locks = [lock_key("order", *_key(each)) for each in submissions]
    with transaction(by=by, locks=[*locks, *person_locks(asked)]):
        known = _known_orders(submissions)
        fresh: dict[OrderKey, int] = {}
        for index, each in enumerate(submissions):
            if _key(each) not in known:
                fresh.setdefault(_key(each), index)
        verdicts = reach_verdicts([asked[index] for index in fresh.values()])
        taken = [(submissions[index], verdict) for index, verdict in zip(fresh.values(), verdicts, strict=True)]
        known |= dict(zip(fresh, write_orders(taken, by=by, at=at), strict=True))
    return [_answer(each, known[_key(each)], is_new=fresh.get(_key(each)) == n) for n, each in enumerate(submissions)]


def _key(submission: OrderSubmission) -> OrderKey:
    return submission.storefront.pk, submission.number


def _known_orders(submissions: Iterable[OrderSubmission]) -> dict[OrderKey, Order]:
    numbers: dict[int, set[str]] = defaultdict(set)
    for each in submissions:
        numbers[each.storefront.pk].add(each.number)
    wanted = Q()
    for storefront_id, of_storefront in numbers.items():
        wanted |= Q(storefront=storefront_id, number__in=of_storefront)
    # Most orders are new: whether one is known is asked first, of one index, and only then what it is.
    ids = list(Order.objects.filter(wanted).order_by().values_list("pk", flat=True))
    known = Order.objects.with_identity().with_parts().filter(pk__in=ids) if ids else ()
    return {(order.storefront_id, order.number): order for order in known}


def write_orders(
    taken: Sequence[tuple[OrderSubmission, Verdict]], *, decided_by: str = RULES, by: str, at: datetime
) -> list[Order]:
    """Insert new orders with their parts and decisions, in the caller's transaction.

    They come back as `with_identity().with_parts()` would read them.
    """
    if not taken:
        return []
    named = named_by([verdict for _, verdict in taken], at=at)
    orders = [_order(submission, at=at) for submission, _ in taken]
    for order, (_, verdict) in zip(orders, taken, strict=True):
        apply(order, verdict, named, by=decided_by)
    Order.objects.bulk_create(orders)
    lines = [_lines(order, submission) for order, (submission, _) in zip(orders, taken, strict=True)]
    addresses = [_addresses(order, submission) for order, (submission, _) in zip(orders, taken, strict=True)]
    OrderLine.objects.bulk_create(line for own in lines for line in own)
    OrderAddress.objects.bulk_create(address for own in addresses for address in own)
    decided = [(order, verdict) for order, (_, verdict) in zip(orders, taken, strict=True)]
    write_decisions(decided, named, by=by, at=at)
    for order, own_lines, own_addresses in zip(orders, lines, addresses, strict=True):
        _remember_parts(order, lines=own_lines, addresses=own_addresses)
    record(*(_received(*each) for each in decided), *wanted_in_erp(decided), by=by, at=at)
    return orders


def _order(submission: OrderSubmission, *, at: datetime) -> Order:
    return Order(
        id=uuid7(),
        storefront=submission.storefront,
        number=submission.number,
        kind=submission.kind,
        status=submission.status,
        placed_at=submission.placed_at,
        received_at=at,
        updated_at=at,
        currency=submission.currency,
        **{f"claim_{name}": value for name, value in values_of(submission.claim).items()},
        purchase_order_number=submission.purchase_order_number,
        payment_method=submission.payment_method,
        **values_of(submission.totals),
        received_digest=submission.digest(),
    )


def _lines(order: Order, submission: OrderSubmission) -> list[OrderLine]:
    return [
        OrderLine(order=order, position=position, **values_of(line))
        for position, line in enumerate(submission.lines, start=1)
    ]


def _addresses(order: Order, submission: OrderSubmission) -> list[OrderAddress]:
    given = {AddressRole.BILLING: submission.billing_address, AddressRole.SHIPPING: submission.shipping_address}
    return [OrderAddress(order=order, role=role, **values_of(address)) for role, address in given.items() if address]


def _remember_parts(order: Order, **known: list[Any]) -> None:
    """Let the order answer for related rows that were just written, as `with_parts()` would, without reading them."""
    for name, rows in known.items():
        related: QuerySet[Any] = getattr(order, name).all()
        related._result_cache = rows  # noqa: SLF001 -- what prefetch_related itself does
        related._prefetch_done = True  # type: ignore[attr-defined] # noqa: SLF001
        order.__dict__.setdefault("_prefetched_objects_cache", {})[name] = related


def _received(order: Order, verdict: Verdict) -> Fact:
    payload = {
        "order": str(order.pk),
        "storefront": order.storefront.code,
        "outcome": str(order.outcome),
        "customer_action": str(verdict.resolution.customer_action),
    }
    return Fact("order.received", f"order:{order.pk}", payload)


def _answer(submission: OrderSubmission, order: Order, *, is_new: bool) -> Received | OrderExistsWithOtherContentError:
    if is_new:
        return Received(order, is_new=True)
    if bytes(order.received_digest) != submission.digest():
        return OrderExistsWithOtherContentError(submission.number)
    return Received(order, is_new=False)
