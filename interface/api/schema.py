"""What the OpenAPI document says of every operation alike: headers, errors."""

import re
from collections import defaultdict
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter

PROBLEM_SCHEMA = {
    "type": "object",
    "description": "An error, as RFC 9457 says.",
    "required": ["type", "title", "status", "detail", "code", "errors", "request_id"],
    "properties": {
        "type": {"type": "string", "example": "about:blank"},
        "title": {"type": "string", "example": "Bad Request"},
        "status": {"type": "integer", "example": 400},
        "detail": {"type": "string", "example": "The request is not valid; see errors."},
        "code": {"type": "string", "description": "A stable word.", "example": "invalid"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "example": "lines.0.quantity"},
                    "code": {"type": "string", "example": "min_value"},
                    "detail": {"type": "string", "example": "Ensure this value is greater than or equal to 1."},
                },
            },
        },
        "request_id": {"type": "string", "example": "5f0c1e3b9f5c4d0f8f4f6a1f4f5c9d3e"},
    },
}
# "409 `cart_name_taken`, `too_many_carts`; 403 `permission_missing`", as descriptions say it.
CODES = re.compile(r"\b(4\d\d):?((?:(?:,| and| or)?\s*`[a-z_]+`(?: \([^)]*\))?)+)")
CODE = re.compile(r"`([a-z_]+)`(?![^(]*\))")
PROBLEM_STATUSES = ("400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "429")


class DescribedSchema(AutoSchema):
    """Adds the headers that belong to a method and not to a view."""

    def get_auth(self) -> list[Any]:
        """Of the authentications that a view has by default, the one for addresses like its own."""
        classes = self.view.authentication_classes
        self.view.authentication_classes = [each for each in classes if each().covers(self.path)]  # type: ignore[attr-defined]
        return list(super().get_auth())

    def get_override_parameters(self) -> list[Any]:
        parameters = list(super().get_override_parameters())
        if self.method == "POST" and getattr(self.view, "takes_idempotency_key", False):
            parameters.append(
                OpenApiParameter(
                    "Idempotency-Key",
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    description="Sent again with the same body within 24 hours: the same answer, and the effect once.",
                )
            )
        if self.method in {"PATCH", "DELETE"}:
            parameters.append(
                OpenApiParameter(
                    "If-Match",
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    description="The ETag you read; 412 `stale` where the object has changed since.",
                )
            )
        return parameters


def add_problem_responses(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Give every operation its error answers, all of one shape."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
    components.setdefault("responses", {})["Problem"] = {
        "description": "An error; `code` says which.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for operations in result.get("paths", {}).values():
        for operation in operations.values():
            for status in PROBLEM_STATUSES:
                operation["responses"].setdefault(status, {"$ref": "#/components/responses/Problem"})
            for status, codes in codes_in(operation.get("description", "")).items():
                name_codes(operation, status, codes)
    return result


def codes_in(description: str) -> dict[str, list[str]]:
    """The codes of errors that a description names, by status."""
    found: dict[str, list[str]] = defaultdict(list)
    for status, words in CODES.findall(description):
        found[status] += [code for code in CODE.findall(words) if code not in found[status]]
    return dict(found)


def name_codes(operation: dict[str, Any], status: str, codes: list[str]) -> None:
    """Say in that error answer which codes it may have, beside those it names already."""
    answer = operation["responses"].get(status, {})
    known = list(answer.get("x-codes", []))
    named = known + [code for code in codes if code not in known]
    kept = {name: value for name, value in answer.items() if name != "$ref"}
    operation["responses"][status] = {
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        **kept,
        "description": f"`code`: {', '.join(f'`{code}`' for code in named)}",
        "x-codes": named,
    }
