"""The normal forms of e-mail addresses and phone numbers: what the same person types in two ways must come out once.

Source: domain rules, section 1. Every writer and every look-up uses these two functions and no other.
"""

import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

import phonenumbers
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

MAX_EMAIL_LENGTH = 254
MAX_PHONE_LENGTH = 60

# The library's documented way to take `.test`, `.invalid`, `.local` and the like: syntax is all that is asked here.
SPECIAL_USE_DOMAIN_NAMES.clear()


@lru_cache(maxsize=4096)
def normal_email(text: str) -> str | None:
    """Trimmed, NFKC, case-folded, domain in IDNA form; dots and plus tags stay. None where the syntax is wrong.

    Special-use domains such as `.test` are fine; nothing is asked of the network.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())
    if not folded or len(folded) > MAX_EMAIL_LENGTH:
        return None
    try:
        checked = validate_email(folded, check_deliverability=False, globally_deliverable=False, strict=False)
    except (EmailNotValidError, ValueError):
        return None
    normal = f"{checked.local_part}@{checked.ascii_domain or checked.domain}"
    return normal if len(normal) <= MAX_EMAIL_LENGTH else None


@lru_cache(maxsize=4096)
def normal_phone(text: str, region: str) -> str | None:
    """The number in E.164 (`+19015552222`); without a country code it is one of the region (ISO 3166-1 alpha-2).

    None where the library's metadata does not know it as valid, or all its digits are equal. Extensions are dropped.
    """
    digits = digits_of(text)
    if len(set(digits)) <= 1 or len(text) > MAX_PHONE_LENGTH:
        return None
    try:
        number = phonenumbers.parse(unicodedata.normalize("NFKC", text), region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or len(set(str(number.national_number))) == 1:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def digits_of(text: str) -> str:
    """The decimal digits in ASCII, in order."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(character)) for character in folded if character.isdecimal())


def sort_key(*names: str) -> str:
    """How people expect names to sort, by code point: without marks and case, the parts one after the other."""
    joined = " ".join(name.strip() for name in names if name.strip())
    decomposed = unicodedata.normalize("NFKD", joined)
    return "".join(character for character in decomposed if not unicodedata.combining(character)).casefold()


@dataclass(frozen=True, slots=True)
class Placeholders:
    """A storefront's list of values that mean "none given": `local@`, `@domain`, whole addresses, digits."""

    words: tuple[str, ...]
    _emails: frozenset[str] = field(init=False, repr=False, compare=False)
    _locals: frozenset[str] = field(init=False, repr=False, compare=False)
    _domains: frozenset[str] = field(init=False, repr=False, compare=False)
    _digits: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        folded = [unicodedata.normalize("NFKC", word).strip().casefold() for word in self.words]
        addresses = [word for word in folded if "@" in word]
        whole = [word for word in addresses if not word.startswith("@") and not word.endswith("@")]
        _set(self, "_emails", (normal_email(word) or word for word in whole))
        _set(self, "_locals", (word[:-1] for word in addresses if word.endswith("@")))
        _set(self, "_domains", (_normal_domain(word[1:]) for word in addresses if word.startswith("@")))
        _set(self, "_digits", (digits_of(word) for word in folded if "@" not in word))

    def covers_email(self, email: str) -> bool:
        """Whether the normal e-mail is one of the placeholders."""
        local, _, domain = email.rpartition("@")
        return email in self._emails or local in self._locals or domain in self._domains

    def covers_phone(self, phone: str, *, given: str) -> bool:
        """Whether the normal phone, its national part, or what was given has exactly the digits of a placeholder."""
        spellings = {digits_of(given), digits_of(phone)}
        with suppress(phonenumbers.NumberParseException):
            spellings.add(str(phonenumbers.parse(phone).national_number))
        return not self._digits.isdisjoint(spellings)


def _set(placeholders: Placeholders, name: str, values: Iterable[str]) -> None:
    object.__setattr__(placeholders, name, frozenset(value for value in values if value))


def _normal_domain(domain: str) -> str:
    normal = normal_email(f"x@{domain}")
    return normal.partition("@")[2] if normal else domain
