from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from orders.limits import LONGEST_TYPED


class OrderLine(models.Model):
    """One thing bought, at the price of the order. A copy: it points at nothing that may change."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    sku = models.CharField(_("SKU"), max_length=120)
    name = models.CharField(max_length=255, blank=True)
    quantity = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    unit_price = models.DecimalField(max_digits=16, decimal_places=4)

    class Meta:
        ordering = ["order_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="order_line_position_once"),
            models.CheckConstraint(name="order_line_quantity_at_least_one", condition=Q(quantity__gte=1)),
        ]
        indexes = [models.Index(fields=["sku", "order"], name="order_line_sku")]

    def __str__(self) -> str:
        return f"{self.quantity} {self.sku}"


class AddressRole(models.TextChoices):
    BILLING = "billing", _("Billing")
    SHIPPING = "shipping", _("Shipping")


class OrderAddress(models.Model):
    """Where an order was billed or shipped to, copied and never validated: it is the shop's."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    order = models.ForeignKey("orders.Order", on_delete=models.CASCADE, related_name="addresses")
    role = models.CharField(max_length=8, choices=AddressRole.choices)
    first_name = models.CharField(max_length=LONGEST_TYPED, blank=True)
    last_name = models.CharField(max_length=LONGEST_TYPED, blank=True)
    company = models.CharField(max_length=LONGEST_TYPED, blank=True)
    line1 = models.CharField(max_length=LONGEST_TYPED, blank=True)
    line2 = models.CharField(max_length=LONGEST_TYPED, blank=True)
    city = models.CharField(max_length=LONGEST_TYPED, blank=True)
    region = models.CharField(max_length=LONGEST_TYPED, blank=True)
    postal_code = models.CharField(max_length=LONGEST_TYPED, blank=True)
    country = models.CharField(max_length=LONGEST_TYPED, blank=True)
    phone = models.CharField(max_length=LONGEST_TYPED, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "role"], name="order_has_one_address_per_role"),
            models.CheckConstraint(name="order_address_role_known", condition=Q(role__in=AddressRole.values)),
        ]

    def __str__(self) -> str:
        return f"{self.line1}, {self.city}"
