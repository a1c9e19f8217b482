"""What the list of accounts can be narrowed to."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.readiness import Lack, lacking
from customers.models import Segment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class PositionFilter(admin.SimpleListFilter):
    title = _("position")
    parameter_name = "position"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":  # noqa: ARG002 -- Django's signature
        return [("roots", _("Roots only"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        return queryset.filter(parent__isnull=True) if self.value() == "roots" else queryset


class ReadinessFilter(admin.SimpleListFilter):
    title = _("readiness")
    parameter_name = "lacks"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":  # noqa: ARG002 -- Django's signature
        return list(Lack.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        chosen = self.value() or ""
        return lacking(queryset, Lack(chosen), at=timezone.now()) if chosen in Lack.values else queryset


class SegmentFilter(admin.SimpleListFilter):
    title = _("segment")
    parameter_name = "segment"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":  # noqa: ARG002 -- Django's signature
        return list(Segment.objects.values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        return queryset.filter(segments__contains=[self.value()]) if self.value() else queryset
