"""`/storefront/orders`: what a shopper placed, for himself or for the account he acts for."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.storefront.shopper_view import ShopperView
from customers.api.shoppers import bound_storefront_of
from interface.api.etags import etag
from interface.api.filters import StrictFilters
from interface.api.ordering import NamedOrdering
from orders.api import errors  # noqa: F401 -- names the status of this room's exceptions
from orders.api.of_account import LatestPlacedFirst
from orders.api.storefront.outputs import ShopperOrderOutput, own_order_answer
from orders.models import Order, OrderLine, OrderStatus
from orders.querysets import OrderQuerySet
from orders.shopper_orders import as_shoppers_see_them


class ShopperOrderFilter(django_filters.FilterSet):
    status = django_filters.ChoiceFilter(choices=OrderStatus.choices)
    number = django_filters.CharFilter(method="by_number", max_length=60)
    storefront = django_filters.CharFilter(field_name="storefront__code", max_length=40)
    placed_after = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gt")
    placed_before = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt")
    sku = django_filters.CharFilter(method="by_sku", max_length=120, label="With a line of exactly this SKU.")

    class Meta:
        model = Order
        fields: list[str] = []

    def by_number(self, queryset: OrderQuerySet, name: str, value: str) -> OrderQuerySet:  # noqa: ARG002 -- django-filter's signature
        return queryset.numbered(value)

    def by_sku(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        return queryset.filter(Exists(OrderLine.objects.filter(order=OuterRef("pk"), sku=value)))


def readable_orders(request: Request) -> OrderQuerySet:
    """All; of a key bound to a storefront those of that one."""
    orders: OrderQuerySet = Order.objects.visible_to_storefront(bound_storefront_of(request))
    return orders


class ShopperOrderListView(ShopperView):
    serializer_class = ShopperOrderOutput
    pagination_class = LatestPlacedFirst
    filter_backends = [StrictFilters, NamedOrdering]
    ordering_words = {"placed_at": "placed_at"}
    filterset_class = ShopperOrderFilter
    queryset = Order.objects.none()

    @extend_schema(operation_id="storefront_orders_list", responses={200: ShopperOrderOutput(many=True)})
    def get(self, request: Request) -> Response:
        """What the person placed, for the account or for himself, the latest placed first.

        What colleagues placed for the account is among its purchases, see `/storefront/accounts/{shared_id}/purchases`.
        """
        acting = self.acting
        orders = self.filter_queryset(readable_orders(request).placed_by(acting))
        page = self.paginate_queryset(as_shoppers_see_them(orders)) or []
        return self.get_paginated_response([own_order_answer(order, acting) for order in page])


class ShopperOrderView(ShopperView):
    serializer_class = ShopperOrderOutput

    @extend_schema(operation_id="storefront_orders_read")
    def get(self, request: Request, order_id: UUID) -> Response:
        """One order; of an account also a colleague's, where the role has `purchases.view`."""
        acting = self.acting
        order = as_shoppers_see_them(readable_orders(request).seen_by(acting)).get(pk=order_id)
        return Response(own_order_answer(order, acting), headers={"ETag": etag(order["updated_at"])})
