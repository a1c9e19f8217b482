"""What the OpenAPI document says of every operation alike: headers, errors."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
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
        "code": {
            "type": "string",
            "description": "A stable word; each answer of an operation says which. Besides, any address may answer "
            "405 `method_not_allowed`, 403 `permission_denied`, for a fault of ours 500 `server_error` and, where the "
            "database does not answer now, 503 `unavailable` with `Retry-After`.",
            "x-codes": ["method_not_allowed", "permission_denied", "server_error", "unavailable"],
            "example": "invalid",
        },
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {
                    "field": {"type": "string", "example": "lines.0.quantity"},
                    "code": {
                        "type": "string",
                        "description": "One that the operation names, or one about the form of the field, as here and "
                        "in Django REST framework.",
                        "x-codes": [
                            "required", "blank", "max_length", "min_value", "max_value", "invalid_choice",
                            "does_not_exist", "unknown_field", "unknown_parameter", "no_offset", "out_of_range",
                        ],
                        "example": "min_value",
                    },
                    "detail": {"type": "string", "example": "Ensure this value is greater than or equal to 1."},
                },
            },
        },
        "request_id": {"type": "string", "example": "5f0c1e3b9f5c4d0f8f4f6a1f4f5c9d3e"},
    },
}  # fmt: skip
# "409 `cart_name_taken`, `too_many_carts`; 403 `permission_missing`", as descriptions say it.
CODES = re.compile(r"\b(4\d\d):?((?:,?(?: and| or)?\s*`[a-z_]+`(?: \([^)]*\))?)+)")
CODE = re.compile(r"`([a-z_]+)`(?![^(]*\))")
PROBLEM_STATUSES = ("400", "401", "403", "404", "406", "409", "412", "413", "415", "422", "429")
IDEMPOTENCY_KEY = "Idempotency-Key"
IF_MATCH = "If-Match"
METHODS_WITH_IF_MATCH = frozenset({"PATCH", "DELETE"})
Codes = Mapping[str, Sequence[str]]
OF_ALL: Codes = {
    "400": ["invalid"],
    "406": ["not_acceptable"],
    "411": ["length_required"],
    "413": ["payload_too_large"],
}
OF_NAMED_THINGS: Codes = {"404": ["not_found"]}
OF_WRITES: Codes = {"409": ["conflict"]}
OF_BODIES: Codes = {"400": ["parse_error"], "415": ["unsupported_media_type"]}
OF_KEYS: Codes = {"401": ["not_authenticated", "key_invalid"], "403": ["scope_missing"]}
BY_HEADER: Mapping[str, Codes] = {
    IDEMPOTENCY_KEY: {"409": ["idempotency_in_progress"], "422": ["idempotency_key_reused"]},
    IF_MATCH: {"412": ["stale"]},
}


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
                    IDEMPOTENCY_KEY,
                    OpenApiTypes.STR,
                    OpenApiParameter.HEADER,
                    description="Sent again with the same body within 24 hours: the same answer, and the effect once.",
                )
            )
        if self.method in getattr(self.view, "methods_with_if_match", METHODS_WITH_IF_MATCH):
            parameters.append(
                OpenApiParameter(
                    IF_MATCH,
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
    for path, operations in result.get("paths", {}).items():
        for method, operation in operations.items():
            for status in PROBLEM_STATUSES:
                operation["responses"].setdefault(status, {"$ref": "#/components/responses/Problem"})
            name_codes(operation, codes_in(operation.get("description", "")))
            for codes in _codes_of_its_kind(path, method, operation):
                name_codes(operation, codes)
    return result


def _codes_of_its_kind(path: str, method: str, operation: dict[str, Any]) -> Iterator[Codes]:
    """What it may answer as any operation does that is called like this."""
    yield OF_ALL
    if "{" in path:
        yield OF_NAMED_THINGS
    if method != "get":
        yield OF_WRITES
    if "requestBody" in operation:
        yield OF_BODIES
    if {"ApiKey": []} in operation.get("security", []):
        yield OF_KEYS
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "header":
            yield BY_HEADER.get(parameter["name"], {})


def codes_in(description: str) -> dict[str, list[str]]:
    """The codes of errors that a description names, by status."""
    found: dict[str, list[str]] = defaultdict(list)
    for status, words in CODES.findall(description):
        found[status] += [code for code in CODE.findall(words) if code not in found[status]]
    return dict(found)


def name_codes(operation: dict[str, Any], codes: Codes) -> None:
    """Say in the error answers which codes they may have, by status, beside those they name already."""
    for status, words in codes.items():
        answer = operation["responses"].get(status, {})
        named = list(dict.fromkeys([*answer.get("x-codes", []), *words]))
        kept = {name: value for name, value in answer.items() if name != "$ref"}
        where = "`code`, or that of one of `errors`" if "invalid" in named else "`code`"
        operation["responses"][status] = {
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
            **kept,
            "description": f"{where}: {', '.join(f'`{code}`' for code in named)}",
            "x-codes": named,
        }
