"""Bodies about customers, parsed."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from customers.api import examples
from customers.attributes import Subject, Type, Visibility
from customers.models.profile_attribute import KEY_PATTERN
from customers.models.segment import CODE_PATTERN
from customers.models.shared_id import SHARED_ID_PATTERN
from customers.services.access import FirstAccess
from customers.services.customers import CustomerDraft
from interface.api.fields import Characters, Flag, StrictSerializer, Text
from storefronts.models import Storefront

MOST_SEGMENTS = 100
MOST_ATTRIBUTES = 200
MOST_IDS = 50


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}], "nullable": True})
class AttributeValue(serializers.Field):  # type: ignore[type-arg] # values of many types
    """Text, a whole number, true or false, or null to remove the value; the definition says which."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | int | bool):
            raise serializers.ValidationError("Text, a whole number, true or false, or null.", code="invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class Attributes(serializers.DictField):
    """Profile attributes by key; those left out stay."""

    child = AttributeValue(allow_null=True)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        values = super().run_validation(data)
        if isinstance(values, dict) and len(values) > MOST_ATTRIBUTES:
            raise serializers.ValidationError(f"At most {MOST_ATTRIBUTES}.", code="max_length")
        return values


class ExternalIds(serializers.DictField):
    """How other systems name the customer; null takes the id of one away, systems left out stay."""

    child = serializers.CharField(max_length=120, allow_null=True, allow_blank=True)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        values = super().run_validation(data)
        if isinstance(values, dict) and len(values) > MOST_IDS:
            raise serializers.ValidationError(f"At most {MOST_IDS}.", code="max_length")
        return values


class StorefrontCode(serializers.SlugRelatedField[Storefront]):
    """A storefront by its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            slug_field="code", queryset=Storefront.objects.all(), **{"required": False, "allow_null": True, **options}
        )


class CustomerChange(StrictSerializer):
    """Any of the fields; what is left out stays."""

    email = Characters(max_length=254, required=False, allow_blank=True)
    email_unconfirmed = Flag(
        source="email_is_own_word",
        required=False,
        help_text="true: he typed it himself, and nobody has checked that it is his. He is then shown no order, and "
        "added to no account, by it; what he has proved stays proved. Left out: one that is new here counts as his. A "
        "guest's never does.",
    )
    phone = Characters(max_length=60, required=False, allow_blank=True)
    salutation = Characters(max_length=40, required=False, allow_blank=True)
    first_name = Characters(max_length=120, required=False, allow_blank=True)
    last_name = Characters(max_length=120, required=False, allow_blank=True)
    company = Characters(max_length=200, required=False, allow_blank=True)
    gender = Characters(max_length=20, required=False, allow_blank=True)
    birth_date = serializers.DateField(required=False, allow_null=True)
    assisted_buying_allowed = Flag(required=False)
    preferred_currency = serializers.RegexField(
        r"^[A-Z]{3}\Z", required=False, allow_blank=True, help_text="ISO 4217, as in USD."
    )
    preferred_storefront = StorefrontCode(help_text="Code of a storefront.")
    preferred_locale = Characters(max_length=12, required=False, allow_blank=True, help_text="As in de or de-AT.")
    shipping_option = Characters(max_length=60, required=False, allow_blank=True)
    active = Flag(required=False)
    on_hold = Flag(required=False)
    segments = serializers.ListField(
        child=Characters(max_length=40), required=False, max_length=MOST_SEGMENTS, help_text="Codes of segments."
    )
    attributes = Attributes(required=False)
    external_ids = ExternalIds(required=False)
    suspend_accounts = Flag(
        required=False,
        write_only=True,
        help_text="Suspend accounts that lose their last admin by this; needs the scope `accounts:write` too.",
    )


class CustomerInput(CustomerChange):
    """A registered customer. Without `initial_password` a link to set one is mailed, unless that is unticked."""

    shared_id = serializers.RegexField(
        SHARED_ID_PATTERN, required=False, allow_blank=True, help_text="Left out: one is generated."
    )
    initial_password = Characters(
        max_length=128, required=False, allow_blank=True, write_only=True, trim_whitespace=False
    )
    generate_initial_password = Flag(
        required=False, default=False, write_only=True, help_text="Mail a random password instead of a typed one."
    )
    send_password_link = Flag(required=False, default=True, write_only=True)


def access_of(body: dict[str, Any]) -> FirstAccess:
    """How the person gets in; taken out of the body."""
    return FirstAccess(
        initial_password=body.pop("initial_password", ""),
        generate=body.pop("generate_initial_password", False),
        send_link=body.pop("send_password_link", True),
    )


def draft_of(body: dict[str, Any], **more: Any) -> CustomerDraft:
    """The draft of a customer, from a parsed body without `external_ids`."""
    fields = {**body, **more}
    fields.pop("suspend_accounts", None)  # nobody depends on who is new
    if "segments" in fields:
        fields["segments"] = tuple(fields["segments"])
    return CustomerDraft(**fields)


@extend_schema_serializer(examples=[examples.ADDRESS_CHANGE])
class BookEntryInput(StrictSerializer):
    """An address; one of first name, last name and company is needed."""

    label = Text(max_length=80)  # type: ignore[assignment] # DRF has an attribute of that name
    first_name = Text(max_length=120)
    last_name = Text(max_length=120)
    company = Text(max_length=200)
    line1 = Characters(max_length=200)
    line2 = Text(max_length=200)
    city = Characters(max_length=120)
    region = Text(max_length=120)
    postal_code = Text(max_length=20)
    country = Characters(max_length=2, help_text="ISO 3166-1 alpha-2, as in US.")
    phone = Text(max_length=60)
    is_shipping = Flag(required=False, default=True)
    is_billing = Flag(required=False, default=True)
    default_shipping = Flag(required=False, default=False)
    default_billing = Flag(required=False, default=False)


@extend_schema_serializer(examples=[examples.ADDRESS_INPUT])
class NewBookEntryInput(BookEntryInput):
    id = serializers.RegexField(
        SHARED_ID_PATTERN, required=False, allow_blank=True, help_text="Left out: one is generated."
    )


class NoteInput(StrictSerializer):
    text = Characters(max_length=4000)


class SegmentChange(StrictSerializer):
    name = Characters(max_length=120)


class SegmentInput(SegmentChange):
    code = serializers.RegexField(CODE_PATTERN)


class SegmentCodes(StrictSerializer):
    """All segments the customer is to be in; the others he leaves."""

    segments = serializers.ListField(child=Characters(max_length=40), max_length=MOST_SEGMENTS)


class AttributeChange(StrictSerializer):
    label = Characters(max_length=120)  # type: ignore[assignment] # DRF has attributes of these names
    choices = serializers.ListField(child=Characters(max_length=120), required=False, max_length=200)
    required = Flag(required=False)  # type: ignore[assignment]
    policy = serializers.ChoiceField(Visibility.choices, required=False)
    storefront_policies = serializers.DictField(
        child=serializers.ChoiceField(Visibility.choices),
        required=False,
        help_text="Policies of single storefronts by code; given, they replace all there are.",
    )


class AttributeInput(AttributeChange):
    subject = serializers.ChoiceField(Subject.choices)
    key = serializers.RegexField(KEY_PATTERN)
    type = serializers.ChoiceField(Type.choices, default=Type.TEXT)


@extend_schema_serializer(examples=[examples.REGISTRATION_INPUT])
class RegistrationInput(StrictSerializer):
    """Someone who registers himself."""

    email = Characters(max_length=254)
    password = Characters(max_length=128, trim_whitespace=False, write_only=True)
    first_name = Text(max_length=120)
    last_name = Text(max_length=120)
    company = Text(max_length=200)
    phone = Text(max_length=60)
    preferred_currency = serializers.RegexField(
        r"^[A-Z]{3}\Z", required=False, help_text="ISO 4217; left out: the storefront's."
    )
    preferred_locale = Text(max_length=12)


@extend_schema_serializer(examples=[examples.VERIFICATION_INPUT])
class VerificationInput(StrictSerializer):
    key = Characters(max_length=600)
    password = Characters(max_length=128, trim_whitespace=False, write_only=True)


@extend_schema_serializer(examples=[examples.PASSWORD_LINK_INPUT])
class PasswordLinkInput(StrictSerializer):
    email = Characters(max_length=254)


@extend_schema_serializer(examples=[examples.PROFILE_CHANGE])
class ProfileChange(StrictSerializer):
    """What a shopper may change of himself; the e-mail only as a guest."""

    email = Characters(max_length=254, required=False, allow_blank=True)
    salutation = Characters(max_length=40, required=False, allow_blank=True)
    first_name = Characters(max_length=120, required=False, allow_blank=True)
    last_name = Characters(max_length=120, required=False, allow_blank=True)
    company = Characters(max_length=200, required=False, allow_blank=True)
    phone = Characters(max_length=60, required=False, allow_blank=True)
    gender = Characters(max_length=20, required=False, allow_blank=True)
    birth_date = serializers.DateField(required=False, allow_null=True)
    preferred_locale = Characters(max_length=12, required=False, allow_blank=True)
    shipping_option = Characters(max_length=60, required=False, allow_blank=True)
    attributes = Attributes(required=False)
