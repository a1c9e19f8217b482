"""Addresses of shopping lists and the wish list."""

from django.urls import URLPattern, path

from orders.api.storefront.shopping_lists import (
    ShoppingListLinesView,
    ShoppingListLineView,
    ShoppingListListView,
    ShoppingListToCartView,
    ShoppingListView,
)
from orders.api.storefront.wish_list import WishListLinesView, WishListLineView, WishListToCartView, WishListView

_LIST = "storefront/shopping-lists/<uuid:list_id>"
_WISHES = "storefront/wishlist"

urlpatterns: list[URLPattern] = [
    path("storefront/shopping-lists", ShoppingListListView.as_view(), name="storefront-shopping-lists"),
    path(_LIST, ShoppingListView.as_view(), name="storefront-shopping-list"),
    path(f"{_LIST}/lines", ShoppingListLinesView.as_view(), name="storefront-shopping-list-lines"),
    path(f"{_LIST}/lines/<uuid:line_id>", ShoppingListLineView.as_view(), name="storefront-shopping-list-line"),
    path(f"{_LIST}/add-to-cart", ShoppingListToCartView.as_view(), name="storefront-shopping-list-to-cart"),
    path(_WISHES, WishListView.as_view(), name="storefront-wishlist"),
    path(f"{_WISHES}/lines", WishListLinesView.as_view(), name="storefront-wishlist-lines"),
    path(f"{_WISHES}/lines/<uuid:line_id>", WishListLineView.as_view(), name="storefront-wishlist-line"),
    path(f"{_WISHES}/add-to-cart", WishListToCartView.as_view(), name="storefront-wishlist-to-cart"),
]
