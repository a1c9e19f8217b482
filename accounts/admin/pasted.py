"""Rows pasted from a spreadsheet, as what a service takes, and what it refuses of them by row."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.pasting import (
    MOST_ROWS,
    PastedRow,
    PastedTooMuchError,
    UnreadableCellError,
    amount_in,
    count_in,
    pasted_rows,
    yes_or_no,
)
from accounts.services.price_lists import EntryDraft

ADDRESS_COLUMNS = (
    "code", "label", "first_name", "last_name", "company", "line1", "line2", "postal_code", "city", "region", "country",
    "phone", "is_shipping", "is_billing",
)  # fmt: skip
ADDRESS_HEADINGS = {
    **{name: name for name in ADDRESS_COLUMNS},
    "id": "code",
    "first name": "first_name",
    "last name": "last_name",
    "name": "last_name",
    "street": "line1",
    "address": "line1",
    "further line": "line2",
    "postal code": "postal_code",
    "zip": "postal_code",
    "state": "region",
    "state or region": "region",
    "shipping": "is_shipping",
    "billing": "is_billing",
}
ENTRY_COLUMNS = ("sku", "name", "min_quantity", "unit_price", "available")
ENTRY_HEADINGS = {
    **{name: name for name in ENTRY_COLUMNS},
    "item": "sku",
    "description": "name",
    "quantity": "min_quantity",
    "from": "min_quantity",
    "from quantity": "min_quantity",
    "price": "unit_price",
    "unit price": "unit_price",
}
FLAGS = frozenset({"is_shipping", "is_billing"})
TOLD_AT_MOST = 20


def pasted_addresses(text: str) -> list[tuple[int, dict[str, Any]]]:
    """Each row's number in what was pasted, and its fields. Raises ValidationError (`rows`)."""
    parsed: list[tuple[int, dict[str, Any]]] = []
    errors: dict[int, ValidationError] = {}
    for row in _rows(text, ADDRESS_COLUMNS, ADDRESS_HEADINGS):
        try:
            fields = {name: yes_or_no(cell) if name in FLAGS else cell for name, cell in row.cells.items()}
        except UnreadableCellError as error:
            errors[row.number] = ValidationError(_("“%s” is neither yes nor no.") % error)
            continue
        parsed.append((row.number, {"line1": "", "city": "", "country": "", **fields}))
    if errors:
        raise told_by_row(errors)
    return parsed


def told_by_row(errors: Mapping[int, ValidationError]) -> ValidationError:
    """One sentence a wrong cell, with the number of its row; of very many, the first."""
    sentences: list[str] = []
    for number, error in sorted(errors.items()):
        by_field = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for field, messages in by_field.items():
            named = f"{field}: " if field and field != "__all__" else ""
            sentences += [_("Row %s:") % number + f" {named}{each}" for each in messages]
    more = len(sentences) - TOLD_AT_MOST
    shown = [*sentences[:TOLD_AT_MOST], *([_("… and %s more.") % more] if more > 0 else [])]
    return ValidationError({"rows": shown})


def pasted_entries(text: str) -> list[tuple[int, EntryDraft]]:
    """Each row's number in what was pasted, and its price. Raises ValidationError (`rows`)."""
    drafts: list[tuple[int, EntryDraft]] = []
    errors: dict[int, ValidationError] = {}
    for row in _rows(text, ENTRY_COLUMNS, ENTRY_HEADINGS):
        cells = row.cells
        try:
            draft = EntryDraft(
                sku=cells.get("sku", ""),
                name=cells.get("name", ""),
                min_quantity=count_in(cells.get("min_quantity", "")),
                unit_price=amount_in(cells.get("unit_price", "")),
                available=yes_or_no(cells.get("available", "")),
            )
        except UnreadableCellError as error:
            errors[row.number] = ValidationError(_("“%s” cannot be read here.") % error)
            continue
        drafts.append((row.number, draft))
    if errors:
        raise told_by_row(errors)
    return drafts


def _rows(text: str, columns: Sequence[str], headings: Mapping[str, str]) -> list[PastedRow]:
    """At least one. Raises ValidationError (`rows`)."""
    try:
        rows = pasted_rows(text, columns=columns, headings=headings)
    except PastedTooMuchError as error:
        raise ValidationError({"rows": _("At most %s rows at once.") % MOST_ROWS}) from error
    if not rows:
        raise ValidationError({"rows": ValidationError(_("There is no row."), code="required")})
    return rows
