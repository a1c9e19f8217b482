import json
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from storefronts.models import Storefront
from tests.factories import StorefrontFactory

SAMPLES = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True)
class Said:
    """What a command printed, line by line, and its exit status; the last line of `refusals` is the reason for that."""

    status: int
    output: list[str]
    refusals: list[str]


def run(*arguments: object) -> Said:
    """Runs a command as a shell would."""
    stdout, stderr = StringIO(), StringIO()
    status = 0
    try:
        call_command(*(str(argument) for argument in arguments), stdout=stdout, stderr=stderr)
    except CommandError as error:
        status = error.returncode
        stderr.write(str(error))
    return Said(status, stdout.getvalue().splitlines(), stderr.getvalue().splitlines())


@pytest.fixture
def us(db) -> Storefront:
    """A shop that asks no ERP."""
    return StorefrontFactory(code="us")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file: bytes and text as they are, anything else as JSON."""

    def write_file(content: Any, name: str = "rows.json") -> Path:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write_file


def sample(name: str) -> Any:
    """A real body, as `counterpoint/GET_Customer.response`."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
