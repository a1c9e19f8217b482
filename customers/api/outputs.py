"""Answers about customers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema_serializer, inline_serializer
from rest_framework import serializers

from customers import ports
from customers.api import examples
from customers.attributes import Definition, shown
from customers.models import (
    Customer,
    CustomerAddress,
    CustomerKind,
    CustomerNote,
    ErpCustomer,
    ProfileAttribute,
    Segment,
)
from interface.api.fields import shown_moment


@dataclass(frozen=True, slots=True)
class Parts:
    """What other tables and rooms hold of customers, looked up once for a whole page."""

    loyalty: Mapping[int, dict[str, Any]]
    others: Mapping[int, Mapping[str, Any]]


def parts_of(customers: Sequence[Customer]) -> Parts:
    """Four statements whatever the number."""
    ids = [customer.pk for customer in customers]
    return Parts(ErpCustomer.objects.loyalty_of(customers), ports.answer_parts(ids))


def customer_answer(customer: Customer, parts: Parts) -> dict[str, Any]:
    """One customer as management sees him; `external_ids` are expected to be fetched."""
    return {
        "shared_id": customer.shared_id,
        "reference": customer.reference,
        "kind": customer.kind,
        "email": customer.email,
        "email_verified_at": shown_moment(customer.email_verified_at) if customer.email_verified_at else None,
        "email_unconfirmed": not customer.email_is_known,
        "phone": customer.phone,
        "salutation": customer.salutation,
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "company": customer.company,
        "gender": customer.gender,
        "birth_date": customer.birth_date.isoformat() if customer.birth_date else None,
        "assisted_buying_allowed": customer.assisted_buying_allowed,
        "preferred_currency": customer.preferred_currency,
        "preferred_storefront": customer.preferred_storefront.code if customer.preferred_storefront else None,
        "preferred_locale": customer.preferred_locale,
        "shipping_option": customer.shipping_option,
        "active": customer.active,
        "on_hold": customer.on_hold,
        "segments": customer.segments,
        "attributes": customer.attributes,
        "external_ids": {each.system: each.external_id for each in customer.external_ids.all()},
        "loyalty": parts.loyalty.get(customer.pk, {"card_number": "", "points": None}),
        "last_sign_in_at": shown_moment(customer.last_sign_in_at) if customer.last_sign_in_at else None,
        "merged_into": customer.merged_into.shared_id if customer.merged_into else None,
        "anonymized_at": shown_moment(customer.anonymized_at) if customer.anonymized_at else None,
        "created_at": shown_moment(customer.created_at),
        "updated_at": shown_moment(customer.updated_at),
        **parts.others.get(customer.pk, {"accounts": []}),
    }


class _Customers(serializers.ListSerializer[Any]):
    def to_representation(self, data: Any) -> list[dict[str, Any]]:
        customers = list(data)
        parts = parts_of(customers)
        return [customer_answer(customer, parts) for customer in customers]


LoyaltyOutput = inline_serializer(
    "Loyalty", {"card_number": serializers.CharField(), "points": serializers.IntegerField(allow_null=True)}
)
AccountOfCustomer = inline_serializer(
    "AccountOfCustomer",
    {"shared_id": serializers.CharField(), "name": serializers.CharField(), "role": serializers.CharField()},
    many=True,
)


class CustomerOutput(serializers.Serializer[Customer]):
    """A customer. The loyalty card and its points are the ERP's, as last read."""

    shared_id = serializers.CharField()
    reference = serializers.CharField()
    kind = serializers.ChoiceField(CustomerKind.choices)
    email = serializers.CharField()
    email_verified_at = serializers.DateTimeField(allow_null=True, help_text="When he showed by a mail that it is his.")
    email_unconfirmed = serializers.BooleanField(
        help_text="Nobody knows that it is his: he typed it himself, or he is a guest."
    )
    phone = serializers.CharField()
    salutation = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    company = serializers.CharField()
    gender = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    assisted_buying_allowed = serializers.BooleanField()
    preferred_currency = serializers.CharField()
    preferred_storefront = serializers.CharField(allow_null=True)
    preferred_locale = serializers.CharField()
    shipping_option = serializers.CharField()
    active = serializers.BooleanField()
    on_hold = serializers.BooleanField()
    segments = serializers.ListField(child=serializers.CharField())
    attributes = serializers.DictField()
    external_ids = serializers.DictField(child=serializers.CharField())
    loyalty = LoyaltyOutput
    accounts = AccountOfCustomer
    last_sign_in_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.CharField(allow_null=True)
    anonymized_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()

    class Meta:
        list_serializer_class = _Customers

    def to_representation(self, instance: Customer) -> dict[str, Any]:
        return customer_answer(instance, parts_of([instance]))


