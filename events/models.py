"""Facts that happened, written in the transaction that made them so."""

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func


class CurrentTransaction(Func):
    """PostgreSQL's id of the writing transaction: the feed serves rows below the oldest one still running."""

    template = "(pg_current_xact_id()::text)::bigint"
    output_field = models.BigIntegerField()
    arity = 0


class Event(models.Model):
    """One fact: what happened (`order.received`) to what, by whom, when. The payload holds ids, never personal data."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=64)
    subject = models.CharField(
        max_length=120, help_text="What it happened to: the kind and the public id, `order:0198…`."
    )
    payload = models.JSONField(default=dict)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=TransactionNow(), editable=False)
    transaction_id = models.BigIntegerField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["transaction_id", "id"], name="event_feed"),
            models.Index(fields=["subject", "id"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"
