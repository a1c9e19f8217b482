from django.db import models


class OrderNumberSeries(models.Model):
    """The last number given to an order that was placed through our own storefront API; one row per storefront."""

    storefront = models.OneToOneField(
        "storefronts.Storefront", primary_key=True, on_delete=models.PROTECT, related_name="order_numbers"
    )
    last = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name_plural = "order number series"

    def __str__(self) -> str:
        return f"W-{self.last}"
