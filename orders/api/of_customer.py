"""`/customers/{id}/orders`: the orders that are one person's."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from customers.models import Customer
from interface.api.filters import StrictFilters
from interface.api.pagination import CursorPages
from orders.api.outputs import OrderOutput
from orders.models import Order
from orders.querysets import OrderQuerySet
from storefronts.api.permissions import bound_storefront
from storefronts.scopes import Scope


class OrdersOfCustomerView(ListAPIView[Order]):
    required_scopes = {"GET": Scope.ORDERS_READ}
    serializer_class = OrderOutput
    pagination_class = CursorPages
    filter_backends = [StrictFilters]

    def get_queryset(self) -> OrderQuerySet:
        """Raises Http404 for a customer there is none of."""
        orders: OrderQuerySet = Order.objects.with_identity().with_parts()
        if getattr(self, "swagger_fake_view", False):
            return orders
        customer = Customer.objects.filter(shared_id=self.kwargs["shared_id"]).first()
        if customer is None:
            raise Http404
        return orders.filter(customer=customer).visible_to_storefront(bound_storefront(self.request))

    @extend_schema(operation_id="customers_orders")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The customer's orders, the latest received first; of a key bound to a storefront, those of that one."""
        return super().get(request, *args, **kwargs)
