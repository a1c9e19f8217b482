"""What a list of accounts can be narrowed to."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Account, AccountStatus
from accounts.readiness import Lack, lacking


class AccountFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="by_text", max_length=200, label="A whole shared ID; part of name, number, phone or postal code."
    )
    shared_id = django_filters.CharFilter(max_length=100)
    name = django_filters.CharFilter(lookup_expr="icontains", max_length=200, label="Part of it.")
    account_number = django_filters.CharFilter(lookup_expr="icontains", max_length=60, label="Part of it.")
    phone = django_filters.CharFilter(method="by_phone", max_length=60, label="Part of it, or of an address's.")
    postal_code = django_filters.CharFilter(
        method="by_postal_code", max_length=20, label="Part of it, or of an address's."
    )
    status = django_filters.ChoiceFilter(choices=AccountStatus.choices)
    root = django_filters.BooleanFilter(field_name="parent", lookup_expr="isnull", label="true: roots only.")
    readiness = django_filters.ChoiceFilter(method="by_lack", choices=Lack.choices, label="Those that lack it.")
    segment = django_filters.CharFilter(method="by_segment", max_length=40)

    class Meta:
        model = Account
        fields: list[str] = []

    def by_text(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        found: QuerySet[Any] = queryset.holding(value)
        return found

    def by_phone(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        found: QuerySet[Any] = queryset.with_phone(value)
        return found

    def by_postal_code(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        found: QuerySet[Any] = queryset.with_postal_code(value)
        return found

    def by_lack(self, queryset: QuerySet[Account], name: str, value: str) -> QuerySet[Account]:  # noqa: ARG002 -- django-filter's signature
        return lacking(queryset, Lack(value), at=timezone.now())

    def by_segment(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        return queryset.filter(segments__contains=[value])
