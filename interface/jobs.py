"""Housekeeping of the interfaces."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from interface.api.idempotency import KEPT
from interface.models import IdempotencyRecord, SentForm


@app.periodic(cron="23 * * * *", periodic_id="forget")
@app.task(name="interface.forget_idempotency_keys", queueing_lock="interface.forget_idempotency_keys")
def forget_idempotency_keys(timestamp: int) -> None:
    """Answers are kept 24 hours, and so is what forms of the panel were sent."""
    oldest = datetime.fromtimestamp(timestamp, UTC) - KEPT
    IdempotencyRecord.objects.filter(at__lt=oldest).delete()
    SentForm.objects.filter(at__lt=oldest).delete()
