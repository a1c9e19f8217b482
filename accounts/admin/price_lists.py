"""Price lists: who has them, and what everybody pays on a storefront."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.admin.links import page_url
from accounts.admin.price_list_entries import ENTRIES, entries_of
from accounts.effects import accounts_on
from accounts.models import PriceList, PriceListAssignment, PriceListEntry, StorefrontDefaults
from accounts.price_lists import PriceListKind
from accounts.services.price_lists import (
    PriceListInUseError,
    change_price_list,
    create_price_list,
    remove_price_list,
    set_base_price_list,
)
from interface.panel import showing
from interface.panel.forms import ServiceForm
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.pages import Dialog
from interface.panel.panels import Panel
from interface.panel.refusals import Explanations
from storefronts.models import Storefront

USERS_ON_A_PAGE = 25
DETAILS = "details"


class PriceListForm(ServiceForm):
    """A price list, without its entries."""

    class Meta:
        model = PriceList
        fields = ["name", "code", "currency", "kind", "percent_off", "base", "active"]
        widgets = {"active": UnfoldBooleanSwitchWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fixed = PriceList.objects.filter(kind=PriceListKind.FIXED).exclude(pk=self.instance.pk)
        if "base" in self.fields:
            self.fields["base"].queryset = fixed  # type: ignore[attr-defined]


class BaseForm(forms.Form):
    """Of which storefront it is the base list."""

    storefront = forms.ModelChoiceField(
        label=_("Storefront"), queryset=Storefront.objects.order_by("name"), widget=UnfoldAdminSelectWidget
    )


def users_of(request: HttpRequest, price_list: PriceList) -> dict[str, Any]:
    """Who was given it, and how many accounts have it by that; lists that compute from it; whose base it is."""
    at = timezone.now()
    given = PriceListAssignment.objects.filter(price_list=price_list).select_related("account", "storefront")
    page = Paginator(given.order_by("account__name_sort", "pk"), USERS_ON_A_PAGE).get_page(request.GET.get("page"))
    storefronts = list(Storefront.objects.order_by("code"))
    accounts = [each.account for each in page]
    counts = accounts_on(accounts=accounts, price_list=price_list, storefronts=storefronts, at=at)
    return {
        "page": page,
        "tab": "users",
        "users": [
            {
                "assignment": each,
                "url": f"{page_url(each.account_id)}?tab=price-list",
                "counts": [
                    (shop, counts[each.account_id, shop.pk])
                    for shop in storefronts
                    if each.storefront_id in {None, shop.pk}
                ],
            }
            for each in page
        ],
        "computed": PriceList.objects.filter(base=price_list),
        "base_of": _base_of(price_list),
    }


def _prices_gone(price_list: PriceList) -> list[str]:
    count = price_list.entries.count()
    return [ngettext("%(count)s price", "%(count)s prices", count) % {"count": count}] if count else []


def _base_of(price_list: PriceList) -> QuerySet[Storefront]:
    """The storefronts where everybody pays by it who has nothing else."""
    defaults = StorefrontDefaults.objects.filter(base_price_list=price_list)
    return Storefront.objects.filter(pk__in=defaults.values("storefront")).order_by("code")


def _make_base(request: HttpRequest, price_list: PriceList, given: Given) -> None:  # noqa: ARG001
    try:
        set_base_price_list(storefront=given.fields["storefront"], price_list=price_list, by=given.by, at=given.at)
    except ValidationError as error:
        raise ValidationError({"storefront": error.messages}) from error


def _base_effects(price_list: PriceList, typed: dict[str, Any]) -> list[str]:
    storefront = typed["storefront"]
    if storefront is None:
        return []
    now = StorefrontDefaults.objects.filter(storefront=storefront).select_related("base_price_list").first()
    was = now.base_price_list.name if now and now.base_price_list else showing.NOTHING
    sentence = gettext("%(shop)s: %(was)s → %(name)s, for everybody there who has no other list.")
    return [sentence % {"shop": storefront.name, "was": was, "name": price_list.name}]


DIALOGS = (
    *ENTRIES,
    Dialog(
        name="base",
        title=_("Make it a base list"),
        text=_("What everybody pays on a storefront who has no other list. One with fixed prices in its currency."),
        button=_("Make it the base list"),
        permission="accounts.change_storefrontdefaults",
        perform=_make_base,
        form=BaseForm,
        foretell=_base_effects,
        done=_("It is the storefront's base list now."),
        icon="storefront",
        is_offered=lambda price_list: price_list.kind == PriceListKind.FIXED,
    ),
)


@admin.register(PriceList)
class PriceListAdmin(ServiceModelAdmin):
    """Named prices, typed or computed."""

    form = PriceListForm
    list_display = ("shown_name", "code", "shown_kind", "currency", "shown_state", "shown_entries", "shown_accounts")
    list_display_links = None
    list_filter = ("kind", "active", "currency")
    search_fields = ("name", "code")
    search_help_text = _("Part of a name or code")
    sortable_by = ()
    empty_text = _("A price list is what some accounts pay. Create one, paste its prices, then assign it to accounts.")
    page_template = "panel/prices/price_list.html"
    explanations: ClassVar[Explanations] = {
        PriceListInUseError: lambda _error: (
            "",
            _("Accounts, other lists or storefronts have it; take it away from them, or deactivate it."),
        ),
    }
    beside: ClassVar[Mapping[str, str]] = {"percentage_incomplete": "percent_off"}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("base")

    @admin.display(description=_("Price list"))
    def shown_name(self, price_list: PriceList) -> SafeString:
        return showing.link(self.url_of(price_list.pk), price_list.name)

    @admin.display(description=_("Kind"))
    def shown_kind(self, price_list: PriceList) -> str:
        return kind_of(price_list)

    @admin.display(description=_("State"))
    def shown_state(self, price_list: PriceList) -> SafeString:
        return state_tag(price_list)

    @admin.display(description=_("Prices"))
    def shown_entries(self, price_list: PriceList) -> str:
        is_percentage = price_list.kind == PriceListKind.PERCENTAGE
        return showing.NOTHING if is_percentage else str(price_list.entries_shown)  # type: ignore[attr-defined] # prepare_rows

    @admin.display(description=_("Assigned to"))
    def shown_accounts(self, price_list: PriceList) -> int:
        return price_list.accounts_shown  # type: ignore[attr-defined, no-any-return] # prepare_rows

    def prepare_rows(self, rows: Sequence[PriceList], *, request: HttpRequest) -> None:  # noqa: ARG002 -- as the base says
        """How many prices each has, and how many accounts were given it."""
        entries = PriceListEntry.objects.filter(price_list__in=rows).order_by()
        given = PriceListAssignment.objects.filter(price_list__in=rows).order_by()
        prices = dict(entries.values_list("price_list").annotate(Count("pk")))
        accounts = dict(given.values_list("price_list").annotate(Count("account", distinct=True)))
        for row in rows:
            row.entries_shown = prices.get(row.pk, 0)  # type: ignore[attr-defined] # of the page, not of the model
            row.accounts_shown = accounts.get(row.pk, 0)  # type: ignore[attr-defined]

    # --- Page

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:  # noqa: ARG002 -- Django's signature
        if obj is None:
            return [("name", "code"), ("currency", "kind"), ("percent_off", "base"), "active"]
        is_percentage = obj.kind == PriceListKind.PERCENTAGE
        return ["name", *([("percent_off", "base")] if is_percentage else []), "active"]

    def form_tabs(self) -> Sequence[tuple[str, Any]]:
        return [(DETAILS, _("Details"))]

    def own_panels(self) -> Sequence[Panel[PriceList]]:
        view = "accounts.view_pricelist"
        return [
            Panel("entries", _("Prices"), view, "panel/prices/entries.html", entries_of),
            Panel("users", _("Who uses it"), view, "panel/prices/users.html", users_of),
        ]

    def dialogs(self) -> Sequence[Dialog]:
        return DIALOGS

    def page_context(self, request: HttpRequest, obj: PriceList) -> dict[str, Any]:  # noqa: ARG002 -- as the base says
        given = PriceListAssignment.objects.filter(price_list=obj).order_by()
        return {
            "kind": kind_of(obj),
            "state": state_tag(obj),
            "entry_count": obj.entries.count(),
            "assigned": given.aggregate(accounts=Count("account", distinct=True))["accounts"],
            "base_of": _base_of(obj),
        }

    def create(self, request: HttpRequest, given: Given) -> PriceList:  # noqa: ARG002 -- as the base says
        return create_price_list(**given.creation)

    def change(self, request: HttpRequest, obj: PriceList, given: Given) -> PriceList:  # noqa: ARG002 -- as the base says
        return change_price_list(price_list=obj, **given.change)

    def gone_with(self, obj: PriceList) -> Sequence[str]:
        return _prices_gone(obj)

    def remove(self, request: HttpRequest, obj: PriceList, given: Given) -> None:  # noqa: ARG002 -- as the base says
        remove_price_list(price_list=obj, seen_at=given.seen_at, by=given.by, at=given.at)


def kind_of(price_list: PriceList) -> str:
    """Fixed, or how many percent off which list."""
    if price_list.kind == PriceListKind.FIXED:
        return str(PriceListKind.FIXED.label)
    base = price_list.base.name if price_list.base else gettext("the storefront's base list")
    percent = format((price_list.percent_off or 0).normalize(), "f")  # type: ignore[union-attr] # a percentage list has one
    return gettext("%(percent)s %% off %(base)s") % {"percent": percent, "base": base}


def state_tag(price_list: PriceList) -> SafeString:
    return showing.tag(_("Active"), "good") if price_list.active else showing.tag(_("Inactive"), "")
