"""Several clients of one database at the same time: threads with a connection of their own, and whole processes."""

import multiprocessing
import traceback
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

from django.db import connection, connections

SECONDS = 30


@contextmanager
def taken_back() -> Iterator[None]:
    """Around a transaction that ends with `raise ZeroDivisionError`."""
    try:
        yield
    except ZeroDivisionError:
        return
    raise AssertionError("the transaction was not taken back")


class Client:
    """Somebody else at the database. What it is told is done in order, in one thread with a connection of its own."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self.pool = pool
        self.open_scopes: list[AbstractContextManager[Any]] = []

    def begin(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> "Future[Any]":
        """Start, and do not wait: for work that has to wait for somebody itself."""
        return self.pool.submit(work, *arguments, **named)

    def do(self, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return self.begin(work, *arguments, **named).result(SECONDS)

    def enter(self, scope: AbstractContextManager[Any]) -> None:
        """Begin a transaction that ends with `leave`."""
        self.begin_to_enter(scope).result(SECONDS)

    def begin_to_enter(self, scope: AbstractContextManager[Any]) -> "Future[Any]":
        self.open_scopes.append(scope)
        return self.begin(scope.__enter__)

    def leave(self, scope: AbstractContextManager[Any], error: BaseException | None = None) -> None:
        self.open_scopes.remove(scope)
        self.do(scope.__exit__, type(error) if error else None, error, None)

    def go(self) -> None:
        """Leave what a failed test left open, and hang up."""
        for scope in reversed(self.open_scopes):
            with suppress(InterruptedError):
                self.leave(scope, InterruptedError())
        self.do(connections.close_all)

    def backend(self) -> int:
        """The number by which PostgreSQL knows its connection."""
        return self.do(lambda: scalar("SELECT pg_backend_pid()"))


@contextmanager
def another_client() -> Iterator[Client]:
    with ThreadPoolExecutor(1) as pool:
        client = Client(pool)
        # Who waits in vain, because a test has failed, must not keep it from ending.
        client.do(scalar, "SELECT set_config('statement_timeout', %s, false)", f"{SECONDS // 3}s")
        try:
            yield client
        finally:
            client.go()


def scalar(statement: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None


def waits_for_a_lock(backend: int) -> bool:
    """Whether that connection waits for somebody; asked until it does, for five seconds at most."""
    statement = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
    return any(scalar("SELECT pg_sleep(0.02)::text") == "" and scalar(statement, backend) for _ in range(250))


def in_processes(count: int, work: Callable[[int], None]) -> list[str]:
    """Run `work(0)` to `work(count - 1)` at once, each in a process of its own; answers what went wrong in them.

    They are forked, so they know the test's database and what it has set up so far.
    """
    connections.close_all()  # a connection cannot be shared between processes
    context = multiprocessing.get_context("fork")
    start, errors = context.Barrier(count), context.SimpleQueue()

    def run(index: int) -> None:
        try:
            start.wait(SECONDS)
            work(index)
        except BaseException:  # noqa: BLE001 -- told to the test
            errors.put(traceback.format_exc()[-3000:])  # all of them fit into the pipe
        finally:
            connections.close_all()

    processes = [context.Process(target=run, args=[index], daemon=True) for index in range(count)]
    with warnings.catch_warnings():
        # The process that runs the tests may have threads that only read their pipe.
        warnings.filterwarnings("ignore", category=DeprecationWarning, message=".*fork.*")
        for process in processes:
            process.start()
    for process in processes:
        process.join(4 * SECONDS)
    said = []
    while not errors.empty():
        said.append(errors.get())
    assert all(process.exitcode == 0 for process in processes), said
    return said
