"""Logs as one JSON object a line on stderr, each with the actor and the request id that error answers carry too."""

import logging
from typing import Any

from pythonjsonlogger.core import RESERVED_ATTRS

from events.context import WorkContext, current

FIELDS = "%(levelname)s %(name)s %(message)s %(request_id)s %(actor)s"
RENAMED = {"levelname": "level", "name": "logger"}
# Django puts the request beside its records; as text it holds the query string, which may name people.
WITHHELD = ["request", "server_time"]


class WorkContextFilter(logging.Filter):
    """Adds to each record who is at work, and for which request.

    A record that names an answered request takes them from it: `interface.api.context.AnsweredRequest`.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Lets every record pass."""
        work = getattr(getattr(record, "request", None), "work", None)
        context = work if isinstance(work, WorkContext) else current()
        record.request_id = context.request_id
        record.actor = context.actor
        return True


def logging_configuration(level: str) -> dict[str, Any]:
    """What `logging.config.dictConfig` takes: everything at `level` and above (a name such as "INFO") to stderr."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"work_context": {"()": WorkContextFilter}},
        "formatters": {
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "format": FIELDS,
                "rename_fields": RENAMED,
                "timestamp": "time",
                "reserved_attrs": [*RESERVED_ATTRS, *WITHHELD],
            },
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "json",
                # On the handler and not on a logger: a logger's filters miss what its children log.
                "filters": ["work_context"],
            },
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django gives these handlers of its own; here all goes one way.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # These say in every process, at every start, which tasks there are.
            "procrastinate.blueprints": {"level": "WARNING"},
            "procrastinate.periodic": {"level": "WARNING"},
        },
    }
