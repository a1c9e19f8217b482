"""Two addresses for whoever watches the program, without sign-in: does it live, and can it work."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateWorker

# A worker renews its heartbeat every ten seconds.
WORKER_SILENCE = timedelta(seconds=30)
# Planning reads every migration, 0.1 s; that none is missing stays true unless somebody goes back by hand.
MIGRATIONS_KEPT_SECONDS = 60.0

OK = "ok"

logger = logging.getLogger(__name__)


class MigrationMemory:
    """Remembers for a while that no migration was missing; that one was missing is asked again each time."""

    def __init__(self) -> None:
        self.complete_until = 0.0

    def check(self) -> str:
        """OK, or what is missing. Raises DatabaseError."""
        if time.monotonic() < self.complete_until:
            return OK
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            return f"{len(missing)} not applied: run `manage.py migrate`"
        self.complete_until = time.monotonic() + MIGRATIONS_KEPT_SECONDS
        return OK

    def forget(self) -> None:
        self.complete_until = 0.0


migrations = MigrationMemory()


def check_database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return OK


def check_worker() -> str:
    """Whether at least one worker has given a sign of life of late. Raises DatabaseError."""
    since = timezone.now() - WORKER_SILENCE
    if ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).exists():
        return OK
    return f"no worker has been heard of for {WORKER_SILENCE.total_seconds():.0f} seconds"


def outcome(check: Callable[[], str]) -> str:
    """The check's answer. What the database says in an error may name hosts and users, so it goes to the logs only."""
    try:
        return check()
    except DatabaseError:
        logger.warning("A health check could not ask the database.", exc_info=True)
        return "the database does not answer"


@never_cache
@require_safe
def live(_request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nobody else, so that a lost database does not restart web servers."""
    return JsonResponse({"status": OK})


@never_cache
@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """200 where database, migrations and a worker are in order, else 503; `checks` says which is not."""
    checks = {"database": outcome(check_database)}
    if checks["database"] == OK:
        checks["migrations"] = outcome(migrations.check)
        checks["worker"] = outcome(check_worker)
    failed = any(answer != OK for answer in checks.values())
    status = "failed" if failed else OK
    return JsonResponse({"status": status, "checks": checks}, status=503 if failed else 200)


urlpatterns = [
    path("health/live", live, name="health-live"),
    path("health/ready", ready, name="health-ready"),
]
