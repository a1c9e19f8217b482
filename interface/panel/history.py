"""What happened to an object, row by row of its history: who, from where, why, and what each field was before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from interface.panel import showing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

KINDS = {"insert": _("Created"), "update": _("Changed"), "delete": _("Removed")}
SOURCES = {
    "panel": _("in the panel"),
    "api": _("through the API"),
    "storefront": _("on a storefront"),
    "program": _("by a program"),
    "": _("in the database itself"),
}
# Every row says these of itself; what they are now shows the page.
UNTOLD = frozenset({"id", "created_at", "updated_at", "email_key", "phone_key"})
LONGEST = 120


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: what it was and what it became."""

    name: "StrOrPromise"
    was: str
    became: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One row of history, or one recorded fact, as a timeline shows it."""

    at: datetime
    what: "StrOrPromise"
    by: str
    source: "StrOrPromise" = ""
    why: str = ""
    fields: tuple[FieldChange, ...] = ()


def history_of(
    model: type[models.Model],
    *,
    word: "StrOrPromise",
    most: int,
    hidden: Collection[str] = (),
    telling: Collection[str] = (),
    **owner: Any,
) -> list[Happening]:
    """The latest rows of the model's history that `owner` selects, the newest first; one statement.

    `word` says what kind of thing it is ("Address"); fields in `hidden` are not told, those of `telling` also where it
    came or went.
    """
    events = next(iter(set(model.pgh_event_models.values())))._default_manager  # type: ignore[attr-defined] # noqa: SLF001 -- pghistory's documented API
    rows = list(events.filter(**owner).order_by("-pgh_id")[: most + 1])
    told = [field for field in _told_fields(model) if field.name not in hidden]
    names = _names(rows, told, telling)
    shown = [(row, _before(rows, index)) for index, row in enumerate(rows[:most])]
    happenings = [(_happening(row, before, told, word, names), row, before) for row, before in shown]
    said = [field for field in told if field.name in telling]
    happenings = [(_with_what(each, row, said, names), row, before) for each, row, before in happenings]
    # A row of which nothing is told that changed says nothing.
    return [each for each, row, before in happenings if each.fields or row.pgh_label != "update" or before is None]


def merged(happenings: Iterable[Happening], *, most: int) -> list[Happening]:
    """Several histories as one, the newest first; actors by their names."""
    newest = sorted(happenings, key=lambda each: each.at, reverse=True)[:most]
    names = showing.actor_names(each.by for each in newest)
    return [
        Happening(each.at, each.what, names.get(each.by, each.by), each.source, each.why, each.fields)
        for each in newest
    ]


def _told_fields(model: type[models.Model]) -> list[Any]:
    derived = {"name_sort", "first_name_sort", "company_sort", "companies"}
    return [
        field
        for field in model._meta.concrete_fields  # noqa: SLF001 -- Django's documented API
        if field.name not in UNTOLD and field.name not in derived
    ]


def _before(rows: list[Any], index: int) -> Any | None:
    """The next older row of the same object."""
    object_id = rows[index].pgh_obj_id
    return next((row for row in rows[index + 1 :] if row.pgh_obj_id == object_id), None)


def _with_what(happening: Happening, row: Any, said: list[Any], names: dict[tuple[str, Any], str]) -> Happening:
    """What came or went, where fields say it."""
    if row.pgh_label == "update":
        return happening
    values = [(field, _text(row, field, names)) for field in said]
    nothing = showing.NOTHING
    fields = tuple(
        FieldChange(field.verbose_name, text, nothing)
        if row.pgh_label == "delete"
        else FieldChange(field.verbose_name, nothing, text)
        for field, text in values
        if text != nothing
    )
    return replace(happening, fields=fields)


def _names(rows: list[Any], told: list[Any], telling: Collection[str]) -> dict[tuple[str, Any], str]:
    """What the related objects of the rows are called now, by field and key; one statement a field that is told."""
    names: dict[tuple[str, Any], str] = {}
    for field in told:
        if field.is_relation and rows and hasattr(rows[0], field.attname):
            keys = {getattr(row, field.attname) for row in rows} - {None}
            changes = len(keys) > 1 or any(getattr(row, field.attname) is None for row in rows)
            if changes or field.name in telling:
                found = field.related_model._base_manager.in_bulk(keys)  # noqa: SLF001 -- Django's documented API
                names.update({(field.attname, key): str(each) for key, each in found.items()})
    return names


def _happening(
    row: Any,
    before: Any | None,
    told: list[Any],
    word: "StrOrPromise",
    names: dict[tuple[str, Any], str],
) -> Happening:
    context = row.pgh_context or {}
    kind = row.pgh_label
    fields: tuple[FieldChange, ...] = ()
    if kind == "update" and before is not None:
        changed = [
            field
            for field in told
            if hasattr(row, field.attname) and getattr(row, field.attname) != getattr(before, field.attname)
        ]
        fields = tuple(
            FieldChange(field.verbose_name, _text(before, field, names), _text(row, field, names)) for field in changed
        )
    what = f"{word}: {KINDS[kind]}"
    source = SOURCES.get(context.get("from", "" if not context else "program"), "")
    return Happening(row.pgh_created_at, what, context.get("by", ""), source, context.get("reason", ""), fields)


def _text(row: Any, field: Any, names: dict[tuple[str, Any], str]) -> str:
    value = getattr(row, field.attname)
    value = names.get((field.attname, value), value) if field.is_relation else value
    if value in (None, "", [], {}):
        return showing.NOTHING
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
