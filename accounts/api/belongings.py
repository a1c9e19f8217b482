"""`/accounts/{id}/addresses` and `/notes`: what belongs to one account."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.accounts import ONE, READ_AND_ADD, account_named
from accounts.api.outputs import AccountNoteOutput, BookAddressOutput
from accounts.models import AccountAddress, AccountNote
from accounts.services.addresses import ACCOUNT_ADDRESSES
from accounts.services.notes import add_note, remove_note
from customers.api.inputs import BookEntryInput, NewBookEntryInput, NoteInput
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.pagination import NewestFirst, OldestFirst
from interface.api.problems import naming_fields
from storefronts.api.permissions import actor_of
from storefronts.scopes import Scope


class AddressListView(ListAPIView[AccountAddress]):
    required_scopes = READ_AND_ADD
    takes_idempotency_key = True
    serializer_class = BookAddressOutput
    pagination_class = OldestFirst
    filter_backends = [StrictFilters]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return AccountAddress.objects.none()
        return AccountAddress.objects.filter(account=account_named(self.kwargs["shared_id"]))

    @extend_schema(operation_id="accounts_addresses")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The account's address book, the oldest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="accounts_add_address", request=NewBookEntryInput, responses={201: BookAddressOutput})
    @idempotent
    @naming_fields({"code": "id"})
    def post(self, request: Request, shared_id: str) -> Response:
        """Add an address. The first one becomes the default for shipping and billing; a new default unmarks the old.

        409 `address_id_taken` for an `id` that the book has; 400 `default_not_usable` (in `errors`).
        """
        body = NewBookEntryInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        address = ACCOUNT_ADDRESSES.add(
            owner=account_named(shared_id),
            code=fields.pop("id", ""),
            by=actor_of(request),
            at=timezone.now(),
            **fields,
        )
        headers = {"ETag": etag(address.updated_at)}
        return Response(BookAddressOutput(address).data, status=status.HTTP_201_CREATED, headers=headers)


class AddressView(GenericAPIView[AccountAddress]):
    required_scopes = ONE
    serializer_class = BookAddressOutput
    filter_backends: list[Any] = []

    def found(self, shared_id: str, code: str) -> AccountAddress:
        address = AccountAddress.objects.filter(account=account_named(shared_id), code=code).first()
        if address is None:
            raise Http404
        return address

    @extend_schema(operation_id="accounts_address_read")
    def get(self, request: Request, shared_id: str, code: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """One address."""
        address = self.found(shared_id, code)
        return Response(BookAddressOutput(address).data, headers={"ETag": etag(address.updated_at)})

    @extend_schema(operation_id="accounts_address_change", request=BookEntryInput, responses={200: BookAddressOutput})
    def patch(self, request: Request, shared_id: str, code: str) -> Response:
        """Change what is given; 400 `default_not_usable` (in `errors`)."""
        address = self.found(shared_id, code)
        body = BookEntryInput(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = ACCOUNT_ADDRESSES.change(
            address=address,
            seen_at=seen_at(request, updated_at=address.updated_at),
            by=actor_of(request),
            at=timezone.now(),
            **body.validated_data,
        )
        return Response(BookAddressOutput(changed).data, headers={"ETag": etag(changed.updated_at)})

    @extend_schema(operation_id="accounts_address_remove", responses={204: None})
    def delete(self, request: Request, shared_id: str, code: str) -> Response:
        """Remove it. Where it was a default, there is none afterwards."""
        address = self.found(shared_id, code)
        seen = seen_at(request, updated_at=address.updated_at)
        ACCOUNT_ADDRESSES.remove(address=address, seen_at=seen, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class NoteListView(ListAPIView[AccountNote]):
    required_scopes = READ_AND_ADD
    takes_idempotency_key = True
    serializer_class = AccountNoteOutput
    pagination_class = NewestFirst
    filter_backends = [StrictFilters]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return AccountNote.objects.none()
        return AccountNote.objects.filter(account=account_named(self.kwargs["shared_id"]))

    @extend_schema(operation_id="accounts_notes")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """What staff noted about the account, the newest first. Never for its buyers' eyes."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="accounts_add_note", request=NoteInput, responses={201: AccountNoteOutput})
    @idempotent
    def post(self, request: Request, shared_id: str) -> Response:
        """Add a note; its author is the caller."""
        body = NoteInput(data=request.data)
        body.is_valid(raise_exception=True)
        note = add_note(
            account=account_named(shared_id),
            text=body.validated_data["text"],
            by=actor_of(request),
            at=timezone.now(),
        )
        return Response(AccountNoteOutput(note).data, status=status.HTTP_201_CREATED)


class NoteView(GenericAPIView[AccountNote]):
    required_scopes = {"DELETE": Scope.ACCOUNTS_WRITE}
    methods_with_if_match = frozenset[str]()
    filter_backends: list[Any] = []

    @extend_schema(operation_id="accounts_note_remove", responses={204: None})
    def delete(self, request: Request, shared_id: str, note_id: UUID) -> Response:
        """Take a note back."""
        note = AccountNote.objects.filter(account=account_named(shared_id), pk=note_id).first()
        if note is None:
            raise Http404
        remove_note(note=note, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
