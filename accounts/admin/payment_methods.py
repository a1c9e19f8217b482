"""Payment methods of storefronts, and the matrix of who sees which."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.widgets import UnfoldBooleanSwitchWidget

from accounts.admin.labels import status_tag
from accounts.admin.links import dialog_url, page_url
from accounts.admin.settings import source_of
from accounts.effective import methods_of, paths_of, rules_of
from accounts.inheritance import Source
from accounts.models import Account, PaymentMethod
from accounts.payment_visibility import EffectiveMethod, effective_methods
from accounts.services.payment_methods import change_payment_method, create_payment_method, remove_payment_method
from interface.panel import showing
from interface.panel.forms import ServiceForm
from interface.panel.given import Given
from interface.panel.lists import CappedPaginator
from interface.panel.model_admin import ServiceModelAdmin
from storefronts.models import Storefront

ON_A_PAGE = 25
LONGEST_SEARCH = 200


class PaymentMethodForm(ServiceForm):
    """A way to pay on one storefront."""

    class Meta:
        model = PaymentMethod
        fields = ["storefront", "name", "code", "active", "visible_by_default"]
        widgets = {"active": UnfoldBooleanSwitchWidget, "visible_by_default": UnfoldBooleanSwitchWidget}


@admin.register(PaymentMethod)
class PaymentMethodAdmin(ServiceModelAdmin):
    """Ways to pay, by storefront."""

    form = PaymentMethodForm
    list_display = ("shown_name", "code", "storefront", "shown_state", "shown_default", "shown_seen")
    list_display_links = None
    list_filter = ("storefront", "active", "visible_by_default")
    search_fields = ("name", "code")
    search_help_text = _("Part of a name or code")
    sortable_by = ()
    empty_text = _("A payment method is a way to pay on one storefront; whose buyers see it is set for each account.")
    beside: ClassVar[Mapping[str, str]] = {"unique": "code"}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("storefront")

    @admin.display(description=_("Payment method"))
    def shown_name(self, method: PaymentMethod) -> SafeString:
        return showing.link(self.url_of(method.pk), method.name)

    @admin.display(description=_("State"))
    def shown_state(self, method: PaymentMethod) -> SafeString:
        return showing.tag(_("Active"), "good") if method.active else showing.tag(_("Inactive"), "")

    @admin.display(description=_("Where nothing is set"))
    def shown_default(self, method: PaymentMethod) -> str:
        return str(_("Visible") if method.visible_by_default else _("Hidden"))

    @admin.display(description=_("Not seen since"))
    def shown_seen(self, method: PaymentMethod) -> Any:
        return showing.moment(method.not_seen_since)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:  # noqa: ARG002 -- Django's signature
        own = ["name", "active", "visible_by_default"]
        return own if obj is not None else ["storefront", ("name", "code"), *own[1:]]

    def get_urls(self) -> list[URLPattern]:
        matrix = path("matrix/", self.admin_site.admin_view(self.matrix_view), name="accounts_paymentmethod_matrix")
        return [matrix, *super().get_urls()]

    def create(self, request: HttpRequest, given: Given) -> PaymentMethod:  # noqa: ARG002 -- as the base says
        return create_payment_method(**given.creation)

    def change(self, request: HttpRequest, obj: PaymentMethod, given: Given) -> PaymentMethod:  # noqa: ARG002
        return change_payment_method(method=obj, **given.change)

    def gone_with(self, obj: PaymentMethod) -> Sequence[str]:
        count = obj.rules.count()
        told = ngettext("What %(count)s account says of it", "What %(count)s accounts say of it", count)
        return [told % {"count": count}] if count else []

    def remove(self, request: HttpRequest, obj: PaymentMethod, given: Given) -> None:  # noqa: ARG002 -- as the base says
        remove_payment_method(method=obj, seen_at=given.seen_at, by=given.by, at=given.at)

    # --- The matrix

    def matrix_view(self, request: HttpRequest) -> HttpResponse:
        """Accounts by methods of one storefront, 25 accounts a page; the same statements whatever their number."""
        if not (request.user.has_perm("accounts.view_account") and self.has_view_permission(request)):
            raise PermissionDenied
        storefronts = list(Storefront.objects.order_by("name"))
        asked = request.GET.get("storefront", "")
        storefront = next((each for each in storefronts if each.code == asked), storefronts[0] if storefronts else None)
        sought = request.GET.get("q", "").strip()[:LONGEST_SEARCH].replace("\0", "")
        accounts = Account.objects.order_by("tree_id", "lft").select_related("parent")
        if sought:
            accounts = accounts.holding(sought)
        page = CappedPaginator(accounts, ON_A_PAGE).get_page(request.GET.get("page"))
        shown = list(page.object_list)
        methods = methods_of(storefront) if storefront else []
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Payment matrix"),
            "opts": self.opts,
            "storefronts": storefronts,
            "storefront": storefront,
            "query": sought,
            "page": page,
            "methods": methods,
            "rows": matrix_rows(shown, storefront, methods) if storefront else [],
            "may_change": request.user.has_perm("accounts.change_account"),
        }
        return TemplateResponse(request, "panel/prices/matrix.html", context)


def matrix_rows(accounts: list[Account], storefront: Storefront, methods: Any) -> list[dict[str, Any]]:
    """One row an account: a cell a method, and whether its buyers see none at all."""
    paths = paths_of(accounts)
    rules = rules_of({node.id for path in paths.values() for node in path}, methods)
    rows = []
    for account in accounts:
        found = effective_methods(path=paths[account.pk], rules=rules, methods=methods)
        rows.append(
            {
                "account": account,
                "url": page_url(account.pk),
                "status": status_tag(account),
                "cells": [_cell(each) for each in found],
                "sees_none": not any(each.visible for each in found),
                "change_url": dialog_url("payment-methods", account, storefront=storefront.code),
            }
        )
    return rows


def _cell(effective: EffectiveMethod) -> dict[str, Any]:
    return {
        "visible": effective.visible,
        "is_inherited": effective.source != Source.ACCOUNT,
        "source": source_of(effective.source, effective.set_on),
        "is_active": effective.method.active,
    }
