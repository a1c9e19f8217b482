"""A wrong type in a body is refused, also where it could be read as the right one."""

from typing import Any

import pytest
from rest_framework.exceptions import ValidationError

from interface.api.fields import Characters, Flag, Text, WholeNumber
from tests.customers.shoppers import by_session, code_of
from tests.factories import CustomerFactory, StorefrontFactory


@pytest.mark.parametrize("given", [True, False])
def test_true_and_false(given: Any) -> None:
    assert Flag().run_validation(given) is given


@pytest.mark.parametrize("given", ["true", "yes", "", "0", 0, 1, 1.0, None, [], {}])
def test_nothing_else_is(given: Any) -> None:
    with pytest.raises(ValidationError):
        Flag().run_validation(given)


@pytest.mark.parametrize(("given", "expected"), [(2, 2), (2.0, 2), (-1, -1), (10**30, 10**30)])
def test_whole_numbers(given: Any, expected: int) -> None:
    number = WholeNumber().run_validation(given)
    assert (number, type(number)) == (expected, int)


@pytest.mark.parametrize("given", ["2", "", 2.5, True, False, float("inf"), float("nan"), None, [], {}])
def test_no_whole_numbers(given: Any) -> None:
    with pytest.raises(ValidationError):
        WholeNumber().run_validation(given)


@pytest.mark.parametrize("field", [Characters(), Text(), Text(required=True), Characters(max_length=5)])
@pytest.mark.parametrize("given", [0, 1, 2.5, 1e308, True, False, [], {}])
def test_text_is_text(field: Characters, given: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        field.run_validation(given)
    assert refused.value.get_codes() == ["invalid"]


def test_over_http(db: None) -> None:
    StorefrontFactory(code="us")
    ana = by_session(CustomerFactory())
    for path, method, body, field in (
        ("newsletter", "PUT", {"subscribed": "yes"}, "subscribed"),
        ("wishlist/lines", "POST", {"sku": "SAW", "quantity": "2"}, "quantity"),
        ("wishlist/lines", "POST", {"sku": "SAW", "quantity": True}, "quantity"),
        ("wishlist/lines", "POST", {"sku": 1}, "sku"),
        ("me", "PATCH", {"first_name": 1e308}, "first_name"),
    ):
        refused = ana.call(method, path, body)
        assert (code_of(refused), [each["field"] for each in refused.json()["errors"]]) == ((400, "invalid"), [field])
    assert ana.call("GET", "newsletter").json() == {"subscribed": False}
    assert ana.call("GET", "wishlist").json()["lines"] == []
