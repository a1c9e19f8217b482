import pghistory
from django.core.validators import MinLengthValidator
from django.db import models
from uuid6 import uuid7


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AccountNote(models.Model):
    """What staff noted about an account. Never shown to its buyers."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(max_length=4000, validators=[MinLengthValidator(1)])
    author = models.CharField(max_length=120, editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = "note"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.text[:80]
