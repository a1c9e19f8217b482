"""`/storefront/context` and `/storefront/me`: who one is, for whom one acts, what one may do, and why not more."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.acting import FOR_HIMSELF, Acting, Standing, standings_of
from accounts.api.storefront.authentication import (
    REASONS,
    ExplainingAuthentication,
    association_in,
    refusal_in,
)
from accounts.api.storefront.links import shopper_links
from accounts.api.storefront.outputs import (
    LinksOutput,
    PermissionList,
    RefusalOutput,
    RoleNameOutput,
    refusal_answer,
    role_answer,
)
from accounts.api.storefront.shopper_view import ShopperView
from accounts.effective import base_list_of, price_list_for, visible_payment_methods
from accounts.models import AccountStatus
from accounts.permissions import Permission
from customers.api.self_service import ProfileView
from customers.api.shoppers import EITHER
from customers.models import CustomerKind
from interface.api.context import STOREFRONT_PATH

# Else the document would have the authentication of this one address beside the other, under the same name.
AS_ELSEWHERE: list[Any] = EITHER
WHO = ("shared_id", "reference", "kind", "email", "first_name", "last_name")
FOR_WHOM = ("shared_id", "name", "status")


class WhoOutput(serializers.Serializer[Any]):
    shared_id = serializers.CharField()
    reference = serializers.CharField()
    kind = serializers.ChoiceField(CustomerKind.choices)
    email = serializers.CharField()
    first_name = serializers.CharField()
    last_name = serializers.CharField()


class ForWhomOutput(serializers.Serializer[Any]):
    shared_id = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(AccountStatus.choices)


class WhereOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    currency = serializers.CharField()


class UsableMethodOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class ContextOutput(serializers.Serializer[Any]):
    customer = WhoOutput()
    account = ForWhomOutput(allow_null=True, help_text="null: for himself, or the header was refused.")
    role = RoleNameOutput(allow_null=True)
    permissions = PermissionList(help_text="What may be done now: role and status.")
    storefront = WhereOutput()
    price_list = serializers.CharField(allow_null=True, help_text="Its code; null without `prices.view`.")
    payment_methods = UsableMethodOutput(many=True)
    refusals = RefusalOutput(many=True, help_text="Why not the rest: header, status of the account, role.")
    links = LinksOutput()


EXAMPLE = OpenApiExample(
    "A catalog browser of a suspended account",
    value={
        "customer": {
            "shared_id": "ben", "reference": "C-104733", "kind": "REGISTERED", "email": "ben@acme.example",
            "first_name": "Ben", "last_name": "Baker",
        },
        "account": {"shared_id": "acme-west", "name": "Acme West", "status": "suspended"},
        "role": {"code": "catalog-browser", "name": "Catalog browser"},
        "permissions": ["prices.view"],
        "storefront": {"code": "us", "name": "Acme Supplies US", "currency": "USD"},
        "price_list": "P10",
        "payment_methods": [{"code": "net30", "name": "On account"}],
        "refusals": [
            {"code": "account_suspended", "reason": "The account is suspended: …", "permission": None},
            {
                "code": "permission_missing", "reason": "Your role does not allow carts.manage.",
                "permission": "carts.manage",
            },
        ],
        "links": {"context": "/api/v1/storefront/context", "account": "/api/v1/storefront/accounts/acme-west"},
    },
    response_only=True,
)  # fmt: skip


class ContextView(ShopperView):
    """The one address that answers also where the header is refused."""

    authentication_classes = [ExplainingAuthentication]
    serializer_class = ContextOutput

    @extend_schema(operation_id="storefront_context_read", auth=AS_ELSEWHERE, examples=[EXAMPLE])
    def get(self, request: Request) -> Response:
        """Who one is, for which account one acts, in which role, at which prices, paying how; and why not the rest.

        Where the header is refused, the refusal is here, and nothing can be done as long as it is sent.
        """
        acting = self.acting
        refused = refusal_in(request)
        if refused is not None:
            refusal = {"code": refused.code, "reason": REASONS[refused.code], "permission": None}
            return Response(_answer(acting, refusals=[refusal], links={"context": f"{STOREFRONT_PATH}context"}))
        standing = standing_of_request(request)
        allowed = FOR_HIMSELF if standing is None else standing.permissions()
        return Response(
            _answer(
                acting,
                role=role_answer(acting.role) if acting.role else None,
                permissions=[str(each) for each in allowed],
                price_list=_price_list(acting),
                payment_methods=_payment_methods(acting),
                refusals=[refusal_answer(error) for error in standing.refusals()] if standing else [],
                links=shopper_links(acting.customer, standing),
            )
        )


class MeView(ProfileView):
    """The person's profile; here, because what it links to depends on the account acted for."""

    def links(self) -> dict[str, str]:
        return shopper_links(self.shopper.customer, standing_of_request(self.request))


def standing_of_request(request: Request) -> Standing | None:
    """What the shopper is to the account he acts for; None: he acts for himself. One statement at most."""
    association = association_in(request)
    return standings_of(associations=[association], at=timezone.now())[0] if association else None


def _answer(acting: Acting, **more: Any) -> dict[str, Any]:
    who, where = acting.customer, acting.storefront
    account = acting.account
    return {
        "customer": {name: getattr(who, name) for name in WHO},
        "account": {name: getattr(account, name) for name in FOR_WHOM} if account else None,
        "role": None,
        "permissions": [],
        "storefront": {"code": where.code, "name": where.name, "currency": where.currency},
        "price_list": None,
        "payment_methods": [],
        **more,
    }


def _payment_methods(acting: Acting) -> list[dict[str, str]]:
    visible = visible_payment_methods(account=acting.account, storefront=acting.storefront)
    return [{"code": each.method.code, "name": each.method.name} for each in visible]


def _price_list(acting: Acting) -> str | None:
    if not acting.may(Permission.PRICES_VIEW):
        return None
    if acting.account is None:
        found = base_list_of(acting.storefront)
    else:
        found = price_list_for(account=acting.account, storefront=acting.storefront, at=timezone.now()).price_list
    return found.code if found else None
