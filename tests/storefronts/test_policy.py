"""What a resolution policy may say: every wrong value has its sentence, and all of them are said at once."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from storefronts.policy import B2B_STEPS, B2C_STEPS, Ambiguous, Policy, Step

OF_THE_STOREFRONT = {"default_region": "US", "erp_system": "counterpoint-main"}
DEFAULTS = {
    "b2b_steps": ["account_contact_email", "erp_email", "erp_phone", "own_customer", "create"],
    "b2c_steps": ["customer_email", "customer_phone", "create"],
    "b2b_ambiguous": "hold",
    "b2c_ambiguous": "oldest",
    "placeholders": [],
    "erp_max_age_seconds": 900,
    "assume_complete": False,
}
PLACEHOLDERS = "placeholders: A list of texts: local@, @domain, whole addresses, or digits."
SECONDS = "erp_max_age_seconds: Seconds as a whole number of at most a year, or null for always fresh."
WORDS = "One of hold, earliest_sale, oldest."


def read(**settings) -> Policy:
    return Policy.from_settings({**OF_THE_STOREFRONT, **settings}, version=3)


def sentences(**settings) -> list[str]:
    with pytest.raises(ValidationError) as refused:
        read(**settings)
    wrong = refused.value.message_dict
    return [f"{name.removeprefix('policy.')}: {text}" for name, texts in wrong.items() for text in texts]


def test_what_is_left_out_is_the_default():
    policy = read()

    assert policy.shown() == DEFAULTS
    assert policy.settings() == {**OF_THE_STOREFRONT, **DEFAULTS}
    assert policy.version == 3


def test_every_field_is_read():
    wanted = {
        "b2b_steps": ["pinned", "own_customer", "erp_phone"],
        "b2c_steps": ["customer_phone"],
        "b2b_ambiguous": "earliest_sale",
        "b2c_ambiguous": "hold",
        "placeholders": ["none@", "@example.com", "a@b.test", "555 0100"],
        "erp_max_age_seconds": None,
        "assume_complete": True,
    }

    policy = read(**wanted)

    assert policy.shown() == wanted
    assert policy.b2b_steps == (Step.PINNED, Step.OWN_CUSTOMER, Step.ERP_PHONE)
    assert policy.b2b_ambiguous is Ambiguous.EARLIEST_SALE


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("b2b_steps", "create", "b2b_steps: A list of steps."),
        ("b2b_steps", None, "b2b_steps: A list of steps."),
        ("b2b_steps", {"create": 1}, "b2b_steps: A list of steps."),
        ("b2b_steps", ["create", 1], "b2b_steps: A list of steps."),
        ("b2b_steps", [], "b2b_steps: At least one step."),
        ("b2b_steps", ["erp_email", "guess"], "b2b_steps: Unknown step: guess."),
        ("b2b_steps", ["guess", "customer_email"], "b2b_steps: Unknown step: guess, customer_email."),
        ("b2b_steps", ["erp_email", "erp_email"], "b2b_steps: A step stands twice."),
        ("b2b_steps", ["erp_email", "pinned"], "b2b_steps: “pinned” can only be the first step."),
        ("b2b_steps", ["create", "erp_email"], "b2b_steps: “create” can only be the last step."),
        ("b2c_steps", ["erp_email"], "b2c_steps: Unknown step: erp_email."),
        ("b2c_steps", ["create", "customer_email"], "b2c_steps: “create” can only be the last step."),
        ("b2b_ambiguous", "newest", f"b2b_ambiguous: {WORDS}"),
        ("b2b_ambiguous", "", f"b2b_ambiguous: {WORDS}"),
        ("b2b_ambiguous", None, f"b2b_ambiguous: {WORDS}"),
        ("b2b_ambiguous", ["hold"], f"b2b_ambiguous: {WORDS}"),
        ("b2c_ambiguous", "HOLD", f"b2c_ambiguous: {WORDS}"),
        ("placeholders", "none@", PLACEHOLDERS),
        ("placeholders", None, PLACEHOLDERS),
        ("placeholders", ["none@", 5550100], PLACEHOLDERS),
        ("placeholders", ["none@", " "], PLACEHOLDERS),
        ("placeholders", ["none"], "placeholders: “none” is neither local@, @domain, an address, nor digits."),
        ("placeholders", ["@"], "placeholders: “@” is neither local@, @domain, an address, nor digits."),
        ("placeholders", ["1@"] * 501, "placeholders: At most 500 placeholders of at most 254 characters."),
        ("placeholders", ["1" * 255], "placeholders: At most 500 placeholders of at most 254 characters."),
        ("erp_max_age_seconds", -1, SECONDS),
        ("erp_max_age_seconds", 366 * 24 * 3600 + 1, SECONDS),
        ("erp_max_age_seconds", True, SECONDS),
        ("erp_max_age_seconds", 1.5, SECONDS),
        ("erp_max_age_seconds", "900", SECONDS),
        ("assume_complete", 1, "assume_complete: true or false."),
        ("assume_complete", "true", "assume_complete: true or false."),
        ("assume_complete", None, "assume_complete: true or false."),
        ("b2b_step", ["create"], "b2b_step: There is no such setting."),
    ],
)
def test_a_wrong_value_is_one_sentence(field, value, said):
    assert sentences(**{field: value}) == [said]


def test_all_that_is_wrong_is_said_at_once():
    said = sentences(b2b_steps=["create", "pinned", "create"], b2c_ambiguous="x", assume_complete=2, extra=1)

    assert said == [
        "extra: There is no such setting.",
        "b2b_steps: A step stands twice.",
        "b2b_steps: “pinned” can only be the first step.",
        "b2b_steps: “create” can only be the last step.",
        f"b2c_ambiguous: {WORDS}",
        "assume_complete: true or false.",
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("erp_max_age_seconds", 0),
        ("erp_max_age_seconds", 366 * 24 * 3600),
        ("placeholders", ["1@"] * 500),
        ("placeholders", ["1" * 254]),
        ("b2b_steps", ["create"]),
    ],
)
def test_the_last_value_that_is_right(field, value):
    assert read(**{field: value}).shown()[field] == value


def test_spaces_around_placeholders_are_dropped():
    assert read(placeholders=[" none@ ", "\t555 0100"]).placeholders == ("none@", "555 0100")


@given(
    b2b=st.lists(st.sampled_from(B2B_STEPS[1:-1]), unique=True, min_size=1),
    b2c=st.lists(st.sampled_from(B2C_STEPS[1:-1]), unique=True, min_size=1),
    pinned=st.booleans(),
    create=st.booleans(),
    words=st.sampled_from(Ambiguous.values),
    age=st.none() | st.integers(0, 10_000),
)
def test_reading_what_was_shown_gives_the_same(*, b2b, b2c, pinned, create, words, age):
    first, last = [Step.PINNED] * pinned, [Step.CREATE] * create
    policy = read(
        b2b_steps=[*first, *b2b, *last], b2c_steps=[*first, *b2c, *last], b2b_ambiguous=words, erp_max_age_seconds=age
    )

    assert Policy.from_settings(policy.settings(), version=3) == policy
