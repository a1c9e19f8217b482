"""Eight clients at once, each a process of its own, for a measured while."""

import multiprocessing
import time
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connections

from benchmarks.intake.contenders import Call, Setting

CLIENTS = 8
PATIENCE = 600


class ClientFailedError(Exception):
    """A client broke off; the message is its traceback."""


def orders_a_second(open_client: Callable[[Setting, int], Call], setting: Setting, *, seconds: float) -> float:
    """Let the clients run for that long; a call that has begun is ended and counted, and its time too."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    start, told = context.Barrier(CLIENTS), context.SimpleQueue()
    shared = {"seconds": seconds, "start": start, "told": told}
    processes = [
        context.Process(target=_run, args=[open_client, setting, client], kwargs=shared, daemon=True)
        for client in range(CLIENTS)
    ]
    for process in processes:
        process.start()
    results = [told.get() for _ in processes]
    for process in processes:
        process.join(PATIENCE)
    if failures := [each for each in results if isinstance(each, str)]:
        raise ClientFailedError(failures[0])
    orders = sum(each[0] for each in results)
    return float(orders / (max(each[2] for each in results) - min(each[1] for each in results)))


def _run(open_client: Any, setting: Setting, client: int, *, seconds: float, start: Any, told: Any) -> None:
    try:
        call = open_client(setting, client)
        call()  # connections, caches, plans
        start.wait(PATIENCE)
        began, orders = time.monotonic(), 0
        while time.monotonic() < began + seconds:
            orders += call()
        told.put((orders, began, time.monotonic()))
    except BaseException:  # noqa: BLE001 -- told to the parent
        start.abort()
        told.put(traceback.format_exc()[-3000:])
    finally:
        connections.close_all()
