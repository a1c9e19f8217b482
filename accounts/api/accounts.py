"""`/accounts`: organisations and their parts, for back ends of shops and the ERP."""

from typing import Any

from django.db.transaction import atomic
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import errors  # noqa: F401 -- names the status of this room's exceptions
from accounts.api.filters import AccountFilter
from accounts.api.inputs import AccountChange, AccountInput, StatusInput
from accounts.api.outputs import AccountOutput, DeletionOutput, HappeningOutput, ReadinessOutput
from accounts.models import Account, AccountStatus
from accounts.querysets import AccountQuerySet
from accounts.readiness import MEANINGS, readiness_of
from accounts.services.accounts import (
    AccountNeverMovesError,
    AdminDraft,
    change_account,
    change_account_status,
    create_child,
    create_root,
)
from accounts.services.deletion import delete_account, deletion_preview
from accounts.services.external_ids import ACCOUNT_IDS
from events.models import Event
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.ordering import NamedOrdering
from interface.api.pagination import CursorPages
from storefronts.api.permissions import actor_of, bound_storefront
from storefronts.scopes import Scope

READ_AND_ADD = {"GET": Scope.ACCOUNTS_READ, "POST": Scope.ACCOUNTS_WRITE}
ONE = {"GET": Scope.ACCOUNTS_READ, "PATCH": Scope.ACCOUNTS_WRITE, "DELETE": Scope.ACCOUNTS_WRITE}


def account_named(shared_id: str) -> Account:
    """The account of the path, whatever its status. Raises Http404."""
    account: Account | None = _whole().filter(shared_id=shared_id).first()
    if account is None:
        raise Http404
    return account


def _whole() -> AccountQuerySet:
    whole: AccountQuerySet = Account.objects.select_related("parent").prefetch_related("external_ids")
    return whole


def _answer(account: Account, *, http_status: int = status.HTTP_200_OK) -> Response:
    whole = _whole().get(pk=account.pk)
    return Response(AccountOutput(whole).data, status=http_status, headers={"ETag": etag(whole.updated_at)})


def _create(request: Request, *, external_ids: dict[str, str] | None = None) -> Response:
    body = AccountInput(data=request.data)
    body.is_valid(raise_exception=True)
    fields = dict(body.validated_data)
    ids = {**fields.pop("external_ids", {}), **(external_ids or {})}
    admin, parent = fields.pop("admin", None), _parent(fields)
    by, at = actor_of(request), timezone.now()
    with atomic():
        if parent is not None:
            account = create_child(parent=parent, by=by, at=at, **fields)
        else:
            draft = AdminDraft(**admin) if admin else None
            account = create_root(admin=draft, storefront=bound_storefront(request), by=by, at=at, **fields)
        if ids:
            ACCOUNT_IDS.set(owner=account, ids=ids, by=by, at=at)
    return _answer(account, http_status=status.HTTP_201_CREATED)


def _parent(fields: dict[str, Any]) -> Account | None:
    """Taken out of the fields. Raises ValidationError (`unknown_account`)."""
    shared_id = fields.pop("parent_shared_id", None)
    if not shared_id:
        return None
    parent = Account.objects.filter(shared_id=shared_id).first()
    if parent is None:
        sentence = f"There is no account {shared_id}."
        raise serializers.ValidationError({"parent_shared_id": sentence}, code="unknown_account")
    return parent


def _change(request: Request, account: Account, fields: dict[str, Any]) -> Response:
    fields.pop("shared_id", None)
    fields.pop("admin", None)
    if "parent_shared_id" in fields:
        stored = account.parent.shared_id if account.parent else None
        if (fields.pop("parent_shared_id") or None) != stored:
            raise AccountNeverMovesError
    ids = fields.pop("external_ids", {})
    by, at = actor_of(request), timezone.now()
    with atomic():
        seen = seen_at(request, updated_at=account.updated_at)
        change_account(account=account, seen_at=seen, by=by, at=at, **fields)
        if ids:
            ACCOUNT_IDS.set(owner=account, ids=ids, by=by, at=at)
    return _answer(account)


