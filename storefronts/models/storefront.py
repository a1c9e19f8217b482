from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from storefronts.querysets import StorefrontQuerySet
from storefronts.regions import validate_region

CODE_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,39}\Z"
CURRENCY_PATTERN = r"^[A-Z]{3}\Z"
validate_path = RegexValidator(
    r"^/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*\Z", _("A path as in /account/password, without #."), code="invalid"
)


class B2CErp(models.TextChoices):
    """What a B2C order's customer becomes in the ERP afterwards."""

    CREATE = "create", _("Create the customer in the ERP")
    DEFAULT_CUSTOMER = "default_customer", _("Use the ERP's default customer")
    NONE = "none", _("Nothing")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Storefront(models.Model):
    """A shop that calls us. How it decides identities stands in its resolution policies, one version after another."""

    code = models.CharField(
        max_length=40,
        unique=True,
        validators=[RegexValidator(CODE_PATTERN, _("Lower-case letters, digits, - and _ only; at most 40."))],
        help_text=_("Short name that shops and keys refer to; it never changes."),
    )
    name = models.CharField(max_length=120)
    url = models.URLField(_("URL"), blank=True)
    currency = models.CharField(
        max_length=3, validators=[RegexValidator(CURRENCY_PATTERN, _("Three capital letters, as in USD (ISO 4217)."))]
    )
    default_region = models.CharField(
        max_length=2,
        validators=[validate_region],
        help_text=_("Phone numbers without a country code are read as numbers of this region."),
    )
    password_path = models.CharField(
        max_length=200,
        default="/account/password",
        validators=[validate_path],
        help_text=_("The page of the shop where people set a password. Mails link to it, with the key behind a #."),
    )
    verification_path = models.CharField(
        max_length=200,
        default="/account/verify-email",
        validators=[validate_path],
        help_text=_("The page of the shop where people confirm their e-mail address, likewise."),
    )
    locales = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    erp_system = models.CharField(
        _("ERP system"),
        max_length=40,
        blank=True,
        help_text=_("Code of the ERP system whose customers orders are matched with; empty: none is asked."),
    )
    reference_prefix = models.CharField(max_length=10, default="C-")
    reference_step_min = models.PositiveSmallIntegerField(default=3, validators=[MinValueValidator(1)])
    reference_step_max = models.PositiveSmallIntegerField(default=9, validators=[MaxValueValidator(1000)])
    b2c_erp = models.CharField(
        _("B2C customers in the ERP"), max_length=20, choices=B2CErp.choices, default=B2CErp.NONE
    )
    current_policy = models.OneToOneField(
        "storefronts.ResolutionPolicy", null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects = StorefrontQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="storefront_reference_steps_in_order",
                condition=models.Q(reference_step_min__gte=1, reference_step_max__gte=models.F("reference_step_min")),
                violation_error_message=_("The smallest step is at least 1, the largest not below the smallest."),
            ),
            models.CheckConstraint(
                name="storefront_b2c_erp_known",
                condition=models.Q(b2c_erp__in=B2CErp.values),
                violation_error_message=_("Unknown choice for B2C customers in the ERP."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def policy_settings(self) -> dict[str, Any]:
        """The settings of the current policy as stored. Raises AttributeError for a storefront saved without one."""
        assert self.current_policy is not None, "services never store a storefront without a policy"
        return dict(self.current_policy.settings)
