"""Habits that no linter of ours knows."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.project import CONFIGURATION, DOMAIN_ROOMS, PROJECT, ROOMS, modules

MOST_LINES = 400
NEVER_NAMES = {"utils", "helpers", "common", "core", "base", "manager", "handler"}
# `connection_created`, `class_prepared` and the like belong to the library; these would be side effects of a save.
SIGNALS = {"pre_save", "post_save", "pre_delete", "post_delete", "m2m_changed", "pre_init", "post_init", "receiver"}
SIGNALS_OF_DJANGO = ("django.db.models.signals", "django.dispatch")
HTTP_OF_DJANGO = ("django.http", "django.views", "django.shortcuts", "django.urls", "django.test")
OUTER_FOLDERS = {"api", "admin", "management", "sign_in"}


def all_modules() -> list[Path]:
    return [path for room in ROOMS for path in modules(room)]


def named(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def imports(path: Path) -> Iterator[tuple[str, str]]:
    """(module, name) of everything it imports at run time; what only type checking reads is left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    only_types = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in only_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)


def uses_signals(path: Path) -> bool:
    return any(name in SIGNALS or f"{module}.{name}".startswith(SIGNALS_OF_DJANGO) for module, name in imports(path))


def knows_http(path: Path) -> bool:
    return any(f"{module}.{name}".startswith(HTTP_OF_DJANGO) for module, name in imports(path))


def test_no_module_is_longer_than_one_can_hold_in_mind():
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in all_modules()}

    assert len(lengths) > 100
    assert {name: lines for name, lines in lengths.items() if lines >= MOST_LINES} == {}


def test_no_side_effects_by_signals():
    assert [named(path) for path in all_modules() if uses_signals(path)] == []


def test_the_domain_does_not_import_djangos_http_either():
    inner = [
        path for room in [*DOMAIN_ROOMS, "events"] for path in modules(room) if not OUTER_FOLDERS & set(path.parts)
    ]

    assert len(inner) > 50
    assert [named(path) for path in inner if knows_http(path)] == []


def test_both_would_show(tmp_path: Path):
    signals, http, types = tmp_path / "signals.py", tmp_path / "http.py", tmp_path / "types.py"
    signals.write_text("def ready():\n    from django.db.models import signals\n", encoding="utf-8")
    http.write_text("import django.http\n", encoding="utf-8")
    types.write_text("if TYPE_CHECKING:\n    from django.http import HttpRequest\n", encoding="utf-8")

    assert uses_signals(signals)
    assert knows_http(http)
    assert not knows_http(types)


def test_no_module_is_named_after_nothing():
    top = {path.name for path in PROJECT.iterdir() if (path / "__init__.py").exists()}
    bad = {named(path) for path in all_modules() if path.stem in NEVER_NAMES or path.parent.name in NEVER_NAMES}

    assert top - {"tests", "benchmarks"} == set(ROOMS)
    # Django looks for a database backend under this name.
    assert bad == {"identity_site/embedded/base.py"}


def test_rooms_are_installed_in_their_order():
    from django.conf import settings  # noqa: PLC0415 -- configured by then

    assert [name for name in settings.INSTALLED_APPS if name in ROOMS] == ROOMS
    assert CONFIGURATION["tool"]["importlinter"]["contracts"][0]["layers"] == ROOMS
