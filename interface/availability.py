"""Whether the database was there at all: a connection that was not made, or lost; a server that starts or stops."""

from django.db import InterfaceError, OperationalError

# Classes of SQLSTATE: connection exceptions, insufficient resources; and of operator intervention what ends a server.
_CLASSES = ("08", "53")
_STATES = frozenset({"57P01", "57P02", "57P03"})
# What Django says of a connection that was lost within a transaction.
_CLOSED = "connection already closed"


def database_was_away(error: BaseException | None) -> bool:
    """The same request may well succeed a moment later. Errors without SQLSTATE come from the connection itself."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error, InterfaceError) and str(error) != _CLOSED:
        return False
    state: str | None = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(_CLASSES) or state in _STATES
