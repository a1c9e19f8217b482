"""`/price-lists`: named prices, their entries and who has them; and what everybody pays on a storefront."""

from typing import Any

import django_filters
from django.core.exceptions import ValidationError as DomainValidationError
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import PriceList, PriceListAssignment, PriceListEntry, StorefrontDefaults
from accounts.models.price_list import CODE_PATTERN
from accounts.price_lists import PriceListKind
from accounts.services.price_lists import (
    EntryDraft,
    change_price_list,
    create_price_list,
    remove_entry,
    remove_price_list,
    set_base_price_list,
    write_entries,
)
from accounts.services.rows import RowsRefusedError
from customers.api.definitions import ONE, READ_AND_WRITE, ById
from interface.api.etags import etag, seen_at
from interface.api.fields import Characters, Flag, StrictSerializer, Text, WholeNumber
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.pagination import ByCode, CursorPages
from interface.api.parameters import Parameters
from storefronts.api.permissions import actor_of, bound_storefront, visible_storefront
from storefronts.scopes import Scope

MOST_ENTRIES = 500
LARGEST_QUANTITY = 1_000_000_000


class PriceListCode(serializers.SlugRelatedField[PriceList]):
    """A price list by its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="code", queryset=PriceList.objects.select_related("base"), **options)


class PriceListChange(StrictSerializer):
    name = Characters(max_length=120)
    percent_off = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False, allow_null=True
    )
    base = PriceListCode(
        required=False, allow_null=True, help_text="What a percentage list computes from; null: the storefront's base."
    )
    active = Flag(required=False)


class PriceListInput(PriceListChange):
    """A list of fixed prices, or of a percentage off another."""

    code = serializers.RegexField(CODE_PATTERN)
    currency = serializers.RegexField(r"^[A-Z]{3}\Z", help_text="ISO 4217, as in USD.")
    kind = serializers.ChoiceField(PriceListKind.choices)


class PriceListOutput(serializers.ModelSerializer[PriceList]):
    base = serializers.CharField(source="base.code", default=None, allow_null=True)

    class Meta:
        model = PriceList
        fields = ["code", "name", "currency", "kind", "percent_off", "base", "active", "created_at", "updated_at"]


class EntryInput(StrictSerializer):
    sku = Characters(max_length=120)
    name = Text(max_length=200)
    min_quantity = WholeNumber(required=False, default=1, min_value=1, max_value=LARGEST_QUANTITY)
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=0)
    available = Flag(required=False, default=True)


class EntriesInput(StrictSerializer):
    """Rows as they are to be; with `replace`, entries that no row names go."""

    entries = EntryInput(many=True, max_length=MOST_ENTRIES)  # type: ignore[call-arg] # DRF passes it on to the list
    replace = Flag(required=False, default=False)


class EntryOutput(serializers.ModelSerializer[PriceListEntry]):
    class Meta:
        model = PriceListEntry
        fields = ["sku", "name", "min_quantity", "unit_price", "available", "created_at", "updated_at"]


class WrittenOutput(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    removed = serializers.IntegerField()


class UserOutput(serializers.ModelSerializer[PriceListAssignment]):
    """An account that was given the list."""

    shared_id = serializers.CharField(source="account.shared_id")
    name = serializers.CharField(source="account.name")
    storefront = serializers.CharField(source="storefront.code", default=None, allow_null=True)

    class Meta:
        model = PriceListAssignment
        fields = ["shared_id", "name", "storefront", "valid_from", "valid_until"]


def price_list_named(code: str) -> PriceList:
    """Raises Http404."""
    price_list = PriceList.objects.select_related("base").filter(code=code).first()
    if price_list is None:
        raise Http404
    return price_list


def _answer(price_list: PriceList, *, http_status: int = status.HTTP_200_OK) -> Response:
    headers = {"ETag": etag(price_list.updated_at)}
    return Response(PriceListOutput(price_list).data, status=http_status, headers=headers)


class PriceListListView(ListAPIView[PriceList]):
    required_scopes = READ_AND_WRITE
    takes_idempotency_key = True
    queryset = PriceList.objects.select_related("base")
    serializer_class = PriceListOutput
    pagination_class = ByCode
    filter_backends = [StrictFilters]

    @extend_schema(operation_id="price_lists_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All price lists, by code."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="price_lists_create", request=PriceListInput, responses={201: PriceListOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a price list. Its code, currency and kind never change.

        409 `unique` for a code that is taken; of its base 400 `base_not_fixed`, `other_currency` (in `errors`).
        """
        body = PriceListInput(data=request.data)
        body.is_valid(raise_exception=True)
        made = create_price_list(**body.validated_data, by=actor_of(request), at=timezone.now())
        return _answer(made, http_status=status.HTTP_201_CREATED)


