"""Price lists and their entries."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import PriceList, PriceListAssignment, PriceListEntry, StorefrontDefaults
from accounts.price_lists import PriceListKind
from accounts.services.rows import RowsRefusedError
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront

WRITABLE = frozenset({"name", "percent_off", "base", "active"})
ENTRY_WRITABLE = frozenset({"name", "unit_price", "available"})


class PriceListInUseError(Exception):
    """Accounts, other lists or storefronts have the list; deactivate it, or take it away from them first."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """One row of a list as it is to be: its price from that quantity upwards."""

    sku: str
    unit_price: Any
    min_quantity: int = 1
    name: str = ""
    available: bool = True


@dataclass(frozen=True, slots=True)
class EntriesWritten:
    """What a paste did."""

    created: int
    changed: int
    same: int
    removed: int = 0


def create_price_list(*, code: str, name: str, currency: str, by: str, at: datetime, **fields: Any) -> PriceList:
    """Raises ValidationError with one entry per wrong field (`unique` for a code that is taken)."""
    kind = fields.pop("kind", PriceListKind.FIXED)
    _refuse_unknown(fields, WRITABLE)
    with transaction(by=by):
        price_list = PriceList(
            code=code, name=name, currency=currency, kind=kind, created_at=at, updated_at=at, **fields
        )
        _refuse_invalid(price_list)
        price_list.save(force_insert=True)
        record(Fact("price_list.created", f"price_list:{code}"), by=by, at=at)
    return price_list


def change_price_list(
    *, price_list: PriceList, seen_at: datetime | None = None, by: str, at: datetime, **fields: Any
) -> PriceList:
    """Change the named fields; code, currency and kind never change. Raises ValidationError, StaleError."""
    _refuse_unknown(fields, WRITABLE)
    with transaction(by=by):
        locked = PriceList.objects.select_for_update(of=["self"]).select_related("base").get(pk=price_list.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
        if not changed:
            return locked
        for name in changed:
            setattr(locked, name, fields[name])
        _refuse_invalid(locked)
        locked.updated_at = at
        locked.save(update_fields=[*changed, "updated_at"])
        record(Fact("price_list.changed", f"price_list:{locked.code}", {"fields": changed}), by=by, at=at)
    return locked


def remove_price_list(*, price_list: PriceList, seen_at: datetime | None = None, by: str, at: datetime) -> None:
    """Remove a list that nobody has, with its entries. Removing twice changes nothing.

    Raises PriceListInUseError, StaleError.
    """
    with transaction(by=by):
        locked = PriceList.objects.select_for_update(of=["self"]).filter(pk=price_list.pk).first()
        if locked is None:
            return
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        users = (
            PriceListAssignment.objects.filter(price_list=locked),
            PriceList.objects.filter(base=locked),
            StorefrontDefaults.objects.filter(base_price_list=locked),
        )
        if any(each.exists() for each in users):
            raise PriceListInUseError
        record(Fact("price_list.removed", f"price_list:{locked.code}"), by=by, at=at)
        locked.delete()


def write_entries(
    *, price_list: PriceList, rows: Sequence[EntryDraft], replace: bool = False, by: str, at: datetime
) -> EntriesWritten:
    """Bring the list to these rows, all or none: a price from a quantity is created or changed; equal ones stay.

    With `replace`, entries that no row names go. Raises RowsRefusedError with what is wrong with each row, also where
    two rows name the same SKU and quantity; ValidationError for a percentage list, which has no entries.
    """
    with transaction(by=by):
        locked = PriceList.objects.select_for_update(of=["self"]).get(pk=price_list.pk)
        if locked.kind == PriceListKind.PERCENTAGE:
            sentence = _("A percentage list has no entries of its own.")
            raise ValidationError({"entries": ValidationError(sentence, code="percentage_has_no_entries")})
        stored = {(each.sku, each.min_quantity): each for each in locked.entries.all()}
        new, changed, named, same = _compared(locked, rows, stored, at=at)
        gone = [each.pk for key, each in stored.items() if key not in named] if replace else []
        PriceListEntry.objects.filter(pk__in=gone).delete()
        PriceListEntry.objects.bulk_update(changed, [*ENTRY_WRITABLE, "updated_at"], batch_size=1000)
        PriceListEntry.objects.bulk_create(new, batch_size=1000)
        written = EntriesWritten(created=len(new), changed=len(changed), same=same, removed=len(gone))
        if new or changed or gone:
            locked.updated_at = at
            locked.save(update_fields=["updated_at"])
            payload = {"created": written.created, "changed": written.changed, "removed": written.removed}
            record(Fact("price_list.entries_changed", f"price_list:{locked.code}", payload), by=by, at=at)
    return written


def change_entry(
    *, entry: PriceListEntry, seen_at: datetime | None = None, by: str, at: datetime, **fields: Any
) -> None:
    """Change the named fields of one price; its SKU and quantity stay. Raises RowsRefusedError, StaleError."""
    _refuse_unknown(fields, ENTRY_WRITABLE)
    with transaction(by=by):
        price_list = PriceList.objects.select_for_update(of=["self"]).get(pk=entry.price_list_id)
        locked = PriceListEntry.objects.get(pk=entry.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        kept = {name: getattr(locked, name) for name in ("sku", "min_quantity", *ENTRY_WRITABLE)}
        write_entries(price_list=price_list, rows=[EntryDraft(**{**kept, **fields})], by=by, at=at)


def remove_entry(*, entry: PriceListEntry, seen_at: datetime | None = None, by: str, at: datetime) -> None:
    """Take one price off its list. Removing twice changes nothing. Raises StaleError."""
    with transaction(by=by):
        PriceList.objects.select_for_update(of=["self"]).get(pk=entry.price_list_id)
        locked = PriceListEntry.objects.filter(pk=entry.pk).select_related("price_list").first()
        if locked is not None:
            refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
            payload = {"created": 0, "changed": 0, "removed": 1}
            fact = Fact("price_list.entries_changed", f"price_list:{locked.price_list.code}", payload)
            record(fact, by=by, at=at)
            locked.delete()


def set_base_price_list(
    *, storefront: Storefront, price_list: PriceList | None, by: str, at: datetime
) -> StorefrontDefaults:
    """What everybody pays on the storefront who has nothing else: a fixed list in its currency, or none.

    Raises ValidationError (`base_price_list`).
    """
    with transaction(by=by):
        if price_list is not None and price_list.kind != PriceListKind.FIXED:
            sentence = _("A base list has fixed prices.")
            raise ValidationError({"base_price_list": ValidationError(sentence, code="base_not_fixed")})
        if price_list is not None and price_list.currency != storefront.currency:
            sentence = _("The list is in %(currency)s, the storefront is not.")
            params = {"currency": price_list.currency}
            raise ValidationError({"base_price_list": ValidationError(sentence, code="other_currency", params=params)})
        Storefront.objects.select_for_update(of=["self"], no_key=True).get(pk=storefront.pk)
        defaults, _is_new = StorefrontDefaults.objects.get_or_create(storefront=storefront, defaults={"updated_at": at})
        if defaults.base_price_list_id != (price_list.pk if price_list else None):
            defaults.base_price_list, defaults.updated_at = price_list, at
            defaults.save(update_fields=["base_price_list", "updated_at"])
            payload = {"price_list": price_list.code if price_list else None}
            fact = Fact("storefront.base_price_list_changed", f"storefront:{storefront.code}", payload)
            record(fact, by=by, at=at)
    return defaults


def codes_of_base_lists(storefront_ids: Collection[int]) -> dict[int, str]:
    """The code of each storefront's base list; one statement."""
    rows = StorefrontDefaults.objects.filter(storefront__in=storefront_ids, base_price_list__isnull=False)
    return dict(rows.values_list("storefront_id", "base_price_list__code"))


