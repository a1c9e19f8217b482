"""`/accounts/{id}/associates` and `/contacts`: who may act for an account, and who is named on it."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.accounts import ONE, READ_AND_ADD, account_named
from accounts.api.inputs import AssociateChange, AssociateInput, ContactInput, field_of_person
from accounts.api.outputs import AssociateOutput, ContactOutput
from accounts.models import Associate, Contact
from accounts.services.associates import add_associate, change_associate, person_of, remove_associate, role_of
from accounts.services.contacts import add_contact, change_contact, remove_contact
from customers.models import Customer
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.pagination import OldestFirst
from interface.api.parameters import Parameters, TrueOrFalse
from interface.api.problems import naming_fields
from storefronts.api.permissions import actor_of

SUSPEND = OpenApiParameter(
    "suspend_account", bool, description="Suspend the account where it loses its last admin by this."
)


class RemovalParameters(Parameters):
    suspend_account = TrueOrFalse(required=False, default=False)


class AssociateListView(ListAPIView[Associate]):
    required_scopes = READ_AND_ADD
    takes_idempotency_key = True
    serializer_class = AssociateOutput
    pagination_class = OldestFirst
    filter_backends = [StrictFilters]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Associate.objects.none()
        account = account_named(self.kwargs["shared_id"])
        return Associate.objects.filter(account=account).select_related("customer", "role")

    @extend_schema(operation_id="accounts_associates")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who may act for the account itself, the longest there first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="accounts_add_associate", request=AssociateInput, responses={201: AssociateOutput})
    @idempotent
    def post(self, request: Request, shared_id: str) -> Response:
        """Let a registered customer act for the account.

        409 `already_associated`, `customer_not_registered`; 400 `role_unknown`, `ends_before_it_begins`,
        `email_unconfirmed` (in `errors`).
        """
        account = account_named(shared_id)
        body = AssociateInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        role = role_of(fields.pop("role"))
        person = _person(fields)
        with naming_fields({"customer": field_of_person(body.validated_data)}):
            associate = add_associate(
                customer=person, account=account, role=role, by=actor_of(request), at=timezone.now(), **fields
            )
        headers = {"ETag": etag(associate.updated_at)}
        return Response(AssociateOutput(associate).data, status=status.HTTP_201_CREATED, headers=headers)


def _person(fields: dict[str, Any]) -> Customer:
    """Taken out of the fields. Raises CustomerNotRegisteredError."""
    return person_of(email=fields.pop("email", ""), shared_id=fields.pop("customer_shared_id", ""))


class AssociateView(GenericAPIView[Associate]):
    required_scopes = ONE
    serializer_class = AssociateOutput
    filter_backends: list[Any] = []

    def found(self, shared_id: str, associate_id: UUID) -> Associate:
        rows = Associate.objects.select_related("customer", "role", "account")
        associate = rows.filter(account=account_named(shared_id), pk=associate_id).first()
        if associate is None:
            raise Http404
        return associate

    @extend_schema(operation_id="accounts_associate_read")
    def get(self, request: Request, shared_id: str, associate_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """One associate."""
        associate = self.found(shared_id, associate_id)
        return Response(AssociateOutput(associate).data, headers={"ETag": etag(associate.updated_at)})

    @extend_schema(operation_id="accounts_associate_change", request=AssociateChange, responses={200: AssociateOutput})
    def patch(self, request: Request, shared_id: str, associate_id: UUID) -> Response:
        """Give another role or other dates; 409 `last_admin` where an active root would have no admin any more.

        400 `role_unknown`, `ends_before_it_begins` (in `errors`).
        """
        associate = self.found(shared_id, associate_id)
        body = AssociateChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        if "role" in fields:
            fields["role"] = role_of(fields["role"])
        changed = change_associate(
            associate=associate,
            seen_at=seen_at(request, updated_at=associate.updated_at),
            by=actor_of(request),
            at=timezone.now(),
            **fields,
        )
        return Response(AssociateOutput(changed).data, headers={"ETag": etag(changed.updated_at)})

    @extend_schema(operation_id="accounts_associate_remove", parameters=[SUSPEND], responses={204: None})
    def delete(self, request: Request, shared_id: str, associate_id: UUID) -> Response:
        """He acts for the account no more; 409 `last_admin` as above."""
        associate = self.found(shared_id, associate_id)
        asked = RemovalParameters.of(request)
        remove_associate(
            associate=associate,
            suspend_account=asked["suspend_account"],
            seen_at=seen_at(request, updated_at=associate.updated_at),
            by=actor_of(request),
            at=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class ContactListView(ListAPIView[Contact]):
    required_scopes = READ_AND_ADD
    takes_idempotency_key = True
    serializer_class = ContactOutput
    pagination_class = OldestFirst
    filter_backends = [StrictFilters]

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return Contact.objects.none()
        account = account_named(self.kwargs["shared_id"])
        return Contact.objects.filter(account=account).select_related("account", "customer")

    @extend_schema(operation_id="accounts_contacts")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The people named on the account, the longest there first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="accounts_add_contact", request=ContactInput, responses={201: ContactOutput})
    @idempotent
    def post(self, request: Request, shared_id: str) -> Response:
        """Name a person on the account; 409 `email_taken` where the account has a contact of that e-mail."""
        account = account_named(shared_id)
        body = ContactInput(data=request.data)
        body.is_valid(raise_exception=True)
        contact = add_contact(account=account, by=actor_of(request), at=timezone.now(), **body.validated_data)
        headers = {"ETag": etag(contact.updated_at)}
        return Response(ContactOutput(contact).data, status=status.HTTP_201_CREATED, headers=headers)


class ContactView(GenericAPIView[Contact]):
    required_scopes = ONE
    serializer_class = ContactOutput
    filter_backends: list[Any] = []

    def found(self, contact_id: UUID) -> Contact:
        contact = Contact.objects.select_related("account", "customer").filter(pk=contact_id).first()
        if contact is None:
            raise Http404
        return contact

    @extend_schema(operation_id="contacts_read")
    def get(self, request: Request, contact_id: UUID) -> Response:  # noqa: ARG002 -- DRF's signature
        """One contact."""
        contact = self.found(contact_id)
        return Response(ContactOutput(contact).data, headers={"ETag": etag(contact.updated_at)})

    @extend_schema(operation_id="contacts_change", request=ContactInput, responses={200: ContactOutput})
    def patch(self, request: Request, contact_id: UUID) -> Response:
        """Change what is given; 409 `email_taken` where the account has another contact of that e-mail."""
        contact = self.found(contact_id)
        body = ContactInput(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        seen = seen_at(request, updated_at=contact.updated_at)
        change_contact(contact=contact, seen_at=seen, by=actor_of(request), at=timezone.now(), **body.validated_data)
        changed = self.found(contact_id)
        return Response(ContactOutput(changed).data, headers={"ETag": etag(changed.updated_at)})

    @extend_schema(operation_id="contacts_remove", responses={204: None})
    def delete(self, request: Request, contact_id: UUID) -> Response:
        """Take the person off the account."""
        contact = self.found(contact_id)
        seen = seen_at(request, updated_at=contact.updated_at)
        remove_contact(contact=contact, seen_at=seen, by=actor_of(request), at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
