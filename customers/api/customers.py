"""`/customers`: the people, for back ends of shops and the ERP."""

from typing import Any

from django.db.transaction import atomic
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import GenericAPIView, ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from customers.api import errors  # noqa: F401 -- names the status of this room's exceptions
from customers.api.filters import CustomerFilter
from customers.api.inputs import CustomerChange, CustomerInput, SegmentCodes, access_of, draft_of
from customers.api.outputs import CustomerOutput
from customers.models import Customer, CustomerKind
from customers.querysets import CustomerQuerySet
from customers.services.access import owe_password_link
from customers.services.customers import create_customer
from customers.services.external_ids import CUSTOMER_IDS
from customers.services.lifecycle import change_customer
from interface.api.etags import etag, seen_at
from interface.api.filters import StrictFilters
from interface.api.idempotency import idempotent
from interface.api.ordering import NamedOrdering
from interface.api.pagination import CursorPages
from storefronts.api.permissions import actor_of, bound_storefront, insist_on_scope
from storefronts.scopes import Scope


def customer_named(shared_id: str) -> Customer:
    """The customer of the path, whatever his state. Raises Http404."""
    customer: Customer | None = _whole().filter(shared_id=shared_id).first()
    if customer is None:
        raise Http404
    return customer


def _whole() -> CustomerQuerySet:
    related = Customer.objects.select_related("preferred_storefront", "merged_into", "user")
    return related.prefetch_related("external_ids")


def _answer(customer: Customer, *, http_status: int = status.HTTP_200_OK) -> Response:
    whole = _whole().get(pk=customer.pk)
    return Response(CustomerOutput(whole).data, status=http_status, headers={"ETag": etag(whole.updated_at)})


def _create(request: Request, data: Any, *, external_ids: dict[str, str] | None = None) -> Response:
    body = CustomerInput(data=data)
    body.is_valid(raise_exception=True)
    fields = dict(body.validated_data)
    access = access_of(fields)
    ids = {**fields.pop("external_ids", {}), **(external_ids or {})}
    by, at = actor_of(request), timezone.now()
    with atomic():
        customer = create_customer(
            draft=draft_of(fields, kind=CustomerKind.REGISTERED),
            access=access,
            storefront=bound_storefront(request),
            by=by,
            at=at,
        )
        if ids:
            CUSTOMER_IDS.set(owner=customer, ids=ids, by=by, at=at)
    return _answer(customer, http_status=status.HTTP_201_CREATED)


def _change(request: Request, customer: Customer) -> Response:
    body = CustomerChange(data=request.data, partial=True)
    body.is_valid(raise_exception=True)
    return _write(request, customer, dict(body.validated_data))


def _write(request: Request, customer: Customer, fields: dict[str, Any]) -> Response:
    _insist_on_suspending(request, fields)
    ids = fields.pop("external_ids", {})
    by, at = actor_of(request), timezone.now()
    with atomic():
        seen = seen_at(request, updated_at=customer.updated_at)
        change_customer(customer=customer, seen_at=seen, by=by, at=at, **fields)
        if ids:
            CUSTOMER_IDS.set(owner=customer, ids=ids, by=by, at=at)
    return _answer(customer)


def _insist_on_suspending(request: Request, fields: dict[str, Any]) -> None:
    """Suspending accounts takes a key that may write them. Raises PermissionDenied (`scope_missing`)."""
    if fields.get("suspend_accounts"):
        insist_on_scope(request, Scope.ACCOUNTS_WRITE)


class CustomerListView(ListAPIView[Customer]):
    required_scopes = {"GET": Scope.CUSTOMERS_READ, "POST": Scope.CUSTOMERS_WRITE}
    takes_idempotency_key = True
    serializer_class = CustomerOutput
    pagination_class = CursorPages
    filter_backends = [StrictFilters, NamedOrdering]
    filterset_class = CustomerFilter
    ordering_words = {
        "created_at": "id",
        "reference": "reference",
        "first_name": "first_name_sort",
        "last_name": "name_sort",
        "company": "company_sort",
    }

    def get_queryset(self) -> CustomerQuerySet:
        return _whole()

    @extend_schema(operation_id="customers_list")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Search customers; the newest first unless `ordering` says otherwise."""
        return super().get(request, *args, **kwargs)

    @extend_schema(operation_id="customers_create", request=CustomerInput, responses={201: CustomerOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Create a registered customer, and mail him how he gets in.

        With an initial password that is mailed, else a link to set one, unless `send_password_link` is false. His
        e-mail counts as his: by it he is shown orders and added to accounts. Where he merely typed it at the shop, say
        `email_unconfirmed`.

        409 `email_taken` where another registered customer has the e-mail, 409 `shared_id_taken` for an id given
        before, 409 `external_id_taken`; in `errors` 400 `unknown_segment`, `unknown_attribute`,
        `in_the_future`, `no_shop_to_link_to`, and of the initial password 400 `password_too_short`,
        `password_too_common`, `password_too_similar`, `password_entirely_numeric`, `staff_password`.
        """
        return _create(request, request.data)


