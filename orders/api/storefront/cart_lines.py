"""`/storefront/carts/{id}/lines`: what is in a cart. Answers are the whole cart, and `If-Match` is about it too."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from interface.api.fields import Characters, StrictSerializer, WholeNumber
from interface.api.idempotency import idempotent
from orders.api.storefront.cart_outputs import CartOutput
from orders.api.storefront.carts import CartsView
from orders.api.storefront.examples import CART_LINE_CHANGE_EXAMPLES, CART_LINE_EXAMPLES
from orders.limits import MOST_PIECES
from orders.services.cart_lines import add_line, change_line, remove_line
from orders.services.carts import carts_of


@extend_schema_serializer(examples=CART_LINE_CHANGE_EXAMPLES)
class CartLineChange(StrictSerializer):
    quantity = WholeNumber(min_value=1, max_value=MOST_PIECES)


@extend_schema_serializer(examples=CART_LINE_EXAMPLES)
class CartLineInput(CartLineChange):
    sku = Characters(max_length=120)


class CartLineListView(CartsView):
    takes_idempotency_key = True
    http_method_names = ["post"]

    @extend_schema(
        operation_id="storefront_cart_add_line",
        request=CartLineInput,
        responses={201: CartOutput},
    )
    @idempotent
    def post(self, request: Request, cart_id: UUID) -> Response:
        """Put in so many; a SKU that is in it already has so many more.

        409 `line_unavailable` (with `skus` that cannot be had and why), `too_many_lines`.
        """
        body = CartLineInput(data=request.data)
        body.is_valid(raise_exception=True)
        cart = add_line(acting=self.acting, cart_id=cart_id, at=timezone.now(), **body.validated_data)
        return self.answer(cart, status=status.HTTP_201_CREATED)


class CartLineView(CartsView):
    http_method_names = ["patch", "delete"]

    @extend_schema(operation_id="storefront_cart_change_line", request=CartLineChange, responses={200: CartOutput})
    def patch(self, request: Request, cart_id: UUID, line_id: UUID) -> Response:
        """Have so many of it. 409 `line_unavailable` where it cannot be had so."""
        body = CartLineChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = self.seen_at(cart_id)
        if not body.validated_data:
            return self.answer(carts_of(self.acting).get(pk=cart_id, lines=line_id))
        cart = change_line(
            acting=self.acting,
            cart_id=cart_id,
            line_id=line_id,
            seen_at=seen,
            at=timezone.now(),
            **body.validated_data,
        )
        return self.answer(cart)

    @extend_schema(operation_id="storefront_cart_remove_line", responses={204: None})
    def delete(self, request: Request, cart_id: UUID, line_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """Take it out."""
        seen = self.seen_at(cart_id)
        remove_line(acting=self.acting, cart_id=cart_id, line_id=line_id, seen_at=seen, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
