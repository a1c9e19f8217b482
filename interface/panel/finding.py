"""Finding one of very many: by typing a part of it, or by its number."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect

LONGEST_KEY = 18


def can_be_key(text: str) -> bool:
    """Whether the text of an address or a form can be the number of a row; the database fails on others."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_KEY


class FindingSelect(AutocompleteSelect):
    """Django's search-as-you-type. What came back as chosen and can be no key is left out; Django would fail on it."""

    def optgroups(self, name: str, value: Sequence[str], attr: dict[str, Any] | None = None) -> Any:
        return super().optgroups(name, [each for each in value if can_be_key(str(each))], attr)
