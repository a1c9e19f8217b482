"""Answers that go out."""

from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers

from accounts.models import Account
from customers.models import Customer
from interface.api.fields import Money, shown_amount, shown_moment
from orders.models import AddressRole, IdentityDecision, Order, OrderAddress, OrderLine, OrderStatus
from orders.services.preview import Preview
from orders.telling import ToldReceipt, tell
from orders.words import Caution, OrderKind, Outcome, Reason, StepResult

CLAIM = ("email", "phone", "first_name", "last_name", "external_id")
ADDRESS = (
    "first_name", "last_name", "company", "line1", "line2", "city", "region", "postal_code", "country", "phone",
)  # fmt: skip
TOTALS = ("subtotal", "shipping_total", "tax_total", "discount_total", "total")


class AccountSummary(serializers.Serializer[Account]):
    shared_id = serializers.CharField()
    account_number = serializers.CharField(help_text="Its own number in its ERP system; empty where it has none.")
    name = serializers.CharField()


class CustomerSummary(serializers.Serializer[Customer]):
    shared_id = serializers.CharField()
    reference = serializers.CharField()


class IdentityOutput(serializers.Serializer[Any]):
    """Whose the order is."""

    outcome = serializers.ChoiceField(Outcome.choices)
    reason = serializers.ChoiceField(Reason.choices, allow_null=True)
    account = AccountSummary(allow_null=True)
    customer = CustomerSummary(allow_null=True)
    erp_customer_number = serializers.CharField(allow_null=True)
    receipt = serializers.CharField(help_text="Where the decision and its receipt are read.")


class LineOutput(serializers.ModelSerializer[OrderLine]):
    unit_price = Money()

    class Meta:
        model = OrderLine
        fields = ["id", "sku", "name", "quantity", "unit_price"]


class AddressOutput(serializers.ModelSerializer[OrderAddress]):
    class Meta:
        model = OrderAddress
        fields = list(ADDRESS)


class ClaimOutput(serializers.Serializer[Order]):
    email = serializers.CharField()
    phone = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    external_id = serializers.CharField()


class OrderOutput(serializers.Serializer[Order]):
    """An order as it is now, with whose it is. Describes what `order_answer` gives."""

    id = serializers.UUIDField()
    storefront = serializers.CharField()
    number = serializers.CharField()
    kind = serializers.ChoiceField(OrderKind.choices)
    status = serializers.ChoiceField(OrderStatus.choices)
    placed_at = serializers.DateTimeField()
    currency = serializers.CharField()
    customer = ClaimOutput()
    purchase_order_number = serializers.CharField()
    payment_method = serializers.CharField()
    billing_address = AddressOutput(allow_null=True)
    shipping_address = AddressOutput(allow_null=True)
    lines = LineOutput(many=True)
    subtotal = Money(allow_null=True)
    shipping_total = Money(allow_null=True)
    tax_total = Money(allow_null=True)
    discount_total = Money(allow_null=True)
    total = Money()
    identity = IdentityOutput()
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    def to_representation(self, instance: Order) -> dict[str, Any]:
        return order_answer(instance)


def order_answer(order: Order) -> dict[str, Any]:
    """The shape of OrderOutput, written out: five hundred of them would otherwise cost more than taking orders in.

    `order` comes as `with_identity().with_parts()` reads it.
    """
    addresses = {address.role: address for address in order.addresses.all()}
    return {
        "id": str(order.pk),
        "storefront": order.storefront.code,
        "number": order.number,
        "kind": str(order.kind),
        "status": str(order.status),
        "placed_at": shown_moment(order.placed_at),
        "currency": order.currency,
        "customer": {name: getattr(order, f"claim_{name}") for name in CLAIM},
        "purchase_order_number": order.purchase_order_number,
        "payment_method": order.payment_method,
        "billing_address": address_answer(addresses.get(AddressRole.BILLING)),
        "shipping_address": address_answer(addresses.get(AddressRole.SHIPPING)),
        "lines": [
            {
                "id": str(line.pk),
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
                "unit_price": shown_amount(line.unit_price),
            }
            for line in order.lines.all()
        ],
        **{name: None if (amount := getattr(order, name)) is None else shown_amount(amount) for name in TOTALS},
        "identity": _identity_answer(order),
        "created_at": shown_moment(order.received_at),
        "updated_at": shown_moment(order.updated_at),
    }


def address_answer(address: OrderAddress | None) -> dict[str, str] | None:
    return {name: getattr(address, name) for name in ADDRESS} if address else None


def _identity_answer(order: Order) -> dict[str, Any]:
    account, customer = order.account, order.customer
    return {
        "outcome": str(order.outcome),
        "reason": str(order.reason) or None,
        "account": {"shared_id": account.shared_id, "account_number": account.account_number, "name": account.name}
        if account
        else None,
        "customer": {"shared_id": customer.shared_id, "reference": customer.reference} if customer else None,
        "erp_customer_number": order.erp_customer_number or None,
        "receipt": f"{_decisions_address()}/{order.decision_id}",
    }


