"""Facts that happened, written in the transaction that made them so."""

from typing import Self

from django.contrib.postgres.functions import TransactionNow
from django.db import models
from django.db.models import Func, Q, QuerySet


class CurrentTransaction(Func):
    """PostgreSQL's id of the writing transaction: the feed serves rows below the oldest one still running."""

    template = "(pg_current_xact_id()::text)::bigint"
    output_field = models.BigIntegerField()
    arity = 0


class EventQuerySet(QuerySet["Event"]):
    def not_of_other_storefronts(self, code: str) -> Self:
        """Without facts about another storefront than that: those whose payload names one say so as `storefront`."""
        unsaid = Q(payload__storefront__isnull=True) | Q(payload__storefront=None)
        return self.filter(unsaid | Q(payload__storefront=code))


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

    objects = EventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["transaction_id", "id"], name="event_feed"),
            models.Index(fields=["subject", "id"], name="event_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject}"