@extend_schema_serializer(examples=[examples.ADDRESS])
class BookEntryOutput(serializers.ModelSerializer[CustomerAddress]):
    id = serializers.CharField(source="code")

    class Meta:
        model = CustomerAddress
        fields = [
            "id", "label", "first_name", "last_name", "company", "line1", "line2", "city", "region", "postal_code",
            "country", "phone", "is_shipping", "is_billing", "default_shipping", "default_billing", "created_at",
            "updated_at",
        ]  # fmt: skip


class NoteOutput(serializers.ModelSerializer[CustomerNote]):
    class Meta:
        model = CustomerNote
        fields = ["id", "text", "author", "created_at"]


class SegmentOutput(serializers.ModelSerializer[Segment]):
    class Meta:
        model = Segment
        fields = ["code", "name", "created_at", "updated_at"]


class AttributeOutput(serializers.ModelSerializer[ProfileAttribute]):
    storefront_policies = serializers.SerializerMethodField()

    class Meta:
        model = ProfileAttribute
        fields = [
            "subject", "key", "label", "type", "choices", "required", "policy", "storefront_policies", "created_at",
            "updated_at",
        ]  # fmt: skip

    def get_storefront_policies(self, attribute: ProfileAttribute) -> dict[str, str]:
        return {each.storefront.code: each.policy for each in attribute.storefront_policies.all()}


def profile_answer(customer: Customer, definitions: Sequence[Definition]) -> dict[str, Any]:
    """What a shopper sees of himself: nothing that is hidden from him, nothing of staff."""
    answer = {name: getattr(customer, name) for name in PROFILE_TEXTS}
    return {
        **answer,
        "birth_date": customer.birth_date.isoformat() if customer.birth_date else None,
        "email_verified": customer.email_verified_at is not None,
        "preferred_storefront": customer.preferred_storefront.code if customer.preferred_storefront else None,
        "attributes": shown(stored=customer.attributes, definitions=definitions),
        "created_at": shown_moment(customer.created_at),
        "updated_at": shown_moment(customer.updated_at),
    }


PROFILE_TEXTS = (
    "shared_id", "reference", "kind", "email", "phone", "salutation", "first_name", "last_name", "company", "gender",
    "preferred_currency", "preferred_locale", "shipping_option",
)  # fmt: skip


@extend_schema_serializer(examples=[examples.PROFILE])
class ProfileOutput(serializers.Serializer[Customer]):
    """A shopper's own profile."""

    shared_id = serializers.CharField()
    reference = serializers.CharField()
    kind = serializers.ChoiceField(CustomerKind.choices)
    email = serializers.CharField()
    email_verified = serializers.BooleanField()
    phone = serializers.CharField()
    salutation = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    company = serializers.CharField()
    gender = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)
    preferred_currency = serializers.CharField()
    preferred_storefront = serializers.CharField(allow_null=True)
    preferred_locale = serializers.CharField()
    shipping_option = serializers.CharField()
    attributes = serializers.DictField()
    links = serializers.DictField(child=serializers.CharField(), help_text="Addresses of what he may do, by name.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()


@extend_schema_serializer(examples=[examples.REGISTRATION])
class RegistrationOutput(serializers.Serializer[Any]):
    status = serializers.ChoiceField(["created_not_approved"])
    shared_id = serializers.CharField()
    reference = serializers.CharField()
    email = serializers.CharField()


@extend_schema_serializer(examples=[examples.GUEST])
class GuestOutput(serializers.Serializer[Any]):
    session_token = serializers.CharField(help_text="Send it as X-Session-Token.")
    shared_id = serializers.CharField()
    reference = serializers.CharField()
