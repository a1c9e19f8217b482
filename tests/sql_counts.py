"""How many SQL statements each page and endpoint takes, pinned in `sql_counts.json` so that an N+1 shows in the diff.

BEGIN, COMMIT and savepoints count, as in Django's own capture. `UPDATE_SQL_COUNTS=1 pytest …` writes the file.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext

FILE = Path(__file__).with_name("sql_counts.json")


@contextmanager
def pinned_sql_count(name: str) -> Iterator[None]:
    """Assert that the block takes exactly as many statements as are pinned under the name."""
    ContentType.objects.get_for_models(
        *apps.get_models()
    )  # kept by a process that runs; by a test, if an earlier one asked
    with CaptureQueriesContext(connection) as captured:
        yield
    pinned: dict[str, int] = json.loads(FILE.read_text()) if FILE.exists() else {}
    if os.environ.get("UPDATE_SQL_COUNTS"):
        pinned[name] = len(captured)
        FILE.write_text(json.dumps(dict(sorted(pinned.items())), indent=2) + "\n")
        return
    statements = "\n".join(query["sql"][:160] for query in captured.captured_queries)
    assert len(captured) == pinned.get(name), (
        f"{name}: {len(captured)} statements, pinned {pinned.get(name)}\n{statements}"
    )
