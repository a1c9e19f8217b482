"""What the interfaces themselves keep: answers to keyed requests, how much was asked, sent forms, requests for help."""

from django.db import models
from django.utils.translation import gettext_lazy as _


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


class RequestCount(models.Model):
    """How much one caller has asked in his latest minute. Not logged: a crash of the database forgets it, no more."""

    caller = models.CharField(max_length=120, primary_key=True)
    minute = models.DateTimeField()
    requests = models.PositiveIntegerField()
    writes = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["minute"], name="request_count_age")]

    def __str__(self) -> str:
        return f"{self.caller}: {self.requests}"


class SentForm(models.Model):
    """A form of the panel that created something; sent again, by a second click or a reload, it creates no more."""

    id = models.UUIDField(primary_key=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="sent_form_age")]

    def __str__(self) -> str:
        return str(self.id)


class SupportState(models.TextChoices):
    OPEN = "open", _("Open")
    DONE = "done", _("Done")


class SupportRequest(models.Model):
    """What a staff member asked the operator for, with the page it was asked from."""

    text = models.TextField(_("what is the matter"), max_length=4000)
    page = models.CharField(max_length=500, blank=True, help_text=_("Path of the page it was asked from."))
    page_title = models.CharField(max_length=200, blank=True)
    author = models.CharField(max_length=120)
    author_email = models.CharField(max_length=254, blank=True)
    state = models.CharField(max_length=10, choices=SupportState.choices, default=SupportState.OPEN)
    answer = models.TextField(max_length=4000, blank=True, help_text=_("What came of it."))
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    began_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When the mail to the operator began to be sent.")
    )
    mailed_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    why_not_mailed = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("support request")
        verbose_name_plural = _("support requests")
        constraints = [
            models.CheckConstraint(name="support_state_known", condition=models.Q(state__in=SupportState.values)),
        ]

    def __str__(self) -> str:
        return self.text.partition("\n")[0][:80]
