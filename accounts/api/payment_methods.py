"""`/payment-methods` and `/accounts/{id}/payment-methods`: ways to pay, and who sees which."""

from typing import Any

import django_filters
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.accounts import account_named
from accounts.api.assignments import SetOnOutput, StorefrontQuery, asked_storefront, set_on_answer
from accounts.effective import payment_methods_for
from accounts.inheritance import Source
from accounts.models import Account, PaymentMethod
from accounts.models.payment_method import CODE_PATTERN
from accounts.payment_visibility import EffectiveMethod, Why
from accounts.services.payment_methods import (
    change_payment_method,
    create_payment_method,
    remove_payment_method,
    set_payment_rules,
)
from customers.api.definitions import ONE, READ_AND_WRITE, ById
from interface.api.etags import etag, seen_at
from interface.api.fields import Characters, Flag, StrictSerializer
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from storefronts.api.permissions import actor_of, bound_storefront, visible_storefront
from storefronts.models import Storefront
from storefronts.scopes import Scope

MOST_METHODS = 200


class PaymentMethodChange(StrictSerializer):
    name = Characters(max_length=120)
    active = Flag(required=False)
    visible_by_default = Flag(required=False)


class PaymentMethodInput(PaymentMethodChange):
    """A way to pay on one storefront."""

    storefront = Characters(max_length=40, help_text="Code of a storefront.")
    code = serializers.RegexField(CODE_PATTERN, help_text="As orders name it.")


class PaymentMethodOutput(serializers.ModelSerializer[PaymentMethod]):
    storefront = serializers.CharField(source="storefront.code")

    class Meta:
        model = PaymentMethod
        fields = [
            "storefront", "code", "name", "active", "visible_by_default", "not_seen_since", "created_at", "updated_at",
        ]  # fmt: skip


class PaymentMethodFilter(django_filters.FilterSet):
    storefront = django_filters.CharFilter(field_name="storefront__code", max_length=40)

    class Meta:
        model = PaymentMethod
        fields: list[str] = []


def _visible(request: Request) -> Any:
    """What the key may see: of one bound to a storefront, that one's methods."""
    methods = PaymentMethod.objects.select_related("storefront")
    bound = bound_storefront(request)
    return methods if bound is None else methods.filter(storefront=bound)


