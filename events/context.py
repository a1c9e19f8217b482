"""Who is at work, and for which request: set by the middleware, a command or the worker; read by history and logs.

Services are told `by` and never look here. What looks here is what stands beside them: log lines, history rows, errors.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

# Actors are text, not foreign keys, so that lower rooms can name people of upper ones: `staff:12`, `api:Qm3x`.
SYSTEM = "system"
# Where work comes from, as history tells it.
PROGRAM, PANEL, API, STOREFRONT = "program", "panel", "api", "storefront"


@dataclass(frozen=True, slots=True)
class WorkContext:
    """Who acts (`actor`), why (`reason`, free text for history), from where (`source`).

    `request_id` ties log lines and errors together.
    """

    actor: str = SYSTEM
    request_id: str = ""
    reason: str = ""
    source: str = PROGRAM


_current: ContextVar[WorkContext] = ContextVar("work_context", default=WorkContext())  # noqa: B039 -- frozen


def current() -> WorkContext:
    return _current.get()


@contextmanager
def working_as(
    *,
    actor: str | None = None,
    request_id: str | None = None,
    reason: str | None = None,
    source: str | None = None,
) -> Iterator[None]:
    """Change what is given for the length of the block."""
    given = {"actor": actor, "request_id": request_id, "reason": reason, "source": source}
    changed = replace(_current.get(), **{name: value for name, value in given.items() if value is not None})
    token = _current.set(changed)
    try:
        yield
    finally:
        _current.reset(token)


def become(actor: str) -> None:
    """From here to the end of the surrounding `working_as` block the actor is this one (known only after sign-in)."""
    _current.set(replace(_current.get(), actor=actor))
