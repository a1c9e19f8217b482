"""The settings are loud about what is wrong, and clean with the production environment of the documentation."""

import re

import pytest

from tests.identity_site.conftest import PROJECT, manage

pytestmark = pytest.mark.slow

REFERENCE = PROJECT / "docs" / "reference" / "settings.md"


def documented_environment() -> dict[str, str]:
    """The example under "In production"."""
    block = REFERENCE.read_text(encoding="utf-8").partition("## In production")[2].partition("```sh\n")[2]
    return dict(line.split("=", maxsplit=1) for line in block.partition("```")[0].splitlines())


def test_the_deployment_check_is_clean_with_the_documented_environment(tmp_path):
    answer = manage("check", "--deploy", "--fail-level", "WARNING", DATA_DIR=str(tmp_path), **documented_environment())

    assert answer.stdout == "System check identified no issues (0 silenced).\n", answer.stderr
    assert answer.returncode == 0


@pytest.mark.parametrize("name", ["SECRET_KEY", "RECEIPT_KEY"])
def test_with_a_database_of_ones_own_keys_are_not_made_up(tmp_path, name):
    answer = manage("check", DATA_DIR=str(tmp_path), **{**documented_environment(), name: ""})

    assert answer.returncode == 1
    assert answer.stderr == (f"Error: {name} must be set where DATABASE_URL is. Fifty random characters do.\n")
    assert list(tmp_path.iterdir()) == []


def test_every_variable_that_is_read_is_documented():
    sources = [PROJECT / "identity_site" / "settings.py", PROJECT / "identity_site" / "database.py"]
    read = {
        name
        for source in sources
        for name in re.findall(r'(?:environment\.\w+|secret)\(\s*"([A-Z_]+)"', source.read_text(encoding="utf-8"))
    }

    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", REFERENCE.read_text(encoding="utf-8"), flags=re.MULTILINE))

    assert read == documented
