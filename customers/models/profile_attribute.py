import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.attributes import Subject, Type, Visibility

KEY_PATTERN = r"^[a-z][a-z0-9_]{0,39}\Z"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ProfileAttribute(models.Model):
    """One thing the merchant wants to know of every customer, or of every account, beside the fields there are."""

    subject = models.CharField(max_length=10, choices=Subject.choices)
    key = models.CharField(
        max_length=40,
        validators=[RegexValidator(KEY_PATTERN, _("A lower-case letter, then letters, digits and _; at most 40."))],
        help_text=_("How programs name it; it never changes."),
    )
    label = models.CharField(max_length=120)
    type = models.CharField(max_length=10, choices=Type.choices, default=Type.TEXT)
    choices = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text=_("One per line, for the type “Choice”.")
    )
    required = models.BooleanField(default=False)
    policy = models.CharField(_("shoppers"), max_length=10, choices=Visibility.choices, default=Visibility.EDITABLE)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        ordering = ["subject", "label", "key"]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "key"],
                name="attribute_key_once_per_subject",
                violation_error_code="unique",
                violation_error_message=_("There is an attribute of this name already."),
            ),
            models.CheckConstraint(
                name="attribute_words_known",
                condition=models.Q(subject__in=Subject.values, type__in=Type.values, policy__in=Visibility.values),
                violation_error_message=_("Unknown subject, type or policy."),
            ),
        ]

    def __str__(self) -> str:
        return self.label


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ProfileAttributePolicy(models.Model):
    """Where one storefront shows an attribute otherwise than the rest."""

    attribute = models.ForeignKey(
        "customers.ProfileAttribute", on_delete=models.CASCADE, related_name="storefront_policies"
    )
    storefront = models.ForeignKey("storefronts.Storefront", on_delete=models.CASCADE, related_name="+")
    policy = models.CharField(max_length=10, choices=Visibility.choices)

    class Meta:
        ordering = ["storefront"]
        constraints = [
            models.UniqueConstraint(fields=["attribute", "storefront"], name="attribute_policy_once_per_storefront"),
            models.CheckConstraint(name="attribute_policy_known", condition=models.Q(policy__in=Visibility.values)),
        ]

    def __str__(self) -> str:
        return self.policy
