"""Who a shopper is: a session of his own, of a guest, or a trusted back end that acts for him with its key."""

from dataclasses import dataclass
from typing import Any, cast

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import constant_time_compare
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from customers.models import Customer, CustomerKind, User
from customers.sign_in.sessions import GUEST, SessionTokens
from events.context import become
from storefronts.api.authentication import ApiKeyAuthentication
from storefronts.models import ApiClient, Storefront
from storefronts.scopes import Scope

TOKEN_HEADER = "X-Session-Token"  # noqa: S105 -- a name
CUSTOMER_HEADER = "X-Customer-Shared-Id"
STOREFRONT_HEADER = "X-Storefront"


@dataclass(frozen=True, slots=True)
class Shopper:
    """The customer a request is from, and the client that acts for him, if one does."""

    customer: Customer
    client: ApiClient | None = None
    is_authenticated: bool = True

    @property
    def actor(self) -> str:
        """As history and events name who wrote."""
        return f"api:{self.client.prefix}" if self.client else f"customer:{self.customer.shared_id}"


class ShopperAuthentication(BaseAuthentication):
    """`X-Session-Token`, or `Authorization: Api-Key` with `X-Customer-Shared-Id`; the answers are the same."""

    def authenticate(self, request: Request) -> tuple[Shopper, Any] | None:
        """Raises AuthenticationFailed (401): `session_ended`, `not_active`, `on_hold`, `customer_unknown`."""
        if token := request.headers.get(TOKEN_HEADER):
            shopper = Shopper(_of_session(token))
        else:
            found = ApiKeyAuthentication().authenticate(request)
            if found is None:
                return None
            shopper = Shopper(_of_key(request, found[1]), found[1])
        become(shopper.actor)
        return shopper, shopper.client

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 -- DRF's signature
        return TOKEN_HEADER


def _of_session(token: str) -> Customer:
    """Session, and user with customer: two statements.

    Whether he was stopped is asked before whether his session is still good, because being stopped ends it: the first
    request afterwards is told why.
    """
    ended = AuthenticationFailed("The session has ended. Sign in again.", code="session_ended")
    session = SessionTokens().lookup_session(token)
    if session is None:
        raise ended
    if (user_id := session.get(SESSION_KEY)) is not None:
        user = User.objects.select_related("customer__preferred_storefront").filter(pk=user_id).first()
        customer = getattr(user, "customer", None)
        if user is None or not user.is_active or customer is None:
            raise ended
        _end_where_stopped(customer, session)
        if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
            session.delete()
            raise ended
        return cast("Customer", customer)
    if (guest_id := session.get(GUEST)) is not None:
        guest = Customer.objects.select_related("preferred_storefront").filter(pk=guest_id).first()
        if guest is None or guest.kind != CustomerKind.GUEST:
            raise ended
        _end_where_stopped(guest, session)
        return guest
    raise NotAuthenticated("Finish signing in: the second factor is still asked for.", code="not_authenticated")


def _end_where_stopped(customer: Customer, session: SessionBase) -> None:
    """Raises AuthenticationFailed as `refuse_stopped`; the session does not come back when he may act again."""
    try:
        refuse_stopped(customer)
    except AuthenticationFailed:
        session.delete()
        raise


def _of_key(request: Request, client: ApiClient) -> Customer:
    if Scope.STOREFRONT_ACT_AS_CUSTOMER not in client.scopes:
        raise PermissionDenied(f"The key lacks the scope {Scope.STOREFRONT_ACT_AS_CUSTOMER}.", code="scope_missing")
    shared_id = request.headers.get(CUSTOMER_HEADER, "")
    if not shared_id:
        raise AuthenticationFailed(f"Name a customer in {CUSTOMER_HEADER}.", code="customer_unknown")
    customer = Customer.objects.select_related("preferred_storefront").filter(shared_id=shared_id).first()
    if customer is None:
        raise AuthenticationFailed(f"There is no customer of the id in {CUSTOMER_HEADER}.", code="customer_unknown")
    refuse_stopped(customer)
    return customer


def refuse_stopped(customer: Customer) -> None:
    """Raises AuthenticationFailed (401) where the person may not act any more."""
    if customer.anonymized_at is not None or customer.merged_into_id is not None:
        raise AuthenticationFailed("The session has ended. Sign in again.", code="session_ended")
    if customer.on_hold:
        raise AuthenticationFailed("The account is on hold.", code="on_hold")
    if not customer.active:
        raise AuthenticationFailed("The account is not active.", code="not_active")


class IsShopper(BasePermission):
    """Whoever came in by ShopperAuthentication."""

    def has_permission(self, request: Request, view: Any) -> bool:  # noqa: ARG002 -- DRF's signature
        """Raises NotAuthenticated (401)."""
        if not isinstance(request.user, Shopper):
            detail = f"Send {TOKEN_HEADER}, or an API key with {CUSTOMER_HEADER}."
            raise NotAuthenticated(detail, code="not_authenticated")
        return True


class StorefrontRequired(APIException):
    status_code = 400
    default_code = "storefront_required"
    default_detail = f"Say which storefront this is for: {STOREFRONT_HEADER}: <code>."


def bound_storefront_of(request: Request) -> Storefront | None:
    """The one storefront that the key of a shopper's back end may see; None: all, as for the shopper himself."""
    return request.auth.storefront if isinstance(request.auth, ApiClient) else None


def storefront_of(request: Request) -> Storefront:
    """The storefront of X-Storefront; left out, the key's own, else the customer's preferred one, else the only one.

    Raises StorefrontRequired (400) where that says nothing, PermissionDenied for another than the key's own.
    """
    bound = bound_storefront_of(request)
    code = request.headers.get(STOREFRONT_HEADER, "").strip()
    if code:
        if bound is not None and bound.code != code:
            raise StorefrontRequired("The key is bound to another storefront.")
        named = Storefront.objects.filter(code=code[:40]).first()
        if named is None:
            raise StorefrontRequired("There is no storefront of this code.")
        return named
    shopper = request.user if isinstance(request.user, Shopper) else None
    preferred = shopper.customer.preferred_storefront if shopper else None
    if found := bound or preferred:
        return found
    only = list(Storefront.objects.all()[:2])
    if len(only) == 1:
        return only[0]
    raise StorefrontRequired


# As the OpenAPI document says it: each entry is one way, all its schemes together.
EITHER: list[dict[str, list[Any]]] = [{"SessionToken": []}, {"ApiKeyForCustomer": [], "CustomerOfKey": []}]


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document describes it."""

    target_class = ShopperAuthentication
    match_subclasses = True
    name = ["SessionToken", "ApiKeyForCustomer", "CustomerOfKey"]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:  # noqa: ARG002 -- drf-spectacular's signature
        """Either a token, or a key together with the customer."""
        return EITHER

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, str]]:  # noqa: ARG002 -- drf-spectacular's signature
        return [
            {
                "type": "apiKey",
                "in": "header",
                "name": TOKEN_HEADER,
                "description": "From `POST /storefront/auth/login` or `POST /storefront/guest`.",
            },
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": f"`Api-Key <key>` with the scope `storefront:act_as_customer`, and `{CUSTOMER_HEADER}`.",
            },
            {
                "type": "apiKey",
                "in": "header",
                "name": CUSTOMER_HEADER,
                "description": "The shared id of the customer for whom a key speaks.",
            },
        ]
