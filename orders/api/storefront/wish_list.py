"""`/storefront/wishlist`: what a registered customer wishes for himself on one storefront."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from interface.api.idempotency import idempotent
from orders.api.storefront.cart_outputs import FilledOutput
from orders.api.storefront.list_inputs import ListLineChange, ListLineInput, ListToCartInput
from orders.api.storefront.list_outputs import WishListOutput, no_wish_list_answer
from orders.api.storefront.shopping_lists import ListsView
from orders.querysets import ShoppingListQuerySet
from orders.services.list_lines import remove_list_line
from orders.services.lists import wish_list_of


class WishesView(ListsView):
    """What the views of the wish list share."""

    serializer_class: type[serializers.Serializer[Any]] = WishListOutput

    def lists(self) -> ShoppingListQuerySet:
        return wish_list_of(self.acting)


class WishListView(WishesView):
    http_method_names = ["get", "head"]

    @extend_schema(operation_id="storefront_wishlist_read")
    def get(self, request: Request) -> Response:  # noqa: ARG002 -- DRF's signature
        """The wish list, at the prices of the moment; empty and without id before anything was put on it."""
        found = self.lists().first()
        return Response(no_wish_list_answer(self.acting)) if found is None else self.answer(found)


class WishListLinesView(WishesView):
    takes_idempotency_key = True
    http_method_names = ["post"]

    @extend_schema(
        operation_id="storefront_wishlist_add_line",
        request=ListLineInput,
        responses={201: WishListOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Put so many of a SKU on it; where it is on it already, so many more. 409 `too_many_lines`."""
        return self.put_on(request, None)


class WishListLineView(WishesView):
    http_method_names = ["patch", "delete"]

    @extend_schema(
        operation_id="storefront_wishlist_change_line",
        request=ListLineChange,
        responses={200: WishListOutput},
    )
    def patch(self, request: Request, line_id: UUID) -> Response:
        """Want so many of it. `If-Match` is about the wish list."""
        return self.change_line(request, None, line_id, self.seen_at())

    @extend_schema(operation_id="storefront_wishlist_remove_line", responses={204: None})
    def delete(self, request: Request, line_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """Take it off. `If-Match` is about the wish list."""
        seen = self.seen_at()
        remove_list_line(acting=self.acting, list_id=None, line_id=line_id, seen_at=seen, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class WishListToCartView(WishesView):
    takes_idempotency_key = True
    serializer_class = FilledOutput
    http_method_names = ["post"]

    @extend_schema(
        operation_id="storefront_wishlist_add_to_cart",
        request=ListToCartInput,
        responses={200: FilledOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Put lines of it into the cart; what cannot be had is left out and named. The wish list stays as it is.

        400 `unknown_line` (in `errors`).
        """
        return self.put_into_cart(request, None)
