"""Settings from the environment, strict: a wrong value ends the start with a sentence that names it."""

import os
from collections.abc import Container, Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def text(name: str, default: str = "") -> str:
    """The variable's text without surrounding space, or the default where it is unset or blank."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, *, default: bool) -> bool:
    """One of 1/true/yes/on or 0/false/no/off, in any case."""
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be true or false (1, yes, on, 0, no, off), not {value!r}.")


def integer(name: str, *, default: int, minimum: int = 0) -> int:
    """A whole number that is at least `minimum`."""
    value = text(name)
    if not value:
        return default
    try:
        number = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error
    if number < minimum:
        raise ImproperlyConfigured(f"{name} must be at least {minimum}, not {number}.")
    return number


def words(name: str, default: Sequence[str] = ()) -> list[str]:
    """Words separated by commas; blanks are dropped."""
    value = text(name)
    return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)


def choice(name: str, *, default: str, allowed: Sequence[str]) -> str:
    """One of the allowed words, in any case."""
    value = text(name, default)
    for word in allowed:
        if word.lower() == value.lower():
            return word
    raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")


def known(name: str, *, default: str, names: Container[str], example: str) -> str:
    """One of many known names, spelled exactly so; the sentence gives an example instead of all of them."""
    value = text(name, default)
    if value not in names:
        raise ImproperlyConfigured(f"{name} must be a known name, as in {example}, not {value!r}.")
    return value


def folder(name: str, *, default: Path) -> Path:
    """An absolute path; `~` is expanded. The folder need not exist."""
    return Path(text(name, str(default))).expanduser().absolute()
