"""`POST /orders/bulk`: up to five hundred orders in one call, each answered for itself, in order."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from interface.api.fields import StrictSerializer
from interface.api.idempotency import idempotent
from interface.api.parsers import PayloadTooLarge
from interface.api.problems import Problem, problem_of
from orders.api import errors  # noqa: F401 -- names the status of this room's exceptions
from orders.api.inputs import OrderInput, order_inputs, submission_of
from orders.api.outputs import OrderOutput, order_answer
from orders.services.intake import OrderExistsWithOtherContentError, Received, receive_orders
from orders.submissions import OrderSubmission
from storefronts.api.permissions import actor_of, bound_storefront
from storefronts.models import Storefront
from storefronts.scopes import Scope

MOST_ORDERS = 500


class BulkInput(StrictSerializer):
    """The orders, each as `POST /orders` takes it."""

    orders = OrderInput(many=True)


class BulkResult(serializers.Serializer[Any]):
    """`order` for 200 and 201, `error` for the rest."""

    status = serializers.IntegerField()
    order = OrderOutput(required=False)
    error = serializers.DictField(required=False)


class BulkOutput(serializers.Serializer[Any]):
    results = BulkResult(many=True)


class BulkView(GenericAPIView[Any]):
    required_scopes = {"POST": Scope.ORDERS_WRITE}
    takes_idempotency_key = True
    serializer_class = BulkInput
    filter_backends: list[Any] = []
    pagination_class = None

    @extend_schema(operation_id="orders_bulk_create", request=BulkInput, responses={207: BulkOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Take many orders in, as if posted one after another: a twin in the same call is 201, then 200.

        207 with one result per order, in order. What is wrong with one order is answered in its place and stops no
        other. More than 500: 413, and nothing is taken.
        """
        bodies = _bodies(request.data)
        prepared = _prepare(bodies, request)
        submissions = [each for each in prepared if isinstance(each, OrderSubmission)]
        received = iter(receive_orders(submissions=submissions, by=actor_of(request), at=timezone.now()))
        results = [_refused(each) if isinstance(each, Problem) else _result(next(received)) for each in prepared]
        return Response({"results": results}, status=status.HTTP_207_MULTI_STATUS)


def _bodies(body: Any) -> list[Any]:
    """Raises ValidationError for a body of another shape, PayloadTooLarge for more than 500 orders."""
    if not isinstance(body, dict) or set(body) != {"orders"} or not isinstance(body["orders"], list):
        raise exceptions.ValidationError({"orders": 'The body is {"orders": [ … ]}.'})
    if len(body["orders"]) > MOST_ORDERS:
        raise PayloadTooLarge(f"At most {MOST_ORDERS} orders in one call; this one has {len(body['orders'])}.")
    return body["orders"]


def _prepare(bodies: Sequence[Any], request: Request) -> list[OrderSubmission | Problem]:
    checked = [_checked(body) for body in bodies]
    named = {each["storefront"] for each in checked if not isinstance(each, Problem)}
    storefronts = _storefronts(named, bound_storefront(request))
    prepared: list[OrderSubmission | Problem] = []
    for each in checked:
        if isinstance(each, Problem):
            prepared.append(each)
        elif (storefront := storefronts.get(each["storefront"])) is None:
            prepared.append(Problem(404, "not_found", "There is none, or it is not yours."))
        else:
            prepared.append(submission_of(each, storefront))
    return prepared


def _checked(body: Any) -> dict[str, Any] | Problem:
    try:
        values: dict[str, Any] = order_inputs().run_validation(body)
    except exceptions.ValidationError as error:
        problem = problem_of(error)
        assert problem is not None, "a ValidationError always has one"
        return problem
    return values


def _storefronts(codes: set[str], bound: Storefront | None) -> dict[str, Storefront]:
    if bound is not None:
        return {bound.code: bound}
    return {each.code: each for each in Storefront.objects.with_policy().filter(code__in=codes)} if codes else {}


def _refused(problem: Problem) -> dict[str, Any]:
    return {"status": problem.status, "error": problem.content()}


def _result(received: Received | OrderExistsWithOtherContentError) -> dict[str, Any]:
    if isinstance(received, OrderExistsWithOtherContentError):
        problem = problem_of(received)
        assert problem is not None, "errors.py names it"
        return _refused(problem)
    code = status.HTTP_201_CREATED if received.is_new else status.HTTP_200_OK
    return {"status": code, "order": order_answer(received.order)}
