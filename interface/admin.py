"""Support requests in the panel: asked from any page, listed with what came of them."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from interface.models import SupportRequest, SupportState
from interface.panel import showing
from interface.panel.forms import SEEN_AT, SeenAtField, ServiceForm
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.pages import Dialog
from interface.support import ask_for_help, settle

TONES = {SupportState.OPEN: "notice", SupportState.DONE: "good"}


class SupportForm(ServiceForm):
    """What is the matter, and where."""

    class Meta:
        model = SupportRequest
        fields = ["text", "page", "page_title"]
        widgets = {
            "text": UnfoldAdminTextareaWidget(attrs={"rows": 6}),
            "page": forms.HiddenInput,
            "page_title": forms.HiddenInput,
        }


class SettleForm(forms.Form):
    """What came of it."""

    state = forms.ChoiceField(label=_("State"), choices=SupportState.choices, widget=UnfoldAdminSelectWidget)
    answer = forms.CharField(
        label=_("What came of it"),
        required=False,
        max_length=4000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
    )
    seen_at = SeenAtField()


def _settle(request: HttpRequest, asked: SupportRequest, given: Given) -> None:  # noqa: ARG001 -- as dialogs say
    settle(request=asked, **given.change)


@admin.register(SupportRequest)
class SupportRequestAdmin(ServiceModelAdmin):
    """What colleagues asked the operator for."""

    form = SupportForm
    list_display = ("shown_text", "shown_state", "author_email", "shown_at", "shown_mailed")
    list_display_links = None
    list_filter = ("state",)
    search_fields = ("text",)
    search_help_text = _("Part of the text")
    empty_text = _("“Ask for help” in the menu under your name makes one, from any page.")
    page_template = "panel/support_request.html"

    @admin.display(description=_("Request"), ordering="id")
    def shown_text(self, asked: SupportRequest) -> SafeString:
        return showing.link(self.url_of(asked.pk), asked)

    @admin.display(description=_("State"), ordering="state")
    def shown_state(self, asked: SupportRequest) -> SafeString:
        state = SupportState(asked.state)
        return showing.tag(state.label, TONES[state])

    @admin.display(description=_("Asked"), ordering="created_at")
    def shown_at(self, asked: SupportRequest) -> Any:
        return showing.moment(asked.created_at)

    @admin.display(description=_("Mailed"), ordering="mailed_at")
    def shown_mailed(self, asked: SupportRequest) -> Any:
        return showing.moment(asked.mailed_at)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002 -- Django's signature
        return ["text", "page", "page_title"]

    def dialogs(self) -> Sequence[Dialog]:
        return [
            Dialog(
                name="settle",
                title=_("Note what came of it"),
                text="",
                button=_("Save"),
                permission="interface.change_supportrequest",
                perform=_settle,
                form=SettleForm,
                initial=lambda asked: {"state": asked.state, "answer": asked.answer, SEEN_AT: asked.updated_at},
                done=_("The request was updated."),
                icon="task_alt",
            )
        ]

    def create(self, request: HttpRequest, given: Given) -> SupportRequest:
        return ask_for_help(author_email=request.user.email, **given.creation)  # type: ignore[union-attr] # signed in
