"""`POST /orders/{id}/identity`: a person, or a program for one, says whose an order is."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from interface.api.etags import etag, seen_at
from interface.api.fields import StrictSerializer, Text
from interface.api.idempotency import idempotent
from orders.api import errors  # noqa: F401 -- names the status of this room's exceptions
from orders.api.examples import IDENTITY_EXAMPLES
from orders.api.outputs import OrderOutput
from orders.limits import LONGEST_TYPED
from orders.models import Order
from orders.querysets import OrderQuerySet
from orders.services.staff_decisions import IdentityChange, change_identity
from orders.words import Action
from storefronts.api.permissions import actor_of, bound_storefront
from storefronts.scopes import Scope

LONGEST_SHARED_ID = 100


class Mend(serializers.CharField):
    """Missing and null leave what the order claims; a blank says that it has none."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{"required": False, "allow_null": True, "allow_blank": True, "max_length": LONGEST_TYPED, **options}
        )


class IdentityInput(StrictSerializer):
    """One action, what it needs, and why.

    `assign_account` takes `account_shared_id`, `assign_customer` takes `customer_shared_id`, `mend_claim` takes
    `email`, `phone` or both; the others take the reason alone.
    """

    action = serializers.ChoiceField(Action.choices)
    reason = serializers.CharField(max_length=LONGEST_TYPED)
    account_shared_id = Text(max_length=LONGEST_SHARED_ID)
    customer_shared_id = Text(max_length=LONGEST_SHARED_ID)
    email = Mend()
    phone = Mend()


class OrderIdentityView(GenericAPIView[Order]):
    required_scopes = {"POST": Scope.IDENTITY_RESOLVE}
    methods_with_if_match = frozenset({"POST"})
    takes_idempotency_key = True
    serializer_class = IdentityInput
    filter_backends: list[Any] = []
    pagination_class = None

    def get_queryset(self) -> OrderQuerySet:
        orders: OrderQuerySet = Order.objects.all()
        return orders.visible_to_storefront(bound_storefront(self.request))

    @extend_schema(
        operation_id="orders_change_identity",
        request=IdentityInput,
        responses={200: OrderOutput},
        examples=IDENTITY_EXAMPLES,
    )
    @idempotent
    def post(self, request: Request, pk: Any) -> Response:  # noqa: ARG002 -- the lookup reads it
        """Decide whose the order is, with a reason; the earlier decision stays readable beside the new one.

        `assign_account` and `assign_customer` give it to somebody; `create_customer` makes a guest of the claim; `hold`
        holds it; `release` lets an order go that a person holds (it is decided anew) or that a single blocked contact
        or account holds (it gets it), else 409 `not_releasable`; `mend_claim` decides anew with another e-mail or
        phone, which hold from then on; `resolve_again` decides anew on facts and policy of now. With `If-Match` the
        order must be as it was read, else 412 `stale`. 409 `order_erased`, and `account_disabled` of `assign_account`.
        """
        order = self.get_object()
        body = IdentityInput(data=request.data)
        body.is_valid(raise_exception=True)
        changed = change_identity(
            order=order,
            change=IdentityChange(**{**body.validated_data, "action": Action(body.validated_data["action"])}),
            seen_at=seen_at(request, updated_at=order.updated_at),
            by=actor_of(request),
            at=timezone.now(),
        )
        return Response(OrderOutput(changed).data, headers={"ETag": etag(changed.updated_at)})
