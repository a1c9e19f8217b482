"""Bodies about accounts and the people of them, parsed."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from accounts.models import AccountStatus, ContactType
from accounts.models.role import CODE_PATTERN as ROLE_PATTERN
from accounts.permissions import Permission
from customers.api.inputs import MOST_SEGMENTS, Attributes, ExternalIds
from customers.models.shared_id import SHARED_ID_PATTERN
from interface.api.fields import Characters, Flag, Moment, StrictSerializer, Text


class AccountChange(StrictSerializer):
    """Any of the fields; what is left out stays."""

    name = Characters(max_length=200)
    erp_system = Characters(max_length=40, required=False, allow_blank=True, help_text="Code of an ERP system.")
    account_number = Characters(max_length=60, required=False, allow_blank=True)
    business_number = Characters(max_length=60, required=False, allow_blank=True)
    tax_id = Characters(max_length=60, required=False, allow_blank=True)
    phone = Characters(max_length=60, required=False, allow_blank=True)
    fax = Characters(max_length=60, required=False, allow_blank=True)
    email = Characters(max_length=254, required=False, allow_blank=True)
    postal_code = Characters(max_length=20, required=False, allow_blank=True)
    inherits_settings = Flag(
        required=False, help_text="Whether price list and payment methods come from above where none are set here."
    )
    segments = serializers.ListField(
        child=Characters(max_length=40), required=False, max_length=MOST_SEGMENTS, help_text="Codes of segments."
    )
    attributes = Attributes(required=False)
    external_ids = ExternalIds(required=False)
    parent_shared_id = serializers.RegexField(
        SHARED_ID_PATTERN, required=False, allow_null=True, help_text="Of the parent; an account never moves."
    )


class AdminInput(StrictSerializer):
    """The first admin: the registered customer of that e-mail, or a new one."""

    email = Characters(max_length=254)
    first_name = Text(max_length=120)
    last_name = Text(max_length=120)
    preferred_currency = serializers.RegexField(
        r"^[A-Z]{3}\Z", required=False, help_text="ISO 4217; left out: the storefront's or the system's."
    )
    send_password_link = Flag(required=False, default=True)


class AccountInput(AccountChange):
    """A root, or with `parent_shared_id` a child. A root with an `admin` is active, one without is pending."""

    shared_id = serializers.RegexField(
        SHARED_ID_PATTERN, required=False, allow_blank=True, help_text="Left out: one is generated."
    )
    admin = AdminInput(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("admin") and attrs.get("parent_shared_id"):
            raise serializers.ValidationError({"admin": "Only a root is created with an admin."}, code="invalid")
        return attrs


class StatusInput(StrictSerializer):
    status = serializers.ChoiceField(AccountStatus.choices)
    reason = Characters(max_length=400)


class AssociateChange(StrictSerializer):
    role = Characters(max_length=40, help_text="Code of a role.")
    valid_from = Moment(required=False, allow_null=True)
    valid_until = Moment(required=False, allow_null=True)
    suspend_account = Flag(
        required=False, default=False, help_text="Suspend the account where it loses its last admin by this."
    )


class PersonInput(StrictSerializer):
    """A registered customer: by the e-mail he signs in with, or by his shared id."""

    email = Characters(max_length=254, required=False)
    customer_shared_id = serializers.RegexField(SHARED_ID_PATTERN, required=False)

    def to_internal_value(self, data: Any) -> Any:
        """Raises ValidationError with all that is wrong: beside that of other fields also who was meant."""
        wrong: dict[str, Any] = {}
        found: Any = None
        try:
            found = super().to_internal_value(data)
        except serializers.ValidationError as error:
            wrong.update(error.detail)  # type: ignore[arg-type]  # a serializer's own is by field
        if isinstance(data, Mapping) and ("email" in data) == ("customer_shared_id" in data):
            wrong["email"] = [ErrorDetail("Name the person by email or by customer_shared_id.", code="required")]
        if wrong:
            raise serializers.ValidationError(wrong)
        return found


def field_of_person(body: Mapping[str, Any]) -> str:
    """By which field of a valid body the person is named."""
    return "email" if "email" in body else "customer_shared_id"


class AssociateInput(PersonInput):
    role = Characters(max_length=40, help_text="Code of a role.")
    valid_from = Moment(required=False, allow_null=True)
    valid_until = Moment(required=False, allow_null=True)


class ContactInput(StrictSerializer):
    first_name = Characters(max_length=120, required=False, allow_blank=True)
    last_name = Characters(max_length=120, required=False, allow_blank=True)
    email = Characters(max_length=254, required=False, allow_blank=True)
    phone = Characters(max_length=60, required=False, allow_blank=True)
    type = serializers.ChoiceField(ContactType.choices, required=False)
    active = Flag(required=False)
    on_hold = Flag(required=False)
    erp_slot = serializers.ChoiceField(
        [1, 2], required=False, allow_null=True, help_text="Which of the ERP's two contacts it fills; null: none."
    )


class RoleChange(StrictSerializer):
    name = Characters(max_length=80)
    permissions = serializers.ListField(
        child=serializers.ChoiceField(Permission.choices), required=False, max_length=len(Permission.values)
    )


class RoleInput(RoleChange):
    code = serializers.RegexField(ROLE_PATTERN)
