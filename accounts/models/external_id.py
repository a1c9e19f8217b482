import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AccountExternalId(models.Model):
    """How another system names an account: a shop's company id, its customer group."""

    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="external_ids")
    system = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "external_id"],
                name="external_id_names_one_account",
                violation_error_code="external_id_taken",
                violation_error_message=_("Another account has this id in that system."),
            ),
            models.UniqueConstraint(
                fields=["account", "system"],
                name="account_has_one_id_per_system",
                violation_error_message=_("The account has an id in that system already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.external_id}"
