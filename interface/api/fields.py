"""Field types that the whole API shares."""

from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator
from django.utils import timezone
from django.utils.functional import cached_property
from rest_framework import serializers
from rest_framework.validators import ProhibitSurrogateCharactersValidator

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
CENT = Decimal("0.01")
# What an address may say where it says yes or no: as JSON writes it, or Python.
SWITCHES = {"true": True, "True": True, "false": False, "False": False}
LOOKED_FOR_BY_THE_PARSER = (ProhibitNullCharactersValidator, ProhibitSurrogateCharactersValidator)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Characters(serializers.CharField):
    """Text of a JSON body.

    The parser has refused what PostgreSQL cannot hold, so the framework's own search for it, letter by letter, is left
    out; and what is plainly right is taken without asking every validator.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.validators = [each for each in self.validators if not isinstance(each, LOOKED_FOR_BY_THE_PARSER)]
        self.is_plain = all(isinstance(each, MaxLengthValidator) for each in self.validators)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if type(data) is str and self.is_plain:
            text = data.strip() if self.trim_whitespace else data
            if text and (self.max_length is None or len(text) <= self.max_length):
                return text
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Text(Characters):
    """Text that may be left out; missing, null and blank are one and the same."""

    def __init__(self, **options: Any) -> None:
        if not options.get("required"):
            options = {"required": False, "allow_blank": True, "allow_null": True, "default": "", **options}
        super().__init__(**options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation("" if data is None and not self.required else data)


class Flag(serializers.BooleanField):
    """true or false of a JSON body, and nothing that merely reads like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class WholeNumber(serializers.IntegerField):
    """A whole number of a JSON body, and no text of digits; `2.0` is one."""

    def to_internal_value(self, data: Any) -> int:
        is_number = isinstance(data, int | float) and not isinstance(data, bool)
        if not is_number or (isinstance(data, float) and not data.is_integer()):
            self.fail("invalid")
        return int(data)


class Moment(serializers.DateTimeField):
    """ISO 8601 with offset; a moment without one could mean any hour, so it is refused."""

    default_error_messages = {
        "no_offset": "Give the offset from UTC, as in 2026-11-23T10:15:00Z.",
        "out_of_range": "Between 1970 and 2200.",
    }

    def to_internal_value(self, value: Any) -> datetime:
        if isinstance(value, str):
            try:
                if datetime.fromisoformat(value.strip()).tzinfo is None:
                    self.fail("no_offset")
            except ValueError:
                self.fail("invalid", format="YYYY-MM-DDThh:mm:ss+hh:mm")
        moment: datetime = super().to_internal_value(value.strip() if isinstance(value, str) else value)
        if not EARLIEST <= moment < LATEST:
            self.fail("out_of_range")
        return moment.astimezone(UTC)


class Money(serializers.DecimalField):
    """An amount as a decimal string, stored as sent, with at most four decimals; answers show at least two."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_digits": 16, "decimal_places": 4, **options})

    def to_representation(self, value: Any) -> str:
        return shown_amount(Decimal(value))


def shown_amount(amount: Decimal) -> str:
    """As answers show amounts: with two decimals, with three or four where they are needed."""
    least = amount.quantize(CENT, rounding=ROUND_DOWN)
    return format(least if least == amount else amount.normalize(), "f")


def shown_moment(moment: datetime) -> str:
    """As Django REST framework shows moments: ISO 8601, `Z` for UTC."""
    text = timezone.localtime(moment).isoformat()
    return f"{text[:-6]}Z" if text.endswith("+00:00") else text


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names it does not know: a misspelt field would otherwise be lost without a word."""

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(name for name, field in self.fields.items() if not field.read_only)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := sorted(str(name) for name in data.keys() - self.known)):
            detail = serializers.ErrorDetail("There is no such field.", code="unknown_field")
            raise serializers.ValidationError({name[:100]: detail for name in unknown})
        return super().to_internal_value(data)
