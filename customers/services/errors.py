"""Everything that is wrong, told at once."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError


class Errors:
    """What several checks found."""

    def __init__(self) -> None:
        self.found: dict[str, list[ValidationError]] = {}

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Keep what the block raises, and go on behind it."""
        try:
            yield
        except ValidationError as error:
            error.update_error_dict(self.found)


@contextmanager
def collecting() -> Iterator[Errors]:
    """Raises one ValidationError at the end with all that was taken."""
    errors = Errors()
    yield errors
    if errors.found:
        raise ValidationError(errors.found)
