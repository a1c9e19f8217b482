"""`ETag` on what is read, `If-Match` on what is written: made of the moment the object last changed."""

from datetime import datetime

from rest_framework.request import Request

from events.concurrency import StaleError


def etag(updated_at: datetime) -> str:
    return f'"{updated_at.timestamp():.6f}"'


def seen_at(request: Request, *, updated_at: datetime) -> datetime | None:
    """What a service compares with the locked row: None where the caller sent no `If-Match`, or `*`.

    Raises StaleError where it names other states than this one, or is blank: who sends it, wants to be kept from harm.
    """
    given = request.headers.get("If-Match", "*").strip()
    if given == "*":
        return None
    if etag(updated_at) not in {tag.strip().removeprefix("W/") for tag in given.split(",")}:
        raise StaleError
    return updated_at
