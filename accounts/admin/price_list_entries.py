"""The prices of a price list: its tab, and the dialogs that write them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminIntegerFieldWidget, UnfoldBooleanSwitchWidget

from accounts.admin.forms import PasteForm
from accounts.admin.pasted import pasted_entries, told_by_row
from accounts.models import PriceList, PriceListEntry
from accounts.price_lists import PriceListKind
from accounts.services.price_lists import EntryDraft, change_entry, remove_entry, write_entries
from accounts.services.rows import RowsRefusedError
from customers.admin.forms import text
from interface.panel import showing
from interface.panel.finding import can_be_key
from interface.panel.forms import SEEN_AT, SeenAtField
from interface.panel.given import Given
from interface.panel.pages import Dialog

CHANGE = "accounts.change_pricelist"
ON_A_PAGE = 50


class EntryForm(forms.Form):
    """One price; that of the same SKU from the same quantity is replaced. `entry` names the one that is changed."""

    entry = forms.CharField(required=False, widget=forms.HiddenInput)
    sku = text(_("SKU"), required=True, max_length=120)
    name = text(_("Name"), max_length=200)
    min_quantity = forms.IntegerField(
        label=_("From quantity"), min_value=1, max_value=10**9, initial=1, widget=UnfoldAdminIntegerFieldWidget
    )
    unit_price = forms.DecimalField(
        label=_("Unit price"), max_digits=14, decimal_places=4, min_value=0, widget=UnfoldAdminDecimalFieldWidget
    )
    available = forms.BooleanField(label=_("Available"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget)
    seen_at = SeenAtField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.data.get("entry") if self.is_bound else self.initial.get("entry"):
            self.fields["seen_at"].required = True
            for name in ("sku", "min_quantity"):
                self.fields[name].disabled = True


class EntryOnlyForm(forms.Form):
    """Which entry."""

    entry = forms.CharField(widget=forms.HiddenInput)
    seen_at = SeenAtField()


class EntriesPasteForm(PasteForm):
    """Prices copied out of a spreadsheet."""

    replace = forms.BooleanField(
        label=_("Remove prices that are not among these rows"), required=False, widget=UnfoldBooleanSwitchWidget
    )


def _dialog_url(name: str, price_list: PriceList, query: str = "") -> str:
    return reverse(f"admin:accounts_pricelist_{name}", args=[price_list.pk]) + query


def entries_of(request: HttpRequest, price_list: PriceList) -> dict[str, Any]:
    """The prices, fifty a page, by SKU; or those whose SKU or name has the text."""
    sought = request.GET.get("q", "").strip()[:120].replace("\0", "")
    entries = PriceListEntry.objects.filter(price_list=price_list).order_by("sku", "min_quantity")
    if sought:
        entries = entries.holding(sought)
    page = Paginator(entries, ON_A_PAGE).get_page(request.GET.get("page"))
    return {
        "page": page,
        "query": sought,
        "tab": "entries",
        "is_percentage": price_list.kind == PriceListKind.PERCENTAGE,
        "entries": [
            {
                "entry": entry,
                "price": showing.money(entry.unit_price, price_list.currency),
                "change_url": _dialog_url("entry", price_list, f"?entry={entry.pk}"),
                "remove_url": _dialog_url("entry-removal", price_list, f"?entry={entry.pk}"),
            }
            for entry in page
        ],
        "add_url": _dialog_url("entry", price_list),
        "paste_url": _dialog_url("entries-paste", price_list),
        "may_change": request.user.has_perm(CHANGE),
    }


def _entry(price_list: PriceList, named: dict[str, str]) -> dict[str, Any]:
    pk = named.get("entry", "")
    found = PriceListEntry.objects.filter(price_list=price_list, pk=pk).first() if can_be_key(pk) else None
    if found is None:
        return {}
    names = ("sku", "name", "min_quantity", "unit_price", "available")
    return {**{name: getattr(found, name) for name in names}, SEEN_AT: found.updated_at}


def _entry_named(price_list: PriceList, pk: str) -> PriceListEntry:
    """Raises ObjectDoesNotExist, ValidationError for what is no id."""
    if not can_be_key(pk):
        raise ValidationError(_("This form came back damaged. Open the page anew."))
    return PriceListEntry.objects.get(price_list=price_list, pk=pk)


def _write_entry(request: HttpRequest, price_list: PriceList, given: Given) -> None:  # noqa: ARG001 -- as dialogs say
    fields = dict(given.fields)
    named = fields.pop("entry")
    try:
        if named:
            entry = _entry_named(price_list, named)
            del fields["sku"], fields["min_quantity"]
            change_entry(entry=entry, seen_at=given.seen_at, by=given.by, at=given.at, **fields)
        else:
            write_entries(price_list=price_list, rows=[EntryDraft(**fields)], by=given.by, at=given.at)
    except RowsRefusedError as refused:
        raise refused.errors[0] from refused


def _paste_entries(request: HttpRequest, price_list: PriceList, given: Given) -> None:
    rows = pasted_entries(given.fields["rows"])
    try:
        written = write_entries(
            price_list=price_list,
            rows=[row for _number, row in rows],
            replace=given.fields["replace"],
            by=given.by,
            at=given.at,
        )
    except RowsRefusedError as refused:
        raise told_by_row({rows[index][0]: error for index, error in refused.errors.items()}) from refused
    sentence = gettext("%(created)s prices are new, %(changed)s changed, %(same)s stay, %(removed)s were removed.")
    counts = {"created": written.created, "changed": written.changed, "same": written.same, "removed": written.removed}
    messages.success(request, sentence % counts)


def _remove_entry(request: HttpRequest, price_list: PriceList, given: Given) -> None:  # noqa: ARG001
    entry = _entry_named(price_list, given.fields["entry"])
    remove_entry(entry=entry, seen_at=given.seen_at, by=given.by, at=given.at)


ENTRIES = (
    Dialog(
        name="entry",
        title=_("Price"),
        text=_("From the quantity upwards, until the next higher quantity of this SKU."),
        button=_("Save"),
        permission=CHANGE,
        perform=_write_entry,
        form=EntryForm,
        from_address=("entry",),
        initial_from=_entry,
        done=_("The price was saved."),
        is_button=False,
    ),
    Dialog(
        name="entries-paste",
        title=_("Paste prices"),
        text=_(
            "One price a row: SKU, name, from quantity, unit price, available (yes or no). A first row of headings may "
            "put them in another order. All rows are stored, or none."
        ),
        button=_("Save them"),
        permission=CHANGE,
        perform=_paste_entries,
        form=EntriesPasteForm,
        is_button=False,
    ),
    Dialog(
        name="entry-removal",
        title=_("Remove price"),
        text=_("Buyers with this list pay the storefront's base price from then on, if there is one."),
        button=_("Remove"),
        permission=CHANGE,
        perform=_remove_entry,
        form=EntryOnlyForm,
        from_address=("entry",),
        initial_from=_entry,
        done=_("The price was removed."),
        is_dangerous=True,
        is_button=False,
    ),
)
