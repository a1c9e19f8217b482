"""`/accounts/{id}/purchases`: the orders of an account and of everything below it."""

from typing import Any

import django_filters
from django.db.models import BigIntegerField, F, QuerySet, Value
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from interface.api.filters import StrictFilters
from interface.api.pagination import CursorPages
from orders.api.filters import OrderFilter
from orders.api.outputs import OrderOutput
from orders.models import Order
from orders.models.order import OrderStatus
from orders.querysets import OrderQuerySet
from storefronts.api.permissions import bound_storefront
from storefronts.scopes import Scope


class LatestPlacedFirst(CursorPages):
    ordering = ("-placed_at", "-id")


class PurchaseFilter(OrderFilter):
    """As of all orders; `exact` leaves out what the accounts below bought."""

    exact = django_filters.BooleanFilter(method="by_exactness", label="true: without the accounts below.")
    status = django_filters.ChoiceFilter(choices=OrderStatus.choices)

    def by_exactness(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:  # noqa: ARG002, FBT001 -- django-filter's signature
        return queryset.filter(account=F("asked_account")) if value else queryset


class PurchasesOfAccountView(ListAPIView[Order]):
    required_scopes = {"GET": Scope.ORDERS_READ}
    serializer_class = OrderOutput
    pagination_class = LatestPlacedFirst
    filter_backends = [StrictFilters]
    filterset_class = PurchaseFilter

    def get_queryset(self) -> OrderQuerySet:
        """Raises Http404 for an account there is none of."""
        orders: OrderQuerySet = Order.objects.with_identity().with_parts()
        if getattr(self, "swagger_fake_view", False):
            return orders
        account = Account.objects.filter(shared_id=self.kwargs["shared_id"]).first()
        if account is None:
            raise Http404
        visible = orders.in_subtree_of(account).visible_to_storefront(bound_storefront(self.request))
        return visible.annotate(asked_account=Value(account.pk, output_field=BigIntegerField()))

    @extend_schema(operation_id="accounts_purchases")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the account and those below it bought, each order once, the latest placed first.

        With a key bound to a storefront, the orders of that one.
        """
        return super().get(request, *args, **kwargs)