class PriceListView(GenericAPIView[PriceList]):
    required_scopes = ONE
    serializer_class = PriceListOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="price_lists_read")
    def get(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """One price list, without its entries."""
        return _answer(price_list_named(code))

    @extend_schema(operation_id="price_lists_change", request=PriceListChange, responses={200: PriceListOutput})
    def patch(self, request: Request, code: str) -> Response:
        """Change what is given; an inactive list applies to nobody.

        Of its base 400 `base_not_fixed`, `other_currency` (in `errors`).
        """
        price_list = price_list_named(code)
        body = PriceListChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = seen_at(request, updated_at=price_list.updated_at)
        by, at = actor_of(request), timezone.now()
        return _answer(change_price_list(price_list=price_list, seen_at=seen, by=by, at=at, **body.validated_data))

    @extend_schema(operation_id="price_lists_remove", responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Remove a list that nobody has, with its entries: else 409 `price_list_in_use`."""
        price_list = price_list_named(code)
        seen = seen_at(request, updated_at=price_list.updated_at)
        remove_price_list(price_list=price_list, seen_at=seen, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class EntryFilter(django_filters.FilterSet):
    sku = django_filters.CharFilter(max_length=120)

    class Meta:
        model = PriceListEntry
        fields: list[str] = []


class BySku(CursorPages):
    ordering = ("sku", "min_quantity")


class _EntryQuery(Parameters):
    sku = serializers.CharField(max_length=120)
    min_quantity = serializers.IntegerField(required=False, default=1, min_value=1, max_value=LARGEST_QUANTITY)


class EntriesView(ListAPIView[PriceListEntry]):
    required_scopes = {"GET": Scope.SETTINGS_READ, "PUT": Scope.SETTINGS_WRITE, "DELETE": Scope.SETTINGS_WRITE}
    methods_with_if_match = frozenset[str]()
    serializer_class = EntryOutput
    pagination_class = BySku
    filter_backends = [StrictFilters]
    filterset_class = EntryFilter

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return PriceListEntry.objects.none()
        return PriceListEntry.objects.filter(price_list=price_list_named(self.kwargs["code"]))

    @extend_schema(operation_id="price_lists_entries")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The prices of the list, by SKU and quantity."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="price_lists_write_entries", request=EntriesInput, responses={200: WrittenOutput})
    def put(self, request: Request, code: str) -> Response:
        """Create or change up to 500 prices, all of them or none; the same again changes nothing.

        400 `named_twice`, `percentage_has_no_entries` (in `errors`).
        """
        price_list = price_list_named(code)
        body = EntriesInput(data=request.data)
        body.is_valid(raise_exception=True)
        rows = [EntryDraft(**row) for row in body.validated_data["entries"]]
        try:
            written = write_entries(
                price_list=price_list,
                rows=rows,
                replace=body.validated_data["replace"],
                by=actor_of(request),
                at=timezone.now(),
            )
        except RowsRefusedError as refused:
            raise _by_row(refused) from refused
        return Response(WrittenOutput(written).data)

    @extend_schema(operation_id="price_lists_remove_entry", parameters=[_EntryQuery], responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Take the price of `sku` from `min_quantity` (1) upwards off the list."""
        price_list = price_list_named(code)
        entry = PriceListEntry.objects.filter(price_list=price_list, **_EntryQuery.of(request)).first()
        if entry is None:
            raise Http404
        remove_entry(entry=entry, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _by_row(refused: RowsRefusedError) -> DomainValidationError:
    """As `entries.<row>.<field>`."""
    errors: dict[str, list[DomainValidationError]] = {}
    for row, error in refused.errors.items():
        for field, found in error.error_dict.items():
            errors[f"entries.{row}.{field}"] = found
    return DomainValidationError(errors)


class UsersView(ListAPIView[PriceListAssignment]):
    required_scopes = {"GET": Scope.SETTINGS_READ}
    serializer_class = UserOutput
    pagination_class = ById
    filter_backends = [StrictFilters]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return PriceListAssignment.objects.none()
        given = PriceListAssignment.objects.filter(price_list=price_list_named(self.kwargs["code"]))
        bound = bound_storefront(self.request)
        visible = given if bound is None else given.filter(storefront=bound)
        return visible.select_related("account", "storefront").order_by("id")

    @extend_schema(operation_id="price_lists_accounts")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The accounts that were given the list; those below them have it where they inherit."""
        return super().get(request, *args, **kwargs)


class BasePriceListInput(StrictSerializer):
    price_list = PriceListCode(allow_null=True, help_text="Code of a list with fixed prices; null: none.")


class BasePriceListOutput(serializers.Serializer[Any]):
    price_list = serializers.CharField(allow_null=True)


class BasePriceListView(GenericAPIView[StorefrontDefaults]):
    required_scopes = {"GET": Scope.SETTINGS_READ, "PUT": Scope.SETTINGS_WRITE}
    serializer_class = BasePriceListOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="storefronts_base_price_list")
    def get(self, request: Request, code: str) -> Response:
        """What everybody pays on the storefront who has nothing else."""
        defaults = StorefrontDefaults.objects.filter(storefront=visible_storefront(request, code))
        row = defaults.select_related("base_price_list").first()
        return Response({"price_list": row.base_price_list.code if row and row.base_price_list else None})

    @extend_schema(
        operation_id="storefronts_set_base_price_list", request=BasePriceListInput, responses={200: BasePriceListOutput}
    )
    def put(self, request: Request, code: str) -> Response:
        """Set it: a list with fixed prices in the storefront's currency, or null.

        400 `base_not_fixed`, `other_currency` (in `errors`).
        """
        storefront = visible_storefront(request, code)
        body = BasePriceListInput(data=request.data)
        body.is_valid(raise_exception=True)
        price_list = body.validated_data["price_list"]
        set_base_price_list(storefront=storefront, price_list=price_list, by=actor_of(request), at=timezone.now())
        return Response({"price_list": price_list.code if price_list else None})
