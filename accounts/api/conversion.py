"""`/contacts/{id}/convert`: a contact becomes a customer."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api import errors  # noqa: F401 -- names the status of this room's exceptions
from accounts.models import Contact
from accounts.services.associates import role_of
from accounts.services.conversion import convert_contact
from customers.api.inputs import StorefrontCode, access_of
from customers.api.outputs import CustomerOutput
from customers.models import Customer
from interface.api.etags import etag
from interface.api.fields import Characters, Flag, StrictSerializer, Text
from interface.api.idempotency import idempotent
from storefronts.api.permissions import actor_of, insist_on_scope
from storefronts.scopes import Scope


class ConvertInput(StrictSerializer):
    """Without `role` the person is no associate. How he gets in is as for a new customer."""

    role = Text(max_length=40, help_text="Code of a role; blank: no association.")
    preferred_currency = serializers.RegexField(r"^[A-Z]{3}\Z", help_text="ISO 4217, as in USD.")
    preferred_storefront = StorefrontCode(help_text="Code of a storefront.")
    initial_password = Characters(max_length=128, required=False, allow_blank=True, trim_whitespace=False)
    generate_initial_password = Flag(required=False, default=False)
    send_password_link = Flag(required=False, default=True)


class ConvertView(GenericAPIView[Contact]):
    required_scopes = {"POST": Scope.CUSTOMERS_WRITE}
    takes_idempotency_key = True
    serializer_class = ConvertInput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="contacts_convert", responses={200: CustomerOutput, 201: CustomerOutput})
    @idempotent
    def post(self, request: Request, contact_id: UUID) -> Response:
        """Make the contact a registered customer (201); where he is one already, that one is linked (200).

        No second record is made: a contact that is a guest keeps his record and its history. A `role` makes him an
        associate, so the key needs `accounts:write` too.

        409 `already_associated`, `customer_gone`; 400 `role_unknown`, in `errors` 400 `email_unconfirmed`,
        `no_shop_to_link_to`, and of the initial password 400 `password_too_short`, `password_too_common`,
        `password_too_similar`, `password_entirely_numeric`, `staff_password`.
        """
        contact = Contact.objects.filter(pk=contact_id).first()
        if contact is None:
            raise Http404
        body = ConvertInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = dict(body.validated_data)
        access = access_of(fields)
        if fields["role"]:
            insist_on_scope(request, Scope.ACCOUNTS_WRITE)
        role = role_of(fields["role"]) if fields["role"] else None
        converted = convert_contact(
            contact=contact,
            role=role,
            preferred_currency=fields["preferred_currency"],
            preferred_storefront=fields.get("preferred_storefront"),
            access=access,
            by=actor_of(request),
            at=timezone.now(),
        )
        whole = Customer.objects.select_related("preferred_storefront", "merged_into")
        customer = whole.prefetch_related("external_ids").get(pk=converted.customer.pk)
        code = status.HTTP_201_CREATED if converted.is_new else status.HTTP_200_OK
        return Response(CustomerOutput(customer).data, status=code, headers={"ETag": etag(customer.updated_at)})
