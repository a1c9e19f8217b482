"""Reads JSON bodies, strictly: what PostgreSQL or a later reader could not hold is refused here, in words."""

import json
import re
from collections.abc import Mapping
from math import isfinite
from typing import IO, Any

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

DEEPEST = 40
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class PayloadTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "payload_too_large"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or f"The body is larger than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE} bytes.")


class StrictJSONParser(JSONParser):
    """JSON in UTF-8; no NaN, no Infinity however it is written, no name twice, no NUL, no half surrogate pairs.

    And of no absurd depth or size.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,  # noqa: ARG002 -- DRF's signature
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> Any:
        """Raises ParseError (400) with what is wrong, PayloadTooLarge (413)."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise PayloadTooLarge
        return read_json(raw)


def read_json(raw: bytes) -> Any:
    """What the body says, strictly read. Raises ParseError (400)."""
    try:
        content = json.loads(raw.decode(), parse_constant=_refuse_constant, object_pairs_hook=_unique_names)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"The body is not valid JSON: {error}"[:300]) from error
    _refuse_unstorable(content)
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return content


def _refuse_unstorable(content: Any, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise ParseError(f"The body is nested deeper than {DEEPEST} levels.")
    if isinstance(content, str):
        _refuse_unstorable_text(content)
    elif isinstance(content, float) and not isfinite(content):
        raise ParseError("The body contains a number that is too large.")
    elif isinstance(content, dict):
        for name, value in content.items():
            _refuse_unstorable_text(name)
            _refuse_unstorable(value, depth + 1)
    elif isinstance(content, list):
        for value in content:
            _refuse_unstorable(value, depth + 1)


def _refuse_unstorable_text(text: str) -> None:
    found = UNSTORABLE.search(text)
    if found is None:
        return
    if found.group() == "\x00":
        raise ParseError("The body contains a NUL character.")
    raise ParseError("The body contains half of a surrogate pair.")
