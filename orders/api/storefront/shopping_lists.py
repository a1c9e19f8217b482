"""`/storefront/shopping-lists`: what somebody who acts for an account keeps in mind."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.storefront.shopper_view import ShopperView
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.ordering import NamedOrdering
from interface.api.pagination import OldestFirst
from orders.api import errors  # noqa: F401 -- names the status of this room's exceptions
from orders.api.storefront.cart_outputs import FilledOutput, filled_response
from orders.api.storefront.list_inputs import ListLineChange, ListLineInput, ListToCartInput, ShoppingListInput
from orders.api.storefront.list_outputs import ShoppingListOutput, list_answer
from orders.list_prices import priced_list, priced_lists
from orders.models import ShoppingList
from orders.querysets import ShoppingListQuerySet
from orders.services.list_lines import add_to_list, change_list_line, fill_cart_from_list, remove_list_line
from orders.services.lists import create_list, lists_of, remove_list, rename_list


class ListsView(ShopperView):
    """What the views of lists share: a list is answered as it costs now, with its ETag."""

    serializer_class: type[serializers.Serializer[Any]] = ShoppingListOutput

    def lists(self) -> ShoppingListQuerySet:
        """Where `If-Match` looks."""
        return lists_of(self.acting)

    def answer(self, found: ShoppingList, *, status: int = status.HTTP_200_OK) -> Response:
        acting = self.acting
        priced = priced_list(found, acting=acting, at=timezone.now())
        return Response(list_answer(priced, acting=acting), status=status, headers={"ETag": etag(found.updated_at)})

    def seen_at(self, **which: UUID) -> datetime | None:
        """Of the list, where the request names a state of it. Raises ShoppingList.DoesNotExist, StaleError."""
        if "If-Match" not in self.request.headers:
            return None
        return seen_at(self.request, updated_at=self.lists().get(**which).updated_at)

    def put_on(self, request: Request, list_id: UUID | None) -> Response:
        body = ListLineInput(data=request.data)
        body.is_valid(raise_exception=True)
        found = add_to_list(acting=self.acting, list_id=list_id, at=timezone.now(), **body.validated_data)
        return self.answer(found, status=status.HTTP_201_CREATED)

    def change_line(self, request: Request, list_id: UUID | None, line_id: UUID, seen: datetime | None) -> Response:
        body = ListLineChange(data=request.data)
        body.is_valid(raise_exception=True)
        found = change_list_line(
            acting=self.acting,
            list_id=list_id,
            line_id=line_id,
            seen_at=seen,
            at=timezone.now(),
            **body.validated_data,
        )
        return self.answer(found)

    def put_into_cart(self, request: Request, list_id: UUID | None) -> Response:
        acting, at = self.acting, timezone.now()
        body = ListToCartInput(data=request.data)
        body.is_valid(raise_exception=True)
        filled = fill_cart_from_list(acting=acting, list_id=list_id, line_ids=body.validated_data["lines"], at=at)
        return filled_response(filled, acting=acting, at=at)


class ListPages(OldestFirst):
    """Few to a page: each comes with everything that is on it."""

    page_size = 20
    max_page_size = 20


class ShoppingListListView(ListsView):
    takes_idempotency_key = True
    filter_backends = [StrictFilters, NamedOrdering]
    ordering_words = {"created_at": "created_at", "updated_at": "updated_at", "name": "name"}
    pagination_class = ListPages

    def get_queryset(self) -> ShoppingListQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return ShoppingList.objects.none()
        return self.lists().prefetch_related("lines")

    @extend_schema(operation_id="storefront_shopping_lists_list", responses={200: ShoppingListOutput(many=True)})
    def get(self, request: Request) -> Response:  # noqa: ARG002 -- DRF's signature
        """One's own lists for the account, the oldest first."""
        acting = self.acting
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        found = priced_lists(page or [], acting=acting, at=timezone.now())
        return self.get_paginated_response([list_answer(each, acting=acting) for each in found])

    @extend_schema(
        operation_id="storefront_shopping_list_create",
        request=ShoppingListInput,
        responses={201: ShoppingListOutput},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a list. 409 `list_name_taken`, `too_many_lists`."""
        body = ShoppingListInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = create_list(acting=self.acting, at=timezone.now(), **body.validated_data)
        return self.answer(made, status=status.HTTP_201_CREATED)


class ShoppingListView(ListsView):
    http_method_names = ["get", "head", "patch", "delete"]

    @extend_schema(operation_id="storefront_shopping_list_read")
    def get(self, request: Request, list_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """One list, at the prices of the moment. What cannot be had stays on it, and says so."""
        return self.answer(self.lists().get(pk=list_id))

    @extend_schema(
        operation_id="storefront_shopping_list_change",
        request=ShoppingListInput,
        responses={200: ShoppingListOutput},
    )
    def patch(self, request: Request, list_id: UUID) -> Response:
        """Give it another name. 409 `list_name_taken`."""
        body = ShoppingListInput(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = self.seen_at(pk=list_id)
        if "name" not in body.validated_data:
            return self.answer(self.lists().get(pk=list_id))
        changed = rename_list(
            acting=self.acting, list_id=list_id, seen_at=seen, at=timezone.now(), **body.validated_data
        )
        return self.answer(changed)

    @extend_schema(operation_id="storefront_shopping_list_remove", responses={204: None})
    def delete(self, request: Request, list_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """Remove it with what is on it."""
        remove_list(acting=self.acting, list_id=list_id, seen_at=self.seen_at(pk=list_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ShoppingListLinesView(ListsView):
    takes_idempotency_key = True
    http_method_names = ["post"]

    @extend_schema(
        operation_id="storefront_shopping_list_add_line",
        request=ListLineInput,
        responses={201: ShoppingListOutput},
    )
    @idempotent
    def post(self, request: Request, list_id: UUID) -> Response:
        """Put so many of a SKU on it; where it is on it already, so many more. 409 `too_many_lines`."""
        return self.put_on(request, list_id)


class ShoppingListLineView(ListsView):
    http_method_names = ["patch", "delete"]

    @extend_schema(
        operation_id="storefront_shopping_list_change_line",
        request=ListLineChange,
        responses={200: ShoppingListOutput},
    )
    def patch(self, request: Request, list_id: UUID, line_id: UUID) -> Response:
        """Want so many of it. `If-Match` is about the list."""
        return self.change_line(request, list_id, line_id, self.seen_at(pk=list_id))

    @extend_schema(operation_id="storefront_shopping_list_remove_line", responses={204: None})
    def delete(self, request: Request, list_id: UUID, line_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """Take it off. `If-Match` is about the list."""
        seen = self.seen_at(pk=list_id)
        remove_list_line(acting=self.acting, list_id=list_id, line_id=line_id, seen_at=seen, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class ShoppingListToCartView(ListsView):
    takes_idempotency_key = True
    serializer_class = FilledOutput
    http_method_names = ["post"]

    @extend_schema(
        operation_id="storefront_shopping_list_add_to_cart",
        request=ListToCartInput,
        responses={200: FilledOutput},
    )
    @idempotent
    def post(self, request: Request, list_id: UUID) -> Response:
        """Put lines of it into the active cart; what cannot be had is left out and named. The list stays as it is.

        400 `unknown_line` (in `errors`).
        """
        return self.put_into_cart(request, list_id)
