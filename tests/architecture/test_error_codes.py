"""Codes of errors that are written as `code="…"`, as nearly all are: each is explained in the reference."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.project import PROJECT, ROOMS, modules

EXPLAINED = PROJECT / "docs" / "reference" / "errors.md"
# Staff see sentences, operators see sentences: codes are for callers of the API.
NOT_OF_THE_API = {"admin", "panel", "migrations", "management", "demo", "embedded", "launch"}
# What models and services say where the form of a request has been looked at before: no caller gets there.
SAID_BEFORE = {"entry_taken", "percentage_incomplete", "unknown_permission"}


def codes_in(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.keyword) and node.arg in {"code", "violation_error_code"}:
            value = node.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value:
                yield value.value


def test_every_code_that_is_written_so_is_explained() -> None:
    said = {
        code
        for room in ROOMS
        for file in modules(room)
        if not NOT_OF_THE_API.intersection(file.relative_to(PROJECT).parts)
        for code in codes_in(file)
    }
    explained = set(re.findall(r"`([a-z_]+)`", EXPLAINED.read_text()))
    assert "account_disabled" in said
    assert said - explained == SAID_BEFORE
