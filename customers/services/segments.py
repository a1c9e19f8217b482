"""Segments: the groups there are, and who may be put into them."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import F, Func, Value
from django.utils.translation import gettext_lazy as _

from customers import ports
from customers.models import Customer, Segment
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction


def create_segment(*, code: str, name: str, by: str, at: datetime) -> Segment:
    """Raises ValidationError with one entry per wrong field (`unique` for a code that is taken)."""
    with transaction(by=by):
        segment = Segment(code=code, name=name, created_at=at, updated_at=at)
        segment.full_clean()
        segment.save(force_insert=True)
        record(Fact("segment.created", f"segment:{code}"), by=by, at=at)
    return segment


def change_segment(*, segment: Segment, name: str, seen_at: datetime | None = None, by: str, at: datetime) -> Segment:
    """Give it another name. Raises ValidationError, StaleError."""
    with transaction(by=by):
        locked = Segment.objects.select_for_update().get(pk=segment.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        if locked.name == name:
            return locked
        locked.name, locked.updated_at = name, at
        locked.full_clean(exclude=["code"])
        locked.save(update_fields=["name", "updated_at"])
        record(Fact("segment.changed", f"segment:{locked.code}", {"fields": ["name"]}), by=by, at=at)
    return locked


def remove_segment(*, segment: Segment, seen_at: datetime | None = None, by: str, at: datetime) -> int:
    """Remove it, and take everyone out of it; returns how many that were. Removing twice changes nothing.

    Raises StaleError.
    """
    with transaction(by=by):
        locked = Segment.objects.select_for_update().filter(pk=segment.pk).first()
        if locked is None:
            return 0
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        left = Customer.objects.filter(segments__contains=[locked.code]).update(
            segments=Func(F("segments"), Value(locked.code), function="array_remove"), updated_at=at
        )
        others = ports.empty_segment(code=locked.code, at=at)
        payload = {"customers": left, "others": others}
        record(Fact("segment.removed", f"segment:{locked.code}", payload), by=by, at=at)
        locked.delete()
    return left + others


def refuse_unknown_segments(codes: Collection[str]) -> None:
    """Raises ValidationError (`segments`) naming those there are not."""
    known = set(Segment.objects.filter(code__in=codes).values_list("code", flat=True))
    if unknown := sorted(set(codes) - known):
        sentence = _("There is no segment %(codes)s.")
        params = {"codes": ", ".join(unknown)}
        raise ValidationError({"segments": ValidationError(sentence, code="unknown_segment", params=params)})
