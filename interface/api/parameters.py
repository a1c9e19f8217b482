"""What stands behind the ? of an address that is no list, as strictly as lists read theirs."""

from typing import Any, Self

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.settings import api_settings

from interface.api.fields import SWITCHES, Moment


class MomentParameter(Moment):
    """In an address, where a plus that was not percent-encoded arrives as a blank; it is taken for what was meant."""

    def to_internal_value(self, value: Any) -> Any:
        is_text = isinstance(value, str) and "T" in value
        return super().to_internal_value(value.strip().replace(" ", "+") if is_text else value)


class TrueOrFalse(serializers.BooleanField):
    """A switch in an address, as strictly as filters read theirs: `true` or `false`, or as Python writes them."""

    def to_internal_value(self, data: Any) -> bool:
        if data is not False and data not in SWITCHES:  # False stands for what is not there
            self.fail("invalid", input=data)
        return data in SWITCHES and SWITCHES[data]


class Parameters(serializers.Serializer[Any]):
    """Refuses names it does not know: without the misspelt one, the request would be about something else."""

    @classmethod
    def of(cls: type[Self], request: Request) -> dict[str, Any]:
        """The parameters of the request. Raises ValidationError: `unknown_parameter`, or what is wrong with one."""
        asked = cls(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given: dict[str, Any] = asked.validated_data
        return given

    def to_internal_value(self, data: Any) -> Any:
        known = {*self.fields, str(api_settings.URL_FORMAT_OVERRIDE)}
        if unknown := sorted(str(name) for name in data.keys() - known):
            detail = serializers.ErrorDetail("There is no such parameter.", code="unknown_parameter")
            raise serializers.ValidationError({name[:100]: detail for name in unknown})
        return super().to_internal_value(data)
