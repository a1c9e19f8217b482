"""Accounts: the indented list and the page of one account."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import ports
from accounts.admin.contacts import ContactInline
from accounts.admin.conversion import CONVERT
from accounts.admin.forms import AccountForm, StatusForm
from accounts.models import Account, AccountStatus, Contact
from accounts.services.accounts import change_account, change_account_status, create_child, create_root
from customers.services.shared_ids import SharedIdTakenError
from interface.panel import showing
from interface.panel.forms import SEEN_AT
from interface.panel.given import Given
from interface.panel.model_admin import ServiceModelAdmin
from interface.panel.pages import Dialog
from interface.panel.panels import Panel, Panels
from interface.panel.refusals import Explanations

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STATUS_TONES = {
    AccountStatus.PENDING: "notice",
    AccountStatus.ACTIVE: "good",
    AccountStatus.SUSPENDED: "warning",
    AccountStatus.DISABLED: "bad",
}
DEEPEST_INDENT = 8
CHILDREN_SHOWN = 100
CONTACTS = "contacts"


def status_tag(account: Account) -> SafeString:
    status = AccountStatus(account.status)
    return showing.tag(status.label, STATUS_TONES[status])


class PositionFilter(admin.SimpleListFilter):
    title = _("position")
    parameter_name = "position"

    def lookups(self, request: HttpRequest, model_admin: Any) -> "list[tuple[str, StrOrPromise]]":  # noqa: ARG002 -- Django's signature
        return [("roots", _("Roots only"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:  # noqa: ARG002 -- Django's signature
        return queryset.filter(parent__isnull=True) if self.value() == "roots" else queryset


@admin.register(Account)
class AccountAdmin(ServiceModelAdmin):
    """The tree of organisations, and each account with its contacts, its children and what other rooms add."""

    form = AccountForm
    list_display = ("tree_name", "shown_status", "shown_number", "contact_count", "phone")
    list_display_links = None
    list_filter = ("status", PositionFilter)
    search_fields = ("name",)
    search_help_text = _("Name, phone, postal code, number, or a whole shared ID")
    ordering = ("tree_id", "lft")
    sortable_by = ()
    empty_text = _("An account is an organisation that is bought for. Create the first one, then give it contacts.")
    inlines = (ContactInline,)
    header_template = "panel/accounts/header.html"
    panels: ClassVar[Panels[Account] | None] = ports.panels
    explanations: ClassVar[Explanations] = {
        SharedIdTakenError: lambda _error: ("shared_id", _("This id was given before; ids are never used twice.")),
    }

    beside: ClassVar[Mapping[str, str]] = {
        "account_number_taken": "account_number",
        "email_taken": "email",
        "already_associated": "role",
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
        return status_tag(account)

    @admin.display(description=_("Account number"))
    def shown_number(self, account: Account) -> str:
        return account.account_number or showing.NOTHING

    @admin.display(description=_("Contacts"))
    def contact_count(self, account: Account) -> int:
        return account.contacts_shown  # type: ignore[attr-defined, no-any-return] # prepare_rows

    def prepare_rows(self, rows: Sequence[Account]) -> None:
        """Count the contacts of the accounts on the page, and see which stand there without their parent above them."""
        counted = Contact.objects.filter(account__in=rows).order_by().values_list("account").annotate(Count("pk"))
        counts = dict(counted)
        above: set[int] = set()
        for account in rows:
            account.contacts_shown = counts.get(account.pk, 0)  # type: ignore[attr-defined] # of the page, not of the model
            account.is_parted = account.parent_id is not None and account.parent_id not in above  # type: ignore[attr-defined]
            above.add(account.pk)

    # --- Page

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and request.GET.get("tab") == CONTACTS:
            return []
        named = ["name"] if obj is not None else ["name", "shared_id"]
        return [
            (None, {"fields": [tuple(named), ("phone", "fax"), ("email", "postal_code")]}),
            (_("Numbers"), {"fields": [("erp_system", "account_number"), ("business_number", "tax_id")]}),
        ]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj is not None and request.GET.get("tab") == CONTACTS else ()

    def form_tabs(self) -> "Sequence[tuple[str, StrOrPromise]]":
        return [(CONTACTS, _("Contacts"))]

    def own_panels(self) -> Sequence[Panel[Account]]:
        return [
            Panel(
                name="children",
                title=_("Child accounts"),
                permission="accounts.view_account",
                template="panel/accounts/children.html",
                context=self._children,
            )
        ]

    def dialogs(self) -> Sequence[Dialog]:
        return [
            Dialog(
                name="status",
                title=_("Change status"),
                text=_(
                    "Pending and suspended accounts place no orders; orders that match them are held. "
                    "Nobody acts for a disabled account."
                ),
                button=_("Change status"),
                permission="accounts.change_account",
                perform=self._change_status,
                form=StatusForm,
                initial=lambda account: {"status": account.status, SEEN_AT: account.updated_at},
                done=_("The status was changed."),
                icon="published_with_changes",
            ),
            CONVERT,
        ]

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
        parent = self._parent(request)
        return create_root(**given.creation) if parent is None else create_child(parent=parent, **given.creation)

    def change(self, request: HttpRequest, obj: Account, given: Given) -> Account:  # noqa: ARG002 -- as the base says
        return change_account(account=obj, **given.change)

    def _change_status(self, request: HttpRequest, obj: Account, given: Given) -> None:  # noqa: ARG002 -- as dialogs say
        change_account_status(account=obj, **given.change)

    def _parent(self, request: HttpRequest) -> Account | None:
        """The parent named in the address. Raises Http404 where there is none of that id."""
        shared_id = request.GET.get("parent", "")
        if not shared_id:
            return None
        parent = Account.objects.filter(shared_id=shared_id).first()
        if parent is None:
            raise Http404
        return parent

    def _children(self, request: HttpRequest, obj: Account) -> dict[str, Any]:  # noqa: ARG002 -- as panels say
        children = Account.objects.filter(parent=obj).order_by("name_sort", "pk")
        found = list(children[: CHILDREN_SHOWN + 1])
        rows = [
            (child, self.url_of(child.pk), status_tag(child), (child.rght - child.lft - 1) // 2)
            for child in found[:CHILDREN_SHOWN]
        ]
        return {"children": rows, "more": children.count() - CHILDREN_SHOWN if len(found) > CHILDREN_SHOWN else 0}


def _below(account: Account) -> SafeString | str:
    """The name of the parent, where the row stands without it."""
    if account.parent is None or not account.is_parted:  # type: ignore[attr-defined] # prepare_rows
        return ""
    return format_html('<span class="ci-parent">{}</span>', gettext("below %s") % account.parent.name)
