"""How much one shopper may ask. Settings name this module: nothing that builds on views may be imported here."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from customers.api.shoppers import Shopper
from interface.api.counting import Counted, count_request


class ShopperThrottle(BaseThrottle):
    """The default of every view: so many requests a minute for each person, and so many of them writes.

    The person is counted, whoever speaks for him: a back end that acts for many is not stopped by one of them, and one
    person is not let through twice. Servers' own calls are not counted. What anybody may ask is limited per address,
    see `customers/sign_in/limits.py`.
    """

    def allow_request(self, request: Request, view: Any) -> bool:  # noqa: ARG002 -- DRF's signature
        """Raises Throttled (429 `rate_limited`)."""
        if isinstance(request.user, Shopper):
            count_shopper(request.user, method=request.method or "")
        return True


def count_shopper(shopper: Shopper, *, method: str) -> None:
    """Count one request of the person. Raises Throttled (429 `rate_limited`) where it is one too many."""
    is_write = method not in SAFE_METHODS
    counted = count_request(caller=f"customer:{shopper.customer.pk}", is_write=is_write, at=timezone.now())
    if _is_too_much(counted, is_write=is_write):
        raise Throttled(wait=counted.seconds_left, detail="Too many requests.", code="rate_limited")


def _is_too_much(counted: Counted, *, is_write: bool) -> bool:
    if counted.requests > settings.STOREFRONT_REQUESTS_PER_MINUTE:
        return True
    return is_write and counted.writes > settings.STOREFRONT_WRITES_PER_MINUTE
