import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission

CODE_PATTERN = r"^[a-z0-9][a-z0-9-]{0,39}\Z"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Role(models.Model):
    """A named set of permissions that an associate has on one account."""

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, _("Lower-case letters, digits and - only; at most 40."))],
    )
    name = models.CharField(max_length=80)
    permissions = ArrayField(models.CharField(max_length=40, choices=Permission.choices), default=list, blank=True)
    built_in = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
