"""Accounts: the indented list and the page of one account."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import ports
from accounts.admin.contacts import ContactInline
from accounts.admin.dialogs import DIALOGS
from accounts.admin.filters import PositionFilter, ReadinessFilter, SegmentFilter
from accounts.admin.forms import FIRST_ADMIN, AccountForm
from accounts.admin.labels import readiness_tags, status_tag
from accounts.admin.links import dialog_url
from accounts.admin.overview import overview_of
from accounts.admin.tabs import OWN
from accounts.admin.tree import branch_view
from accounts.effective import paths_of, price_lists_on
from accounts.models import Account, Contact
from accounts.price_lists import Listed
from accounts.readiness import lacks_of, with_readiness
from accounts.services.accounts import AdminDraft, change_account, create_child, create_root
from accounts.services.admins import LastAdminError
from accounts.services.deletion import AccountHasOrdersError
from customers.models import Segment
from customers.services.access import CustomerNotRegisteredError
from customers.services.shared_ids import SharedIdTakenError
from interface.panel import showing
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.pages import Dialog
from interface.panel.panels import Panel, Panels
from interface.panel.refusals import Explanations
from storefronts.models import Storefront

DEEPEST_INDENT = 8
BESIDE_ADMIN = {
    "admin.email": "admin_email",
    "admin.first_name": "admin_first_name",
    "admin.last_name": "admin_last_name",
}
CONTACTS, DETAILS = "contacts", "details"
LAST_ADMIN = _("%s would have no admin any more. Name another one first, or have it suspended.")


@admin.register(Account)
class AccountAdmin(ServiceModelAdmin):
    """The tree of organisations, and each account with its people, its settings and what other rooms add."""

    form = AccountForm
    list_display = ("tree_name", "shown_status", "shown_number", "shown_price_list", "shown_readiness", "contact_count")
    list_display_links = None
    list_filter = ("status", PositionFilter, ReadinessFilter, SegmentFilter)
    search_fields = ("name",)
    search_help_text = _("Name, phone, postal code, number, or a whole shared ID")
    ordering = ("tree_id", "lft")
    sortable_by = ()
    empty_text = _("An account is an organisation that is bought for. Create the first one, then give it contacts.")
    inlines = (ContactInline,)
    page_template = "panel/accounts/account.html"
    header_template = "panel/accounts/header.html"
    panels: ClassVar[Panels[Account] | None] = ports.panels
    explanations: ClassVar[Explanations] = {
        SharedIdTakenError: lambda _error: ("shared_id", _("This id was given before; ids are never used twice.")),
        AccountHasOrdersError: lambda _error: ("", _("Orders name it or an account below it; it cannot be deleted.")),
        LastAdminError: lambda error: ("", LAST_ADMIN % error),
        CustomerNotRegisteredError: lambda _error: ("", _("Only a registered customer can act for an account.")),
    }
    beside: ClassVar[Mapping[str, str]] = {
        "account_number_taken": "account_number",
        "email_taken": "email",
        "already_associated": "email",
    }

    # --- List

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset: QuerySet[Any] = super().get_queryset(request).select_related("parent")
        return queryset

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002 -- Django's signature
        text = search_term.strip()
        return (queryset.holding(text) if text else queryset), False

    @admin.display(description=_("Account"))
    def tree_name(self, account: Account) -> SafeString:
        shown = showing.link(self.url_of(account.pk), account.name)
        level = min(account.level, DEEPEST_INDENT)
        return format_html('<span class="ci-branch ci-branch-{}">{}{}</span>', level, shown, _below(account))

    @admin.display(description=_("Status"))
    def shown_status(self, account: Account) -> SafeString:
        pencil = _pencil(account, "status", gettext("Change the status of %s"))
        return format_html("<span>{} {}</span>", status_tag(account), pencil if account.may_be_changed else "")  # type: ignore[attr-defined] # prepare_rows

    @admin.display(description=_("Account number"))
    def shown_number(self, account: Account) -> str:
        return account.account_number or showing.NOTHING

    @admin.display(description=_("Price list"))
    def shown_price_list(self, account: Account) -> SafeString:
        pencil = _pencil(account, "price-list", gettext("Assign a price list to %s"), now=1)
        return format_html("<span>{} {}</span>", account.price_lists_shown, pencil if account.may_be_changed else "")  # type: ignore[attr-defined] # prepare_rows

    @admin.display(description=_("Readiness"))
    def shown_readiness(self, account: Account) -> SafeString:
        return readiness_tags(account.lacks_shown)  # type: ignore[attr-defined] # prepare_rows

    @admin.display(description=_("Contacts"))
    def contact_count(self, account: Account) -> int:
        return account.contacts_shown  # type: ignore[attr-defined, no-any-return] # prepare_rows

    def prepare_rows(self, rows: Sequence[Account], *, request: HttpRequest) -> None:
        """What the page shows of its accounts, looked up once for all of them."""
        at = timezone.now()
        counted = Contact.objects.filter(account__in=rows).order_by().values_list("account").annotate(Count("pk"))
        counts = dict(counted)
        ready = with_readiness(Account.objects.filter(pk__in=[row.pk for row in rows]).order_by(), at=at)
        lacks = {each.pk: lacks_of(each) for each in ready}
        storefronts = list(Storefront.objects.order_by("code"))
        lists = price_lists_on(paths=paths_of(rows), storefronts=storefronts, at=at) if rows else {}
        may_change = request.user.has_perm("accounts.change_account")
        above: set[int] = set()
        for account in rows:
            account.price_lists_shown = _lists_shown(  # type: ignore[attr-defined] # of the page, not of the model
                [(shop.code, lists[account.pk, shop.pk].price_list) for shop in storefronts]
            )
            account.contacts_shown = counts.get(account.pk, 0)  # type: ignore[attr-defined]
            account.lacks_shown = lacks.get(account.pk, [])  # type: ignore[attr-defined]
            account.may_be_changed = may_change  # type: ignore[attr-defined]
            account.is_parted = account.parent_id is not None and account.parent_id not in above  # type: ignore[attr-defined]
            above.add(account.pk)

    # --- Page

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and request.GET.get("tab") == CONTACTS:
            return []
        named = ["name"] if obj is not None else ["name", "shared_id"]
        sections = [
            (None, {"fields": [tuple(named), ("phone", "fax"), ("email", "postal_code")]}),
            (_("Numbers"), {"fields": [("erp_system", "account_number"), ("business_number", "tax_id")]}),
            (_("Settings"), {"fields": ["inherits_settings", *(["segments"] if Segment.objects.exists() else [])]}),
        ]
        if obj is None and not request.GET.get("parent"):
            sections.append((_("First admin"), {"fields": [FIRST_ADMIN[:2], FIRST_ADMIN[2:]]}))
        return sections

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None and request.GET.get("tab") == CONTACTS else ()

    def form_tabs(self) -> Sequence[tuple[str, Any]]:
        return [(DETAILS, _("Details")), (CONTACTS, _("Contacts"))]

    def own_panels(self) -> Sequence[Panel[Account]]:
        return OWN

    def dialogs(self) -> Sequence[Dialog]:
        return DIALOGS

    def get_urls(self) -> list[URLPattern]:
        branch = path(
            "<path:object_id>/branch/", self.admin_site.admin_view(branch_view), name="accounts_account_branch"
        )
        return [branch, *super().get_urls()]

    def page_context(self, request: HttpRequest, obj: Account) -> dict[str, Any]:
        return overview_of(request, obj)

    def header_context(self, request: HttpRequest, obj: Account) -> dict[str, Any]:
        may_add = self.has_add_permission(request)
        return {
            "status_tag": status_tag(obj),
            "ancestors": [(each, self.url_of(each.pk)) for each in Account.objects.above(obj)],
            "add_child": f"{reverse('admin:accounts_account_add')}?parent={obj.shared_id}" if may_add else "",
        }

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        parent = self._parent(request)
        title = gettext("New account below %s") % parent if parent else gettext("New account")
        told = {"title": title, "parent": parent, "header_template": "panel/accounts/new.html"}
        if parent is not None:
            told["parent_url"] = self.url_of(parent.pk)
        answer: HttpResponse = super().add_view(request, form_url, {**told, **(extra_context or {})})
        return answer

    # --- Writing

    def create(self, request: HttpRequest, given: Given) -> Account:
        parent, fields = self._parent(request), dict(given.creation)
        admin_draft, storefront = _admin_of(fields)
        if parent is not None:
            return create_child(parent=parent, **fields)
        try:
            return create_root(admin=admin_draft, storefront=storefront, **fields)
        except ValidationError as error:
            raise ValidationError(
                {BESIDE_ADMIN.get(name, name): found for name, found in error.error_dict.items()}
            ) from error

    def change(self, request: HttpRequest, obj: Account, given: Given) -> Account:  # noqa: ARG002 -- as the base says
        return change_account(account=obj, **given.change)

    def _parent(self, request: HttpRequest) -> Account | None:
        """The parent named in the address. Raises Http404 where there is none of that id."""
        shared_id = request.GET.get("parent", "")
        if not shared_id:
            return None
        parent = Account.objects.filter(shared_id=shared_id).first()
        if parent is None:
            raise Http404
        return parent


def _lists_shown(on: "Sequence[tuple[str, Listed | None]]") -> SafeString | str:
    """Each list once; where storefronts differ, with those on which it holds."""
    names: dict[str, list[str]] = {}
    for code, price_list in on:
        names.setdefault(price_list.name if price_list else showing.NOTHING, []).append(code)
    if len(names) <= 1:
        return next(iter(names), showing.NOTHING)
    shown = ((name, ", ".join(codes)) for name, codes in names.items())
    return format_html_join(", ", '{} <span class="ci-subtle">{}</span>', shown)


def _admin_of(fields: dict[str, Any]) -> tuple[AdminDraft | None, Storefront | None]:
    """The first admin, where one is named, and where he signs in; taken out of the fields."""
    email, storefront, first, last = (fields.pop(name, None) for name in FIRST_ADMIN)
    return AdminDraft(email, first or "", last or "") if email else None, storefront


def _pencil(account: Account, dialog: str, title: str, **named: Any) -> SafeString:
    """Opens the dialog in the row; without script, on its own page."""
    return format_html(
        '<a class="ci-pencil" href="{}" data-in-place title="{}"><span class="ci-icon" aria-hidden="true">edit</span>'
        '<span class="ci-unseen">{}</span></a>',
        dialog_url(dialog, account, **named),
        title % account.name,
        title % account.name,
    )


def _below(account: Account) -> SafeString | str:
    """The name of the parent, where the row stands without it."""
    if account.parent is None or not account.is_parted:  # type: ignore[attr-defined] # prepare_rows
        return ""
    return format_html('<span class="ci-parent">{}</span>', gettext("below %s") % account.parent.name)
