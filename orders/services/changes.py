"""Change what was bought. Whose the order is, is not touched by it."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction
from orders.models import AddressRole, Order, OrderAddress, OrderLine, OrderStatus
from orders.submissions import AddressDraft, LineDraft


def change_order(
    *,
    order: Order,
    status: str | None = None,
    lines: Sequence[LineDraft] | None = None,
    totals: dict[str, Decimal | None] | None = None,
    addresses: dict[AddressRole, AddressDraft | None] | None = None,
    seen_at: datetime | None = None,
    by: str,
    at: datetime,
) -> Order:
    """Replace what is given: the status, all lines, the named totals, the named addresses (None removes one).

    Nothing given, or nothing different, writes nothing.

    `seen_at` is the `updated_at` the caller read; another one now raises StaleError. Raises ValidationError for an
    unknown status.
    """
    if status is not None and status not in OrderStatus.values:
        raise ValidationError({"status": f"One of {', '.join(OrderStatus.values)}."})
    with transaction(by=by):
        # The row alone first: joined with its decision it would be lost where another one is written meanwhile.
        Order.objects.select_for_update().get(pk=order.pk)
        locked: Order = Order.objects.with_identity().get(pk=order.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        values: dict[str, Any] = {**(totals or {}), **({"status": status} if status is not None else {})}
        values = {name: value for name, value in values.items() if getattr(locked, name) != value}
        lines = None if lines is None or list(lines) == _stored_lines(locked) else lines
        stored = _stored_addresses(locked) if addresses else {}
        changed_addresses = {role: new for role, new in (addresses or {}).items() if new != stored.get(role)}
        if not values and lines is None and not changed_addresses:
            return locked
        for name, value in values.items():
            setattr(locked, name, value)
        if lines is not None:
            _replace_lines(locked, lines)
        for role, address in changed_addresses.items():
            _replace_address(locked, role, address)
        locked.updated_at = at
        locked.save(update_fields=[*values, "updated_at"])
        changed = sorted(
            [*values, *(["lines"] if lines is not None else []), *(f"{role}_address" for role in changed_addresses)]
        )
        record(Fact("order.changed", f"order:{locked.pk}", {"fields": changed}), by=by, at=at)
    return locked


def _stored_lines(order: Order) -> list[LineDraft]:
    rows = OrderLine.objects.filter(order=order).order_by("position")
    return [LineDraft(row.sku, row.quantity, row.unit_price, row.name) for row in rows]


def _stored_addresses(order: Order) -> dict[str, AddressDraft]:
    names = [item.name for item in fields(AddressDraft)]
    rows = OrderAddress.objects.filter(order=order)
    return {row.role: AddressDraft(**{name: getattr(row, name) for name in names}) for row in rows}


def _replace_lines(order: Order, lines: Sequence[LineDraft]) -> None:
    OrderLine.objects.filter(order=order).delete()
    OrderLine.objects.bulk_create(
        OrderLine(order=order, position=position, **asdict(line)) for position, line in enumerate(lines, start=1)
    )


def _replace_address(order: Order, role: AddressRole, address: AddressDraft | None) -> None:
    OrderAddress.objects.filter(order=order, role=role).delete()
    if address is not None:
        OrderAddress.objects.create(order=order, role=role, **asdict(address))
