import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid6 import uuid7

from customers.fields import DerivedFieldsModel, NormalEmailField
from customers.models import CustomerKind
from orders.limits import LONGEST_TYPED
from orders.querysets import OrderQuerySet
from orders.words import OrderKind, Outcome, Reason


class OrderStatus(models.TextChoices):
    PLACED = "placed", _("Placed")
    PROCESSING = "processing", _("Processing")
    SHIPPED = "shipped", _("Shipped")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


def _amount(**options: object) -> models.DecimalField:  # type: ignore[type-arg]
    return models.DecimalField(max_digits=16, decimal_places=4, **options)  # type: ignore[arg-type]


@pgtrigger.register(
    pgtrigger.Trigger(
        name="decided_in",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("decision_id"),  # type: ignore[no-untyped-call]
        func="NEW.decided_in := (pg_current_xact_id()::text)::bigint; RETURN NEW;",
    )
)
class Order(DerivedFieldsModel):
    """An order as the shop sent it, and whose it is now.

    The claim (`claim_…`) is what the order says of who placed it and stays as the legal record. Whose it is stands in
    the current decision; the columns from `outcome` on repeat that decision for lists and searches.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    storefront = models.ForeignKey("storefronts.Storefront", on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=60)
    kind = models.CharField(max_length=3, choices=OrderKind.choices)
    status = models.CharField(max_length=10, choices=OrderStatus.choices, default=OrderStatus.PLACED)
    placed_at = models.DateTimeField()
    received_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    currency = models.CharField(max_length=3)

    claim_email = models.CharField(max_length=LONGEST_TYPED, blank=True)
    claim_email_key = NormalEmailField(sources=["claim_email"])
    claim_phone = models.CharField(max_length=LONGEST_TYPED, blank=True)
    claim_first_name = models.CharField(max_length=LONGEST_TYPED, blank=True)
    claim_last_name = models.CharField(max_length=LONGEST_TYPED, blank=True)
    claim_external_id = models.CharField(max_length=LONGEST_TYPED, blank=True)

    purchase_order_number = models.CharField(max_length=60, blank=True)
    payment_method = models.CharField(max_length=60, blank=True)
    subtotal = _amount(null=True)
    shipping_total = _amount(null=True)
    tax_total = _amount(null=True)
    discount_total = _amount(null=True)
    total = _amount()
    received_digest = models.BinaryField(
        max_length=32, help_text=_("SHA-256 of the body first received; the same order sent again is compared with it.")
    )

    decision = models.OneToOneField("orders.IdentityDecision", on_delete=models.PROTECT, related_name="current_for")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    reason = models.CharField(max_length=24, choices=Reason.choices, blank=True)
    decided_in = models.BigIntegerField(
        default=0,
        editable=False,
        help_text=_("The transaction that wrote the decision, set by a trigger: decisions are fed in commit order."),
    )
    account = models.ForeignKey("accounts.Account", null=True, on_delete=models.PROTECT, related_name="orders")
    account_tree_id = models.IntegerField(null=True)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.PROTECT, related_name="orders")
    shown_to_customer = models.BooleanField(
        default=False, db_default=False, editable=False, help_text=_("He sees it among his own: it is known to be his.")
    )
    erp_customer_number = models.CharField(max_length=60, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-id"]
        permissions = [("decide_identity", _("Can decide whose an order is"))]
        constraints = [
            models.UniqueConstraint(fields=["storefront", "number"], name="order_number_once_per_storefront"),
            models.CheckConstraint(name="order_kind_known", condition=Q(kind__in=OrderKind.values)),
            models.CheckConstraint(name="order_status_known", condition=Q(status__in=OrderStatus.values)),
            models.CheckConstraint(name="order_outcome_known", condition=Q(outcome__in=Outcome.values)),
            models.CheckConstraint(name="order_reason_known", condition=Q(reason="") | Q(reason__in=Reason.values)),
            models.CheckConstraint(
                name="order_reason_where_undecided",
                condition=Q(outcome__in=[Outcome.HELD, Outcome.AWAITING_ERP], reason__gt="")
                | (~Q(outcome__in=[Outcome.HELD, Outcome.AWAITING_ERP]) & Q(reason="")),
            ),
            models.CheckConstraint(
                name="order_tree_follows_account",
                condition=Q(account__isnull=True, account_tree_id__isnull=True)
                | Q(account__isnull=False, account_tree_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at", "-id"], name="order_newest"),
            models.Index(fields=["outcome", "-received_at"], name="order_by_outcome"),
            models.Index(fields=["decided_in", "id"], name="order_feed"),
            models.Index(fields=["account_tree_id", "-placed_at"], name="order_of_tree"),
            models.Index(fields=["account", "-placed_at"], name="order_of_account"),
            models.Index(fields=["customer", "-placed_at"], name="order_of_customer"),
            models.Index(
                fields=["claim_email_key"], name="order_claim_email", condition=Q(claim_email_key__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_hidden_from_customer(self) -> bool:
        """A registered customer has it and is not shown it. What was bought for an account is its buyers' to see."""
        customer = self.customer
        is_registered = customer is not None and customer.kind == CustomerKind.REGISTERED
        return is_registered and self.account_id is None and not self.shown_to_customer
