"""Profile attributes: which values their definitions take, and what shoppers may see and write of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

MAX_TEXT = 1000
LARGEST_INTEGER = 2**53 - 1  # what every JSON reader takes without loss
MAX_DECIMAL_TEXT = 40

# JSON values, as they are stored and answered: text, whole numbers, decimals as text, true and false, dates as text.
Value = str | int | bool


class Subject(TextChoices):
    CUSTOMER = "customer", _("Customers")
    ACCOUNT = "account", _("Accounts")


class Type(TextChoices):
    TEXT = "text", _("Text")
    INTEGER = "integer", _("Whole number")
    DECIMAL = "decimal", _("Number with decimals")
    BOOLEAN = "boolean", _("Yes or no")
    DATE = "date", _("Date")
    CHOICE = "choice", _("Choice")


class Visibility(TextChoices):
    EDITABLE = "editable", _("See and change it")
    READ_ONLY = "read_only", _("See it")
    HIDDEN = "hidden", _("Do not see it")


@dataclass(frozen=True, slots=True)
class Definition:
    """What is asked: `policy` as it holds on the storefront in question."""

    key: str
    label: str
    type: Type
    required: bool = False
    policy: Visibility = Visibility.EDITABLE
    choices: Sequence[str] = field(default=())


def written(
    *,
    stored: Mapping[str, Value],
    given: Mapping[str, Any],
    definitions: Iterable[Definition],
    by_shopper: bool = False,
) -> dict[str, Value]:
    """The stored values with the given ones written over them; null or blank removes one.

    Raises ValidationError, one entry per attribute (`attributes.<key>`), for an unknown one, a value of another type,
    a required one that is missing afterwards, and, for shoppers, one that they may only read: `read_only`. What is
    hidden from a shopper is unknown to him, and what he cannot write is not required of him.
    """
    known = {each.key: each for each in definitions}
    errors: dict[str, ValidationError] = {}
    values = dict(stored)
    for key, value in given.items():
        definition = known.get(key)
        if definition is None or (by_shopper and definition.policy == Visibility.HIDDEN):
            errors[key] = ValidationError(_("There is no such attribute."), code="unknown_attribute")
        elif by_shopper and definition.policy == Visibility.READ_ONLY:
            if value != stored.get(key):
                errors[key] = ValidationError(_("This can only be read."), code="read_only")
        elif value is None or value == "":
            values.pop(key, None)
        else:
            try:
                values[key] = parsed(value, definition)
            except ValidationError as error:
                errors[key] = error
    for definition in known.values():
        asked = not by_shopper or definition.policy == Visibility.EDITABLE
        if definition.required and asked and definition.key not in values and definition.key not in errors:
            errors[definition.key] = ValidationError(_("This is required."), code="required")
    if errors:
        raise ValidationError({f"attributes.{key}": error for key, error in errors.items()})
    return values


def parsed(value: Any, definition: Definition) -> Value:
    """The value as it is stored. Raises ValidationError (`invalid`) where it is of another type."""
    match definition.type:
        case Type.BOOLEAN if isinstance(value, bool):
            return value
        case Type.INTEGER if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST_INTEGER:
            return value
        case Type.DECIMAL if isinstance(value, str | int) and not isinstance(value, bool):
            return _decimal(str(value))
        case Type.DATE if isinstance(value, str):
            return _date(value)
        case Type.CHOICE if value in definition.choices:
            return str(value)
        case Type.TEXT if isinstance(value, str) and len(value) <= MAX_TEXT:
            return value
    raise ValidationError(_SENTENCES[definition.type], code="invalid")


def shown(*, stored: Mapping[str, Value], definitions: Iterable[Definition]) -> dict[str, Value | None]:
    """What a shopper sees: every attribute that is not hidden, null where there is no value."""
    return {key: stored.get(key) for key in seen_keys(definitions)}


def seen_keys(definitions: Iterable[Definition]) -> list[str]:
    """Of the attributes that a shopper sees, in their order."""
    return [each.key for each in definitions if each.policy != Visibility.HIDDEN]


def differing(before: Mapping[str, Value], after: Mapping[str, Value]) -> list[str]:
    """The keys under which the two hold something else, sorted."""
    return sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))


_SENTENCES = {
    Type.TEXT: _("Text of at most 1,000 characters."),
    Type.INTEGER: _("A whole number."),
    Type.DECIMAL: _("A number, as in “12.50”."),
    Type.BOOLEAN: _("true or false."),
    Type.DATE: _("A date, as in 2026-11-23."),
    Type.CHOICE: _("One of the choices."),
}


def _decimal(text: str) -> str:
    try:
        number = Decimal(text) if len(text) <= MAX_DECIMAL_TEXT else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite() or "e" in text.lower():
        raise ValidationError(_SENTENCES[Type.DECIMAL], code="invalid")
    return format(number, "f")


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValidationError(_SENTENCES[Type.DATE], code="invalid") from error