class CustomerView(GenericAPIView[Customer]):
    required_scopes = {"GET": Scope.CUSTOMERS_READ, "PATCH": Scope.CUSTOMERS_WRITE}
    serializer_class = CustomerOutput
    filter_backends: list[Any] = []

    @extend_schema(operation_id="customers_read")
    def get(self, request: Request, shared_id: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """One customer."""
        return _answer(customer_named(shared_id))

    @extend_schema(operation_id="customers_change", request=CustomerChange, responses={200: CustomerOutput})
    def patch(self, request: Request, shared_id: str) -> Response:
        """Change what is given. Who is deactivated or put on hold loses his sessions with their next request.

        Another e-mail counts as his, and so does the one he has with `email_unconfirmed` false.

        409 `email_taken`, `external_id_taken`, `customer_gone`, and `last_admin` where an active root would have no
        admin any more; in `errors` 400 `unknown_segment`, `unknown_attribute`, `in_the_future`, `staff_email`, and
        `customer_not_registered` for a guest whose e-mail is said to be his.
        """
        return _change(request, customer_named(shared_id))


class CustomerByExternalIdView(GenericAPIView[Customer]):
    required_scopes = {"PUT": Scope.CUSTOMERS_WRITE}
    methods_with_if_match = frozenset({"PUT"})
    serializer_class = CustomerOutput
    filter_backends: list[Any] = []

    @extend_schema(
        operation_id="customers_upsert",
        request=CustomerInput,
        responses={200: CustomerOutput, 201: CustomerOutput},
    )
    def put(self, request: Request, system: str, external_id: str) -> Response:
        """Create the customer whom the other system calls so (201), or change what is given of him (200).

        His e-mail counts as his, unless `email_unconfirmed` says that he merely typed it at the shop.

        What only creation knows (`shared_id`, `initial_password`, `generate_initial_password`, `send_password_link`) is
        left out of account where he is there already.

        409 `email_taken`, `shared_id_taken`, `external_id_taken`, `customer_gone`, `last_admin`; in `errors` 400
        `unknown_segment`, `unknown_attribute`, `in_the_future`, `no_shop_to_link_to`, `staff_email`, `staff_password`,
        `password_too_short`, `password_too_common`, `password_too_similar`, `password_entirely_numeric`.
        """
        with CUSTOMER_IDS.upserting(system=system, external_id=external_id, by=actor_of(request)) as customer:
            if customer is None:
                return _create(request, request.data, external_ids={system: external_id})
            body = CustomerInput(data=request.data)
            body.is_valid(raise_exception=True)
            fields = dict(body.validated_data)
            access_of(fields)
            fields.pop("shared_id", None)
            return _write(request, customer, fields)


class PasswordLinkView(GenericAPIView[Customer]):
    required_scopes = {"POST": Scope.CUSTOMERS_WRITE}
    filter_backends: list[Any] = []

    @extend_schema(operation_id="customers_password_link", request=None, responses={202: None})
    def post(self, request: Request, shared_id: str) -> Response:
        """Mail a link to set a password: single use, two hours; it voids every earlier one.

        409 `customer_not_registered`; 400 `no_shop_to_link_to` (in `errors`).
        """
        owe_password_link(
            customer=customer_named(shared_id),
            storefront=bound_storefront(request),
            by=actor_of(request),
            at=timezone.now(),
        )
        return Response(status=status.HTTP_202_ACCEPTED)


class CustomerSegmentsView(GenericAPIView[Customer]):
    required_scopes = {"GET": Scope.CUSTOMERS_READ, "PUT": Scope.CUSTOMERS_WRITE}
    methods_with_if_match = frozenset({"PUT"})
    serializer_class = SegmentCodes
    filter_backends: list[Any] = []

    @extend_schema(operation_id="customers_segments")
    def get(self, request: Request, shared_id: str) -> Response:  # noqa: ARG002 -- DRF's signature
        """The codes of the segments the customer is in."""
        return Response({"segments": customer_named(shared_id).segments})

    @extend_schema(operation_id="customers_set_segments")
    def put(self, request: Request, shared_id: str) -> Response:
        """Put the customer into exactly these segments. 400 `unknown_segment` (in `errors`), 409 `customer_gone`."""
        body = SegmentCodes(data=request.data)
        body.is_valid(raise_exception=True)
        customer = customer_named(shared_id)
        changed = change_customer(
            customer=customer,
            segments=body.validated_data["segments"],
            seen_at=seen_at(request, updated_at=customer.updated_at),
            by=actor_of(request),
            at=timezone.now(),
        )
        return Response({"segments": changed.segments})
