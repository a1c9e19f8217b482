"""What the interfaces themselves keep: answers given to keyed requests, forms that were sent."""

from django.db import models


class IdempotencyRecord(models.Model):
    """The answer to a POST with an `Idempotency-Key`, written in the transaction of its effect and kept 24 hours."""

    caller = models.CharField(max_length=120)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=500)
    key = models.CharField(max_length=255)
    body_digest = models.BinaryField(max_length=32)
    status = models.PositiveSmallIntegerField()
    answer = models.TextField()
    content_type = models.CharField(max_length=80)
    etag = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["caller", "method", "path", "key"], name="idempotency_key_once_per_call"),
            models.CheckConstraint(
                name="idempotency_never_keeps_a_failure_of_ours", condition=models.Q(status__lt=500)
            ),
        ]
        indexes = [models.Index(fields=["at"], name="idempotency_age")]

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.key}"


class SentForm(models.Model):
    """A form of the panel that created something; sent again, by a second click or a reload, it creates no more."""

    id = models.UUIDField(primary_key=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="sent_form_age")]

    def __str__(self) -> str:
        return str(self.id)
