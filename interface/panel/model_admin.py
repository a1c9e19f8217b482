"""The base of every class in the panel: what is written goes through services, whatever way Django would take."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import models
from django.db.transaction import atomic
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.admin import ModelAdmin

from interface.panel import showing
from interface.panel.forms import FORM_ID, SEEN_AT, ServiceForm
from interface.panel.given import Given, given
from interface.panel.inlines import ServiceInline, declares
from interface.panel.lists import CappedPaginator, ServiceChangeList
from interface.panel.once import take_form
from interface.panel.pages import Pages
from interface.panel.refusals import Explanations, Refused, refusing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class WritesPastServicesError(TypeError):
    """A way of writing that would not end in a service."""


# What decides how something is written; a subclass that had its own could write past its services.
SEALED = frozenset(
    {
        "save_form", "save_model", "save_related", "save_formset", "delete_model", "delete_queryset",
        "get_changelist_formset", "changeform_view", "response_action", "log_addition", "log_change", "log_deletions",
    }
)  # fmt: skip
# Django saves `list_editable` as a whole page of forms; Unfold runs its own actions on GET.
UNUSABLE = (
    "list_editable", "ordering_field", "actions_list", "actions_row", "actions_detail", "actions_submit_line",
    "save_as",
)  # fmt: skip


class ServiceModelAdmin(Pages, ModelAdmin):
    """Screens of one model. Nothing can be added, changed or removed unless the class says by which service.

    A subclass overrides `create`, `change` or `remove`, each of which calls one service and nothing else; what it does
    not override is neither offered nor possible, whatever permissions a person has. What services refuse appears beside
    the field, with everything typed kept: `explanations` tells of their own exceptions which field they are about,
    `beside` of the codes of validation errors.
    """

    form = ServiceForm
    paginator = CappedPaginator
    change_form_template = "panel/change_form.html"
    change_list_template = "panel/change_list.html"
    add_form_template = "panel/change_form.html"
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # they would count the whole table once for every choice
    list_per_page = 25
    list_fullwidth = True
    warn_unsaved_form = True
    compressed_fields = False
    explanations: ClassVar[Explanations] = {}
    beside: ClassVar[Mapping[str, str]] = {}
    empty_text: "StrOrPromise" = ""
    empty_value_display = showing.NOTHING

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if own := SEALED.intersection(vars(cls)):
            raise WritesPastServicesError(f"{cls.__name__} may not have its own {', '.join(sorted(own))}.")

    def __init__(self, model: type[models.Model], admin_site: Any) -> None:
        super().__init__(model, admin_site)
        for name in UNUSABLE:
            if getattr(self, name):
                raise ImproperlyConfigured(f"{type(self).__name__}.{name} would write past services; use a dialog.")
        for inline in self.inlines:
            if not issubclass(inline, ServiceInline):
                raise ImproperlyConfigured(f"{inline.__name__} is no ServiceInline.")

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Only what the list declares as filter: others would reach the database unchecked, from the address."""
        declared = {_filtered_by(item) for item in self.get_list_filter(request)}
        names_a_field = lookup.partition("__")[0] in {field.name for field in self.opts.get_fields()}
        is_declared = any(lookup == name or lookup.startswith(f"{name}__") for name in declared)
        return (is_declared or not names_a_field) and bool(super().lookup_allowed(lookup, value, request))

    # --- What a subclass declares

    def create(self, request: HttpRequest, given: Given) -> models.Model:  # noqa: ARG002 -- for subclasses
        """Create by one service call and return what it made. Overriding it makes the model addable."""
        raise WritesPastServicesError(f"{type(self).__name__} declares no service that creates.")

    def change(self, request: HttpRequest, obj: Any, given: Given) -> models.Model:  # noqa: ARG002 -- for subclasses
        """Change by one service call and return what is stored now. Overriding it makes the model changeable."""
        raise WritesPastServicesError(f"{type(self).__name__} declares no service that changes.")

    def remove(self, request: HttpRequest, obj: Any, given: Given) -> None:  # noqa: ARG002 -- for subclasses
        """Remove by one service call. Overriding it makes the model deletable."""
        raise WritesPastServicesError(f"{type(self).__name__} declares no service that removes.")

    def gone_with(self, obj: Any) -> "Sequence[StrOrPromise]":  # noqa: ARG002 -- for subclasses
        """What goes with it when it is removed, a sentence a kind."""
        return ()

    # --- Who may do what

    def has_add_permission(self, request: HttpRequest) -> bool:
        return declares(self, ServiceModelAdmin, "create") and bool(super().has_add_permission(request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return declares(self, ServiceModelAdmin, "change") and bool(super().has_change_permission(request, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return declares(self, ServiceModelAdmin, "remove") and bool(super().has_delete_permission(request, obj))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002 -- Django's signature
        """By the model's own permissions, also where nothing declares a change."""
        label, name = self.opts.app_label, self.opts.model_name
        return any(request.user.has_perm(f"{label}.{word}_{name}") for word in ("view", "change"))

    def insist(self, is_permitted: bool) -> None:  # noqa: FBT001 -- reads as one
        """Raises PermissionDenied where the answer is no."""
        if not is_permitted:
            raise PermissionDenied

    # --- Writing

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Django's, run a second time with what the service refused: its form shows it and keeps what was typed."""
        try:
            return cast("HttpResponse", super().changeform_view(request, object_id, form_url, extra_context))
        except Refused as refused:
            request.refusals = refused.errors  # type: ignore[attr-defined]
            return cast("HttpResponse", super().changeform_view(request, object_id, form_url, extra_context))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 -- Django's signature
        form = super().get_form(request, obj, change=change, **kwargs)
        form.refusals = refusals_of(request)
        return form

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Without Django's buttons that add and change what a field points at in a window of its own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: ServiceForm, change: bool) -> None:  # noqa: FBT001 -- Django's signature
        """Hand the form to the service; a form in which nothing changed is not handed on."""
        if change and not form.has_changed():
            return
        entered = given(request, form.typed(), seen_at=form.cleaned_data.get(SEEN_AT))
        with refusing(explanations=self.explanations, beside=self.beside):
            form_id = form.cleaned_data.get(FORM_ID)
            if form_id and not change:
                take_form(form_id, by=entered.by, at=entered.at)
            saved = self.change(request, obj, entered) if change else self.create(request, entered)
        # Django goes on with the object of its form: it becomes what is stored.
        obj.__dict__.update(saved.__dict__)

    def save_formset(self, request: HttpRequest, form: ServiceForm, formset: Any, change: bool) -> None:  # noqa: ARG002, FBT001 -- Django's signature
        inline = getattr(formset, "inline", None)
        if not isinstance(inline, ServiceInline):
            raise WritesPastServicesError(f"{type(formset).__name__} is no formset of a ServiceInline.")
        inline.save_rows(request, form.instance, formset)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with refusing(explanations=self.explanations, beside=self.beside):
            self.remove(request, obj, given(request, {}))

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[Any], dict[Any, int], set[Any], list[Any]]:
        """What is asked about, and what its class says goes with it.

        Not Django's list of all that hangs on it, which may be a hundred thousand rows: what may not go, services say.
        """
        chosen = list(objs)
        told = [part for obj in chosen for part in (str(obj), [str(each) for each in self.gone_with(obj)]) if part]
        may_not = set() if self.has_delete_permission(request) else {self.opts.verbose_name}
        return told, {self.opts.verbose_name_plural: len(chosen)}, may_not, []

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """One service call for each, all or none."""
        with atomic():
            for obj in queryset:
                self.delete_model(request, obj)

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:  # noqa: ARG002 -- Django's signature
        raise WritesPastServicesError("A list is not saved as one form.")

    def response_action(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """An action succeeds for all that were chosen or for none."""
        try:
            with refusing(explanations=self.explanations, beside=self.beside):
                return cast("HttpResponse | None", super().response_action(request, queryset))
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return cast("HttpResponse", super().delete_view(request, object_id, extra_context))
        except Refused as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(self.url_of(object_id))

    # --- Django's own log of changes is not kept: services record what happened, triggers keep the history.

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Not kept."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Not kept."""

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None:
        """Not kept."""

    def construct_change_message(self, *args: Any, **kwargs: Any) -> str:  # noqa: ARG002 -- Django's signature
        return ""

    def history_view(self, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002 -- Django's signature
        raise Http404

    # --- Where one is afterwards

    def url_of(self, pk: object) -> str:
        """The page of one object."""
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[pk])

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:  # noqa: ARG002 -- Django's signature
        return HttpResponseRedirect(self.url_of(obj.pk))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:  # noqa: ARG002 -- Django's signature
        return HttpResponseRedirect(request.get_full_path())

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """One button that saves and stays."""
        one_button: Mapping[str, Any] = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return cast("HttpResponse", super().render_change_form(request, {**context, **one_button}, **kwargs))

    # --- Lists

    def prepare_rows(self, rows: Sequence[Any], *, request: HttpRequest) -> None:
        """What a list shows of its rows and their columns do not hold: looked up here once, for the page."""

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ServiceChangeList]:  # noqa: ARG002 -- Django's signature
        return ServiceChangeList

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Deleting what is chosen is offered where a service removes."""
        actions: dict[str, Any] = super().get_actions(request)
        if not self.has_delete_permission(request):
            actions.pop("delete_selected", None)
        return actions

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        told = {"title": self.opts.verbose_name_plural, "empty_text": self.empty_text, **(extra_context or {})}
        return cast("HttpResponse", super().changelist_view(request, told))


def refusals_of(request: HttpRequest) -> Mapping[str, Any]:
    """What the first run of this request's form was refused; nothing before that."""
    errors: Mapping[str, Any] = getattr(request, "refusals", {})
    return errors


def _filtered_by(item: Any) -> str:
    """The field, or the word in the address, of one entry of `list_filter`."""
    if isinstance(item, str):
        return item
    return str(item[0] if isinstance(item, tuple) else item.parameter_name)
