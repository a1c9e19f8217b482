"""Addresses under `/storefront` that are about carts, lists and orders."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
