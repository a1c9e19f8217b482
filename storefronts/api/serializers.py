"""Storefronts and their policy, in and out."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from interface.api.fields import Flag, StrictSerializer, Text, WholeNumber
from storefronts.models import Storefront
from storefronts.models.storefront import CODE_PATTERN, B2CErp
from storefronts.policy import B2B_STEPS, B2C_STEPS, MAX_AGE_SECONDS, Ambiguous, Policy
from storefronts.ports import base_price_lists


class PolicySerializer(StrictSerializer):
    """The resolution policy; what is left out keeps its value, on creation the default."""

    b2b_steps = serializers.ListField(
        child=serializers.ChoiceField([str(step) for step in B2B_STEPS]), required=False, max_length=len(B2B_STEPS)
    )
    b2c_steps = serializers.ListField(
        child=serializers.ChoiceField([str(step) for step in B2C_STEPS]), required=False, max_length=len(B2C_STEPS)
    )
    b2b_ambiguous = serializers.ChoiceField(Ambiguous.choices, required=False)
    b2c_ambiguous = serializers.ChoiceField(Ambiguous.choices, required=False)
    placeholders = serializers.ListField(
        child=serializers.CharField(max_length=254), required=False, max_length=500, allow_empty=True
    )
    erp_max_age_seconds = WholeNumber(
        required=False, allow_null=True, min_value=0, max_value=MAX_AGE_SECONDS, help_text="null: always fresh enough."
    )
    assume_complete = Flag(required=False)


class StorefrontInput(StrictSerializer):
    """A storefront as created; PATCH takes any of it but the code."""

    code = serializers.RegexField(CODE_PATTERN)
    name = serializers.CharField(max_length=120)
    url = serializers.URLField(required=False, allow_blank=True, max_length=200)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", help_text="ISO 4217, as in USD.")
    default_region = serializers.RegexField(r"^[A-Z]{2}\Z", help_text="ISO 3166-1 alpha-2, as in US.")
    locales = serializers.ListField(child=serializers.CharField(max_length=12), required=False, max_length=50)
    erp_system = Text(max_length=40)
    reference_prefix = serializers.CharField(required=False, max_length=10)
    reference_step_min = WholeNumber(required=False, min_value=1, max_value=1000)
    reference_step_max = WholeNumber(required=False, min_value=1, max_value=1000)
    b2c_erp = serializers.ChoiceField(B2CErp.choices, required=False)
    password_path = serializers.CharField(
        required=False, max_length=200, help_text="The shop's page for setting a password; mails link to it."
    )
    verification_path = serializers.CharField(
        required=False, max_length=200, help_text="The shop's page for confirming an e-mail address."
    )
    policy = PolicySerializer(required=False)


class StorefrontChange(StorefrontInput):
    """PATCH: any of the fields; the code is part of the address and never changes."""

    code = None  # type: ignore[assignment]
    erp_system = serializers.CharField(required=False, allow_blank=True, max_length=40)  # type: ignore[assignment]


class PolicyOutput(PolicySerializer):
    """The current policy."""

    version = serializers.IntegerField(help_text="Rises by one with every change; receipts name it.")


class StorefrontOutput(serializers.ModelSerializer[Storefront]):
    policy = serializers.SerializerMethodField()
    base_price_list = serializers.SerializerMethodField()

    class Meta:
        model = Storefront
        fields = [
            "code", "name", "url", "currency", "default_region", "locales", "erp_system", "reference_prefix",
            "reference_step_min", "reference_step_max", "b2c_erp", "password_path", "verification_path",
            "base_price_list", "policy",
            "created_at", "updated_at",
        ]  # fmt: skip

    def get_base_price_list(self, storefront: Storefront) -> str | None:
        """Its code; set by `PUT /storefronts/{code}/base-price-list`. Looked up once for a whole page."""
        top: Any = self.parent or self
        if not hasattr(top, "base_price_lists"):
            shown = top.instance if self.parent else [storefront]
            top.base_price_lists = base_price_lists([each.pk for each in shown])
        codes: Mapping[int, str] = top.base_price_lists
        return codes.get(storefront.pk)

    @extend_schema_field(PolicyOutput)
    def get_policy(self, storefront: Storefront) -> dict[str, Any]:
        current = storefront.current_policy
        assert current is not None
        policy = Policy.from_settings(current.settings, version=current.version)
        return {"version": policy.version, **policy.shown()}
