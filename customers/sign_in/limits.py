"""How often one may try: counted in the database's cache table, so that all processes count together."""

from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.exceptions import Throttled

from interface.api.counting import count_request

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


def refuse_flood(request: HttpRequest) -> None:
    """Count one call of a sign-in address, for the address it comes from; the library limits only some of them.

    Raises Throttled (429 `rate_limited`) beyond what one person may ask of the rest of the storefront API.
    """
    caller = f"address:{ratelimit.get_ip(request)}"
    counted = count_request(caller=caller, is_write=False, at=timezone.now())
    if counted.requests > settings.STOREFRONT_REQUESTS_PER_MINUTE:
        raise Throttled(wait=counted.seconds_left, detail="Too many requests.", code="rate_limited")
