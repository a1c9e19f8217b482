"""The page of one object: its head, its tabs, and the dialogs that its buttons open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from interface.panel.forms import SEEN_AT, refuse
from interface.panel.given import Given, given
from interface.panel.panels import Panel, Panels
from interface.panel.refusals import Refused, refusing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OVERVIEW = ""
TOLD = "told"
# Sent by the script of a list that opens a dialog in the row it is about.
IN_PLACE = "X-In-Place"


@dataclass(frozen=True, slots=True)
class ShownTab:
    """A tab as its page shows it."""

    title: "StrOrPromise"
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a dialog said it would touch; `mark` comes back with the form where the person has read it."""

    sentences: tuple[str, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class Dialog:
    """A question put on a page of its own before something happens; `perform` calls one service.

    `perform` may answer itself; else one is sent back to the object's page with the sentence `done`. A link may
    preselect the fields of `from_address`; `initial_from` fills the rest from what they name. One that is not a button
    stands only where a page links to it. With `foretell` it says first what it would touch, in sentences; it is
    performed when it is sent once more and would still touch the same. Fields that do more than the dialog's permission
    covers have one of their own in `permission_of`: whoever lacks it is not asked, and what he sends there is not read.
    """

    name: str
    title: "StrOrPromise"
    text: "StrOrPromise"
    button: "StrOrPromise"
    permission: str
    perform: Callable[[HttpRequest, Any, Given], HttpResponse | None]
    form: type[forms.Form] = forms.Form
    permission_of: Mapping[str, str] = field(default_factory=dict)
    initial: Callable[[Any], dict[str, Any]] = lambda _obj: {}
    done: "StrOrPromise" = ""
    icon: str = ""
    from_address: Sequence[str] = ()
    initial_from: Callable[[Any, dict[str, str]], dict[str, Any]] = lambda _obj, _named: {}
    foretell: Callable[[Any, dict[str, Any]], Sequence["StrOrPromise"]] | None = None
    is_button: bool = True
    is_dangerous: bool = False
    is_offered: Callable[[Any], bool] = lambda _obj: True

    def __post_init__(self) -> None:
        if unknown := self.permission_of.keys() - self.form.base_fields.keys():
            raise TypeError(f"{self.form.__name__} has no field {', '.join(sorted(unknown))} to withhold.")


class Pages:
    """What a `ServiceModelAdmin` shows of one object: a form, or where `page_template` is set, a page to read."""

    page_template = ""
    header_template = "panel/header.html"
    panels: "ClassVar[Panels[Any] | None]" = None
    overview_title: "StrOrPromise" = _("Overview")

    model: Any
    opts: Any
    admin_site: Any
    explanations: ClassVar[Any]
    beside: ClassVar[Any]

    # --- What a subclass declares

    def own_panels(self) -> Sequence[Panel[Any]]:
        """Tabs of this room; those of other rooms come after them."""
        return ()

    def form_tabs(self) -> "Sequence[tuple[str, StrOrPromise]]":
        """Further tabs on which the form stands, with other fields or rows: name and title."""
        return ()

    def dialogs(self) -> Sequence[Dialog]:
        """What buttons on the page offer to do."""
        return ()

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:  # noqa: ARG002 -- for subclasses
        """What `page_template` is given besides `original`."""
        return {}

    def header_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:  # noqa: ARG002 -- for subclasses
        """What `header_template` is given besides `original`."""
        return {}

    # --- The page

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        name = request.GET.get("tab", OVERVIEW)
        panel = next((each for each in self._permitted_panels(request) if each.name == name), None)
        if panel is not None:
            return self._page(request, object_id, panel.template, panel.context)
        if self.page_template and name not in dict(self.form_tabs()):
            return self._page(request, object_id, self.page_template, self.page_context)
        parent = cast("Any", super())
        obj = cast("Any", self).get_object(request, unquote(object_id))
        around = self._around(request, obj) if obj is not None else {}
        return cast(
            "HttpResponse", parent.change_view(request, object_id, form_url, {**around, **(extra_context or {})})
        )

    def _page(
        self, request: HttpRequest, object_id: str, template: str, context: Callable[[HttpRequest, Any], dict[str, Any]]
    ) -> HttpResponse:
        admin = cast("Any", self)
        obj = admin.get_object(request, unquote(object_id))
        if not admin.has_view_permission(request, obj):
            raise PermissionDenied
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if obj is None:
            return cast("HttpResponse", admin._get_obj_does_not_exist_redirect(request, self.opts, object_id))  # noqa: SLF001 -- Django's own answer
        return self._answer(request, obj, "panel/page.html", {"body_template": template, **context(request, obj)})

    def _answer(self, request: HttpRequest, obj: Any, template: str, context: dict[str, Any]) -> HttpResponse:
        request.current_app = self.admin_site.name
        shown = {
            **self.admin_site.each_context(request),
            "title": self.opts.verbose_name,
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            **self._around(request, obj),
            **context,
        }
        return TemplateResponse(request, template, shown)

    def _around(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        buttons = [each for each in self.dialogs() if each.is_button]
        offered = [each for each in buttons if request.user.has_perm(each.permission) and each.is_offered(obj)]
        return {
            "header_template": self.header_template,
            "tabs": self._tabs(request),
            "buttons": [(each, reverse(f"admin:{self._address(each)}", args=[obj.pk])) for each in offered],
            **self.header_context(request, obj),
        }

    def _permitted_panels(self, request: HttpRequest) -> list[Panel[Any]]:
        others = self.panels.registered() if self.panels else ()
        return [panel for panel in (*self.own_panels(), *others) if panel.is_permitted(request)]

    def _tabs(self, request: HttpRequest) -> list[ShownTab]:
        current = request.GET.get("tab", OVERVIEW)
        named = [(OVERVIEW, self.overview_title), *self.form_tabs()]
        named += [(panel.name, panel.title) for panel in self._permitted_panels(request)]
        if current not in {name for name, _title in named}:
            current = OVERVIEW
        tabs = [
            ShownTab(title, f"{request.path}?tab={name}" if name else request.path, is_current=name == current)
            for name, title in named
        ]
        return tabs if len(tabs) > 1 else []

    # --- Dialogs

    def get_urls(self) -> list[URLPattern]:
        urls = [
            path(
                f"<path:object_id>/{dialog.name}/",
                self.admin_site.admin_view(partial(self.dialog_view, dialog=dialog)),
                name=self._address(dialog),
            )
            for dialog in self.dialogs()
        ]
        return [*urls, *cast("Any", super()).get_urls()]

    def dialog_view(self, request: HttpRequest, object_id: str, *, dialog: Dialog) -> HttpResponse:
        """Ask on GET, perform on POST; what the service refuses stands in the dialog."""
        if not request.user.has_perm(dialog.permission):
            raise PermissionDenied
        admin = cast("Any", self)
        obj = admin.get_object(request, unquote(object_id))
        if obj is None:
            return cast("HttpResponse", admin._get_obj_does_not_exist_redirect(request, self.opts, object_id))  # noqa: SLF001 -- Django's own answer
        if not dialog.is_offered(obj):
            messages.warning(request, _("This is not possible any more."))
            return HttpResponseRedirect(admin.url_of(obj.pk))
        preselected = {name: request.GET[name] for name in dialog.from_address if name in request.GET}
        initial = {**dialog.initial(obj), **dialog.initial_from(obj, preselected), **preselected}
        form = dialog.form(request.POST if request.method == "POST" else None, initial=initial)
        for name, permission in dialog.permission_of.items():
            if not request.user.has_perm(permission):
                form.fields.pop(name, None)
        told = self._foretold(request, obj, dialog, form)
        was_told = told is None or request.POST.get(TOLD) == told.mark
        if request.method == "POST" and form.is_valid() and was_told:
            typed = {name: value for name, value in form.cleaned_data.items() if name != SEEN_AT}
            entered = given(request, typed, seen_at=form.cleaned_data.get(SEEN_AT))
            try:
                with refusing(explanations=self.explanations, beside=self.beside):
                    answer = dialog.perform(request, obj, entered)
            except Refused as refused:
                refuse(form, refused.errors[""])
            else:
                return answer or self._done(request, obj, dialog)
        context = {"dialog": dialog, "form": form, "buttons": (), "tabs": (), "back": admin.url_of(obj.pk)}
        template = "panel/dialog_in_place.html" if IN_PLACE in request.headers else "panel/dialog.html"
        return self._answer(request, obj, template, {**context, "title": dialog.title, "told": told})

    def _foretold(self, request: HttpRequest, obj: Any, dialog: Dialog, form: forms.Form) -> "Foretold | None":
        """What the dialog would do with what was typed; None where it does not say, or cannot yet."""
        if dialog.foretell is None:
            return None
        if request.method == "POST" and not form.is_valid():
            return Foretold((), "")
        if request.method != "POST" and form.visible_fields():
            return Foretold((), "")
        entered = form.cleaned_data if request.method == "POST" else form.initial
        typed = {name: value for name, value in entered.items() if name in form.fields and name != SEEN_AT}
        sentences = tuple(str(sentence) for sentence in dialog.foretell(obj, typed))
        words = [*sentences, *(f"{name}={value!r}" for name, value in sorted(typed.items()))]
        return Foretold(sentences, salted_hmac(TOLD, "\n".join(words)).hexdigest())

    def _done(self, request: HttpRequest, obj: Any, dialog: Dialog) -> HttpResponse:
        if dialog.done:
            messages.success(request, dialog.done)
        if IN_PLACE in request.headers:
            return HttpResponse(headers={IN_PLACE: "done"})
        return HttpResponseRedirect(cast("Any", self).url_of(obj.pk))

    def _address(self, dialog: Dialog) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{dialog.name}"
