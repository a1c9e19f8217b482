"""What the list of customers can be narrowed to."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import TextFilter

from customers.admin.labels import STATES
from customers.identifiers import sort_key
from customers.models import CustomerMail

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class StateFilter(admin.SimpleListFilter):
    """Merged and anonymized customers are left out unless asked for."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "Sequence[tuple[str, StrOrPromise]]":  # noqa: ARG002 -- Django's signature
        return [(word, title) for word, (title, _tone) in STATES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        existing: QuerySet[Any] = queryset.existing()  # type: ignore[attr-defined]
        match self.value():
            case "merged":
                return queryset.filter(merged_into__isnull=False)
            case "anonymized":
                return queryset.filter(anonymized_at__isnull=False)
            case "active":
                return existing.filter(active=True, on_hold=False)
            case "on_hold":
                return existing.filter(active=True, on_hold=True)
            case "inactive":
                return existing.filter(active=False, on_hold=False)
            case "inactive_on_hold":
                return existing.filter(active=False, on_hold=True)
            case _:
                return existing

    def choices(self, changelist: Any) -> "Iterator[Any]":
        """As Django's; the first choice says what is left out."""
        for index, choice in enumerate(super().choices(changelist)):
            yield {**choice, "display": _("Existing")} if index == 0 else dict(choice)


class _Text(TextFilter):
    """A field to type into, looked up as the index of its column is."""

    column = ""
    lookup = "startswith"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        text = sort_key(self.value() or "")[:200]
        return queryset.filter(**{f"{self.column}__{self.lookup}": text}) if text else queryset


class FirstNameFilter(_Text):
    title = _("first name")
    parameter_name = "first_name"
    column = "first_name_sort"


class LastNameFilter(_Text):
    title = _("last name")
    parameter_name = "last_name"
    column = "name_sort"


class CompanyFilter(_Text):
    title = _("company")
    parameter_name = "company"
    column = "company_sort"
    lookup = "contains"


class IdFilter(TextFilter):
    """Reference or shared id, whole."""

    title = _("reference or shared ID")
    parameter_name = "id"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        text = (self.value() or "").strip()
        return queryset.filter(reference=text) | queryset.filter(shared_id=text) if text else queryset


class MailFilter(admin.SimpleListFilter):
    """Who waits for a mail that did not go out."""

    title = _("mail")
    parameter_name = "mail"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "Sequence[tuple[str, StrOrPromise]]":  # noqa: ARG002 -- Django's signature
        return [("due", _("Due, not sent"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        if self.value() != "due":
            return queryset
        waiting = CustomerMail.objects.filter(
            customer=OuterRef("pk"), due_at__isnull=False, sent_at__isnull=True, dropped_at__isnull=True
        )
        return queryset.filter(Exists(waiting))
