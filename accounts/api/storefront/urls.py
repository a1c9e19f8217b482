"""Addresses under `/storefront` that are about accounts."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
