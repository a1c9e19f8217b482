"""`/storefronts`: the shops that call us, and how their orders are decided."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.pagination import ByCode
from storefronts.api.permissions import actor_of, bound_storefront
from storefronts.api.serializers import StorefrontChange, StorefrontInput, StorefrontOutput
from storefronts.models import Storefront
from storefronts.querysets import StorefrontQuerySet
from storefronts.scopes import Scope
from storefronts.services.storefronts import change_storefront, create_storefront


class _VisibleStorefronts(GenericAPIView[Storefront]):
    """A key bound to a storefront sees that one."""

    def get_queryset(self) -> StorefrontQuerySet:
        visible: StorefrontQuerySet = Storefront.objects.with_policy()
        if getattr(self, "swagger_fake_view", False):
            return visible
        bound = bound_storefront(self.request)
        return visible if bound is None else visible.filter(pk=bound.pk)


class StorefrontListView(_VisibleStorefronts, ListAPIView[Storefront]):
    required_scopes = {"GET": Scope.SETTINGS_READ, "POST": Scope.SETTINGS_WRITE}
    takes_idempotency_key = True
    serializer_class = StorefrontOutput
    pagination_class = ByCode
    filter_backends = [StrictFilters]

    @extend_schema(operation_id="storefronts_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The storefronts the key may see, by code."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="storefronts_create", request=StorefrontInput, responses={201: StorefrontOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a storefront with the first version of its policy; 409 `unique` for a code that is taken.

        Not for keys bound to one: 404 `not_found`.
        """
        if bound_storefront(request) is not None:
            raise Http404
        body = StorefrontInput(data=request.data)
        body.is_valid(raise_exception=True)
        storefront = create_storefront(**body.validated_data, by=actor_of(request), at=timezone.now())
        return Response(
            StorefrontOutput(storefront).data,
            status=status.HTTP_201_CREATED,
            headers={"ETag": etag(storefront.updated_at)},
        )


class StorefrontView(_VisibleStorefronts):
    required_scopes = {"GET": Scope.SETTINGS_READ, "PATCH": Scope.SETTINGS_WRITE}
    lookup_field = "code"
    serializer_class = StorefrontOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="storefronts_read")
    def get(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- the lookup reads it
        """One storefront with its current policy."""
        storefront = self.get_object()
        return Response(StorefrontOutput(storefront).data, headers={"ETag": etag(storefront.updated_at)})

    @extend_schema(operation_id="storefronts_change", request=StorefrontChange, responses={200: StorefrontOutput})
    def patch(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- the lookup reads it
        """Change what is given. What decides identities becomes the next version of the policy."""
        storefront = self.get_object()
        body = StorefrontChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = change_storefront(
            storefront=storefront,
            **body.validated_data,
            seen_at=seen_at(request, updated_at=storefront.updated_at),
            by=actor_of(request),
            at=timezone.now(),
        )
        return Response(StorefrontOutput(changed).data, headers={"ETag": etag(changed.updated_at)})
