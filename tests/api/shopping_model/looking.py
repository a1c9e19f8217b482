"""What an answer says: every mark, id and amount in its body and its headers."""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

MARK = re.compile(r"zq\d+z")
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
NUMBER = re.compile(r"\bW-\d+\b")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)?")
AMOUNT = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
# Headers that say something new in every answer, and the one that is compared by itself.
FRESH = ("x-request-id", "etag", "x-acting-account")


@dataclass
class Said:
    """What one answer says."""

    status: int
    body: Any
    acting: str | None
    tokens: set[str] = field(default_factory=set)
    amounts: set[str] = field(default_factory=set)

    @property
    def code(self) -> str:
        return self.body["code"] if isinstance(self.body, dict) and self.status >= 400 else ""


def said_by(answer: Any) -> Said:
    text = answer.content.decode()
    said = Said(answer.status_code, json.loads(text) if text else None, answer.headers.get("X-Acting-Account"))
    heads = [value for name, value in answer.headers.items() if name.lower() not in FRESH]
    said.tokens = tokens_in([text, *heads])
    # The request's own id is in the body of every problem.
    if said.code:
        said.tokens.discard(said.body.get("request_id", ""))
    said.amounts = set(_amounts(said.body)) | {each for head in heads for each in AMOUNT.findall(head)}
    return said


def tokens_in(texts: Collection[str]) -> set[str]:
    return {found for text in texts for each in (MARK, ID, NUMBER) for found in each.findall(text)}


def _amounts(value: Any) -> Iterator[str]:
    """Amounts, also amid a sentence; a number that JSON would call one is an amount too."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _amounts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _amounts(each)
    elif isinstance(value, float):
        yield repr(value)
    elif isinstance(value, str):
        yield from AMOUNT.findall(MOMENT.sub("", value))
