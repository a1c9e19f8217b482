import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CustomerExternalId(models.Model):
    """How another system names a customer: a shop's id, an ERP's customer number."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="external_ids")
    system = models.CharField(max_length=40)
    external_id = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["system", "external_id"],
                name="external_id_names_one_customer",
                violation_error_message=_("Another customer has this id in that system."),
            ),
            models.UniqueConstraint(
                fields=["customer", "system"],
                name="customer_has_one_id_per_system",
                violation_error_message=_("The customer has an id in that system already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.system}: {self.external_id}"
