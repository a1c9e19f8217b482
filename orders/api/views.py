"""`/orders` and `/identity`: orders come in, and every answer says whose they are."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.ordering import NamedOrdering
from orders.api import errors  # noqa: F401 -- names the status of this room's exceptions
from orders.api.examples import DECISION_EXAMPLES, ORDER_EXAMPLES, RESOLVE_EXAMPLES
from orders.api.feed import OrderPages
from orders.api.filters import OrderFilter
from orders.api.inputs import (
    OrderChange,
    OrderInput,
    ResolveInput,
    changes_of,
    claim_of,
    order_inputs,
    submission_of,
)
from orders.api.outputs import (
    DecisionOutput,
    OrderOutput,
    PreviewOutput,
    decision_answer,
    order_answer,
    preview_answer,
)
from orders.models import IdentityDecision, Order
from orders.querysets import OrderQuerySet
from orders.services.changes import change_order
from orders.services.intake import receive_order
from orders.services.preview import preview_identity
from orders.words import OrderKind
from storefronts.api.permissions import actor_of, bound_storefront
from storefronts.models import Storefront
from storefronts.scopes import Scope


def storefront_called(code: str, request: Request) -> Storefront:
    """The storefront a body names. Raises Http404 where there is none, or the key is bound to another."""
    bound = bound_storefront(request)
    if bound is not None:
        if bound.code != code:
            raise Http404
        return bound
    storefront: Storefront | None = Storefront.objects.with_policy().filter(code=code).first()
    if storefront is None:
        raise Http404
    return storefront


class OrderListView(ListAPIView[Order]):
    required_scopes = {"GET": Scope.ORDERS_READ, "POST": Scope.ORDERS_WRITE}
    takes_idempotency_key = True
    serializer_class = OrderOutput
    pagination_class = OrderPages
    filter_backends = [StrictFilters, NamedOrdering]
    filterset_class = OrderFilter
    ordering_words = {"received_at": "id", "placed_at": "placed_at", "number": "number"}

    def get_queryset(self) -> OrderQuerySet:
        orders: OrderQuerySet = Order.objects.with_identity().with_parts()
        if getattr(self, "swagger_fake_view", False):
            return orders
        return orders.visible_to_storefront(bound_storefront(self.request))

    @extend_schema(operation_id="orders_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Search orders; the newest first unless `ordering` says otherwise.

        With `decided_after` it is a feed: orders in the order in which their decisions were committed, the earliest
        first. Start with a blank one, go on with the `decided_after` of the last answer, whether it had orders or not.
        An order that is decided again comes again.
        """
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="orders_create",
        request=OrderInput,
        responses={201: OrderOutput, 200: OrderOutput},
        examples=ORDER_EXAMPLES,
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Take an order in and decide whose it is.

        201 for a new one; 200 with the order as it is now where the same order came before; 409
        `order_exists_with_other_content` where that number came with other content; 404 `not_found` for the storefront.
        An order is never refused for its identity: what cannot be decided is held.
        """
        body = order_inputs().run_validation(request.data)
        storefront = storefront_called(body["storefront"], request)
        received = receive_order(submission=submission_of(body, storefront), by=actor_of(request), at=timezone.now())
        return Response(
            order_answer(received.order),
            status=status.HTTP_201_CREATED if received.is_new else status.HTTP_200_OK,
            headers={"ETag": etag(received.order.updated_at)},
        )


class OrderView(GenericAPIView[Order]):
    required_scopes = {"GET": Scope.ORDERS_READ, "PATCH": Scope.ORDERS_WRITE}
    serializer_class = OrderOutput
    filter_backends: list[Any] = []

    def get_queryset(self) -> OrderQuerySet:
        orders: OrderQuerySet = Order.objects.with_identity().with_parts()
        return orders.visible_to_storefront(bound_storefront(self.request))

    @extend_schema(operation_id="orders_read")
    def get(self, request: Request, pk: Any) -> Response:  # noqa: ARG002 -- the lookup reads it
        """One order as it is now."""
        order = self.get_object()
        return Response(OrderOutput(order).data, headers={"ETag": etag(order.updated_at)})

    @extend_schema(operation_id="orders_change", request=OrderChange, responses={200: OrderOutput})
    def patch(self, request: Request, pk: Any) -> Response:  # noqa: ARG002 -- the lookup reads it
        """Change status, lines, totals or addresses. Whose the order is stays as it is."""
        order = self.get_object()
        body = OrderChange(data=request.data)
        body.is_valid(raise_exception=True)
        changed = change_order(
            order=order,
            **changes_of(body.validated_data),
            seen_at=seen_at(request, updated_at=order.updated_at),
            by=actor_of(request),
            at=timezone.now(),
        )
        return Response(OrderOutput(changed).data, headers={"ETag": etag(changed.updated_at)})


class ResolveView(GenericAPIView[Any]):
    required_scopes = {"POST": Scope.IDENTITY_RESOLVE}
    serializer_class = ResolveInput
    filter_backends: list[Any] = []
    pagination_class = None

    @extend_schema(
        operation_id="identity_resolve", request=ResolveInput, responses={200: PreviewOutput}, examples=RESOLVE_EXAMPLES
    )
    def post(self, request: Request) -> Response:
        """Say whose an order would be, and why, by the same rules as for a real one. Writes nothing.

        404 `not_found` for the storefront.
        """
        body = ResolveInput(data=request.data)
        body.is_valid(raise_exception=True)
        preview = preview_identity(
            storefront=storefront_called(body.validated_data["storefront"], request),
            kind=OrderKind(body.validated_data["kind"]),
            claim=claim_of(body.validated_data.get("customer")),
            at=timezone.now(),
        )
        return Response(preview_answer(preview))


class DecisionView(GenericAPIView[IdentityDecision]):
    required_scopes = {"GET": Scope.ORDERS_READ}
    serializer_class = DecisionOutput
    filter_backends: list[Any] = []

    def get_queryset(self) -> Any:
        decisions = IdentityDecision.objects.select_related("evidence")
        bound = bound_storefront(self.request)
        return decisions if bound is None else decisions.filter(order__storefront=bound)

    @extend_schema(operation_id="identity_decision_read", responses={200: DecisionOutput}, examples=DECISION_EXAMPLES)
    def get(self, request: Request, pk: Any) -> Response:  # noqa: ARG002 -- the lookup reads it
        """One decision with its receipt."""
        return Response(decision_answer(self.get_object()))
