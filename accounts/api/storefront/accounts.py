"""`/storefront/accounts`: the accounts a person is associated with, and what is below them. The path decides."""

from dataclasses import replace
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.acting import Acting, Standing, standing_at, standings_below, standings_of
from accounts.api.accounts import ByName
from accounts.api.storefront.inputs import AttributesInput, ShopperAccountChange
from accounts.api.storefront.outputs import (
    AttributesOfAccountOutput,
    ReadableAccountOutput,
    ShopperAccountOutput,
    account_answer,
    attributes_answer,
    readable_account_answer,
)
from accounts.api.storefront.shopper_view import ShopperView
from accounts.models import Account, Associate
from accounts.permissions import Permission
from accounts.services.own_accounts import edit_account
from customers.attributes import Definition, Subject
from customers.services.profile_attributes import definitions
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.ordering import NamedOrdering


def standing_in(acting: Acting, shared_id: str) -> Standing:
    """What the shopper is to the account of the path.

    Raises RegistrationRequiredError for a guest, AccountNotAssociatedError.
    """
    acting.insist_on_registration()
    return standing_at(customer=acting.customer, account_shared_id=shared_id, at=timezone.now())


def definitions_on(acting: Acting) -> list[Definition]:
    return definitions(subject=Subject.ACCOUNT, storefront=acting.storefront)


class AssociatedAccountsView(ShopperView, ListAPIView[Any]):
    serializer_class = ReadableAccountOutput
    pagination_class = ByName
    filter_backends = [StrictFilters, NamedOrdering]
    ordering_words = {"name": "name_sort", "created_at": "id"}
    queryset = Account.objects.none()

    @extend_schema(operation_id="storefront_accounts_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002 -- DRF's signature
        """The accounts the person is associated with now, whatever their status, by name.

        One that is not `usable` says why: nobody acts for a disabled one, and for a pending one nothing is done yet.
        """
        acting, at = self.acting, timezone.now()
        acting.insist_on_registration()
        own = Associate.objects.in_force(at=at).filter(customer=acting.customer)
        accounts = Account.objects.filter(pk__in=own.order_by().values("account")).select_related("parent")
        page = self.paginate_queryset(self.filter_queryset(accounts)) or []
        by_account = {each.account_id: each for each in own.filter(account__in=page).select_related("role")}
        associations = []
        for account in page:
            if association := by_account.get(account.pk):
                association.account = account
                associations.append(association)
        standings = standings_of(associations=associations, at=at)
        return self.get_paginated_response([readable_account_answer(standing) for standing in standings])


class ReadableChildrenView(ShopperView, ListAPIView[Any]):
    serializer_class = ReadableAccountOutput
    pagination_class = ByName
    filter_backends = [StrictFilters, NamedOrdering]
    ordering_words = {"name": "name_sort", "created_at": "id"}
    queryset = Account.objects.none()

    @extend_schema(operation_id="storefront_accounts_children")
    def get(self, request: Request, shared_id: str, *args: Any, **kwargs: Any) -> Response:  # noqa: ARG002 -- DRF's signature
        """The accounts directly below, by name; for one that he is not associated with himself he cannot act."""
        acting = self.acting
        standing = standing_in(acting, shared_id)
        children = Account.objects.filter(parent=standing.account).select_related("parent")
        page = self.paginate_queryset(self.filter_queryset(children)) or []
        below = standings_below(standing=standing, children=page, customer=acting.customer, at=timezone.now())
        return self.get_paginated_response([readable_account_answer(each) for each in below])


class ShopperAccountView(ShopperView):
    serializer_class = ShopperAccountOutput

    @extend_schema(operation_id="storefront_accounts_read")
    def get(self, request: Request, shared_id: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """One account, read in the role of the nearest association; attributes as the storefront shows them."""
        acting = self.acting
        standing = standing_in(acting, shared_id)
        headers = {"ETag": etag(standing.account.updated_at)}
        return Response(account_answer(standing, definitions_on(acting)), headers=headers)

    @extend_schema(
        operation_id="storefront_accounts_change",
        request=ShopperAccountChange,
        responses={200: ShopperAccountOutput},
    )
    def patch(self, request: Request, shared_id: str) -> Response:
        """Change what is given; needs `account.edit` by an association of one's own.

        400 `read_only`, `unknown_attribute` (in `errors`) for an attribute; one that is required is `required`.
        """
        acting = self.acting
        standing = edited(acting, request, shared_id, ShopperAccountChange)
        headers = {"ETag": etag(standing.account.updated_at)}
        return Response(account_answer(standing, definitions_on(acting)), headers=headers)


class AttributesOfAccountView(ShopperView):
    serializer_class = AttributesOfAccountOutput

    @extend_schema(operation_id="storefront_account_attributes_read")
    def get(self, request: Request, shared_id: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """What the storefront shows of the account's profile attributes, and which of them one may write."""
        acting = self.acting
        standing = standing_in(acting, shared_id)
        headers = {"ETag": etag(standing.account.updated_at)}
        return Response(attributes_answer(standing, definitions_on(acting)), headers=headers)

    @extend_schema(
        operation_id="storefront_account_attributes_change",
        request=AttributesInput,
        responses={200: AttributesOfAccountOutput},
    )
    def patch(self, request: Request, shared_id: str) -> Response:
        """Write the values given by key; null or blank takes one away. As PATCH of the account itself.

        400 `read_only`, `unknown_attribute` (in `errors`).
        """
        acting = self.acting
        standing = edited(acting, request, shared_id, AttributesInput)
        headers = {"ETag": etag(standing.account.updated_at)}
        return Response(attributes_answer(standing, definitions_on(acting)), headers=headers)


def edited(
    acting: Acting, request: Request, shared_id: str, form: type[ShopperAccountChange | AttributesInput]
) -> Standing:
    """The account of the path with the body written to it; who may not is told so before the body is looked at."""
    standing = standing_in(acting, shared_id)
    standing.insist_on(Permission.ACCOUNT_EDIT)
    body = form(data=request.data, partial=form is ShopperAccountChange)
    body.is_valid(raise_exception=True)
    seen = seen_at(request, updated_at=standing.account.updated_at)
    changed = edit_account(
        acting=acting, account=standing.account, seen_at=seen, at=timezone.now(), **body.validated_data
    )
    return replace(standing, account=changed)
