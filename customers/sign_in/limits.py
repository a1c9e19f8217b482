"""How often one may try: counted in the database's cache table, so that all processes count together."""

from allauth.core.internal import ratelimit
from django.http import HttpRequest
from rest_framework.exceptions import Throttled

RETRY_AFTER = 300
# Per minute and address of the caller; and per e-mail address where one is named.
LIMITS = {
    "registration": "20/m/ip",
    "verification": "30/m/ip",
    "guest": "60/m/ip",
    "password_link": "20/m/ip,3/5m/key",
}


def refuse_too_many(request: HttpRequest, action: str, *, key: str | None = None) -> None:
    """Count one try. Raises Throttled (429 `rate_limited`) where it is one too many."""
    usage = ratelimit.consume(request, app="customers", action=action, config=LIMITS, key=key)
    if usage is None:
        wait = RETRY_AFTER if key is not None else 60
        raise Throttled(wait=wait, detail="Too many requests.", code="rate_limited")
