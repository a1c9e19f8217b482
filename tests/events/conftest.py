from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.periodic import PeriodicRegistry

from events import subscriptions


@pytest.fixture(autouse=True)
def _empty_queue(request: pytest.FixtureRequest) -> Iterator[None]:
    """Procrastinate's tables are not among those that Django empties after a test that commits."""
    marker = request.node.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    if commits:
        request.getfixturevalue("transactional_db")
    yield
    if commits:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_periodic_defers, procrastinate_workers CASCADE")


@pytest.fixture
def seen() -> list[str]:
    """What the jobs of a test have seen, in their order."""
    return []


@pytest.fixture
def define_job() -> Iterator[Callable[..., str]]:
    """Defines a job as a room above would; it is forgotten after the test."""
    names: list[str] = []

    def define(name: str, work: Callable[..., None]) -> str:
        def job(**arguments: int) -> None:
            try:
                work(**arguments)
            finally:
                connection.close()  # a worker's thread has a connection of its own

        app.task(name=name)(job)
        names.append(name)
        return name

    yield define
    for name in names:
        del app.tasks[name]


@pytest.fixture
def subscribe() -> Iterator[Callable[[str, str], None]]:
    made: set[tuple[str, str]] = set()

    def subscribe(event_name: str, job_name: str) -> None:
        subscriptions.subscribe(event_name, job_name)
        made.add((event_name, job_name))

    yield subscribe
    for event_name, job_name in made:
        subscriptions.unsubscribe(event_name, job_name)


def run_worker(**options: object) -> None:
    """A worker that does what waits and then ends. It looks at no clock: what that starts would come by chance."""
    # In a thread, because a browser's test may have left an event loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_work, options).result()


def _work(options: dict[str, object]) -> None:
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        clock, worker.periodic_registry = worker.periodic_registry, PeriodicRegistry()
        try:
            worker.run_worker(
                **{"wait": False, "delete_jobs": "successful", **options},
                install_signal_handlers=False,
                listen_notify=False,
            )
        finally:
            worker.periodic_registry = clock


def waiting() -> list[tuple[str, dict[str, object]]]:
    """Name and arguments of the jobs that wait, in the order they came."""
    rows = ProcrastinateJob.objects.filter(status="todo").order_by("id")
    return [(row.task_name, row.args) for row in rows]
