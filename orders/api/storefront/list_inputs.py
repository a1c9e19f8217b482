"""Bodies about shopping lists and the wish list."""

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from interface.api.fields import Characters, StrictSerializer, WholeNumber
from orders.api.storefront import list_examples as examples
from orders.limits import MOST_LIST_LINES, MOST_PIECES
from orders.models import LONGEST_LIST_NAME


@extend_schema_serializer(examples=[examples.LIST_INPUT])
class ShoppingListInput(StrictSerializer):
    name = Characters(max_length=LONGEST_LIST_NAME)


@extend_schema_serializer(examples=[examples.LINE_CHANGE])
class ListLineChange(StrictSerializer):
    quantity = WholeNumber(min_value=1, max_value=MOST_PIECES)


@extend_schema_serializer(examples=[examples.LINE_INPUT])
class ListLineInput(StrictSerializer):
    sku = Characters(max_length=120)
    quantity = WholeNumber(min_value=1, max_value=MOST_PIECES, default=1)


@extend_schema_serializer(examples=[examples.TO_CART_INPUT])
class ListToCartInput(StrictSerializer):
    lines = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_null=True,
        default=None,
        allow_empty=False,
        # Lists of people who became one may have more.
        max_length=2 * MOST_LIST_LINES,
        help_text="Ids of lines of the list. Left out: all of them.",
    )
