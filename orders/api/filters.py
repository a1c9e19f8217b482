"""What a list of orders can be narrowed to."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from customers.identifiers import normal_email
from orders.models import Order
from orders.words import OrderKind, Outcome


class OrderFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(max_length=60)
    storefront = django_filters.CharFilter(field_name="storefront__code", max_length=40)
    kind = django_filters.ChoiceFilter(choices=OrderKind.choices)
    outcome = django_filters.ChoiceFilter(choices=Outcome.choices)
    customer_shared_id = django_filters.CharFilter(field_name="customer__shared_id", max_length=100)
    customer_email = django_filters.CharFilter(
        method="by_email", max_length=254, label="The claim's e-mail, however typed."
    )
    account_shared_id = django_filters.CharFilter(field_name="account__shared_id", max_length=100)
    account_name = django_filters.CharFilter(
        field_name="account__name", lookup_expr="icontains", max_length=200, label="Part of the account's name."
    )
    placed_after = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="gt")
    decided_after = django_filters.CharFilter(
        method="unchanged", max_length=64, label="The place in the feed of decisions that the last answer named."
    )
    placed_before = django_filters.IsoDateTimeFilter(field_name="placed_at", lookup_expr="lt")

    class Meta:
        model = Order
        fields: list[str] = []

    def unchanged(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        """The page does it: a blank place is one too, and filters are not asked about blanks."""
        return queryset

    def by_email(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        key = normal_email(value)
        return queryset.filter(claim_email_key=key) if key else queryset.none()
