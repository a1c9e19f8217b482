"""Bodies of shoppers about accounts, parsed."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.api.assignments import LARGEST_QUANTITY, MOST_SKUS
from accounts.api.inputs import PersonInput
from accounts.api.storefront import examples
from customers.api.inputs import Attributes
from interface.api.fields import Characters, Moment, StrictSerializer
from interface.api.parameters import Parameters


@extend_schema_serializer(examples=[examples.ACCOUNT_CHANGE])
class ShopperAccountChange(StrictSerializer):
    """What an associate may change of an account; what is left out stays."""

    name = Characters(max_length=200)
    business_number = Characters(max_length=60, required=False, allow_blank=True)
    tax_id = Characters(max_length=60, required=False, allow_blank=True)
    phone = Characters(max_length=60, required=False, allow_blank=True)
    fax = Characters(max_length=60, required=False, allow_blank=True)
    email = Characters(max_length=254, required=False, allow_blank=True)
    postal_code = Characters(max_length=20, required=False, allow_blank=True)
    attributes = Attributes(required=False)


@extend_schema_serializer(examples=[examples.ATTRIBUTES_INPUT])
class AttributesInput(StrictSerializer):
    attributes = Attributes()


@extend_schema_serializer(examples=[examples.COLLEAGUE_CHANGE])
class ColleagueChange(StrictSerializer):
    role = Characters(max_length=40, help_text="Code of a role.")
    valid_from = Moment(required=False, allow_null=True)
    valid_until = Moment(required=False, allow_null=True, help_text="Up to, not including, that moment.")


@extend_schema_serializer(examples=[examples.COLLEAGUE_INPUT])
class ColleagueInput(PersonInput, ColleagueChange):
    """By shared id only an associate whom one may read."""


class ShopperPricesQuery(Parameters):
    sku = serializers.ListField(child=serializers.CharField(max_length=120), min_length=1, max_length=MOST_SKUS)
    quantity = serializers.IntegerField(required=False, default=1, min_value=1, max_value=LARGEST_QUANTITY)
