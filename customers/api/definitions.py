"""`/segments` and `/profile-attributes`: what customers can be grouped by and asked for."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api.inputs import AttributeChange, AttributeInput, SegmentChange, SegmentInput
from customers.api.outputs import AttributeOutput, SegmentOutput
from customers.attributes import Visibility
from customers.models import ProfileAttribute, Segment
from customers.services.profile_attributes import change_attribute, create_attribute, remove_attribute
from customers.services.segments import change_segment, create_segment, remove_segment
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.pagination import ByCode, CursorPages
from storefronts.api.permissions import actor_of
from storefronts.models import Storefront
from storefronts.scopes import Scope

READ_AND_WRITE = {"GET": Scope.SETTINGS_READ, "POST": Scope.SETTINGS_WRITE}
ONE = {"GET": Scope.SETTINGS_READ, "PATCH": Scope.SETTINGS_WRITE, "DELETE": Scope.SETTINGS_WRITE}


class ById(CursorPages):
    ordering = "id"


class SegmentListView(ListAPIView[Segment]):
    required_scopes = READ_AND_WRITE
    takes_idempotency_key = True
    queryset = Segment.objects.all()
    serializer_class = SegmentOutput
    pagination_class = ByCode
    filter_backends = [StrictFilters]

    @extend_schema(operation_id="segments_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All segments, by code."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="segments_create", request=SegmentInput, responses={201: SegmentOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a segment; 409 `unique` for a code that is taken."""
        body = SegmentInput(data=request.data)
        body.is_valid(raise_exception=True)
        segment = create_segment(**body.validated_data, by=actor_of(request), at=timezone.now())
        headers = {"ETag": etag(segment.updated_at)}
        return Response(SegmentOutput(segment).data, status=status.HTTP_201_CREATED, headers=headers)


class SegmentView(GenericAPIView[Segment]):
    required_scopes = ONE
    queryset = Segment.objects.all()
    lookup_field = "code"
    serializer_class = SegmentOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="segments_read")
    def get(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- the lookup reads it
        """One segment."""
        segment = self.get_object()
        return Response(SegmentOutput(segment).data, headers={"ETag": etag(segment.updated_at)})

    @extend_schema(operation_id="segments_change", request=SegmentChange, responses={200: SegmentOutput})
    def patch(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- the lookup reads it
        """Give it another name; the code never changes."""
        segment = self.get_object()
        body = SegmentChange(data=request.data)
        body.is_valid(raise_exception=True)
        seen = seen_at(request, updated_at=segment.updated_at)
        changed = change_segment(
            segment=segment, **body.validated_data, seen_at=seen, by=actor_of(request), at=timezone.now()
        )
        return Response(SegmentOutput(changed).data, headers={"ETag": etag(changed.updated_at)})

    @extend_schema(operation_id="segments_remove", responses={204: None})
    def delete(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- the lookup reads it
        """Remove it; whoever is in it leaves it."""
        segment = self.get_object()
        seen = seen_at(request, updated_at=segment.updated_at)
        remove_segment(segment=segment, seen_at=seen, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class AttributeListView(ListAPIView[ProfileAttribute]):
    required_scopes = READ_AND_WRITE
    takes_idempotency_key = True
    queryset = ProfileAttribute.objects.prefetch_related("storefront_policies__storefront")
    serializer_class = AttributeOutput
    pagination_class = ById
    filter_backends = [StrictFilters]

    @extend_schema(operation_id="profile_attributes_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What is asked of customers and of accounts."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="profile_attributes_create", request=AttributeInput, responses={201: AttributeOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Define one more; 409 `unique` for a key that is taken."""
        body = AttributeInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        policies = _policies(fields.pop("storefront_policies", {}))
        attribute = create_attribute(policies=policies, by=actor_of(request), at=timezone.now(), **fields)
        headers = {"ETag": etag(attribute.updated_at)}
        return Response(AttributeOutput(attribute).data, status=status.HTTP_201_CREATED, headers=headers)


class AttributeView(GenericAPIView[ProfileAttribute]):
    required_scopes = ONE
    serializer_class = AttributeOutput
    filter_backends: list[Any] = []

    def found(self, subject: str, key: str) -> ProfileAttribute:
        attribute = ProfileAttribute.objects.filter(subject=subject, key=key).first()
        if attribute is None:
            raise Http404
        return attribute

    @extend_schema(operation_id="profile_attributes_read")
    def get(self, request: Request, subject: str, key: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """One definition."""
        attribute = self.found(subject, key)
        return Response(AttributeOutput(attribute).data, headers={"ETag": etag(attribute.updated_at)})

    @extend_schema(operation_id="profile_attributes_change", request=AttributeChange, responses={200: AttributeOutput})
    def patch(self, request: Request, subject: str, key: str) -> Response:
        """Change what is given; subject, key and type never change."""
        attribute = self.found(subject, key)
        body = AttributeChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        policies = _policies(fields.pop("storefront_policies")) if "storefront_policies" in fields else None
        changed = change_attribute(
            attribute=attribute,
            policies=policies,
            seen_at=seen_at(request, updated_at=attribute.updated_at),
            by=actor_of(request),
            at=timezone.now(),
            **fields,
        )
        return Response(AttributeOutput(changed).data, headers={"ETag": etag(changed.updated_at)})

    @extend_schema(operation_id="profile_attributes_remove", responses={204: None})
    def delete(self, request: Request, subject: str, key: str) -> Response:
        """Ask no more for it. Values that were given stay stored, unseen."""
        attribute = self.found(subject, key)
        seen = seen_at(request, updated_at=attribute.updated_at)
        remove_attribute(attribute=attribute, seen_at=seen, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _policies(by_code: dict[str, str]) -> dict[Storefront, Visibility]:
    storefronts = {each.code: each for each in Storefront.objects.filter(code__in=by_code)}
    if unknown := sorted(by_code.keys() - storefronts.keys()):
        detail = ErrorDetail("There is no such storefront.", code="does_not_exist")
        raise ValidationError({"storefront_policies": {code[:100]: detail for code in unknown}})
    return {storefronts[code]: Visibility(policy) for code, policy in by_code.items()}
