import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.price_lists import PriceListKind
from accounts.querysets import PriceListEntryQuerySet

CODE_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}\Z"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PriceList(models.Model):
    """Named prices in one currency: typed in, or so many percent off another list."""

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, _("Letters, digits and . _ - only; at most 40."))],
        help_text=_("Short name that shops and the ERP refer to; it never changes."),
    )
    name = models.CharField(max_length=120)
    currency = models.CharField(
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}\Z", _("Three capital letters, as in USD."))],
        help_text=_("ISO 4217, as in USD; it never changes."),
    )
    kind = models.CharField(max_length=10, choices=PriceListKind.choices, default=PriceListKind.FIXED)
    percent_off = models.DecimalField(
        _("percent off"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    base = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="computed_lists",
        help_text=_("What a percentage list computes from; empty: the storefront's base list."),
    )
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["name", "code"]
        constraints = [
            models.CheckConstraint(
                name="price_list_kind_known",
                condition=Q(kind__in=PriceListKind.values),
                violation_error_message=_("A price list is fixed or a percentage."),
            ),
            models.CheckConstraint(
                name="percentage_list_has_its_percentage",
                condition=Q(kind=PriceListKind.FIXED, percent_off__isnull=True, base__isnull=True)
                | Q(kind=PriceListKind.PERCENTAGE, percent_off__gte=0, percent_off__lte=100),
                violation_error_code="percentage_incomplete",
                violation_error_message=_("A percentage list has a percentage from 0 to 100, a fixed one has none."),
            ),
            models.CheckConstraint(
                name="price_list_not_its_own_base",
                condition=Q(base__isnull=True) | ~Q(base=F("id")),
                violation_error_message=_("A price list does not compute from itself."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PriceListEntry(models.Model):
    """The price of a SKU from a quantity upwards."""

    price_list = models.ForeignKey("accounts.PriceList", on_delete=models.CASCADE, related_name="entries")
    sku = models.CharField("SKU", max_length=120)
    name = models.CharField(max_length=200, blank=True)
    min_quantity = models.PositiveIntegerField(_("from quantity"), default=1, validators=[MinValueValidator(1)])
    unit_price = models.DecimalField(max_digits=14, decimal_places=4, validators=[MinValueValidator(0)])
    available = models.BooleanField(default=True)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = PriceListEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "entry"
        verbose_name_plural = "entries"
        ordering = ["price_list", "sku", "min_quantity"]
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "sku", "min_quantity"],
                name="price_once_per_sku_and_quantity",
                violation_error_code="entry_taken",
                violation_error_message=_("The list has a price of this SKU from this quantity already."),
            ),
            models.CheckConstraint(
                name="price_entry_makes_sense",
                condition=Q(unit_price__gte=0, min_quantity__gte=1) & ~Q(sku=""),
                violation_error_message=_("A price is not negative, its quantity at least 1, its SKU not blank."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku} ({self.min_quantity}+)"
