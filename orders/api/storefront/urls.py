"""Addresses under `/storefront` that are about carts, lists and orders."""

from django.urls import URLPattern, path

from orders.api.storefront import list_urls
from orders.api.storefront.activity import ActivityView
from orders.api.storefront.cart_lines import CartLineListView, CartLineView
from orders.api.storefront.carts import CartActivationView, CartCopyView, CartListView, CartView
from orders.api.storefront.history import ShopperOrderListView, ShopperOrderView
from orders.api.storefront.ordering import CartOrderView
from orders.api.storefront.purchases import PurchaseBuyerView, ShopperPurchaseListView, ShopperPurchaseView
from orders.api.storefront.reorder import ReorderView

_PURCHASES = "storefront/accounts/<str:shared_id>/purchases"
_CART = "storefront/carts/<uuid:cart_id>"

urlpatterns: list[URLPattern] = [
    path("storefront/carts", CartListView.as_view(), name="storefront-carts"),
    path(_CART, CartView.as_view(), name="storefront-cart"),
    path(f"{_CART}/activate", CartActivationView.as_view(), name="storefront-cart-activate"),
    path(f"{_CART}/duplicate", CartCopyView.as_view(), name="storefront-cart-duplicate"),
    path(f"{_CART}/lines", CartLineListView.as_view(), name="storefront-cart-lines"),
    path(f"{_CART}/lines/<uuid:line_id>", CartLineView.as_view(), name="storefront-cart-line"),
    path(f"{_CART}/order", CartOrderView.as_view(), name="storefront-cart-order"),
    path("storefront/me/activity", ActivityView.as_view(), name="storefront-activity"),
    path("storefront/orders", ShopperOrderListView.as_view(), name="storefront-orders"),
    path("storefront/orders/<uuid:order_id>", ShopperOrderView.as_view(), name="storefront-order"),
    path(_PURCHASES, ShopperPurchaseListView.as_view(), name="storefront-purchases"),
    path(f"{_PURCHASES}/<uuid:order_id>", ShopperPurchaseView.as_view(), name="storefront-purchase"),
    path(f"{_PURCHASES}/<uuid:order_id>/buyer", PurchaseBuyerView.as_view(), name="storefront-purchase-buyer"),
    path("storefront/orders/<uuid:order_id>/reorder", ReorderView.as_view(), name="storefront-order-reorder"),
    *list_urls.urlpatterns,
]
