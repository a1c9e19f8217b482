"""Names of which each is there once in a set."""

from collections.abc import Container
from itertools import count


def free_name(wanted: str, taken: Container[str], *, longest: int) -> str:
    """The one wanted; where it is taken, with the first number behind it that is not, cut to `longest` letters."""
    if wanted not in taken:
        return wanted
    for number in count(2):
        end = f" ({number})"
        free = f"{wanted[: longest - len(end)]}{end}"
        if free not in taken:
            return free
    raise AssertionError("there is always another number")
