"""`X-Account-Shared-Id`: for which account a shopper's request acts. Checked on every request, kept on no server.

Settings name this module, so nothing that Django REST framework builds views of may be imported here.
"""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.acting import AccountDisabledError, AccountNotAssociatedError, Acting, association_of
from accounts.models import Associate
from customers.api.shoppers import (
    Shopper,
    ShopperAuthentication,
    storefront_of,
)
from customers.api.throttling import count_shopper
from interface.api.context import STOREFRONT_PATH
from storefronts.api.authentication import KEYWORD

ACCOUNT_HEADERS = ("X-Account-Shared-Id", "x-ep-account-shared-id")
LONGEST_SHARED_ID = 100
REASONS = {
    "account_not_associated": "You are not an associate of this account, or there is none of this id.",
    "account_disabled": "The account is disabled: nobody acts for it.",
}


class AccountRefused(AuthenticationFailed):
    """401: the account of the header is not one this person acts for. `account_disabled` only to an associate."""

    def __init__(self, code: str) -> None:
        super().__init__(REASONS[code], code=code)
        self.code = code


class ActingAuthentication(ShopperAuthentication):
    """Who the shopper is, and then, before anything else is looked at, whether he acts for the account of the header.

    The default of every view; it leaves alone what is not under `/storefront`.
    """

    def covers(self, path: str) -> bool:
        return path.startswith(STOREFRONT_PATH)

    def authenticate(self, request: Request) -> tuple[Shopper, Any] | None:
        """Raises AuthenticationFailed as ShopperAuthentication, and AccountRefused."""
        if not self.covers(request.path):
            return None
        found = super().authenticate(request)
        if found is not None:
            self.accept(request, found[0])
        return found

    def accept(self, request: Request, shopper: Shopper) -> None:
        """Raises AccountRefused; Throttled where the person has asked too much: a guess at an id counts as well."""
        try:
            remember(request, accepted_association(request, shopper))
        except AccountRefused:
            count_shopper(shopper, method=request.method or "")  # no view is reached that would
            raise

    def authenticate_header(self, request: Request) -> str:
        return super().authenticate_header(request) if self.covers(request.path) else KEYWORD


class ExplainingAuthentication(ActingAuthentication):
    """For the one address that answers also where the header is refused: the refusal is kept for it to tell."""

    def accept(self, request: Request, shopper: Shopper) -> None:
        try:
            remember(request, accepted_association(request, shopper))
        except AccountRefused as refused:
            remember(request, None, refused=refused)


def accepted_association(request: Request | HttpRequest, shopper: Shopper) -> Associate | None:
    """The association by which the shopper acts; None without a header, or with a blank one. Raises AccountRefused."""
    named = {request.headers.get(name, "").strip() for name in ACCOUNT_HEADERS} - {""}
    if not named:
        return None
    if len(named) > 1 or len(shared_id := named.pop()) > LONGEST_SHARED_ID:
        raise AccountRefused("account_not_associated")
    try:
        return association_of(customer=shopper.customer, account_shared_id=shared_id, at=timezone.now())
    except AccountNotAssociatedError as error:
        raise AccountRefused("account_not_associated") from error
    except AccountDisabledError as error:
        raise AccountRefused("account_disabled") from error


def remember(request: Request, association: Associate | None, *, refused: AccountRefused | None = None) -> None:
    """Keep it on Django's request, which the middleware sees too."""
    kept: Any = request._request  # noqa: SLF001 -- Django's request within DRF's
    kept.acting_association, kept.acting_refused = association, refused


def association_in(request: Request) -> Associate | None:
    return getattr(request._request, "acting_association", None)  # noqa: SLF001 -- Django's request within DRF's


def refusal_in(request: Request) -> AccountRefused | None:
    return getattr(request._request, "acting_refused", None)  # noqa: SLF001 -- Django's request within DRF's


def acting_in(request: Request) -> Acting:
    """Who acts, where and for which account. Raises StorefrontRequired (400) where it is not clear on which shop."""
    shopper = request.user
    assert isinstance(shopper, Shopper), "IsShopper lets nobody else pass"
    association = association_in(request)
    return Acting(
        customer=shopper.customer,
        storefront=storefront_of(request),
        by=shopper.actor,
        account=association.account if association else None,
        role=association.role if association else None,
    )
