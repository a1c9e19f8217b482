from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7


class MailKind(models.TextChoices):
    INITIAL_PASSWORD = "initial_password", _("Initial password")
    INITIAL_PASSWORD_EARLY = "initial_password_early", _("Initial password, account being prepared")
    ACTIVATED = "activated", _("Active now, use the password you have")
    PASSWORD_LINK = "password_link", _("Link to set a password")
    VERIFY_EMAIL = "verify_email", _("Confirm the e-mail address")


class MailState(models.TextChoices):
    PLANNED = "planned", _("Sent once the customer may sign in")
    DUE = "due", _("Due")
    UNCLEAR = "unclear", _("Begun, end unknown")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not sent")
    DROPPED = "dropped", _("No longer needed")


class CustomerMail(models.Model):
    """One mail to a person: that it is due is written with its cause, that it was sent after sending.

    Never what it says: a password would be in it. `began_at` is committed before anything goes out, so that a mail
    whose sender died half-way is never sent a second time by itself.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=30, choices=MailKind.choices)
    storefront = models.ForeignKey("storefronts.Storefront", null=True, on_delete=models.PROTECT, related_name="+")
    by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=200, blank=True, help_text=_("Why it could not be sent. Names no address."))

    class Meta:
        verbose_name = "mail"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(due_at__isnull=True, dropped_at__isnull=True),
                name="mail_planned_once",
            ),
            models.CheckConstraint(name="mail_kind_known", condition=Q(kind__in=MailKind.values)),
            models.CheckConstraint(
                name="mail_sent_after_it_began", condition=Q(sent_at__isnull=True) | Q(began_at__isnull=False)
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer"],
                name="mail_not_sent",
                condition=Q(due_at__isnull=False, sent_at__isnull=True, dropped_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(MailKind(self.kind).label)

    @property
    def state(self) -> MailState:
        if self.sent_at is not None:
            return MailState.SENT
        if self.dropped_at is not None:
            return MailState.DROPPED
        if self.due_at is None:
            return MailState.PLANNED
        if self.failed_at is not None:
            return MailState.FAILED
        return MailState.DUE if self.began_at is None else MailState.UNCLEAR


class PasswordLinkRequest(models.Model):
    """Someone asked for a password link for this address. A job looks whether there is anyone, and removes the row.

    So known and unknown addresses get the same answer after the same work.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email_key = models.CharField(max_length=254)
    storefront = models.ForeignKey("storefronts.Storefront", null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["email_key"], name="password_link_request_email")]

    def __str__(self) -> str:
        return str(self.id)
