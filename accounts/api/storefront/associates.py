"""`/storefront/accounts/{id}/associates`: who may act for it; an admin of it, or of one above, manages them."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.acting import Standing
from accounts.api.inputs import field_of_person
from accounts.api.storefront.accounts import standing_in
from accounts.api.storefront.inputs import ColleagueChange, ColleagueInput
from accounts.api.storefront.outputs import ColleagueOutput, colleague_answer
from accounts.api.storefront.shopper_view import ShopperView
from accounts.models import Associate
from accounts.permissions import Permission
from accounts.services.colleagues import add_colleague, change_colleague, remove_colleague
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.ordering import NamedOrdering
from interface.api.pagination import OldestFirst
from interface.api.problems import naming_fields


def _colleagues(standing: Standing) -> Any:
    """Whoever was merged into another person acts no more, although his association may still be there."""
    rows = Associate.objects.filter(account=standing.account, customer__merged_into__isnull=True)
    return rows.select_related("customer", "role")


class ColleagueListView(ShopperView, ListAPIView[Associate]):
    takes_idempotency_key = True
    serializer_class = ColleagueOutput
    pagination_class = OldestFirst
    filter_backends = [StrictFilters, NamedOrdering]
    ordering_words = {"created_at": "created_at"}
    queryset = Associate.objects.none()

    def idempotency_rights(self) -> list[str]:
        """Raises as the view: who manages the account in the path no more is not told again whom he added."""
        standing_in(self.acting, self.kwargs["shared_id"]).insist_on(Permission.ASSOCIATES_MANAGE)
        return super().idempotency_rights()

    @extend_schema(operation_id="storefront_associates_list")
    def get(self, request: Request, shared_id: str, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002 -- DRF's signature
        """Who may act for the account itself, the longest there first; also those whose time is over or to come."""
        standing = standing_in(self.acting, shared_id)
        page = self.paginate_queryset(self.filter_queryset(_colleagues(standing))) or []
        return self.get_paginated_response([colleague_answer(standing, each) for each in page])

    @extend_schema(operation_id="storefront_associates_add", request=ColleagueInput, responses={201: ColleagueOutput})
    @idempotent
    def post(self, request: Request, shared_id: str) -> Response:
        """Let a registered customer act for the account; needs `associates.manage` there or above.

        400 `customer_not_registered`, `email_unconfirmed`, `email_ambiguous`, `role_unknown`, `ends_before_it_begins`,
        `own_role` (in `errors`); 409 `already_associated`; 403 `permission_missing` for a role that allows more than
        one's own.
        """
        acting = self.acting
        standing = standing_in(acting, shared_id)
        standing.insist_on(Permission.ASSOCIATES_MANAGE)
        body = ColleagueInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = body.validated_data
        with naming_fields({"customer": field_of_person(fields)}):
            added = add_colleague(acting=acting, account=standing.account, at=timezone.now(), **fields)
        headers = {"ETag": etag(added.updated_at)}
        return Response(colleague_answer(standing, added), status=status.HTTP_201_CREATED, headers=headers)


class ColleagueView(ShopperView):
    serializer_class = ColleagueOutput

    @extend_schema(operation_id="storefront_associates_read")
    def get(self, request: Request, shared_id: str, associate_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """One associate."""
        standing = standing_in(self.acting, shared_id)
        associate = _found(standing, associate_id)
        return Response(colleague_answer(standing, associate), headers={"ETag": etag(associate.updated_at)})

    @extend_schema(
        operation_id="storefront_associates_change", request=ColleagueChange, responses={200: ColleagueOutput}
    )
    def patch(self, request: Request, shared_id: str, associate_id: UUID) -> Response:
        """Give another role or other dates; 400 `own_role` (in `errors`) for one's own, 409 `last_admin`.

        400 `role_unknown`, `ends_before_it_begins` (in `errors`).
        403 `permission_missing` where the role, the old or the new one, allows more than one's own.
        """
        acting = self.acting
        standing = standing_in(acting, shared_id)
        standing.insist_on(Permission.ASSOCIATES_MANAGE)
        associate = _found(standing, associate_id)
        body = ColleagueChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = seen_at(request, updated_at=associate.updated_at)
        changed = change_colleague(
            acting=acting, associate=associate, seen_at=seen, at=timezone.now(), **body.validated_data
        )
        return Response(colleague_answer(standing, changed), headers={"ETag": etag(changed.updated_at)})

    @extend_schema(operation_id="storefront_associates_remove", responses={204: None})
    def delete(self, request: Request, shared_id: str, associate_id: UUID) -> Response:
        """He acts for the account no more; 409 `last_admin` where an active root would have no admin any more."""
        acting = self.acting
        standing = standing_in(acting, shared_id)
        standing.insist_on(Permission.ASSOCIATES_MANAGE)
        associate = _found(standing, associate_id)
        seen = seen_at(request, updated_at=associate.updated_at)
        remove_colleague(acting=acting, associate=associate, seen_at=seen, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _found(standing: Standing, associate_id: UUID) -> Associate:
    associate: Associate | None = _colleagues(standing).filter(pk=associate_id).first()
    if associate is None:
        raise Http404
    associate.account = standing.account
    return associate
