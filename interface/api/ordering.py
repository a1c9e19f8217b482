"""`?ordering=` with the API's own words: one word per list, `-` in front for falling, anything else a 400."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.filters import OrderingFilter
from rest_framework.request import Request


class NamedOrdering(OrderingFilter):
    """The view's `ordering_words` map each word to the field it stands for; the pages' own order is the default."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> list[str]:  # noqa: ARG002 -- DRF's signature
        """Raises ValidationError for a word the list does not know."""
        given = request.query_params.get(self.ordering_param, "").strip()
        if not given:
            return []
        words: dict[str, str] = view.ordering_words
        field = words.get(given.removeprefix("-"))
        if field is None:
            raise ValidationError({self.ordering_param: f"One of {', '.join(words)}, with - in front for falling."})
        sign = "-" if given.startswith("-") else ""
        # By id among equals: pages go on behind a row, and need to know which.
        return [f"{sign}{field}"] if field == "id" else [f"{sign}{field}", f"{sign}id"]

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        words = [word for name in view.ordering_words for word in (name, f"-{name}")]
        return [
            {
                "name": self.ordering_param,
                "required": False,
                "in": "query",
                "description": "What the list is sorted by; `-` in front for falling.",
                "schema": {"type": "string", "enum": words},
            }
        ]
