"""Regions are the countries in which phone numbers can be read, in capital letters."""

import pytest
from django.core.exceptions import ValidationError

from storefronts.regions import is_region, validate_region


@pytest.mark.parametrize("code", ["US", "DE", "GB"])
def test_a_region(code):
    assert is_region(code)
    validate_region(code)


@pytest.mark.parametrize("code", ["us", "XX", "ZZ", "USA", "001", "U1", "U", ""])
def test_no_region(code):
    assert not is_region(code)
    with pytest.raises(ValidationError) as refused:
        validate_region(code)
    assert refused.value.messages == ["Two capital letters of a country, as in US (ISO 3166-1)."]
