"""Give out the ids that all systems share: one to a customer or an account, once and for ever."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError
from uuid6 import uuid7

from customers.models import SharedId
from events.concurrency import refused_by

# Of the table into which a trigger writes every id before its object is inserted.
ONE_OWNER = "customers_sharedid_pkey"


class SharedIdTakenError(Exception):
    """The id was given to a customer or an account before; ids are never reused."""

    def __init__(self, shared_id: str) -> None:
        super().__init__(shared_id)
        self.shared_id = shared_id


def new_shared_id() -> str:
    return str(uuid7())


@contextmanager
def claiming(shared_id: str) -> Iterator[None]:
    """Around the transaction that creates an object with that id; blank: one that is generated.

    Raises SharedIdTakenError where the id was given before, also by a transaction that ran at the same time.
    """
    if shared_id and SharedId.objects.filter(value=shared_id).exists():
        raise SharedIdTakenError(shared_id)
    try:
        yield
    except IntegrityError as error:
        if refused_by(error) == ONE_OWNER:
            raise SharedIdTakenError(shared_id) from error
        raise