class AccountListView(ListAPIView[Account]):
    required_scopes = READ_AND_ADD
    takes_idempotency_key = True
    serializer_class = AccountOutput
    pagination_class = CursorPages
    filter_backends = [StrictFilters, NamedOrdering]
    filterset_class = AccountFilter
    ordering_words = {"created_at": "id", "name": "name_sort"}

    def get_queryset(self) -> AccountQuerySet:
        return _whole()

    @extend_schema(operation_id="accounts_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Search accounts; the newest first unless `ordering` says otherwise."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="accounts_create", request=AccountInput, responses={201: AccountOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a root, or with `parent_shared_id` a child.

        A root with an `admin` is active: the registered customer of that e-mail, or a new one, becomes its buyer
        admin. Without one it is pending. A child starts active where its parent is.

        409 `shared_id_taken`, `account_number_taken`, `external_id_taken`; in `errors` 400 `unknown_account`,
        `unknown_segment`, `unknown_attribute`, and `customer_not_active`, `email_unconfirmed`,
        `no_shop_to_link_to` for the admin.
        """
        return _create(request)


class AccountView(GenericAPIView[Account]):
    required_scopes = ONE
    serializer_class = AccountOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="accounts_read")
    def get(self, request: Request, shared_id: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """One account."""
        return _answer(account_named(shared_id))

    @extend_schema(operation_id="accounts_change", request=AccountChange, responses={200: AccountOutput})
    def patch(self, request: Request, shared_id: str) -> Response:
        """Change what is given. Its place in the tree never changes: 409 `account_never_moves`.

        409 `account_number_taken`, `external_id_taken`; in `errors` 400 `unknown_segment`, `unknown_attribute`.
        """
        account = account_named(shared_id)
        body = AccountChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        return _change(request, account, dict(body.validated_data))

    @extend_schema(operation_id="accounts_delete", responses={204: None})
    def delete(self, request: Request, shared_id: str) -> Response:
        """Delete it with everything below it; 409 `account_has_orders` where orders name any of it."""
        account = account_named(shared_id)
        seen = seen_at(request, updated_at=account.updated_at)
        delete_account(account=account, seen_at=seen, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class DeletionView(GenericAPIView[Account]):
    required_scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = DeletionOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="accounts_deletion")
    def get(self, request: Request, shared_id: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """What deleting the account would take with it, and whether orders forbid it."""
        return Response(DeletionOutput(deletion_preview(account_named(shared_id))).data)


class AccountByExternalIdView(GenericAPIView[Account]):
    required_scopes = {"PUT": Scope.ACCOUNTS_WRITE}
    methods_with_if_match = frozenset({"PUT"})
    serializer_class = AccountOutput
    filter_backends: list[Any] = []

    @extend_schema(
        operation_id="accounts_upsert", request=AccountInput, responses={200: AccountOutput, 201: AccountOutput}
    )
    def put(self, request: Request, system: str, external_id: str) -> Response:
        """Create the account that the other system calls so (201), or change what is given of it (200).

        What only creation knows (`shared_id`, `admin`) is left out of account where it is there already.

        409 `account_never_moves`, `shared_id_taken`, `account_number_taken`, `external_id_taken`; in `errors` 400
        `unknown_account`, `unknown_segment`, `unknown_attribute`, and `customer_not_active`, `email_unconfirmed`,
        `no_shop_to_link_to` for the admin.
        """
        with ACCOUNT_IDS.upserting(system=system, external_id=external_id, by=actor_of(request)) as account:
            if account is None:
                return _create(request, external_ids={system: external_id})
            body = AccountInput(data=request.data)
            body.is_valid(raise_exception=True)
            return _change(request, account_named(account.shared_id), dict(body.validated_data))


class AccountStatusView(GenericAPIView[Account]):
    required_scopes = {"POST": Scope.ACCOUNTS_WRITE}
    methods_with_if_match = frozenset({"POST"})
    takes_idempotency_key = True
    serializer_class = AccountOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="accounts_status", request=StatusInput, responses={200: AccountOutput})
    @idempotent
    def post(self, request: Request, shared_id: str) -> Response:
        """Give it another status, with the reason. An active root has an admin: 400 `no_admin`."""
        account = account_named(shared_id)
        body = StatusInput(data=request.data)
        body.is_valid(raise_exception=True)
        change_account_status(
            account=account,
            status=AccountStatus(body.validated_data["status"]),
            reason=body.validated_data["reason"],
            seen_at=seen_at(request, updated_at=account.updated_at),
            by=actor_of(request),
            at=timezone.now(),
        )
        return _answer(account)


class ByName(CursorPages):
    ordering = ("name_sort", "id")


class ChildrenView(ListAPIView[Account]):
    required_scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = AccountOutput
    pagination_class = ByName
    filter_backends = [StrictFilters]

    def get_queryset(self) -> AccountQuerySet:
        if getattr(self, "swagger_fake_view", False):
            return _whole()
        return _whole().filter(parent=account_named(self.kwargs["shared_id"]))

    @extend_schema(operation_id="accounts_children")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The accounts directly below, by name."""
        return super().get(request, *args, **kwargs)


class ReadinessView(GenericAPIView[Account]):
    required_scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = ReadinessOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="accounts_readiness")
    def get(self, request: Request, shared_id: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """What is missing before its buyers can buy; nothing: it is ready."""
        lacks = readiness_of(account_named(shared_id), at=timezone.now())
        return Response({"readiness": [{"code": str(lack), "meaning": str(MEANINGS[lack])} for lack in lacks]})


class LatestFirst(CursorPages):
    ordering = "-id"


class TimelineView(ListAPIView[Event]):
    required_scopes = {"GET": Scope.ACCOUNTS_READ}
    serializer_class = HappeningOutput
    pagination_class = LatestFirst
    filter_backends = [StrictFilters]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Event.objects.none()
        told = Event.objects.filter(subject=f"account:{account_named(self.kwargs['shared_id']).shared_id}")
        bound = bound_storefront(self.request)
        return told if bound is None else told.not_of_other_storefronts(bound.code)

    @extend_schema(operation_id="accounts_timeline")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What happened to the account, the latest first; `name` as in the page of events.

        With a key bound to a storefront, without what was set for another one.
        """
        return super().get(request, *args, **kwargs)
