from django.urls import path

from storefronts.api.views import StorefrontListView, StorefrontView

urlpatterns = [
    path("storefronts", StorefrontListView.as_view(), name="storefronts"),
    path("storefronts/<slug:code>", StorefrontView.as_view(), name="storefront"),
]
