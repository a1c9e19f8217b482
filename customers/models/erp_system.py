import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(
        condition=pghistory.AnyChange(exclude=["last_catch_up_began_at", "last_catch_up_finished_at"])
    ),
    pghistory.DeleteEvent(),
    exclude=["last_catch_up_began_at", "last_catch_up_finished_at"],
)
class ErpSystem(models.Model):
    """An ERP whose customers are mirrored here. Everything refers to it by its code."""

    code = models.CharField(
        max_length=40,
        primary_key=True,
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9_-]{0,39}\Z", _("Lower-case letters, digits, - and _ only."))],
    )
    default_region = models.CharField(
        max_length=2, help_text=_("Its phone numbers are read as numbers of this region.")
    )
    system_customers = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text=_("Numbers that stand for no person: walk-in, template. They never match."),
    )
    default_customer = models.CharField(max_length=60, blank=True)
    last_catch_up_began_at = models.DateTimeField(null=True, editable=False)
    last_catch_up_finished_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("ERP system")

    def __str__(self) -> str:
        return self.code
