"""Each wrong value in the environment is its own sentence."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from identity_site import environment


@pytest.mark.parametrize("value", ["1", "true", "Yes", " ON "])
def test_true(monkeypatch, value):
    monkeypatch.setenv("DEBUG", value)
    assert environment.boolean("DEBUG", default=False) is True


@pytest.mark.parametrize("value", ["0", "false", "No", " OFF "])
def test_false(monkeypatch, value):
    monkeypatch.setenv("DEBUG", value)
    assert environment.boolean("DEBUG", default=True) is False


@pytest.mark.parametrize("value", [None, "", "  "])
def test_unset_and_blank_are_the_default(monkeypatch, value):
    if value is None:
        monkeypatch.delenv("DEBUG", raising=False)
    else:
        monkeypatch.setenv("DEBUG", value)

    assert environment.boolean("DEBUG", default=True) is True
    assert environment.integer("DEBUG", default=7) == 7
    assert environment.words("DEBUG", ["a"]) == ["a"]
    assert environment.choice("DEBUG", default="INFO", allowed=["INFO"]) == "INFO"
    assert environment.folder("DEBUG", default=Path("/srv")) == Path("/srv")


@pytest.mark.parametrize(
    ("read", "value", "sentence"),
    [
        (
            lambda: environment.boolean("SETTING", default=False),
            "maybe",
            "SETTING must be true or false (1, yes, on, 0, no, off), not 'maybe'.",
        ),
        (lambda: environment.integer("SETTING", default=1), "ten", "SETTING must be a whole number, not 'ten'."),
        (lambda: environment.integer("SETTING", default=1), "1.5", "SETTING must be a whole number, not '1.5'."),
        (lambda: environment.integer("SETTING", default=9, minimum=5), "4", "SETTING must be at least 5, not 4."),
        (
            lambda: environment.choice("SETTING", default="INFO", allowed=["INFO", "ERROR"]),
            "LOUD",
            "SETTING must be one of INFO, ERROR, not 'LOUD'.",
        ),
    ],
)
def test_a_wrong_value_is_a_sentence(monkeypatch, read, value, sentence):
    monkeypatch.setenv("SETTING", value)

    with pytest.raises(ImproperlyConfigured) as refused:
        read()

    assert str(refused.value) == sentence


def test_words_and_choices_forgive_space_and_case(monkeypatch):
    monkeypatch.setenv("SETTING", " one, two ,,three ")
    assert environment.words("SETTING") == ["one", "two", "three"]

    monkeypatch.setenv("SETTING", "warning")
    assert environment.choice("SETTING", default="INFO", allowed=["INFO", "WARNING"]) == "WARNING"


def test_a_folder_is_absolute(monkeypatch):
    monkeypatch.setenv("SETTING", "~/data")
    assert environment.folder("SETTING", default=Path("/srv")) == Path.home() / "data"

    monkeypatch.setenv("SETTING", "data")
    assert environment.folder("SETTING", default=Path("/srv")) == Path.cwd() / "data"


@pytest.mark.parametrize(
    ("value", "is_known"), [("US", True), ("", True), ("usa", False), ("ZZ", False), ("us", False)]
)
def test_known_names(monkeypatch, value, is_known):
    monkeypatch.setenv("REGION", value)
    if is_known:
        assert environment.known("REGION", default="US", names={"US", "DE"}, example="DE") == "US"
    else:
        with pytest.raises(ImproperlyConfigured, match=f"REGION must be a known name, as in DE, not '{value}'"):
            environment.known("REGION", default="US", names={"US", "DE"}, example="DE")
