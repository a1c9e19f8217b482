"""Rows on another object's page, each written by its own service."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import HttpRequest
from unfold.admin import StackedInline

from interface.panel.forms import SEEN_AT, ServiceForm, ServiceFormSet
from interface.panel.given import Given, given
from interface.panel.refusals import Explanations, Refused, refusing


def declares(admin: object, base: type, name: str) -> bool:
    """Whether the class of `admin` has its own method of that name."""
    return getattr(type(admin), name) is not getattr(base, name)


class ServiceInline(StackedInline):
    """Rows that can be added, changed or removed only where the class says by which service."""

    form = ServiceForm
    formset = ServiceFormSet
    extra = 0
    explanations: ClassVar[Explanations] = {}
    beside: ClassVar[Mapping[str, str]] = {}

    def create(self, request: HttpRequest, parent: Any, given: Given) -> models.Model:
        """Create a row by one service call. Overriding it makes rows addable."""
        raise NotImplementedError

    def change(self, request: HttpRequest, obj: Any, given: Given) -> models.Model:
        """Change a row by one service call. Overriding it makes rows changeable."""
        raise NotImplementedError

    def remove(self, request: HttpRequest, obj: Any, given: Given) -> None:
        """Remove a row by one service call. Overriding it makes rows removable."""
        raise NotImplementedError

    def links_of(self, request: HttpRequest, obj: Any) -> Sequence[tuple[Any, str]]:  # noqa: ARG002 -- for subclasses
        """Beside a row's name: titles and addresses of what can be done with it."""
        return ()

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:
        return declares(self, ServiceInline, "create") and bool(super().has_add_permission(request, obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return declares(self, ServiceInline, "change") and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return declares(self, ServiceInline, "remove") and bool(super().has_delete_permission(request, obj))

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.inline = self
        formset.form.refusals = getattr(request, "refusals", {})
        return formset

    def comes_late(self, typed: Mapping[str, Any]) -> bool:  # noqa: ARG002 -- for subclasses
        """Whether a changed row is written after others: it may take what one of them gives up."""
        return False

    def save_rows(self, request: HttpRequest, parent: Any, formset: Any) -> None:
        """Hand every row to its service, removals first. Raises Refused with what all of them were refused."""
        gone = [row for row in formset.initial_forms if row in formset.deleted_forms]
        kept = [row for row in formset.initial_forms if row not in gone and row.has_changed()]
        kept.sort(key=lambda row: self.comes_late(row.cleaned_data))
        new = [row for row in formset.extra_forms if row.has_changed() and row not in formset.deleted_forms]
        steps = [(self._remove_row, gone), (self._change_row, kept), (self._create_row, new)]
        errors: dict[str, ValidationError] = {}
        for save, rows in steps:
            for row in rows:
                typed = {name: value for name, value in row.typed().items() if name != formset.fk.name}
                entered = given(request, typed, seen_at=row.cleaned_data.get(SEEN_AT))
                try:
                    with refusing(explanations=self.explanations, beside=self.beside, prefix=row.prefix):
                        save(request, parent, row.instance, entered)
                except Refused as refused:
                    errors.update(refused.errors)
        if errors:
            raise Refused(errors)

    def _remove_row(self, request: HttpRequest, parent: Any, obj: Any, given: Given) -> None:
        _insist(self.has_delete_permission(request, parent))
        if not _is_out_of_reach(obj):
            self.remove(request, obj, given)

    def _change_row(self, request: HttpRequest, parent: Any, obj: Any, given: Given) -> None:
        _insist(self.has_change_permission(request, parent))
        if _is_out_of_reach(obj):
            raise self.model.DoesNotExist
        self.change(request, obj, given)

    def _create_row(self, request: HttpRequest, parent: Any, obj: Any, given: Given) -> None:  # noqa: ARG002 -- as the others
        _insist(self.has_add_permission(request, parent))
        self.create(request, parent, given)


def _is_out_of_reach(obj: Any) -> bool:
    """Whether what was sent as an existing row is none of this page: removed meanwhile, or someone else's."""
    return bool(obj._state.adding)  # noqa: SLF001 -- Django's documented API


def _insist(is_permitted: bool) -> None:  # noqa: FBT001 -- reads as one
    if not is_permitted:
        raise PermissionDenied
