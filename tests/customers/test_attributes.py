"""Profile attributes: what definitions take, what shoppers see and may write, on which storefront."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from customers.attributes import Definition, Subject, Type, Visibility, shown, written
from customers.models import Customer, ProfileAttribute
from customers.services.lifecycle import change_customer
from customers.services.profile_attributes import (
    change_attribute,
    create_attribute,
    definitions,
    remove_attribute,
)
from events.concurrency import StaleError
from tests.customers.shoppers import Browser, code_of
from tests.factories import NOW, TESTS, ApiClientFactory, CustomerFactory, StorefrontFactory

SIZE = Definition("size", "Size", Type.INTEGER)
HUE = Definition("hue", "Hue", Type.CHOICE, choices=("red", "blue"))


def errors_of(**arguments: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as refused:
        written(**arguments)
    return {name: errors[0].code for name, errors in refused.value.error_dict.items()}


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Type.TEXT, ["x", "x" * 1000], [1, True, "x" * 1001, ["x"]]),
        (Type.INTEGER, [0, -5, 2**53 - 1], ["5", 1.5, True, 2**53]),
        (Type.BOOLEAN, [True, False], ["true", 1]),
        (Type.DATE, ["2026-02-28"], ["2026-02-30", "28.2.2026", 20260228]),
        (Type.DECIMAL, ["12.50", "-1", 3], ["1e9", "NaN", "x", True, "1" * 41]),
        (Type.CHOICE, ["red"], ["green", "Red", 1]),
    ],
)
def test_types(kind, good, bad):
    asked = [Definition("a", "A", kind, choices=("red", "blue"))]
    for value in good:
        stored = written(stored={}, given={"a": value}, definitions=asked)["a"]
        assert stored == (str(value) if kind == Type.DECIMAL else value)
    for value in bad:
        assert errors_of(stored={}, given={"a": value}, definitions=asked) == {"attributes.a": "invalid"}, value


def test_null_and_blank_remove_and_others_stay():
    stored = {"size": 4, "hue": "red", "undefined_since": "kept"}
    for nothing in (None, ""):
        after = written(stored=stored, given={"size": nothing}, definitions=[SIZE, HUE])
        assert after == {"hue": "red", "undefined_since": "kept"}


def test_required_ones_are_named_together_with_everything_else():
    asked = [Definition("tax", "Tax", Type.TEXT, required=True), SIZE]
    assert errors_of(stored={}, given={"size": "x", "none": 1}, definitions=asked) == {
        "attributes.size": "invalid",
        "attributes.none": "unknown_attribute",
        "attributes.tax": "required",
    }
    assert errors_of(stored={"tax": "1"}, given={"tax": None}, definitions=asked) == {"attributes.tax": "required"}


def test_shoppers_read_what_is_read_only_and_never_learn_of_what_is_hidden():
    asked = [
        Definition("level", "Level", Type.TEXT, required=True, policy=Visibility.READ_ONLY),
        Definition("risk", "Risk", Type.TEXT, required=True, policy=Visibility.HIDDEN),
        SIZE,
    ]
    stored = {"level": "gold", "risk": "high"}
    arguments = {"stored": stored, "definitions": asked, "by_shopper": True}
    assert errors_of(given={"level": "platinum"}, **arguments) == {"attributes.level": "read_only"}
    assert errors_of(given={"risk": "low"}, **arguments) == {"attributes.risk": "unknown_attribute"}
    assert written(given={"size": 3, "level": "gold"}, **arguments) == {**stored, "size": 3}
    assert shown(stored=stored, definitions=asked) == {"level": "gold", "size": None}


VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20), st.just("red"), st.just("2026-11-23"))
DEFINITIONS = st.lists(
    st.builds(
        Definition,
        key=st.sampled_from("abcde"),
        label=st.just("x"),
        type=st.sampled_from(Type),
        required=st.booleans(),
        policy=st.sampled_from(Visibility),
        choices=st.just(("red",)),
    ),
    unique_by=lambda each: each.key,
)
GIVEN = st.dictionaries(st.sampled_from("abcdef"), VALUES)


@given(DEFINITIONS, GIVEN, GIVEN, st.booleans())
def test_what_is_stored_is_always_right_and_never_what_one_may_not_write(asked, first, second, by_shopper):
    try:
        stored = written(stored={}, given=first, definitions=asked)
        after = written(stored=stored, given=second, definitions=asked, by_shopper=by_shopper)
    except ValidationError:
        return
    known = {each.key: each for each in asked}
    assert after.keys() <= known.keys()
    assert all(value not in (None, "") for value in after.values())
    assert all(each.key in after for each in asked if each.required)
    assert written(stored=after, given=after, definitions=asked) == after  # reading and writing back changes nothing
    if by_shopper:
        untouchable = {key for key, each in known.items() if each.policy != Visibility.EDITABLE}
        assert {key: after.get(key) for key in untouchable} == {key: stored.get(key) for key in untouchable}


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestOnStorefronts:
    @pytest.fixture
    def world(self):
        us, eu = StorefrontFactory(code="us"), StorefrontFactory(code="eu")
        define = {"subject": Subject.CUSTOMER, "by": TESTS, "at": NOW}
        create_attribute(key="hobby", label="Hobby", policies={eu: Visibility.HIDDEN}, **define)
        create_attribute(key="level", label="Level", policy=Visibility.READ_ONLY, **define)
        create_attribute(key="tax", label="Tax", required=True, policies={us: Visibility.HIDDEN}, **define)
        create_attribute(subject=Subject.ACCOUNT, key="size", label="Size", by=TESTS, at=NOW)
        ana = CustomerFactory(shared_id="ana", email="ana@acme.test")
        change_customer(customer=ana, attributes={"hobby": "chess", "level": "gold", "tax": "1"}, by=TESTS, at=NOW)
        return {"us": us, "eu": eu}

    @pytest.fixture
    def shopper(self):
        key = ApiClientFactory().clear_key
        return lambda storefront: (
            Browser(storefront),
            {"Authorization": f"Api-Key {key}", "X-Customer-Shared-Id": "ana"},
        )

    def test_each_storefront_shows_what_its_policies_say(self, shopper):
        seen = {}
        for code in ("us", "eu"):
            browser, headers = shopper(code)
            seen[code] = browser.call("GET", "me", **headers).json()["attributes"]
        assert seen == {"us": {"hobby": "chess", "level": "gold"}, "eu": {"level": "gold", "tax": "1"}}

    @pytest.mark.parametrize(
        ("storefront", "given", "error"),
        [
            ("us", {"level": "platinum"}, ("attributes.level", "read_only")),
            ("us", {"tax": "2"}, ("attributes.tax", "unknown_attribute")),
            ("eu", {"tax": None}, ("attributes.tax", "required")),
            ("eu", {"size": 3}, ("attributes.size", "unknown_attribute")),
        ],
    )
    def test_what_a_shopper_may_not_write_is_named(self, shopper, storefront, given, error):
        browser, headers = shopper(storefront)
        answer = browser.call("PATCH", "me", {"attributes": given}, **headers)
        assert code_of(answer) == (400, "invalid")
        assert [(each["field"], each["code"]) for each in answer.json()["errors"]] == [error]
        assert Customer.objects.get().attributes == {"hobby": "chess", "level": "gold", "tax": "1"}

    def test_what_he_may_is_written(self, shopper):
        browser, headers = shopper("us")
        answer = browser.call("PATCH", "me", {"attributes": {"hobby": "go"}, "first_name": "Ana"}, **headers)
        assert (answer.status_code, answer.json()["attributes"]["hobby"]) == (200, "go")
        assert Customer.objects.get().attributes == {"hobby": "go", "level": "gold", "tax": "1"}

    def test_definitions_change_and_go(self):
        hobby = next(each for each in definitions(subject=Subject.CUSTOMER) if each.key == "hobby")
        assert hobby.policy == Visibility.EDITABLE
        stored = ProfileAttribute.objects.get(key="hobby")
        with pytest.raises(StaleError):
            change_attribute(attribute=stored, label="x", seen_at=timezone.now(), by=TESTS, at=NOW)
        changed = change_attribute(attribute=stored, policies={}, by=TESTS, at=timezone.now())
        assert changed.updated_at > NOW
        assert not changed.storefront_policies.exists()
        assert change_attribute(attribute=stored, policies={}, by=TESTS, at=NOW).updated_at == changed.updated_at
        remove_attribute(attribute=stored, by=TESTS, at=NOW)
        remove_attribute(attribute=stored, by=TESTS, at=NOW)
        assert [each.key for each in definitions(subject=Subject.CUSTOMER)] == ["level", "tax"]

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"type": Type.CHOICE}, {"choices": "required"}),
            ({"choices": ["a"]}, {"choices": "invalid"}),
            ({"type": Type.CHOICE, "choices": ["a", "a"]}, {"choices": "invalid"}),
            ({"key": "Bad Key"}, {"key": "invalid"}),
        ],
    )
    def test_a_definition_that_makes_no_sense(self, fields, code):
        known = {"subject": Subject.CUSTOMER, "key": "k", "label": "K", "by": TESTS, "at": NOW}
        with pytest.raises(ValidationError) as refused:
            create_attribute(**{**known, **fields})
        assert {name: errors[0].code for name, errors in refused.value.error_dict.items()} == code
