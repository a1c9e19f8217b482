"""`/storefront/prices` and `/storefront/payment-methods`: at which price, paying how, why. Ancestors stay unnamed."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.assignments import PricesOutput, SetOnOutput, price_answer, set_on_answer
from accounts.api.storefront import examples
from accounts.api.storefront.inputs import ShopperPricesQuery
from accounts.api.storefront.shopper_view import ShopperView
from accounts.effective import prices_for, visible_payment_methods
from accounts.inheritance import Node, Source
from accounts.payment_visibility import EffectiveMethod, Why
from accounts.permissions import Permission


class WordOfMethodOutput(serializers.Serializer[Any]):
    set_on = SetOnOutput(allow_null=True)
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment] # DRF has an attribute of that name
    visible = serializers.BooleanField()
    applies = serializers.BooleanField()
    reason = serializers.ChoiceField(Why.choices)


class VisibleMethodOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    visible = serializers.BooleanField(help_text="Always true: hidden ones are not listed.")
    set_on = SetOnOutput(allow_null=True, help_text="The account acted for; null where it stands elsewhere.")
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]
    why = WordOfMethodOutput(many=True, help_text="Everything that was looked at, the nearest first.")


@extend_schema_serializer(examples=[examples.METHODS])
class VisibleMethodsOutput(serializers.Serializer[Any]):
    results = VisibleMethodOutput(many=True)


class ShopperPricesView(ShopperView):
    serializer_class = PricesOutput

    @extend_schema(operation_id="storefront_prices_read", parameters=[ShopperPricesQuery], examples=[examples.PRICES])
    def get(self, request: Request) -> Response:
        """What each `sku` costs at the quantity: by the account's list, for oneself by the storefront's.

        Needs `prices.view`.
        """
        acting = self.acting
        acting.insist_on(Permission.PRICES_VIEW)
        asked = ShopperPricesQuery.of(request)
        prices = prices_for(
            account=acting.account,
            storefront=acting.storefront,
            skus=list(dict.fromkeys(asked["sku"])),
            quantity=asked["quantity"],
            at=timezone.now(),
        )
        return Response({"results": [price_answer(price) for price in prices]})


class ShopperPaymentMethodsView(ShopperView):
    serializer_class = VisibleMethodsOutput

    @extend_schema(operation_id="storefront_payment_methods_list")
    def get(self, request: Request) -> Response:  # noqa: ARG002 -- DRF's signature
        """The payment methods one may use, by name; a hidden one is not here."""
        acting = self.acting
        own_id = acting.account.pk if acting.account else None
        visible = visible_payment_methods(account=acting.account, storefront=acting.storefront)
        return Response({"results": [_method_answer(each, own_id) for each in visible]})


def _method_answer(effective: EffectiveMethod, own_id: int | None) -> dict[str, Any]:
    return {
        "code": effective.method.code,
        "name": effective.method.name,
        "visible": effective.visible,
        "set_on": _own(effective.set_on, own_id),
        "source": str(effective.source),
        "why": [
            {
                "set_on": _own(each.node, own_id),
                "source": str(_source(each.node, own_id)),
                "visible": each.visible,
                "applies": each.applies,
                "reason": str(each.reason),
            }
            for each in effective.why
        ],
    }


def _own(node: Node | None, own_id: int | None) -> dict[str, str] | None:
    return set_on_answer(node) if node is not None and node.id == own_id else None


def _source(node: Node | None, own_id: int | None) -> Source:
    if node is None:
        return Source.STOREFRONT
    return Source.ACCOUNT if node.id == own_id else Source.ANCESTOR
