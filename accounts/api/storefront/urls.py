"""Addresses under `/storefront` that are about accounts."""

from django.urls import URLPattern, path

from accounts.api.storefront import accounts, addresses, associates, context, newsletter, sections, terms

urlpatterns: list[URLPattern] = [
    path("storefront/context", context.ContextView.as_view()),
    path("storefront/me", context.MeView.as_view()),
    path("storefront/me/sections", sections.SectionsView.as_view()),
    path("storefront/newsletter", newsletter.NewsletterView.as_view()),
    path("storefront/accounts", accounts.AssociatedAccountsView.as_view()),
    path("storefront/accounts/<str:shared_id>", accounts.ShopperAccountView.as_view()),
    path("storefront/accounts/<str:shared_id>/children", accounts.ReadableChildrenView.as_view()),
    path("storefront/accounts/<str:shared_id>/attributes", accounts.AttributesOfAccountView.as_view()),
    path("storefront/accounts/<str:shared_id>/associates", associates.ColleagueListView.as_view()),
    path("storefront/accounts/<str:shared_id>/associates/<uuid:associate_id>", associates.ColleagueView.as_view()),
    path("storefront/addresses", addresses.ShopperAddressListView.as_view()),
    path("storefront/addresses/<str:code>", addresses.ShopperAddressView.as_view()),
    path("storefront/prices", terms.ShopperPricesView.as_view()),
    path("storefront/payment-methods", terms.ShopperPaymentMethodsView.as_view()),
]
