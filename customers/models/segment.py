import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

CODE_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,39}\Z"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Segment(models.Model):
    """A group of people or accounts that shops key promotions on. Whoever is in it carries its code."""

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, _("Lower-case letters, digits, - and _ only; at most 40."))],
        help_text=_("Short name that shops refer to; it never changes."),
    )
    name = models.CharField(max_length=120)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name
