import pghistory
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from accounts.querysets import ContactQuerySet
from customers.email_field import EmailAddressField
from customers.fields import DerivedFieldsModel, NormalEmailField, NormalPhoneField


class ContactType(models.TextChoices):
    PRIMARY = "primary", _("Primary")
    BILLING = "billing", _("Billing")
    LOGISTICS = "logistics", _("Logistics")
    OTHER = "other", _("Other")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Contact(DerivedFieldsModel):
    """A person named on an account. Need not be a customer; any number per account, two of them known to the ERP."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.ForeignKey("accounts.Account", on_delete=models.CASCADE, related_name="contacts")
    customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, editable=False, on_delete=models.SET_NULL, related_name="contacts"
    )
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    email = EmailAddressField(_("e-mail"), blank=True)
    email_key = NormalEmailField(sources=["email"])
    phone = models.CharField(max_length=60, blank=True)
    phone_key = NormalPhoneField(sources=["phone"])
    type = models.CharField(max_length=10, choices=ContactType.choices, default=ContactType.OTHER)
    active = models.BooleanField(default=True)
    on_hold = models.BooleanField(default=False)
    erp_slot = models.PositiveSmallIntegerField(_("ERP slot"), null=True, blank=True, choices=[(1, "1"), (2, "2")])
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["account_id", "created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "email_key"],
                name="contact_email_once_per_account",
                violation_error_code="email_taken",
                violation_error_message=_("Another contact of this account has this e-mail."),
            ),
            models.UniqueConstraint(
                fields=["account", "erp_slot"],
                name="erp_slot_once_per_account",
                violation_error_message=_("Another contact of this account fills this ERP slot."),
            ),
            models.CheckConstraint(
                name="contact_erp_slot_known",
                condition=Q(erp_slot__isnull=True) | Q(erp_slot__in=[1, 2]),
                violation_error_message=_("The ERP has two slots, 1 and 2."),
            ),
            models.CheckConstraint(
                name="contact_type_known",
                condition=Q(type__in=ContactType.values),
                violation_error_message=_("Unknown type."),
            ),
        ]
        indexes = [
            # A look-up touches as many pages among a million contacts as among ten thousand.
            HashIndex(fields=["email_key"], name="contact_email", condition=Q(email_key__isnull=False)),
            GinIndex(
                OpClass(Upper("first_name"), name="gin_trgm_ops"),
                OpClass(Upper("last_name"), name="gin_trgm_ops"),
                OpClass(Upper("email"), name="gin_trgm_ops"),
                OpClass(Upper("phone"), name="gin_trgm_ops"),
                name="contact_parts",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email
