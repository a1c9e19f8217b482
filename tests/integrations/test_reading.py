"""JSON of unknown making: shapes, encodings, and what is broken in it."""

import codecs
import json
from decimal import Decimal

import pytest

from integrations.files.reading import JsonRow, UnreadableFileError, open_json

JOSE = {"name": "José"}
JOSE_TEXT = '{"name": "José"}'


def read(path) -> tuple[str, list[JsonRow]]:
    with open_json(path) as file:
        return file.encoding, list(file.rows)


def values(path) -> list[tuple[str, object]]:
    return [(row.place, row.value) for row in read(path)[1]]


def test_one_object_over_many_lines(write):
    assert values(write(json.dumps({"a": [1, 2]}, indent=2))) == [("the document", {"a": [1, 2]})]


def test_an_array_is_its_items(write):
    assert values(write([{"a": 1}, 2, None])) == [("item 1", {"a": 1}), ("item 2", 2), ("item 3", None)]


def test_an_empty_array_holds_nothing(write):
    assert values(write("[]")) == []


def test_lines_keep_their_numbers(write):
    assert values(write('\n{"a": 1}\n\n{"a": 2}\r\n')) == [("line 2", {"a": 1}), ("line 4", {"a": 2})]


def test_numbers_with_a_point_are_exact(write):
    assert values(write("[0.1, 12345678901234567890.12345]")) == [
        ("item 1", Decimal("0.1")),
        ("item 2", Decimal("12345678901234567890.12345")),
    ]


def test_lines_are_read_one_after_the_other(write):
    """A file of any size: the first line is here before the last one is looked at."""
    path = write('{"a": 1}\n' * 200_000)

    with open_json(path) as file:
        assert next(file.rows) == JsonRow("line 1", {"a": 1})


@pytest.mark.parametrize("broken", ['{"a": 2', '{"a": NaN}', "nonsense", '{"a": ' + "[" * 5000 + "]" * 5000 + "}"])
def test_a_broken_line_spoils_no_other(write, broken):
    _, rows = read(write(f'{{"a": 1}}\n{broken}\n{{"a": 3}}\n'))

    assert [row.place for row in rows if not row.problem] == ["line 1", "line 3"]
    assert [row.place for row in rows if row.problem] == ["line 2"]


def test_not_even_if_it_is_the_first(write):
    _, rows = read(write('\n{"a": 1\n{"a": 2}\n{"a": 3}\n'))

    assert [(row.place, row.value, bool(row.problem)) for row in rows] == [
        ("line 2", None, True),
        ("line 3", {"a": 2}, False),
        ("line 4", {"a": 3}, False),
    ]


def test_what_is_broken_is_not_quoted(write):
    _, rows = read(write('{"a": 1}\n{"email": "ana@acme.example", }\n'))

    assert rows[1].problem == "Expecting property name enclosed in double quotes at line 1, column 31"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (JOSE_TEXT.encode(), "UTF-8"),
        (codecs.BOM_UTF8 + JOSE_TEXT.encode(), "UTF-8 with a byte order mark"),
        (JOSE_TEXT.encode("utf-16"), "UTF-16"),
        (codecs.BOM_UTF16_BE + JOSE_TEXT.encode("utf-16-be"), "UTF-16"),
        (JOSE_TEXT.encode("utf-16-le"), "UTF-16"),
        (JOSE_TEXT.encode("utf-16-be"), "UTF-16"),
        (JOSE_TEXT.encode("utf-32"), "UTF-32"),
        (JOSE_TEXT.encode("cp1252"), "Windows-1252 (cp1252), for it is not UTF-8"),
    ],
)
def test_encodings_are_found_and_said(write, content, encoding):
    assert read(write(content)) == (encoding, [JsonRow("line 1", JOSE)])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "{path} is empty."),
        (b" \n \n", "{path} is empty."),
        (b"CUST_NO,NAM\n1000,Acme\n", "{path} is neither JSON nor lines of JSON: Expecting value at line 1, column 1."),
        (
            b'[{"a": 1},\n{"a": 2}\n',
            "{path} is neither JSON nor lines of JSON: Expecting ',' delimiter at line 3, column 1.",
        ),
        (b'{"a": \x81}', "{path} is not text in UTF-8 or Windows-1252 (cp1252)."),
        (codecs.BOM_UTF16_LE + b"{", "{path} is not text in UTF-16."),
        (b"[" * 100_000, "{path} is neither JSON nor lines of JSON: it is nested too deeply."),
    ],
)
def test_a_file_of_which_nothing_can_be_used(write, content, sentence):
    path = write(content)

    with pytest.raises(UnreadableFileError) as raised:
        read(path)

    assert str(raised.value) == sentence.format(path=path)


def test_a_file_that_is_not_there_and_one_that_is_a_folder(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"missing\.json cannot be read: No such file or directory\."):
        read(tmp_path / "missing.json")
    with pytest.raises(UnreadableFileError, match=r"cannot be read: Is a directory\."):
        read(tmp_path)


def test_what_is_done_with_rows_is_not_taken_for_reading(write):
    def tell_whoever_has_gone() -> None:
        with open_json(write("[1]")) as file:
            for _ in file.rows:
                raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        tell_whoever_has_gone()
