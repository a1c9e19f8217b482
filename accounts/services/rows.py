"""Many rows at once, as pasted: all of them are stored, or none."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError


class RowsRefusedError(Exception):
    """Nothing was stored. `errors` by the number of the row, counted from 0."""

    def __init__(self, errors: Mapping[int, ValidationError]) -> None:
        super().__init__(f"{len(errors)} rows")
        self.errors = errors
