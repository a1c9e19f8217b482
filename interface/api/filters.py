"""What lists are narrowed by, strictly: a misspelt parameter would otherwise answer with everything."""

from datetime import UTC, datetime
from typing import Any

from django_filters import BooleanFilter
from django_filters.rest_framework import DjangoFilterBackend
from django_filters.utils import translate_validation
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.settings import api_settings

from interface.api.fields import EARLIEST, LATEST, SWITCHES
from interface.api.ordering import NamedOrdering
from interface.api.pagination import CursorPages


class StrictFilters(DjangoFilterBackend):
    """The view's `filterset_class`, if it has one; every list has this backend, for what it refuses."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:  # type: ignore[override]  # Django REST framework's
        """Raises ValidationError: `unknown_parameter`, or what is wrong with one that the list knows."""
        filterset = self.get_filterset(request, queryset, view)
        known = {*_parameters_of_every_list(view), *(filterset.filters if filterset else ())}
        if unknown := sorted(request.query_params.keys() - known):
            raise ValidationError(
                {name[:100]: ErrorDetail("There is no such parameter.", code="unknown_parameter") for name in unknown}
            )
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise translate_validation(filterset.errors)  # type: ignore[misc]  # the stub takes it for a dict
        _refuse_unclear_moments(filterset.form.cleaned_data, request)
        _refuse_unclear_booleans(filterset, request)
        return filterset.qs


def _parameters_of_every_list(view: Any) -> set[str]:
    names = {api_settings.URL_FORMAT_OVERRIDE}
    if isinstance(view.paginator, CursorPages):
        names |= {view.paginator.cursor_query_param, view.paginator.page_size_query_param}
    if NamedOrdering in view.filter_backends:
        names.add(NamedOrdering.ordering_param)
    return names


def _refuse_unclear_moments(values: dict[str, Any], request: Request) -> None:
    """As `Moment` does in bodies: one without offset could mean any hour, and PostgreSQL knows not every year."""
    for name, value in values.items():
        if isinstance(value, datetime):
            if not _has_offset(request.query_params.get(name, "")):
                detail = "Give the offset from UTC, as in 2026-11-23T10:15:00Z."
                raise ValidationError({name: ErrorDetail(detail, code="no_offset")})
            if not EARLIEST <= value < LATEST:
                raise ValidationError({name: ErrorDetail("Between 1970 and 2200.", code="out_of_range")})
            values[name] = value.astimezone(UTC)


def _refuse_unclear_booleans(filterset: Any, request: Request) -> None:
    """Anything else would be taken for no answer, and everything be listed."""
    for name, each in filterset.filters.items():
        given = request.query_params.get(name, "")
        if isinstance(each, BooleanFilter) and given not in {"", *SWITCHES}:
            raise ValidationError({name: ErrorDetail("true or false.", code="invalid")})


def _has_offset(text: str) -> bool:
    """A plus that was not percent-encoded arrives as a blank, and is taken for what was meant."""
    try:
        return datetime.fromisoformat(text.strip().replace(" ", "+")).tzinfo is not None
    except ValueError:
        return False
