"""Field types that the whole API shares."""

from datetime import UTC, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from rest_framework import serializers

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


class Text(serializers.CharField):
    """Text that may be left out; missing, null and blank are one and the same."""

    def __init__(self, **options: Any) -> None:
        if not options.get("required"):
            options = {"required": False, "allow_blank": True, "allow_null": True, "default": "", **options}
        super().__init__(**options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        return super().run_validation("" if data is None and not self.required else data)


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
        amount = Decimal(value)
        least = amount.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
        return format(least if least == amount else amount.normalize(), "f")


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses names it does not know: a misspelt field would otherwise be lost without a word."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            known = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(str(name) for name in data.keys() - known):
                raise serializers.ValidationError(
                    {
                        name[:100]: serializers.ErrorDetail("There is no such field.", code="unknown_field")
                        for name in unknown
                    }
                )
        return super().to_internal_value(data)
