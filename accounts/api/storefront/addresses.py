"""`/storefront/addresses`: the person's own book, or under the header the account's. The two are never mixed."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.acting import Acting
from accounts.api.storefront.outputs import ShopperAddressOutput
from accounts.api.storefront.shopper_view import ShopperView
from accounts.permissions import Permission
from accounts.services.books import add_address, addresses_of, change_address, remove_address
from customers.api.inputs import BookEntryInput, NewBookEntryInput
from customers.models import CustomerAddress, PostalAddress
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.ordering import NamedOrdering
from interface.api.pagination import OldestFirst
from interface.api.problems import naming_fields


def _answer(acting: Acting, address: Any, *, http_status: int = status.HTTP_200_OK) -> Response:
    headers = {"ETag": etag(address.updated_at)}
    return Response(ShopperAddressOutput(address, context={"acting": acting}).data, status=http_status, headers=headers)


def _found(acting: Acting, code: str) -> PostalAddress:
    address: PostalAddress | None = addresses_of(acting).filter(code=code).first()
    if address is None:
        raise Http404
    return address


class ShopperAddressListView(ShopperView, ListAPIView[Any]):
    takes_idempotency_key = True
    serializer_class = ShopperAddressOutput
    pagination_class = OldestFirst
    filter_backends = [StrictFilters, NamedOrdering]
    ordering_words = {"created_at": "created_at"}

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return CustomerAddress.objects.none()
        return addresses_of(self.acting)

    def get_serializer_context(self) -> dict[str, Any]:
        return {"acting": self.acting}

    @extend_schema(operation_id="storefront_addresses_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The addresses to choose from, the oldest first: one's own; acting for an account, the account's."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        operation_id="storefront_addresses_add", request=NewBookEntryInput, responses={201: ShopperAddressOutput}
    )
    @idempotent
    @naming_fields({"code": "id"})
    def post(self, request: Request) -> Response:
        """Add an address; to an account's book with `addresses.manage`.

        The first one becomes the default for shipping and billing; a new default unmarks the old. 409
        `address_id_taken` for an `id` that the book has; 400 `default_not_usable` (in `errors`).
        """
        acting = self.acting
        acting.insist_on(Permission.ADDRESSES_MANAGE)
        body = NewBookEntryInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        address = add_address(acting=acting, code=fields.pop("id", ""), at=timezone.now(), **fields)
        return _answer(acting, address, http_status=status.HTTP_201_CREATED)


class ShopperAddressView(ShopperView):
    serializer_class = ShopperAddressOutput

    @extend_schema(operation_id="storefront_addresses_read")
    def get(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """One address of the book."""
        return _answer(self.acting, _found(self.acting, code))

    @extend_schema(
        operation_id="storefront_addresses_change", request=BookEntryInput, responses={200: ShopperAddressOutput}
    )
    def patch(self, request: Request, code: str) -> Response:
        """Change what is given; 400 `default_not_usable` (in `errors`)."""
        acting = self.acting
        acting.insist_on(Permission.ADDRESSES_MANAGE)
        address = _found(acting, code)
        body = BookEntryInput(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = seen_at(request, updated_at=address.updated_at)
        changed = change_address(acting=acting, address=address, seen_at=seen, at=timezone.now(), **body.validated_data)
        return _answer(acting, changed)

    @extend_schema(operation_id="storefront_addresses_remove", responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Remove it. Where it was a default, there is none afterwards."""
        acting = self.acting
        acting.insist_on(Permission.ADDRESSES_MANAGE)
        address = _found(acting, code)
        seen = seen_at(request, updated_at=address.updated_at)
        remove_address(acting=acting, address=address, seen_at=seen, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