def _compared(
    price_list: PriceList,
    rows: Sequence[EntryDraft],
    stored: Mapping[tuple[str, int], PriceListEntry],
    *,
    at: datetime,
) -> tuple[list[PriceListEntry], list[PriceListEntry], set[tuple[str, int]], int]:
    """What is new, what changes, what the rows name, and how many stay. Raises RowsRefusedError."""
    new: list[PriceListEntry] = []
    changed: list[PriceListEntry] = []
    named: set[tuple[str, int]] = set()
    errors: dict[int, ValidationError] = {}
    same = 0
    for number, row in enumerate(rows):
        key = (row.sku, row.min_quantity)
        if key in named:
            sentence = _("The row before names this SKU and quantity too.")
            errors[number] = ValidationError({"sku": ValidationError(sentence, code="named_twice")})
            continue
        named.add(key)
        entry = stored.get(key) or PriceListEntry(
            price_list=price_list, sku=row.sku, min_quantity=row.min_quantity, created_at=at
        )
        before = {name: getattr(entry, name) for name in ENTRY_WRITABLE}
        for name in ENTRY_WRITABLE:
            setattr(entry, name, getattr(row, name))
        entry.updated_at = at
        try:
            entry.full_clean(exclude=["price_list"], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            errors[number] = error
            continue
        if entry.pk is None:
            new.append(entry)
        elif any(getattr(entry, name) != value for name, value in before.items()):
            changed.append(entry)
        else:
            same += 1
    if errors:
        raise RowsRefusedError(errors)
    return new, changed, named, same


def _refuse_unknown(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := fields.keys() - known:
        raise TypeError(f"A price list has no writable field {', '.join(sorted(unknown))}.")


def _refuse_invalid(price_list: PriceList) -> None:
    errors: dict[str, list[ValidationError]] = {}
    is_percentage = price_list.kind == PriceListKind.PERCENTAGE
    if is_percentage and price_list.percent_off is None:
        errors["percent_off"] = [ValidationError(_("Say how many percent."), code="required")]
    if not is_percentage and price_list.percent_off is not None:
        errors["percent_off"] = [ValidationError(_("Only a percentage list has one."), code="invalid")]
    if not is_percentage and price_list.base is not None:
        errors["base"] = [ValidationError(_("Only a percentage list computes from another."), code="invalid")]
    if is_percentage and price_list.base is not None:
        if price_list.base.kind != PriceListKind.FIXED:
            errors["base"] = [ValidationError(_("The base is a list with fixed prices."), code="base_not_fixed")]
        elif price_list.base.currency != price_list.currency:
            errors["base"] = [ValidationError(_("The base is in another currency."), code="other_currency")]
    try:
        price_list.full_clean(exclude=errors.keys())
    except ValidationError as error:
        error.update_error_dict(errors)
    if errors:
        raise ValidationError(errors)
