"""The regions in which phone numbers can be read."""

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


def is_region(code: str) -> bool:
    """Whether the code (ISO 3166-1 alpha-2, capital letters) is a region the phone library knows."""
    return code in phonenumbers.SUPPORTED_REGIONS


def validate_region(code: str) -> None:
    """Raises ValidationError for anything else."""
    if not is_region(code):
        raise ValidationError(_("Two capital letters of a country, as in US (ISO 3166-1)."), code="invalid")