@cache
def _decisions_address() -> str:
    return reverse("identity-decision", args=[UUID(int=0)]).rpartition("/")[0]


class LookedForOutput(serializers.Serializer[Any]):
    kind = serializers.CharField()
    key = serializers.CharField(help_text="Keyed hash (HMAC-SHA-256) of the normal form.")


class CandidateOutput(serializers.Serializer[Any]):
    type = serializers.ChoiceField(["contact", "account", "erp_customer", "customer"])
    id = serializers.CharField()
    label = serializers.CharField(help_text="Empty where the person was erased.")  # type: ignore[assignment]
    matched_on = serializers.ListField(child=serializers.CharField())
    verdict = serializers.ChoiceField(["won", "lost"])
    why = serializers.CharField()
    why_code = serializers.CharField()
    details = serializers.DictField()


class StepOutput(serializers.Serializer[Any]):
    step = serializers.CharField()
    looked_for = LookedForOutput(allow_null=True)
    candidates = CandidateOutput(many=True)
    result = serializers.ChoiceField(StepResult.choices)
    why = serializers.CharField()
    why_code = serializers.CharField()


class ReceiptOutput(serializers.Serializer[Any]):
    """The receipt: step by step, each candidate with why it won or lost."""

    outcome = serializers.ChoiceField(Outcome.choices)
    reason = serializers.ChoiceField(Reason.choices, allow_null=True)
    decided_at = serializers.DateTimeField()
    decided_by = serializers.CharField()
    policy_version = serializers.IntegerField()
    mirror_as_of = serializers.DateTimeField(allow_null=True)
    steps = StepOutput(many=True)
    warnings = serializers.ListField(child=serializers.ChoiceField(Caution.choices))


class DecisionOutput(ReceiptOutput):
    """A decision that was made for an order."""

    id = serializers.UUIDField()
    order = serializers.UUIDField()
    supersedes = serializers.UUIDField(allow_null=True)
    reason_given = serializers.CharField(help_text="Why, where a person decided; empty where he was erased.")
    mended = serializers.DictField(
        child=serializers.CharField(), help_text="`email` and `phone` that a person put in the place of the claim's."
    )


class PreviewOutput(serializers.Serializer[Any]):
    """Whose an order would be."""

    outcome = serializers.ChoiceField(Outcome.choices)
    reason = serializers.ChoiceField(Reason.choices, allow_null=True)
    account = AccountSummary(allow_null=True)
    customer = CustomerSummary(allow_null=True)
    erp_customer_number = serializers.CharField(allow_null=True)
    receipt = ReceiptOutput()


def receipt_answer(told: ToldReceipt) -> dict[str, Any]:
    """The shape of ReceiptOutput."""
    content = told.content
    return {
        "outcome": content["outcome"],
        "reason": content["reason"],
        "decided_at": content["decided_at"],
        "decided_by": content["decided_by"],
        "policy_version": content["policy_version"],
        "mirror_as_of": content["mirror_as_of"],
        "steps": [
            {
                "step": str(step.step),
                "looked_for": {"kind": step.looked_for, "key": step.key} if step.looked_for else None,
                "candidates": [
                    {
                        "type": candidate.type,
                        "id": candidate.id,
                        "label": candidate.label,
                        "matched_on": list(candidate.matched_on),
                        "verdict": "won" if candidate.won else "lost",
                        "why": candidate.why,
                        "why_code": candidate.why_code,
                        "details": dict(candidate.details),
                    }
                    for candidate in step.candidates
                ],
                "result": str(step.result),
                "why": step.why,
                "why_code": step.why_code,
            }
            for step in told.steps
        ],
        "warnings": content["warnings"],
    }


def decision_answer(decision: IdentityDecision) -> dict[str, Any]:
    """The shape of DecisionOutput."""
    evidence = decision.evidence
    told = tell(decision.receipt_content(), labels=evidence.labels, email=evidence.email_key, phone=evidence.phone_key)
    return {
        "id": str(decision.pk),
        "order": str(decision.order_id),
        "supersedes": str(decision.supersedes_id) if decision.supersedes_id else None,
        "reason_given": evidence.why,
        "mended": evidence.mended,
        **receipt_answer(told),
    }


def preview_answer(preview: Preview) -> dict[str, Any]:
    """The shape of PreviewOutput."""
    question, resolution = preview.question, preview.resolution
    told = tell(preview.receipt, labels=preview.labels, email=question.email or "", phone=question.phone or "")
    return {
        "outcome": str(resolution.outcome),
        "reason": str(resolution.reason) if resolution.reason else None,
        "account": AccountSummary(preview.account).data if preview.account else None,
        "customer": CustomerSummary(preview.customer).data if preview.customer else None,
        "erp_customer_number": resolution.erp_customer_number,
        "receipt": receipt_answer(told),
    }
