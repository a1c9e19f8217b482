"""Which price list holds for an account, what a SKU costs by it, and why. `domain.md` 2, effective settings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from babel.numbers import get_currency_precision
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.inheritance import Node, Source, reachable

HUNDRED = Decimal(100)


class PriceListKind(TextChoices):
    FIXED = "fixed", _("Fixed prices")
    PERCENTAGE = "percentage", _("Percent off another list")


class Why(TextChoices):
    """What became of a price list that was looked at on the way up."""

    APPLIES = "applies", _("It applies.")
    SHADOWED = "shadowed", _("A nearer one applies.")
    SHADOWED_BY_STOREFRONT = "shadowed_by_storefront", _("One for this storefront applies.")
    INACTIVE = "inactive", _("The list is inactive.")
    OTHER_CURRENCY = "other_currency", _("The list is in another currency.")
    NOT_YET = "not_yet", _("It begins later.")
    EXPIRED = "expired", _("It has ended.")


@dataclass(frozen=True, slots=True)
class Listed:
    """A price list, as far as the rule looks at it."""

    id: int
    code: str
    name: str
    currency: str
    active: bool = True
    kind: PriceListKind = PriceListKind.FIXED
    percent_off: Decimal | None = None
    base: "Listed | None" = None


@dataclass(frozen=True, slots=True)
class Assigned:
    """A list that an account was given; `storefront` None means all."""

    price_list: Listed
    storefront: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Considered:
    """One assignment on the way up, and whether it counts. `node` is None for the storefront's base list."""

    node: Node | None
    assigned: Assigned
    applies: bool
    reason: Why


@dataclass(frozen=True, slots=True)
class EffectivePriceList:
    """The list that holds, where it is set, and everything it was chosen among."""

    price_list: Listed | None
    source: Source
    set_on: Node | None
    why: Sequence[Considered] = field(default=())


@dataclass(frozen=True, slots=True)
class Entry:
    """A price of a SKU from a quantity upwards."""

    unit_price: Decimal
    min_quantity: int = 1
    available: bool = True
    name: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """What one piece costs; `price_list` is the list whose price it is, None where there is no price.

    `name` is what the lists call the SKU: blank where none of them says.
    """

    sku: str
    quantity: int
    currency: str
    unit_price: Decimal | None
    price_list: Listed | None
    available: bool
    why: Sequence[str] = field(default=())
    name: str = ""


def effective_price_list(
    *,
    path: Sequence[Node],
    assigned: Mapping[int, Sequence[Assigned]],
    base: Listed | None,
    storefront: str,
    currency: str,
    at: datetime,
) -> EffectivePriceList:
    """The price list of the first account of `path` on the storefront, at that moment.

    Nearest wins, going up; at one account a list for this storefront beats one for all. What is inactive, expired, not
    begun or in another currency than the storefront's does not count, and the next one does. `assigned` is by the id of
    the node; without any, the storefront's `base` list holds.
    """
    why: list[Considered] = []
    won: tuple[Node | None, Assigned] | None = None
    for node in reachable(path):
        here = [each for each in assigned.get(node.id, ()) if each.storefront in (storefront, None)]
        for each in sorted(here, key=lambda each: (each.storefront is None, _beginning(each))):
            reason = _flaw(each, currency=currency, at=at)
            if reason is None and won is not None:
                reason = Why.SHADOWED_BY_STOREFRONT if won[0] is node else Why.SHADOWED
            elif reason is None:
                won = (node, each)
            why.append(Considered(node, each, reason is None, reason or Why.APPLIES))
    if base is not None:
        standing = Assigned(base)
        reason = _flaw(standing, currency=currency, at=at)
        if reason is None and won is not None:
            reason = Why.SHADOWED
        elif reason is None:
            won = (None, standing)
        why.append(Considered(None, standing, reason is None, reason or Why.APPLIES))
    if won is None:
        return EffectivePriceList(None, Source.STOREFRONT, None, tuple(why))
    set_on, chosen = won
    if set_on is None:
        return EffectivePriceList(chosen.price_list, Source.STOREFRONT, None, tuple(why))
    source = Source.ACCOUNT if set_on.id == path[0].id else Source.ANCESTOR
    return EffectivePriceList(chosen.price_list, source, set_on, tuple(why))


def price_of(
    *,
    sku: str,
    quantity: int,
    effective: Listed | None,
    base: Listed | None,
    currency: str,
    entries: Mapping[int, Sequence[Entry]],
) -> Price:
    """What one piece of the SKU costs at that quantity.

    By the effective list: the entry with the highest minimum quantity that is reached; a percentage list computes from
    its own base, else from the storefront's; where it has none, the storefront's base price. Rounded half up to the
    currency's digits. `entries` of the SKU are by the id of their list. It can be had where the effective or the base
    list has an entry that is available.
    """
    base = base if base is not None and base.active and base.currency == currency else None
    asked: list[tuple[Listed, Listed, Decimal]] = []
    if effective is not None and effective.kind == PriceListKind.PERCENTAGE:
        computed_from = effective.base or base
        if computed_from is not None and computed_from.currency == currency:
            asked.append((effective, computed_from, (HUNDRED - (effective.percent_off or 0)) / HUNDRED))
    elif effective is not None:
        asked.append((effective, effective, Decimal(1)))
    if base is not None and (effective is None or base.id != effective.id):
        asked.append((base, base, Decimal(1)))
    listed = [entry for _shown, holder, _part in asked for entry in entries.get(holder.id, ())]
    available = any(entry.available for entry in listed)
    name = next((entry.name for entry in listed if entry.name), "")
    why: list[str] = []
    for shown, holder, part in asked:
        entry = _reached(entries.get(holder.id, ()), quantity)
        if entry is None:
            # A percentage list and the storefront's may come from the same one.
            why = list(dict.fromkeys([*why, f"{holder.code} has no price of it from {quantity}."]))
            continue
        step = f"{holder.code}: {_plain(entry.unit_price)} from {entry.min_quantity}"
        if shown is not holder or part != 1:
            step = f"{shown.code}: {_plain(shown.percent_off or Decimal(0))} % off {step}"
        why.append(f"{step}.")
        unit_price = rounded(entry.unit_price * part, currency)
        return Price(sku, quantity, currency, unit_price, shown, available, tuple(why), entry.name or name)
    return Price(sku, quantity, currency, None, None, available, tuple(why), name)


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Half up, to the digits that ISO 4217 gives the currency."""
    return amount.quantize(Decimal(1).scaleb(-get_currency_precision(currency)), rounding=ROUND_HALF_UP)


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")


def _beginning(assigned: Assigned) -> float:
    return assigned.valid_from.timestamp() if assigned.valid_from else float("-inf")


def _flaw(assigned: Assigned, *, currency: str, at: datetime) -> Why | None:
    if assigned.valid_from is not None and at < assigned.valid_from:
        return Why.NOT_YET
    if assigned.valid_until is not None and at >= assigned.valid_until:
        return Why.EXPIRED
    if not assigned.price_list.active:
        return Why.INACTIVE
    if assigned.price_list.currency != currency:
        return Why.OTHER_CURRENCY
    return None


def _reached(entries: Iterable[Entry], quantity: int) -> Entry | None:
    within = [entry for entry in entries if entry.min_quantity <= quantity]
    return max(within, key=lambda entry: entry.min_quantity, default=None)
