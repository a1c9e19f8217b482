"""`/storefront/carts`: which carts there are, which is active, copies."""

from typing import Any
from uuid import UUID

import django_filters
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.storefront.shopper_view import ShopperView
from interface.api.etags import etag, seen_at
from interface.api.fields import StrictSerializer, Text
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.ordering import NamedOrdering
from interface.api.pagination import OldestFirst
from orders.api import errors  # noqa: F401 -- names the status of this room's exceptions
from orders.api.storefront.cart_outputs import CartOutput, cart_answer
from orders.api.storefront.examples import CART_CHANGE_EXAMPLES, CART_EXAMPLES
from orders.cart_prices import priced, priced_cart
from orders.models import LONGEST_CART_NAME, Cart
from orders.querysets import CartQuerySet
from orders.services.carts import activate_cart, carts_of, create_cart, duplicate_cart, remove_cart, rename_cart


@extend_schema_serializer(examples=CART_EXAMPLES)
class CartInput(StrictSerializer):
    name = Text(max_length=LONGEST_CART_NAME, help_text="Only for an account. Left out: the one cart without a name.")


@extend_schema_serializer(examples=CART_CHANGE_EXAMPLES)
class CartChange(StrictSerializer):
    name = Text(max_length=LONGEST_CART_NAME)


class CartFilters(django_filters.FilterSet):
    active = django_filters.BooleanFilter()

    class Meta:
        model = Cart
        fields = ["active"]


class CartsView(ShopperView):
    """What the views of carts share: a cart is answered as it costs now, with its ETag."""

    serializer_class: type[serializers.Serializer[Any]] = CartOutput

    def answer(self, cart: Cart, *, status: int = status.HTTP_200_OK) -> Response:
        acting = self.acting
        found = priced_cart(cart, acting=acting, at=timezone.now())
        headers = {"ETag": etag(cart.updated_at)}
        return Response(cart_answer(found, acting=acting), status=status, headers=headers)

    def seen_at(self, cart_id: UUID) -> Any:
        """Of the cart, where the request names a state of it. Raises Cart.DoesNotExist, StaleError."""
        if "If-Match" not in self.request.headers:
            return None
        return seen_at(self.request, updated_at=carts_of(self.acting).get(pk=cart_id).updated_at)


class CartListView(CartsView):
    takes_idempotency_key = True
    filter_backends = [StrictFilters, NamedOrdering]
    ordering_words = {"created_at": "created_at", "updated_at": "updated_at", "name": "name"}
    filterset_class = CartFilters
    pagination_class = OldestFirst

    def get_queryset(self) -> CartQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return Cart.objects.none()
        return carts_of(self.acting).prefetch_related("lines")

    @extend_schema(operation_id="storefront_carts_list", responses={200: CartOutput(many=True)})
    def get(self, request: Request) -> Response:  # noqa: ARG002 -- DRF's signature
        """The carts, for the account or one's own, the oldest first; ordered ones are not among them."""
        acting = self.acting
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        found = priced(page or [], acting=acting, at=timezone.now())
        return self.get_paginated_response([cart_answer(each, acting=acting) for each in found])

    @extend_schema(
        operation_id="storefront_cart_create",
        request=CartInput,
        responses={201: CartOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a cart; the first one is active. For an account several, with different names; for oneself one.

        409 `cart_name_taken`, `too_many_carts`, and `account_required` for a name or a second cart of one's own.
        """
        body = CartInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = create_cart(acting=self.acting, at=timezone.now(), **body.validated_data)
        return self.answer(made, status=status.HTTP_201_CREATED)


class CartView(CartsView):
    @extend_schema(operation_id="storefront_cart_read")
    def get(self, request: Request, cart_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """One cart, at the prices of the moment."""
        return self.answer(carts_of(self.acting).get(pk=cart_id))

    @extend_schema(operation_id="storefront_cart_change", request=CartChange, responses={200: CartOutput})
    def patch(self, request: Request, cart_id: UUID) -> Response:
        """Give it another name. 409 `cart_name_taken`, and `account_required` for one's own."""
        body = CartChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        if "name" not in body.validated_data:
            self.seen_at(cart_id)
            return self.answer(carts_of(self.acting).get(pk=cart_id))
        changed = rename_cart(
            acting=self.acting, cart_id=cart_id, seen_at=self.seen_at(cart_id), at=timezone.now(), **body.validated_data
        )
        return self.answer(changed)

    @extend_schema(operation_id="storefront_cart_remove", responses={204: None})
    def delete(self, request: Request, cart_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """Remove it with its lines. Where it was the active one, the cart that changed last is active then."""
        remove_cart(acting=self.acting, cart_id=cart_id, seen_at=self.seen_at(cart_id), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class CartActivationView(CartsView):
    takes_idempotency_key = True

    @extend_schema(operation_id="storefront_cart_activate", request=None, responses={200: CartOutput})
    @idempotent
    def post(self, request: Request, cart_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """Make it the active one; the one that was, is not any more."""
        return self.answer(activate_cart(acting=self.acting, cart_id=cart_id, at=timezone.now()))


class CartCopyView(CartsView):
    takes_idempotency_key = True

    @extend_schema(operation_id="storefront_cart_duplicate", request=None, responses={201: CartOutput})
    @idempotent
    def post(self, request: Request, cart_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """Another cart with the same lines, named `<name> Copied At <date>`.

        409 `account_required` for one's own, `too_many_carts`.
        """
        copy = duplicate_cart(acting=self.acting, cart_id=cart_id, at=timezone.now())
        return self.answer(copy, status=status.HTTP_201_CREATED)
