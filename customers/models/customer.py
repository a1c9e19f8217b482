import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.fields import DerivedFieldsModel, NormalEmailField, NormalPhoneField, SortKeyField
from customers.identifiers import MAX_PHONE_LENGTH
from customers.models.shared_id import SHARED_ID_PATTERN, validate_shared_id
from customers.querysets import CustomerQuerySet
from customers.triggers import CLAIM_SHARED_ID, KEEP_SHARED_ID

# What follows from others, or changes without anybody deciding: no history is kept of it.
FOLLOWS = ["updated_at", "name_sort", "first_name_sort", "companies", "company_sort", "last_sign_in_at"]


class CustomerKind(models.TextChoices):
    GUEST = "GUEST", _("Guest")
    REGISTERED = "REGISTERED", _("Registered")


@pgtrigger.register(
    CLAIM_SHARED_ID,
    KEEP_SHARED_ID,
    pgtrigger.Trigger(
        name="keep_reference",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("reference"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Condition("OLD.reference IS DISTINCT FROM NEW.reference"),
        func="RAISE EXCEPTION 'a reference never changes' USING ERRCODE = 'check_violation';",
    ),
)
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=FOLLOWS)),
    pghistory.DeleteEvent(),
    exclude=FOLLOWS,
)
class Customer(DerivedFieldsModel):
    """One person, known to the merchant: a guest an order made, or someone registered."""

    shared_id = models.CharField(max_length=100, unique=True, validators=[validate_shared_id])
    reference = models.CharField(max_length=40, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=CustomerKind.choices)
    user = models.OneToOneField(
        "customers.User", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="customer"
    )
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    email_key = NormalEmailField(sources=["email"])
    phone = models.CharField(max_length=MAX_PHONE_LENGTH, blank=True)
    phone_region = models.CharField(max_length=2, blank=True, editable=False, help_text=_("The phone is read in it."))
    phone_key = NormalPhoneField(sources=["phone", "phone_region"])
    salutation = models.CharField(max_length=40, blank=True)
    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    name_sort = SortKeyField(sources=["last_name", "first_name"])
    first_name_sort = SortKeyField(sources=["first_name", "last_name"])
    gender = models.CharField(max_length=20, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    company = models.CharField(max_length=200, blank=True)
    companies = models.CharField(
        max_length=400,
        blank=True,
        editable=False,
        help_text=_("The accounts he is an associate of, by name; without one the company as he names it."),
    )
    company_sort = SortKeyField(sources=["companies"])
    preferred_currency = models.CharField(max_length=3, blank=True)
    preferred_storefront = models.ForeignKey(
        "storefronts.Storefront", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    preferred_locale = models.CharField(max_length=12, blank=True)
    shipping_option = models.CharField(max_length=60, blank=True)
    segments = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    assisted_buying_allowed = models.BooleanField(default=True)
    email_verified_at = models.DateTimeField(null=True, editable=False)
    email_is_own_word = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("He wrote it himself, and has not shown that it is his."),
    )
    last_sign_in_at = models.DateTimeField(null=True, editable=False)
    active = models.BooleanField(default=True)
    on_hold = models.BooleanField(default=False)
    merged_into = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="merged_customers"
    )
    anonymized_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "id"]
        constraints = [
            models.CheckConstraint(
                name="customer_shared_id_form",
                condition=Q(shared_id__regex=SHARED_ID_PATTERN.replace(r"\Z", "$")),
                violation_error_message=_("A shared id is 1 to 100 of the characters A-Z a-z 0-9 . _ : @ - ."),
            ),
            models.CheckConstraint(
                name="customer_kind_known",
                condition=Q(kind__in=CustomerKind.values),
                violation_error_message=_("A customer is a guest or registered."),
            ),
            models.CheckConstraint(
                name="registered_customer_is_reachable",
                condition=~Q(kind=CustomerKind.REGISTERED) | (Q(email_key__isnull=False) & ~Q(preferred_currency="")),
                violation_error_message=_("A registered customer has a valid e-mail and a preferred currency."),
            ),
            models.UniqueConstraint(
                name="email_once_among_registered_customers",
                fields=["email_key"],
                condition=Q(kind=CustomerKind.REGISTERED, merged_into__isnull=True),
                violation_error_code="email_taken",
                violation_error_message=_("Another registered customer has this e-mail."),
            ),
            models.CheckConstraint(
                name="customer_not_merged_into_itself",
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                violation_error_message=_("A customer cannot be merged into itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["email_key"], name="customer_email", condition=Q(email_key__isnull=False)),
            models.Index(fields=["phone_key"], name="customer_phone", condition=Q(phone_key__isnull=False)),
            models.Index(fields=["name_sort", "id"], name="customer_name_order"),
            models.Index(fields=["first_name_sort", "id"], name="customer_first_name_order"),
            models.Index(fields=["company_sort", "id"], name="customer_company_order"),
            models.Index(fields=["preferred_storefront", "id"], name="customer_storefront_order"),
            GinIndex(fields=["segments"], name="customer_segments"),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email or self.reference

    @property
    def may_sign_in(self) -> bool:
        """Whether state allows it; whether there is a password is another question."""
        exists = self.anonymized_at is None and self.merged_into_id is None
        return exists and self.kind == CustomerKind.REGISTERED and self.active and not self.on_hold

    @property
    def email_is_known(self) -> bool:
        """Whether the e-mail is known to be his: others wrote it, or he showed it. Of a guest nobody knows."""
        return self.kind == CustomerKind.REGISTERED and not self.email_is_own_word

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)