class PaymentMethodListView(ListAPIView[PaymentMethod]):
    required_scopes = READ_AND_WRITE
    takes_idempotency_key = True
    serializer_class = PaymentMethodOutput
    pagination_class = ById
    filter_backends = [StrictFilters]
    filterset_class = PaymentMethodFilter

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return PaymentMethod.objects.none()
        return _visible(self.request)

    @extend_schema(operation_id="payment_methods_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The payment methods of the storefronts the key may see."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="payment_methods_create", request=PaymentMethodInput, responses={201: PaymentMethodOutput}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Add a payment method to a storefront; 409 `unique` for a code that it has.

        404 `not_found` for the storefront.
        """
        body = PaymentMethodInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        storefront = visible_storefront(request, fields.pop("storefront"))
        method = create_payment_method(storefront=storefront, by=actor_of(request), at=timezone.now(), **fields)
        headers = {"ETag": etag(method.updated_at)}
        return Response(PaymentMethodOutput(method).data, status=status.HTTP_201_CREATED, headers=headers)


class PaymentMethodView(GenericAPIView[PaymentMethod]):
    required_scopes = ONE
    serializer_class = PaymentMethodOutput
    filter_backends: list[Any] = []

    def found(self, storefront: str, code: str) -> PaymentMethod:
        method: PaymentMethod | None = _visible(self.request).filter(storefront__code=storefront, code=code).first()
        if method is None:
            raise Http404
        return method

    @extend_schema(operation_id="payment_methods_read")
    def get(self, request: Request, storefront: str, code: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """One payment method."""
        method = self.found(storefront, code)
        return Response(PaymentMethodOutput(method).data, headers={"ETag": etag(method.updated_at)})

    @extend_schema(
        operation_id="payment_methods_change", request=PaymentMethodChange, responses={200: PaymentMethodOutput}
    )
    def patch(self, request: Request, storefront: str, code: str) -> Response:
        """Change what is given; an inactive method is seen by nobody."""
        method = self.found(storefront, code)
        body = PaymentMethodChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = seen_at(request, updated_at=method.updated_at)
        by, at = actor_of(request), timezone.now()
        changed = change_payment_method(method=method, seen_at=seen, by=by, at=at, **body.validated_data)
        return Response(PaymentMethodOutput(changed).data, headers={"ETag": etag(changed.updated_at)})

    @extend_schema(operation_id="payment_methods_remove", responses={204: None})
    def delete(self, request: Request, storefront: str, code: str) -> Response:
        """Remove it, with what every account says of it."""
        method = self.found(storefront, code)
        seen = seen_at(request, updated_at=method.updated_at)
        remove_payment_method(method=method, seen_at=seen, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class WordInput(StrictSerializer):
    code = Characters(max_length=60)
    visible = Flag(allow_null=True, help_text="null: as above it.")


class WordConsideredOutput(serializers.Serializer[Any]):
    shared_id = serializers.CharField(allow_null=True, help_text="null: the method's default.")
    name = serializers.CharField(allow_null=True)
    visible = serializers.BooleanField()
    applies = serializers.BooleanField()
    reason = serializers.ChoiceField(Why.choices)


class EffectiveMethodOutput(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    visible = serializers.BooleanField()
    set_on = SetOnOutput(allow_null=True)
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment] # DRF has an attribute of that name
    why = WordConsideredOutput(many=True)


class EffectiveMethodsOutput(serializers.Serializer[Any]):
    results = EffectiveMethodOutput(many=True)


def method_answer(effective: EffectiveMethod) -> dict[str, Any]:
    return {
        "code": effective.method.code,
        "name": effective.method.name,
        "visible": effective.visible,
        "set_on": set_on_answer(effective.set_on),
        "source": str(effective.source),
        "why": [
            {
                "shared_id": each.node.shared_id if each.node else None,
                "name": each.node.name if each.node else None,
                "visible": each.visible,
                "applies": each.applies,
                "reason": str(each.reason),
            }
            for each in effective.why
        ],
    }


class AccountPaymentMethodsView(GenericAPIView[Account]):
    required_scopes = {"GET": Scope.ACCOUNTS_READ, "PUT": Scope.ACCOUNTS_WRITE}
    serializer_class = EffectiveMethodsOutput
    filter_backends: list[Any] = []

    def storefront(self, request: Request) -> Storefront:
        return asked_storefront(request, StorefrontQuery.of(request).get("storefront", ""))

    @extend_schema(operation_id="accounts_payment_methods", parameters=[StorefrontQuery])
    def get(self, request: Request, shared_id: str) -> Response:
        """Every method of the storefront: whether the account's buyers see it, where that is set, what it shadows.

        400 `storefront_required` (in `errors`).
        """
        account = account_named(shared_id)
        found = payment_methods_for(account=account, storefront=self.storefront(request))
        return Response({"results": [method_answer(each) for each in found]})

    @extend_schema(
        operation_id="accounts_set_payment_methods",
        parameters=[StorefrontQuery],
        request=WordInput(many=True),
        responses={200: EffectiveMethodsOutput},
    )
    def put(self, request: Request, shared_id: str) -> Response:
        """Say of the methods named whether the account's buyers see them; the others stay as they are.

        400 `unknown_payment_method`, `named_twice`, `storefront_required` (in `errors`).
        """
        account = account_named(shared_id)
        storefront = self.storefront(request)
        body = WordInput(data=request.data, many=True, max_length=MOST_METHODS)  # type: ignore[call-arg] # DRF passes it on
        body.is_valid(raise_exception=True)
        methods = {each.code: each for each in PaymentMethod.objects.filter(storefront=storefront)}
        unknown = {
            f"{row}.code": f"{storefront.code} has no payment method {word['code']}."
            for row, word in enumerate(body.validated_data)
            if word["code"] not in methods
        }
        if unknown:
            raise ValidationError(unknown, code="unknown_payment_method")
        words: dict[PaymentMethod, bool | None] = {}
        for row, word in enumerate(body.validated_data):
            if methods[word["code"]] in words:
                detail = ErrorDetail("A row before names this method too.", code="named_twice")
                raise ValidationError({f"{row}.code": detail})
            words[methods[word["code"]]] = word["visible"]
        set_payment_rules(account=account, words=words, by=actor_of(request), at=timezone.now())
        found = payment_methods_for(account=account, storefront=storefront)
        return Response({"results": [method_answer(each) for each in found]})
