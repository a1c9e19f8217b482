"""`/storefront`: what people do themselves before and after they have signed in."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api import errors  # noqa: F401 -- names the status of this room's exceptions
from customers.api.inputs import PasswordLinkInput, ProfileChange, RegistrationInput, VerificationInput
from customers.api.outputs import GuestOutput, ProfileOutput, RegistrationOutput, profile_answer
from customers.api.shoppers import IsShopper, Shopper, storefront_of
from customers.attributes import Subject
from customers.identifiers import normal_email
from customers.models import Customer
from customers.services.access import request_password_link
from customers.services.customers import CustomerDraft
from customers.services.lifecycle import change_customer
from customers.services.profile_attributes import definitions
from customers.services.proving import verify_email
from customers.services.registration import open_guest_session, register
from customers.sign_in.limits import refuse_too_many
from customers.sign_in.sessions import GUEST, SessionStore
from interface.api.etags import etag, seen_at
from storefronts.models import Storefront

GUEST_SECONDS = 30 * 24 * 3600


class _Open(GenericAPIView[Any]):
    """For people who are not signed in. Limited per address, because anybody may."""

    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    filter_backends: list[Any] = []
    pagination_class = None
    http_method_names = ["post"]


class RegistrationView(_Open):
    serializer_class = RegistrationInput

    @extend_schema(operation_id="storefront_register", responses={201: RegistrationOutput})
    def post(self, request: Request) -> Response:
        """Register. The person can sign in once staff have activated him; a mail asks him to confirm the address.

        409 `email_taken` where a registered customer has the e-mail; then a password link is what helps. 400
        `password_too_short`, `password_too_common`, `password_too_similar`, `password_entirely_numeric` (in `errors`).
        """
        refuse_too_many(request._request, "registration")  # noqa: SLF001 -- Django's request within DRF's
        storefront = storefront_of(request)
        body = RegistrationInput(data=request.data)
        body.is_valid(raise_exception=True)
        fields = {"preferred_currency": storefront.currency, **body.validated_data}
        password = fields.pop("password")
        customer = register(draft=CustomerDraft(**fields), password=password, storefront=storefront, at=timezone.now())
        answer = {
            "status": "created_not_approved",
            "shared_id": customer.shared_id,
            "reference": customer.reference,
            "email": customer.email,
        }
        return Response(answer, status=status.HTTP_201_CREATED)


class VerificationView(_Open):
    serializer_class = VerificationInput

    @extend_schema(operation_id="storefront_verify_email", responses={204: None})
    def post(self, request: Request) -> Response:
        """Confirm the address with the key from the mail and the password one registered with.

        Orders found by the address are the person's to see from then on, and the orders of guests who used it become
        his. A password set by a mailed link confirms the address as well. 400 `verification_key_invalid`;
        `incorrect_password` (in `errors`).
        """
        refuse_too_many(request._request, "verification")  # noqa: SLF001 -- Django's request within DRF's
        body = VerificationInput(data=request.data)
        body.is_valid(raise_exception=True)
        verify_email(**body.validated_data, at=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordRequestView(_Open):
    serializer_class = PasswordLinkInput

    @extend_schema(operation_id="storefront_request_password_link", responses={202: None})
    def post(self, request: Request) -> Response:
        """Ask for a link to set a password. Known and unknown addresses get the same answer after the same work."""
        body = PasswordLinkInput(data=request.data)
        body.is_valid(raise_exception=True)
        email_key = normal_email(body.validated_data["email"]) or ""
        refuse_too_many(request._request, "password_link", key=email_key)  # noqa: SLF001 -- Django's request within DRF's
        storefront = _named_storefront(request)
        request_password_link(email_key=email_key, storefront=storefront, at=timezone.now())
        return Response(status=status.HTTP_202_ACCEPTED)


class GuestView(_Open):
    serializer_class = GuestOutput

    @extend_schema(operation_id="storefront_guest", request=None, responses={201: GuestOutput})
    def post(self, request: Request) -> Response:
        """Open a guest's session on the storefront; it lasts thirty days."""
        refuse_too_many(request._request, "guest")  # noqa: SLF001 -- Django's request within DRF's
        customer = open_guest_session(storefront=storefront_of(request), at=timezone.now())
        session = SessionStore()
        session[GUEST] = customer.pk
        session.set_expiry(GUEST_SECONDS)
        session.save()
        answer = {
            "session_token": session.session_key,
            "shared_id": customer.shared_id,
            "reference": customer.reference,
        }
        return Response(answer, status=status.HTTP_201_CREATED)


class ProfileView(GenericAPIView[Customer]):
    """`/storefront/me`; the room above, which knows for whom he acts, says where he goes from here."""

    permission_classes = [IsShopper]
    serializer_class = ProfileOutput
    filter_backends: list[Any] = []
    pagination_class = None
    http_method_names = ["get", "head", "patch"]

    @extend_schema(operation_id="storefront_me")
    def get(self, request: Request) -> Response:
        """The shopper's own profile."""
        return self._answer(self.shopper.customer, storefront_of(request))

    @extend_schema(operation_id="storefront_change_me", request=ProfileChange, responses={200: ProfileOutput})
    def patch(self, request: Request) -> Response:
        """Change what is given; the e-mail only as a guest.

        400 `read_only`, `unknown_attribute` (in `errors`) for an attribute, one that is required is `required`; 400
        `in_the_future` (in `errors`) for the birth date.
        """
        shopper, storefront = self.shopper, storefront_of(request)
        body = ProfileChange(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changed = change_customer(
            customer=shopper.customer,
            seen_at=seen_at(request, updated_at=shopper.customer.updated_at),
            shopper_on=storefront,
            by=shopper.actor,
            at=timezone.now(),
            **body.validated_data,
        )
        return self._answer(changed, storefront)

    @property
    def shopper(self) -> Shopper:
        assert isinstance(self.request.user, Shopper), "IsShopper lets nobody else pass"
        return self.request.user

    def links(self) -> dict[str, str]:
        raise NotImplementedError

    def _answer(self, customer: Customer, storefront: Storefront) -> Response:
        asked = definitions(subject=Subject.CUSTOMER, storefront=storefront)
        answer = {**profile_answer(customer, asked), "links": self.links()}
        return Response(answer, headers={"ETag": etag(customer.updated_at)})


def _named_storefront(request: Request) -> Storefront | None:
    """The storefront of the header; a mail leads somewhere else where it names none."""
    code = request.headers.get("X-Storefront", "").strip()
    return Storefront.objects.filter(code=code[:40]).first() if code else None
