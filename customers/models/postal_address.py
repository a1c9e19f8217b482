from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from customers.fields import DerivedFieldsModel
from customers.identifiers import MAX_PHONE_LENGTH
from customers.models.shared_id import validate_shared_id


class PostalAddress(DerivedFieldsModel):
    """One entry of an address book: a person's own, or an account's. The two are never mixed.

    `code` is the id that callers use: theirs, or generated; unique within its book.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(_("ID"), max_length=100, blank=True, validators=[validate_shared_id])
    label = models.CharField(max_length=80, blank=True)
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    company = models.CharField(max_length=200, blank=True)
    line1 = models.CharField(_("street"), max_length=200)
    line2 = models.CharField(_("further line"), max_length=200, blank=True)
    city = models.CharField(max_length=120)
    region = models.CharField(_("state or region"), max_length=120, blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, help_text=_("ISO 3166-1, as in US."))
    phone = models.CharField(max_length=MAX_PHONE_LENGTH, blank=True)
    is_shipping = models.BooleanField(_("for shipping"), default=True)
    is_billing = models.BooleanField(_("for billing"), default=True)
    default_shipping = models.BooleanField(_("default for shipping"), default=False)
    default_billing = models.BooleanField(_("default for billing"), default=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label or ", ".join(part for part in (self.line1, self.city, self.country) if part)

    @property
    def recipient(self) -> str:
        """Whom a parcel is addressed to, on one line."""
        person = " ".join(part for part in (self.first_name, self.last_name) if part)
        return ", ".join(part for part in (self.company, person) if part)


def book_constraints(*, owner: str) -> list[models.BaseConstraint]:
    """What holds in every address book; `owner` is the field that names whose it is."""
    return [
        models.UniqueConstraint(
            fields=[owner, "code"],
            name=f"{owner}_address_code_once",
            violation_error_code="address_id_taken",
            violation_error_message=_("Another address of this book has this ID."),
        ),
        models.UniqueConstraint(
            fields=[owner], condition=Q(default_shipping=True), name=f"{owner}_one_default_for_shipping"
        ),
        models.UniqueConstraint(
            fields=[owner], condition=Q(default_billing=True), name=f"{owner}_one_default_for_billing"
        ),
        models.CheckConstraint(
            name=f"{owner}_address_names_someone",
            condition=~Q(first_name="", last_name="", company=""),
            violation_error_code="required",
            violation_error_message=_("Give a first name, a last name or a company."),
        ),
        models.CheckConstraint(
            name=f"{owner}_default_address_is_usable",
            condition=(Q(default_shipping=False) | Q(is_shipping=True))
            & (Q(default_billing=False) | Q(is_billing=True)),
            violation_error_code="default_not_usable",
            violation_error_message=_("A default address is one that may be used for it."),
        ),
    ]
