"""Accounts in segments."""

from datetime import datetime

from django.db.models import F, Func, Value

from accounts.models import Account


def take_out_of_segment(*, code: str, at: datetime) -> int:
    """Every account leaves the segment; returns how many that were."""
    within = Account.objects.filter(segments__contains=[code])
    return within.update(segments=Func(F("segments"), Value(code), function="array_remove"), updated_at=at)
