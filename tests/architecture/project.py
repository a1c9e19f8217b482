"""The project as these tests see it: its rooms, its own models, its modules."""

import tomllib
from pathlib import Path

from django.apps import apps
from django.db.models import Model

PROJECT = Path(__file__).resolve().parent.parent.parent
CONFIGURATION = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
# From the top down, as in the contract that layers them.
ROOMS: list[str] = CONFIGURATION["tool"]["importlinter"]["root_packages"]
DOMAIN_ROOMS = ["orders", "accounts", "customers", "storefronts"]


def own_models() -> list[type[Model]]:
    """The models that people write, and none of pghistory's event tables.

    Event tables are left out because the library derives them: their relations are copies without a constraint, which
    point where the tracked model's own do.
    """
    return [
        model
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if not hasattr(model, "pgh_tracked_model")
    ]


def modules(room: str) -> list[Path]:
    """The room's Python files, without migrations: a database writes those down once."""
    return sorted(path for path in (PROJECT / room).rglob("*.py") if "migrations" not in path.parts)
