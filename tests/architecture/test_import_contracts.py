"""Every line of every import contract bites: in a copy of the project, what it forbids makes lint-imports fail."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.architecture.project import CONFIGURATION, DOMAIN_ROOMS, PROJECT, ROOMS

CONTRACTS = {contract["id"]: contract for contract in CONFIGURATION["tool"]["importlinter"]["contracts"]}
# What may know HTTP. Everything else in a domain room is named by the contract that forbids it.
OUTER_LAYERS = {"api", "admin", "management", "jobs", "sign_in"}


def lint(folder: Path) -> tuple[int, str]:
    """The exit status of lint-imports there, and what it says."""
    lint_imports = Path(sys.executable).parent / "lint-imports"
    answer = subprocess.run(
        [lint_imports, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    return answer.returncode, answer.stdout + answer.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project's modules, in a folder of their own."""
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    for room in ROOMS:
        shutil.copytree(
            PROJECT / room, tmp_path / room, ignore=lambda _, names: [name for name in names if name == "__pycache__"]
        )
    return tmp_path


def layers(room: str) -> list[list[str]]:
    """The modules of each layer, from the top down; those that are not there yet left out."""
    named = [re.findall(r"\w+", layer) for layer in CONTRACTS[room]["layers"]]
    return [there for layer in named if (there := [name for name in layer if exists(f"{room}.{name}")])]


def exists(module: str) -> bool:
    path = PROJECT.joinpath(*module.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def add_import(folder: Path, importer: str, imported: str) -> str:
    """Writes the import into the module, and answers how lint-imports names it."""
    path = folder.joinpath(*importer.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    with path.open("a", encoding="utf-8") as module:
        module.write(f"\nimport {imported}\n")
    return f"{importer} -> {imported} "


def test_the_project_itself_keeps_all_contracts():
    status, said = lint(PROJECT)

    assert status == 0, said
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in said


def wrong_imports() -> Iterator[tuple[str, str]]:
    """From each room into the next one above, and inside rooms from each layer into the next one above."""
    for upper, lower in pairwise(ROOMS):
        yield lower, f"{upper}.apps"
    for room in ROOMS:
        for above, below in pairwise(layers(room)):
            yield f"{room}.{below[0]}", f"{room}.{above[0]}"


def test_every_import_upward_is_refused(copy: Path):
    expected = [add_import(copy, importer, imported) for importer, imported in wrong_imports()]
    assert len(expected) > 30

    status, said = lint(copy)

    assert status == 1
    assert [line for line in expected if line not in said] == []
    broken = {contract["name"] for contract in CONTRACTS.values() if f"{contract['name']} BROKEN" in said}
    assert broken >= {"Rooms are layered one way", *(f"Inside {room}" for room in ROOMS if len(layers(room)) > 1)}


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("orders.telling", "orders.receipts"),
        ("customers.querysets", "customers.triggers"),
        ("events.queue", "events.transaction"),
    ],
)
def test_siblings_do_not_import_each_other(copy: Path, importer, imported):
    expected = add_import(copy, importer, imported)

    status, said = lint(copy)

    assert (status, expected in said) == (1, True)


def test_a_stray_module_is_refused_in_every_room(copy: Path):
    for room in ROOMS:
        (copy / room / "helpers.py").write_text("", encoding="utf-8")

    status, said = lint(copy)

    assert status == 1
    assert [room for room in ROOMS if f"- {room}.helpers" not in said] == []


@pytest.mark.parametrize("library", ["rest_framework", "httpx"])
def test_the_domain_may_not_speak_http(copy: Path, library):
    expected = [add_import(copy, module, library) for module in CONTRACTS["no_http"]["source_modules"]]

    status, said = lint(copy)

    assert status == 1
    assert [line for line in expected if line not in said] == []


def test_the_http_contract_names_every_inner_layer():
    named = set(CONTRACTS["no_http"]["source_modules"])
    inner = {
        f"{room}.{module}"
        for room in DOMAIN_ROOMS
        for layer in layers(room)
        for module in layer
        if module not in OUTER_LAYERS
    }

    assert named == {"events", *inner}


def test_deciding_may_not_look_anything_up(copy: Path):
    modules = [module for module in CONTRACTS["pure"]["source_modules"] if module.startswith("orders.")]
    expected = [add_import(copy, module, "accounts.models") for module in modules]

    status, said = lint(copy)

    assert status == 1
    assert "Whose order it is, is computed from facts alone BROKEN" in said
    assert [line for line in expected if line not in said] == []
