"""What one order of outcome `account` asks of the database: its statements, and the pages its look-ups touch."""

import json
import statistics
from typing import Any, Self

from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from benchmarks.intake.mix import bodies
from benchmarks.intake.world import BY, Scale
from orders.api.inputs import OrderInput, submission_of
from orders.services.intake import receive_order
from storefronts.models import Storefront

ORDERS = 100
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def show(scale: Scale, storefront: Storefront) -> None:
    """Print how many statements one order takes, and the pages each look-up reads, over a hundred orders."""
    orders = bodies(scale, seed="statements", outcomes={"account": 1})
    _take(next(orders), storefront)  # caches, plans
    seen: list[list[tuple[str, int]]] = []
    for _ in range(ORDERS):
        with atomic(), _Watch() as watch:
            _take(next(orders), storefront)
        seen.append(watch.pages)
    assert len({len(each) for each in seen}) == 1, "every order takes the same statements"
    print(
        f"{len(seen[0])} statements besides BEGIN, COMMIT and SAVEPOINT; pages read by each look-up, median and most:"
    )
    for place, (statement, _) in enumerate(seen[0]):
        pages = [each[place][1] for each in seen]
        told = f"{statistics.median(pages):>6.0f}{max(pages):>6}" if max(pages) >= 0 else ""
        print(f"{statement[:76]:<78}{told}")


def _take(body: dict[str, Any], storefront: Storefront) -> None:
    checked = OrderInput(data=body)
    checked.is_valid(raise_exception=True)
    received = receive_order(submission=submission_of(checked.validated_data, storefront), by=BY, at=timezone.now())
    assert received.order.outcome == "account"


class _Watch:
    """Runs every SELECT a second time under EXPLAIN, before the first, and notes its pages."""

    def __init__(self) -> None:
        self.pages: list[tuple[str, int]] = []

    def __enter__(self) -> Self:
        self.wrapper = connection.execute_wrapper(self._note)
        self.wrapper.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.wrapper.__exit__(*error)  # type: ignore[arg-type]

    def _note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's signature
        words = " ".join(sql.split())
        if not words.startswith(FRAME):
            is_look_up = words.startswith("SELECT") and "set_config" not in words
            self.pages.append((words, _pages_of(context["cursor"], sql, params) if is_look_up else -1))
        return execute(sql, params, many, context)


def _pages_of(cursor: Any, sql: str, params: Any) -> int:
    cursor.cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
    ((told,),) = cursor.cursor.fetchall()
    plan = (json.loads(told) if isinstance(told, str) else told)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
