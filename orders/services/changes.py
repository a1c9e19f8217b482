"""Change what was bought. Whose the order is, is not touched by it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction
from orders.models import AddressRole, Order, OrderAddress, OrderLine, OrderStatus
from orders.submissions import AddressDraft, LineDraft, values_of


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
        values = {**(totals or {}), **({"status": status} if status is not None else {})}
        new = _what_differs(locked, values=values, lines=lines, addresses=addresses or {})
        if new.is_nothing:
            return locked
        _write(locked, new, at=at)
        record(Fact("order.changed", f"order:{locked.pk}", {"fields": new.fields()}), by=by, at=at)
    return locked


@dataclass(frozen=True, slots=True)
class _New:
    """What differs from what is stored; lines None: they do not."""

    values: dict[str, Any]
    lines: Sequence[LineDraft] | None
    addresses: dict[AddressRole, AddressDraft | None]

    @property
    def is_nothing(self) -> bool:
        return not self.values and self.lines is None and not self.addresses

    def fields(self) -> list[str]:
        lines = [] if self.lines is None else ["lines"]
        return sorted([*self.values, *lines, *(f"{role}_address" for role in self.addresses)])


def _what_differs(
    order: Order,
    *,
    values: dict[str, Any],
    lines: Sequence[LineDraft] | None,
    addresses: dict[AddressRole, AddressDraft | None],
) -> _New:
    stored = _stored_addresses(order) if addresses else {}
    return _New(
        values={name: value for name, value in values.items() if getattr(order, name) != value},
        lines=None if lines is None or list(lines) == _stored_lines(order) else lines,
        addresses={role: address for role, address in addresses.items() if address != stored.get(role)},
    )


def _write(order: Order, new: _New, *, at: datetime) -> None:
    for name, value in new.values.items():
        setattr(order, name, value)
    if new.lines is not None:
        _replace_lines(order, new.lines)
    for role, address in new.addresses.items():
        _replace_address(order, role, address)
    order.updated_at = at
    order.save(update_fields=[*new.values, "updated_at"])


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
        OrderLine(order=order, position=position, **values_of(line)) for position, line in enumerate(lines, start=1)
    )


def _replace_address(order: Order, role: AddressRole, address: AddressDraft | None) -> None:
    OrderAddress.objects.filter(order=order, role=role).delete()
    if address is not None:
        OrderAddress.objects.create(order=order, role=role, **values_of(address))
