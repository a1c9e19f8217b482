"""`/storefront/accounts/{id}/purchases`: what was bought for an account and everything below it, by whomever."""

from typing import Any
from uuid import UUID

import django_filters
from django.db.models import F, QuerySet, Value
from django.db.models.fields import BigIntegerField
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.acting import Standing
from accounts.api.storefront.accounts import standing_in
from accounts.api.storefront.shopper_view import ShopperView
from accounts.permissions import Permission
from interface.api.etags import etag
from interface.api.filters import StrictFilters
from interface.api.ordering import NamedOrdering
from orders.api.of_account import LatestPlacedFirst
from orders.api.storefront.examples import BUYER
from orders.api.storefront.history import ShopperOrderFilter, readable_orders
from orders.api.storefront.outputs import NAMES, ShopperOrderOutput, buyer_answer, purchase_answer
from orders.models import Order
from orders.shopper_orders import ShopperOrder, as_shoppers_see_them

REACHED_BY = (*NAMES, "email", "phone")


class ShopperPurchaseFilter(ShopperOrderFilter):
    exact = django_filters.BooleanFilter(method="by_exactness", label="true: without the accounts below.")

    def by_exactness(self, queryset: QuerySet[Any], name: str, value: bool) -> QuerySet[Any]:  # noqa: ARG002, FBT001 -- django-filter's signature
        return queryset.filter(account=F("asked_account")) if value else queryset


@extend_schema_serializer(examples=[BUYER])
class BuyerOutput(serializers.Serializer[Any]):
    """Who placed an order. Empty where the person was erased; without shared id where no customer of ours did."""

    shared_id = serializers.CharField(allow_null=True)
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    email = serializers.CharField()
    phone = serializers.CharField()


class PurchasesView(ShopperView):
    """What the views of purchases share: the path says of which account, and the nearest association in which role."""

    def standing(self, shared_id: str) -> Standing:
        """Raises RegistrationRequiredError, AccountNotAssociatedError, PermissionMissingError."""
        standing = standing_in(self.acting, shared_id)
        standing.insist_on_reading(Permission.PURCHASES_VIEW)
        return standing

    def purchase(self, standing: Standing, order_id: UUID) -> ShopperOrder:
        """Raises Order.DoesNotExist."""
        orders = readable_orders(self.request).in_subtree_of(standing.account)
        return as_shoppers_see_them(orders).get(pk=order_id)


class ShopperPurchaseListView(PurchasesView):
    serializer_class = ShopperOrderOutput
    pagination_class = LatestPlacedFirst
    filter_backends = [StrictFilters, NamedOrdering]
    ordering_words = {"placed_at": "placed_at"}
    filterset_class = ShopperPurchaseFilter
    queryset = Order.objects.none()

    @extend_schema(operation_id="storefront_purchases_list", responses={200: ShopperOrderOutput(many=True)})
    def get(self, request: Request, shared_id: str) -> Response:
        """What was bought for the account and those below it, each order once, the latest placed first.

        Needs `purchases.view`; amounts as the role of the nearest association shows them.
        """
        standing = self.standing(shared_id)
        orders = readable_orders(request).in_subtree_of(standing.account)
        asked = Value(standing.account.pk, output_field=BigIntegerField())
        found = self.filter_queryset(orders.annotate(asked_account=asked))
        page = self.paginate_queryset(as_shoppers_see_them(found)) or []
        return self.get_paginated_response([purchase_answer(order, standing, self.acting) for order in page])


class ShopperPurchaseView(PurchasesView):
    serializer_class = ShopperOrderOutput

    @extend_schema(operation_id="storefront_purchases_read")
    def get(self, request: Request, shared_id: str, order_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """One purchase. Needs `purchases.view`."""
        standing = self.standing(shared_id)
        order = self.purchase(standing, order_id)
        return Response(purchase_answer(order, standing, self.acting), headers={"ETag": etag(order["updated_at"])})


class PurchaseBuyerView(PurchasesView):
    serializer_class = BuyerOutput

    @extend_schema(operation_id="storefront_purchases_buyer")
    def get(self, request: Request, shared_id: str, order_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """Who placed it. Needs `purchases.view`."""
        return Response(buyer_answer(self.purchase(self.standing(shared_id), order_id), REACHED_BY))
