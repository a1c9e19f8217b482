from typing import ClassVar

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from accounts.querysets import AccountManager
from customers.email_field import EmailAddressField
from customers.fields import DerivedFieldsModel, SortKeyField
from customers.models.shared_id import SHARED_ID_PATTERN, validate_shared_id
from customers.triggers import CLAIM_SHARED_ID, KEEP_SHARED_ID

TREE_COLUMNS = ["lft", "rght", "level", "tree_id"]
NOT_IN_HISTORY = [*TREE_COLUMNS, "name_sort", "updated_at"]


class AccountStatus(models.TextChoices):
    PENDING = "pending", _("Pending")
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    DISABLED = "disabled", _("Disabled")


@pgtrigger.register(
    CLAIM_SHARED_ID,
    KEEP_SHARED_ID,
    pgtrigger.Trigger(
        name="account_never_moves",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("parent_id"),  # type: ignore[no-untyped-call]
        condition=pgtrigger.Condition("OLD.parent_id IS DISTINCT FROM NEW.parent_id"),
        func="RAISE EXCEPTION 'an account never moves' USING ERRCODE = 'check_violation';",
    ),
)
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=NOT_IN_HISTORY)),
    pghistory.DeleteEvent(),
    exclude=NOT_IN_HISTORY,
)
class Account(DerivedFieldsModel, MPTTModel):
    """An organisation, or a part of one, that is bought for. It is born under its parent and never moves."""

    shared_id = models.CharField(max_length=100, unique=True, validators=[validate_shared_id])
    name = models.CharField(_("business name"), max_length=200)
    name_sort = SortKeyField(sources=["name"])
    parent = TreeForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="children"
    )
    status = models.CharField(max_length=10, choices=AccountStatus.choices, default=AccountStatus.PENDING)
    erp_system = models.CharField(_("ERP system"), max_length=40, blank=True)
    account_number = models.CharField(
        max_length=60, blank=True, help_text=_("The account's customer number in its ERP system.")
    )
    business_number = models.CharField(max_length=60, blank=True)
    tax_id = models.CharField(_("tax ID"), max_length=60, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    fax = models.CharField(max_length=60, blank=True)
    email = EmailAddressField(_("e-mail"), blank=True)
    postal_code = models.CharField(max_length=20, blank=True)
    inherits_settings = models.BooleanField(
        default=True,
        help_text=_("Whether price list and payment methods come from above where none is set here."),
    )
    segments = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    objects: ClassVar[AccountManager["Account"]] = AccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_shared_id_form",
                condition=Q(shared_id__regex=SHARED_ID_PATTERN.replace(r"\Z", "$")),
                violation_error_message=_("A shared id is 1 to 100 of the characters A-Z a-z 0-9 . _ : @ - ."),
            ),
            models.CheckConstraint(
                name="account_status_known",
                condition=Q(status__in=AccountStatus.values),
                violation_error_message=_("Unknown status."),
            ),
            models.CheckConstraint(
                name="account_number_needs_erp_system",
                condition=Q(account_number="") | ~Q(erp_system=""),
                violation_error_message=_("An account number needs the ERP system it belongs to."),
            ),
            models.UniqueConstraint(
                fields=["erp_system", "account_number"],
                condition=~Q(account_number=""),
                name="account_number_once_per_erp_system",
                violation_error_code="account_number_taken",
                violation_error_message=_("Another account has this number in that ERP system."),
            ),
            models.UniqueConstraint(
                fields=["tree_id"],
                condition=Q(parent__isnull=True),
                name="one_root_per_tree",
                violation_error_message=_("Another root stands in this tree."),
            ),
            models.CheckConstraint(
                name="account_span_in_order",
                condition=Q(rght__gt=F("lft")),
                violation_error_message=_("The tree columns of this account are broken."),
            ),
        ]
        indexes = [
            models.Index(fields=["tree_id", "lft"], name="account_tree_order"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="account_name_part"),
            GinIndex(
                OpClass(Upper("phone"), name="gin_trgm_ops"),
                OpClass(Upper("postal_code"), name="gin_trgm_ops"),
                OpClass(Upper("account_number"), name="gin_trgm_ops"),
                name="account_parts",
            ),
            GinIndex(fields=["segments"], name="account_segments"),
            models.Index(fields=["name_sort", "id"], name="account_name_order"),
        ]

    def __str__(self) -> str:
        return self.name
