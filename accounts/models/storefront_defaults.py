import pghistory
from django.db import models


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class StorefrontDefaults(models.Model):
    """What accounts of a storefront have where nothing else is set."""

    storefront = models.OneToOneField("storefronts.Storefront", on_delete=models.CASCADE, related_name="+")
    base_price_list = models.ForeignKey(
        "accounts.PriceList", null=True, blank=True, on_delete=models.PROTECT, related_name="base_of"
    )
    updated_at = models.DateTimeField(editable=False)

    def __str__(self) -> str:
        return str(self.storefront)
