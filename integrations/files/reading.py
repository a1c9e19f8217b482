"""Read JSON of unknown making: one document, an array, or one value a line; in whatever encoding it was written.

JSON lines are streamed. A document or an array is read whole, as the format asks for.
"""

import codecs
import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any, NoReturn, TextIO

BLOCK = 1 << 20
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    # Before UTF-16, whose mark is the beginning of this one.
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
SAID = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252 (cp1252), for it is not UTF-8",
}


class UnreadableFileError(Exception):
    """Nothing of the file can be used; the message is a sentence for whoever gave it."""


@dataclass(frozen=True, slots=True)
class JsonRow:
    """One value of a file and where it stands; `problem` says why a line is no JSON (`value` is None then)."""

    place: str
    value: Any = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class JsonFile:
    """An open file: how it was read, in words, and its values. Numbers with a point are Decimals."""

    encoding: str
    rows: Iterator[JsonRow]


@contextmanager
def open_json(path: Path) -> Iterator[JsonFile]:
    """Open a file of JSON values. Raises UnreadableFileError, also while rows are taken."""
    with ExitStack() as closing:
        with _said(path):
            encoding = detected_encoding(path)
            stream = closing.enter_context(path.open(encoding=encoding))
            rows = _rows(stream, path)
        yield JsonFile(SAID[encoding], _guarded(rows, path))


@contextmanager
def _said(path: Path) -> Iterator[None]:
    """Turns what the system says of a file into a sentence."""
    try:
        yield
    except OSError as error:
        raise UnreadableFileError(f"{path} cannot be read: {error.strerror or error}.") from error


def _guarded(rows: Iterator[JsonRow], path: Path) -> Iterator[JsonRow]:
    """The rows; only what reading them raises becomes an UnreadableFileError, not what is done with them."""
    while True:
        with _said(path):
            row = next(rows, None)
        if row is None:
            return
        yield row


def detected_encoding(path: Path) -> str:
    """What the file is written in: by its byte order mark, else by its zero bytes, else UTF-8 where all of it is.

    Everything else is taken for Windows-1252; UnreadableFileError where not even that fits.
    """
    with path.open("rb") as stream:
        head = stream.read(4)
        for mark, encoding in BOMS.items():
            if head.startswith(mark):
                return _fitting(path, encoding)
        # JSON begins with an ASCII character, which UTF-16 writes with a zero byte.
        if len(head) > 1 and 0 in head[:2]:
            return _fitting(path, "utf-16-be" if head[0] == 0 else "utf-16-le")
    return _fitting(path, "utf-8", "cp1252")


def _fitting(path: Path, *encodings: str) -> str:
    for encoding in encodings:
        try:
            with path.open(encoding=encoding, newline="") as stream:
                while stream.read(BLOCK):
                    pass
        except UnicodeError:
            continue
        return encoding
    raise UnreadableFileError(
        f"{path} is not text in {' or '.join(SAID[each].partition(',')[0] for each in encodings)}."
    )


def _rows(stream: TextIO, path: Path) -> Iterator[JsonRow]:
    first_line = ""
    number = 0
    for number, first_line in enumerate(stream, start=1):  # noqa: B007 -- both are used below
        if first_line.strip():
            break
    if not first_line.strip():
        raise UnreadableFileError(f"{path} is empty.")
    lines = enumerate(chain([first_line], stream), start=number)
    if _is_object(first_line):
        return _from_lines(lines)
    return _from_document("".join(line for _, line in lines), path, first_number=number)


def _from_lines(lines: Iterator[tuple[int, str]]) -> Iterator[JsonRow]:
    for number, line in lines:
        if line.strip():
            try:
                yield JsonRow(f"line {number}", _parsed(line))
            except (ValueError, RecursionError) as error:
                yield JsonRow(f"line {number}", problem=_why(error))


def _from_document(text: str, path: Path, *, first_number: int) -> Iterator[JsonRow]:
    try:
        document = _parsed(text)
    except (ValueError, RecursionError) as error:
        # Lines of JSON of which the first is broken: the others need not suffer for it.
        lines = text.split("\n")
        if not text.lstrip().startswith("[") and any(_is_object(line) for line in lines):
            return _from_lines(iter(enumerate(lines, start=first_number)))
        raise UnreadableFileError(f"{path} is neither JSON nor lines of JSON: {_why(error)}.") from error
    if isinstance(document, list):
        return (JsonRow(f"item {number}", value) for number, value in enumerate(document, start=1))
    return iter([JsonRow("the document", document)])


def _parsed(text: str) -> Any:
    return json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)


def _is_object(line: str) -> bool:
    """Whether the line is an object by itself, with something in it."""
    try:
        value = _parsed(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and bool(value)


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _why(error: ValueError | RecursionError) -> str:
    """Without the text around the place: it may name people."""
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at line {error.lineno}, column {error.colno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
