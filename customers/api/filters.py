"""What a list of customers can be narrowed to."""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Q, QuerySet

from customers.identifiers import normal_email, normal_phone, sort_key
from customers.models import Customer, CustomerKind

INCLUDABLE = ("anonymized", "merged")


class CustomerFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="by_text", max_length=200, label="Reference, shared ID or e-mail in full; part of a name or company."
    )
    shared_id = django_filters.CharFilter(max_length=100)
    reference = django_filters.CharFilter(max_length=40)
    kind = django_filters.ChoiceFilter(choices=CustomerKind.choices)
    email = django_filters.CharFilter(method="by_email", max_length=254, label="However typed.")
    phone = django_filters.CharFilter(method="by_phone", max_length=60, label="However typed.")
    first_name = django_filters.CharFilter(method="by_first_name", max_length=120, label="The beginning of it.")
    last_name = django_filters.CharFilter(method="by_last_name", max_length=120, label="The beginning of it.")
    company = django_filters.CharFilter(
        method="by_company", max_length=200, label="Part of the names of his accounts, else of the company he names."
    )
    preferred_storefront = django_filters.CharFilter(field_name="preferred_storefront__code", max_length=40)
    active = django_filters.BooleanFilter()
    on_hold = django_filters.BooleanFilter()
    segment = django_filters.CharFilter(method="by_segment", max_length=40)
    include = django_filters.CharFilter(
        method="unchanged", max_length=40, label="`anonymized`, `merged`, or both with a comma; left out otherwise."
    )

    class Meta:
        model = Customer
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Anonymized and merged customers are left out unless asked for."""
        included = {word.strip() for word in (self.form.cleaned_data.get("include") or "").split(",")}
        if "anonymized" not in included:
            queryset = queryset.filter(anonymized_at__isnull=True)
        if "merged" not in included:
            queryset = queryset.filter(merged_into__isnull=True)
        narrowed: QuerySet[Any] = super().filter_queryset(queryset)
        return narrowed

    def unchanged(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        return queryset

    def by_text(self, queryset: Any, name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        found: QuerySet[Any] = queryset.holding(value)
        return found

    def by_email(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        key = normal_email(value)
        return queryset.filter(email_key=key) if key else queryset.none()

    def by_phone(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        key = normal_phone(value, settings.DEFAULT_REGION)
        return queryset.filter(phone_key=key) if key else queryset.none()

    def by_first_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        return queryset.filter(first_name_sort__startswith=sort_key(value))

    def by_last_name(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        return queryset.filter(Q(name_sort__startswith=sort_key(value)) & ~Q(last_name=""))

    def by_company(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        return queryset.filter(company_sort__contains=sort_key(value))

    def by_segment(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:  # noqa: ARG002 -- django-filter's signature
        return queryset.filter(segments__contains=[value])
