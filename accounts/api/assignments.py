"""`/accounts/{id}/price-list` and `/prices`: which list an account has, why, and what things cost by it."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.accounts import account_named
from accounts.api.price_lists import PriceListCode
from accounts.effective import price_list_for, prices_for
from accounts.inheritance import Node, Source
from accounts.models import Account, PriceListAssignment
from accounts.price_lists import EffectivePriceList, Price, Why
from accounts.services.assignments import assign_price_list, remove_assignment
from interface.api.fields import Moment, StrictSerializer
from interface.api.filters import StrictFilters
from interface.api.pagination import CursorPages
from interface.api.parameters import MomentParameter, Parameters
from storefronts.api.permissions import actor_of, bound_storefront, visible_storefront
from storefronts.models import Storefront
from storefronts.scopes import Scope

MOST_SKUS = 100
LARGEST_QUANTITY = 1_000_000_000


class StorefrontQuery(Parameters):
    """Which storefront; may be left out where the key is bound to one, or where there is only one."""

    storefront = serializers.CharField(required=False, max_length=40)


class AsOfQuery(StorefrontQuery):
    at = MomentParameter(required=False, help_text="As of that moment; left out: now.")


class PricesQuery(AsOfQuery):
    sku = serializers.ListField(child=serializers.CharField(max_length=120), min_length=1, max_length=MOST_SKUS)
    quantity = serializers.IntegerField(required=False, default=1, min_value=1, max_value=LARGEST_QUANTITY)


class SetOnOutput(serializers.Serializer[Any]):
    shared_id = serializers.CharField()
    name = serializers.CharField()


class ConsideredOutput(serializers.Serializer[Any]):
    shared_id = serializers.CharField(allow_null=True, help_text="null: the storefront's base list.")
    name = serializers.CharField(allow_null=True)
    price_list = serializers.CharField()
    storefront = serializers.CharField(allow_null=True, help_text="null: all.")
    applies = serializers.BooleanField()
    reason = serializers.ChoiceField(Why.choices)


class EffectiveOutput(serializers.Serializer[Any]):
    price_list = serializers.CharField(allow_null=True)
    set_on = SetOnOutput(allow_null=True)
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment] # DRF has an attribute of that name
    storefront = serializers.CharField()
    why = ConsideredOutput(many=True, help_text="Everything that was looked at, the nearest first.")


class AssignmentInput(StrictSerializer):
    """Replaces the assignment for the same storefront with the same beginning."""

    price_list = PriceListCode()
    storefront = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Storefront.objects.all(),
        required=False,
        allow_null=True,
        help_text="null or left out: all.",
    )
    valid_from = Moment(required=False, allow_null=True)
    valid_until = Moment(required=False, allow_null=True, help_text="Up to, not including, that moment.")


class AssignmentOutput(serializers.ModelSerializer[PriceListAssignment]):
    price_list = serializers.CharField(source="price_list.code")
    storefront = serializers.CharField(source="storefront.code", default=None, allow_null=True)

    class Meta:
        model = PriceListAssignment
        fields = ["price_list", "storefront", "valid_from", "valid_until", "created_at", "updated_at"]


class RemovalQuery(Parameters):
    storefront = serializers.CharField(required=False, max_length=40, help_text="Left out: the one for all.")
    valid_from = MomentParameter(required=False, help_text="Left out: the one without a beginning.")


class PriceOutput(serializers.Serializer[Any]):
    sku = serializers.CharField()
    quantity = serializers.IntegerField()
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4, allow_null=True)
    currency = serializers.CharField()
    price_list = serializers.CharField(allow_null=True)
    available = serializers.BooleanField()
    why = serializers.ListField(child=serializers.CharField())


class PricesOutput(serializers.Serializer[Any]):
    results = PriceOutput(many=True)


def asked_storefront(request: Request, code: str = "") -> Storefront:
    """The storefront that is meant: the one named, else the key's own, else the only one.

    Raises Http404 for one that the key may not see, ValidationError (`storefront_required`) where it is not clear.
    """
    if code:
        return visible_storefront(request, code)
    bound = bound_storefront(request)
    found = [bound] if bound is not None else list(Storefront.objects.all()[:2])
    if len(found) != 1:
        raise serializers.ValidationError({"storefront": "Say which storefront."}, code="storefront_required")
    return found[0]


def set_on_answer(node: Node | None) -> dict[str, str] | None:
    return {"shared_id": node.shared_id, "name": node.name} if node else None


def _effective_answer(effective: EffectivePriceList, storefront: Storefront) -> dict[str, Any]:
    return {
        "price_list": effective.price_list.code if effective.price_list else None,
        "set_on": set_on_answer(effective.set_on),
        "source": str(effective.source),
        "storefront": storefront.code,
        "why": [
            {
                "shared_id": each.node.shared_id if each.node else None,
                "name": each.node.name if each.node else None,
                "price_list": each.assigned.price_list.code,
                "storefront": each.assigned.storefront,
                "applies": each.applies,
                "reason": str(each.reason),
            }
            for each in effective.why
        ],
    }


def price_answer(price: Price) -> dict[str, Any]:
    return {
        "sku": price.sku,
        "quantity": price.quantity,
        "unit_price": str(price.unit_price) if price.unit_price is not None else None,
        "currency": price.currency,
        "price_list": price.price_list.code if price.price_list else None,
        "available": price.available,
        "why": list(price.why),
    }


class AccountPriceListView(GenericAPIView[PriceListAssignment]):
    required_scopes = {"GET": Scope.ACCOUNTS_READ, "PUT": Scope.ACCOUNTS_WRITE, "DELETE": Scope.ACCOUNTS_WRITE}
    methods_with_if_match = frozenset[str]()
    serializer_class = EffectiveOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="accounts_price_list", parameters=[AsOfQuery])
    def get(self, request: Request, shared_id: str) -> Response:
        """The list that holds for the account on the storefront, where it is set, and what it shadows.

        400 `storefront_required` (in `errors`).
        """
        account = account_named(shared_id)
        asked = AsOfQuery.of(request)
        storefront = asked_storefront(request, asked.get("storefront", ""))
        at: datetime = asked.get("at") or timezone.now()
        effective = price_list_for(account=account, storefront=storefront, at=at)
        return Response(_effective_answer(effective, storefront))

    @extend_schema(
        operation_id="accounts_assign_price_list", request=AssignmentInput, responses={200: AssignmentOutput}
    )
    def put(self, request: Request, shared_id: str) -> Response:
        """Give the account a list; 409 `price_list_overlap` where another assignment stands at that time.

        400 `ends_before_it_begins` (in `errors`).
        """
        account = account_named(shared_id)
        if isinstance(request.data, dict):
            _insist_on_own(request, request.data.get("storefront"))
        body = AssignmentInput(data=request.data)
        body.is_valid(raise_exception=True)
        given = assign_price_list(account=account, by=actor_of(request), at=timezone.now(), **body.validated_data)
        return Response(AssignmentOutput(given).data)

    @extend_schema(operation_id="accounts_unassign_price_list", parameters=[RemovalQuery], responses={204: None})
    def delete(self, request: Request, shared_id: str) -> Response:
        """Take the assignment away that is for this storefront and begins at that moment."""
        account = account_named(shared_id)
        asked = RemovalQuery.of(request)
        code = asked.get("storefront", "")
        _insist_on_own(request, code)
        storefront = asked_storefront(request, code) if code else None
        standing = PriceListAssignment.objects.filter(account=account, storefront=storefront)
        found = standing.filter(valid_from=asked.get("valid_from")).first()
        if found is None:
            raise Http404
        remove_assignment(assignment=found, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _insist_on_own(request: Request, code: Any) -> None:
    """A key bound to a storefront writes that one's assignments only, not those for all.

    Raises Http404, for a storefront that there is not as for one of somebody else.
    """
    bound = bound_storefront(request)
    if bound is not None and code != bound.code:
        raise Http404


class ByBeginning(CursorPages):
    ordering = "id"


class AssignmentListView(ListAPIView[PriceListAssignment]):
    required_scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = AssignmentOutput
    pagination_class = ByBeginning
    filter_backends = [StrictFilters]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return PriceListAssignment.objects.none()
        given = PriceListAssignment.objects.filter(account=account_named(self.kwargs["shared_id"]))
        bound = bound_storefront(self.request)
        visible = given if bound is None else given.filter(storefront=bound)
        return visible.select_related("price_list", "storefront")

    @extend_schema(operation_id="accounts_price_list_assignments")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What the account itself was given, whatever its time."""
        return super().get(request, *args, **kwargs)


class AccountPricesView(GenericAPIView[Account]):
    required_scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = PricesOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="accounts_prices", parameters=[PricesQuery])
    def get(self, request: Request, shared_id: str) -> Response:
        """What the account pays for each `sku` at the quantity, and why. 400 `storefront_required` (in `errors`)."""
        account = account_named(shared_id)
        asked = PricesQuery.of(request)
        prices = prices_for(
            account=account,
            storefront=asked_storefront(request, asked.get("storefront", "")),
            skus=list(dict.fromkeys(asked["sku"])),
            quantity=asked["quantity"],
            at=asked.get("at") or timezone.now(),
        )
        return Response({"results": [price_answer(price) for price in prices]})
