from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.querysets import ErpCustomerQuerySet


class IdentifierKind(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")


class ErpCustomer(models.Model):
    """Our copy of one customer of an ERP, as last read. Written by sweeps, feeds and files, never by hand."""

    erp_system = models.CharField(_("ERP system"), max_length=40)
    number = models.CharField(max_length=60)
    name = models.CharField(max_length=200, blank=True)
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    is_business = models.BooleanField(default=False)
    category = models.CharField(max_length=40, blank=True)
    allows_orders = models.BooleanField(default=True)
    first_sale_on = models.DateField(null=True)
    last_sale_on = models.DateField(null=True)
    loyalty_card = models.CharField(max_length=40, blank=True)
    loyalty_points = models.BigIntegerField(null=True)
    changed_at = models.DateTimeField(null=True, help_text=_("When the ERP last changed it."))
    read_at = models.DateTimeField(help_text=_("When we last read it as it stands here."))
    seen_at = models.DateTimeField(help_text=_("When the ERP last showed it to us, in this state or an older one."))
    gone_at = models.DateTimeField(null=True, help_text=_("When the ERP no longer had it."))
    erased_at = models.DateTimeField(null=True)

    objects = ErpCustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("ERP customer")
        constraints = [
            models.UniqueConstraint(fields=["erp_system", "number"], name="erp_number_names_one_customer"),
            models.CheckConstraint(name="erp_customer_has_number", condition=~Q(number="") & ~Q(erp_system="")),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


class ErpIdentifier(models.Model):
    """One usable e-mail or phone of a mirrored customer in normal form, and the slot of the ERP record it stood in."""

    erp_customer = models.ForeignKey("customers.ErpCustomer", on_delete=models.CASCADE, related_name="identifiers")
    erp_system = models.CharField(max_length=40)
    kind = models.CharField(max_length=5, choices=IdentifierKind.choices)
    key = models.CharField(max_length=254)
    slot = models.CharField(max_length=20, help_text=_("email_1, email_2, phone_1, phone_2, mobile_1, mobile_2"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["erp_customer", "slot"], name="erp_identifier_once_per_slot"),
            models.CheckConstraint(name="erp_identifier_not_blank", condition=~Q(key="")),
        ]
        indexes = [models.Index(fields=["erp_system", "kind", "key"], name="erp_identifier_lookup")]

    def __str__(self) -> str:
        return self.key
