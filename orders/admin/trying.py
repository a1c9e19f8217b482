"""Try an order: what would be decided now, and why. Nothing is written."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from customers.identifiers import MAX_EMAIL_LENGTH, MAX_PHONE_LENGTH
from orders.admin.story import tell_story
from orders.services.preview import Preview, preview_identity
from orders.submissions import Claim
from orders.words import OrderKind
from storefronts.models import Storefront


class TryOrderForm(forms.Form):
    """What an order would claim of who placed it."""

    storefront = forms.ModelChoiceField(
        label=_("Storefront"), queryset=Storefront.objects.none(), widget=UnfoldAdminSelectWidget, empty_label=None
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=OrderKind.choices, widget=UnfoldAdminSelectWidget)
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=MAX_EMAIL_LENGTH,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "email", "autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=MAX_PHONE_LENGTH,
        widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["storefront"].queryset = Storefront.objects.with_policy()  # type: ignore[attr-defined]

    def claim(self) -> Claim:
        """As an order would bring it."""
        return Claim(email=self.cleaned_data["email"], phone=self.cleaned_data["phone"])


class TryOrderView(View):
    """Asked by POST, so that nobody's e-mail stands in addresses and logs."""

    model_admin: Any = None
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._answer(request, TryOrderForm(), None)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TryOrderForm(request.POST)
        if not form.is_valid():
            return self._answer(request, form, None)
        preview = preview_identity(
            storefront=form.cleaned_data["storefront"],
            kind=OrderKind(form.cleaned_data["kind"]),
            claim=form.claim(),
            at=timezone.now(),
        )
        return self._answer(request, form, preview)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Raises PermissionDenied for who may not read orders."""
        self.model_admin.insist(self.model_admin.has_view_permission(request))
        return super().dispatch(request, *args, **kwargs)

    def _answer(self, request: HttpRequest, form: TryOrderForm, preview: Preview | None) -> HttpResponse:
        context: dict[str, Any] = {
            **self.model_admin.admin_site.each_context(request),
            "title": _("Try an order"),
            "form": form,
            "has_storefronts": Storefront.objects.exists(),
        }
        if preview is not None:
            question = preview.question
            claim = form.claim()
            context |= {
                "claim_title": _("The order would say"),
                "claim": [(_("E-mail"), claim.email), (_("Phone"), claim.phone)],
                "story": tell_story(
                    preview.receipt,
                    labels=preview.labels,
                    email=question.email or "",
                    phone=question.phone or "",
                    is_trial=True,
                ),
            }
        return TemplateResponse(request, "panel/orders/try.html", context)
