"""`/roles`: the named sets of permissions that associates have."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.inputs import RoleChange, RoleInput
from accounts.api.outputs import RoleOutput
from accounts.models import Role
from accounts.services.roles import change_role, create_role, remove_role
from customers.api.definitions import ONE, READ_AND_WRITE
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.pagination import ByCode
from storefronts.api.permissions import actor_of


class RoleListView(ListAPIView[Role]):
    required_scopes = READ_AND_WRITE
    takes_idempotency_key = True
    queryset = Role.objects.all()
    serializer_class = RoleOutput
    pagination_class = ByCode
    filter_backends = [StrictFilters]

    @extend_schema(operation_id="roles_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All roles, by code."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="roles_create", request=RoleInput, responses={201: RoleOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a role; 409 `unique` for a code that is taken."""
        body = RoleInput(data=request.data)
        body.is_valid(raise_exception=True)
        role = create_role(**body.validated_data, by=actor_of(request), at=timezone.now())
        headers = {"ETag": etag(role.updated_at)}
        return Response(RoleOutput(role).data, status=status.HTTP_201_CREATED, headers=headers)


class RoleView(GenericAPIView[Role]):
    required_scopes = ONE
    queryset = Role.objects.all()
    lookup_field = "code"
    serializer_class = RoleOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="roles_read")
    def get(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- the lookup reads it
        """One role."""
        role = self.get_object()
        return Response(RoleOutput(role).data, headers={"ETag": etag(role.updated_at)})

    @extend_schema(operation_id="roles_change", request=RoleChange, responses={200: RoleOutput})
    def patch(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- the lookup reads it
        """Change name or permissions. 409 `role_built_in`; `last_admin` where an active root would lose its last."""
        role = self.get_object()
        body = RoleChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = seen_at(request, updated_at=role.updated_at)
        changed = change_role(role=role, seen_at=seen, by=actor_of(request), at=timezone.now(), **body.validated_data)
        return Response(RoleOutput(changed).data, headers={"ETag": etag(changed.updated_at)})

    @extend_schema(operation_id="roles_remove", responses={204: None})
    def delete(self, request: Request, code: str) -> Response:  # noqa: ARG002 -- the lookup reads it
        """Remove a role that nobody has: 409 `role_in_use`, `role_built_in`."""
        role = self.get_object()
        seen = seen_at(request, updated_at=role.updated_at)
        remove_role(role=role, seen_at=seen, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
