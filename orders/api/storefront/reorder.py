"""`/storefront/orders/{id}/reorder`: what was ordered once, into a cart again."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.storefront.shopper_view import ShopperView
from interface.api.fields import StrictSerializer
from interface.api.idempotency import idempotent
from orders.api import errors  # noqa: F401 -- names the status of this room's exceptions
from orders.api.inputs import MOST_LINES
from orders.api.storefront.cart_outputs import FilledOutput, filled_response
from orders.api.storefront.examples import REORDER_EXAMPLES
from orders.services.reordering import reorder


@extend_schema_serializer(examples=REORDER_EXAMPLES)
class ReorderInput(StrictSerializer):
    lines = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        allow_null=True,
        default=None,
        allow_empty=False,
        max_length=MOST_LINES,
        help_text="Ids of lines of the order. Left out: all of them.",
    )


class ReorderView(ShopperView):
    takes_idempotency_key = True
    serializer_class = FilledOutput
    http_method_names = ["post"]

    @extend_schema(
        operation_id="storefront_order_reorder",
        request=ReorderInput,
        responses={200: FilledOutput},
    )
    @idempotent
    def post(self, request: Request, order_id: UUID) -> Response:
        """Put lines of the order into the active cart, at today's prices; what cannot be had is left out and named.

        400 `unknown_line` (in `errors`).
        """
        acting, at = self.acting, timezone.now()
        body = ReorderInput(data=request.data)
        body.is_valid(raise_exception=True)
        filled = reorder(acting=acting, order_id=order_id, line_ids=body.validated_data["lines"], at=at)
        return filled_response(filled, acting=acting, at=at)
