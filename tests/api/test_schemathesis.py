"""Generated requests against every operation that is not shoppers': answers are as documented, and never a 5xx.

First by a caller who may do everything; then by callers who may not, aimed at what another storefront has.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings

from identity_site.wsgi import application
from orders.api.inputs import OrderInput, submission_of
from orders.models import Order
from orders.services.intake import receive_order
from storefronts.models import ApiClient
from storefronts.services.api_clients import revoke_api_client
from storefronts.services.storefronts import create_storefront
from tests import sizes
from tests.shop import LONG_AGO, Shop, open_shop

EXAMPLES = sizes.of(100)
EXAMPLES_OF_STRANGERS = EXAMPLES // 2
NUMBER = "of-us-alone-100023"
ACCOUNT = "Quiet Tools"
EMAIL = "ana@quiet.example"
OF_ANY_ADDRESS = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.INTERNAL_SERVER_ERROR})
pytestmark = pytest.mark.soak
ORDER = {
    "storefront": "us",
    "number": NUMBER,
    "kind": "b2b",
    "placed_at": "2026-11-23T10:15:00Z",
    "currency": "USD",
    "customer": {"email": EMAIL},
    "lines": [{"sku": "SAW-10", "quantity": 2, "unit_price": "19.90"}],
    "total": "39.80",
}


def generated(examples: int) -> Any:
    return settings(max_examples=examples, suppress_health_check=list(HealthCheck))


@contextmanager
def one_connection() -> Iterator[None]:
    """Django's own test client does the same: a connection that is closed takes the test's transaction with it."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    with one_connection():
        yield


@pytest.fixture
def shop(db: None) -> Shop:
    shop = open_shop()
    shop.contact(shop.account(ACCOUNT, number="1000"), EMAIL)
    shop.erp_customer("2000", emails=["bill@bill.example"], phones=["321-455-1836"])
    return shop


@pytest.fixture
def key(shop: Shop) -> str:
    return shop.key()


@pytest.fixture
def order(shop: Shop) -> Order:
    """What strangers must not see: an order of the storefront `us`."""
    body = OrderInput(data=ORDER)
    body.is_valid(raise_exception=True)
    submission = submission_of(body.validated_data, shop.storefront)
    order = receive_order(submission=submission, by="system:test", at=LONG_AGO).order
    assert order.account is not None
    return order


@pytest.fixture
def revoked_key(shop: Shop) -> str:
    key = shop.key()
    client = ApiClient.objects.get(pk=key.partition(".")[0])
    revoke_api_client(client=client, by="staff:opal", at=LONG_AGO)
    return key


@pytest.fixture
def key_of_eu(shop: Shop) -> str:
    """It may do everything, in another storefront."""
    eu = create_storefront(
        code="eu",
        name="EU",
        currency="EUR",
        default_region="DE",
        erp_system=shop.erp.code,
        by="staff:opal",
        at=LONG_AGO,
    )
    return Shop(eu, shop.erp).key(bound=True)


# Shoppers have other keys: test_schemathesis_shoppers.py.
schema = schemathesis.openapi.from_wsgi("/api/schema/", application).exclude(path_regex="/storefront/")
strangers = schemathesis.openapi.from_wsgi("/api/schema/", application).exclude(path_regex="/storefront/")
strangers.config.phases.update(phases=["examples", "fuzzing"])
# A NUL in the address is refused before anybody asks who calls; keys are the tests' own.
strangers.config.generation.update(allow_x00=False, with_security_parameters=False)


def code_is_named(
    _context: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """A check: the operation names the code of this error, unless any address may answer so, or any method."""
    if response.status_code in OF_ANY_ADDRESS or response.status_code < HTTPStatus.BAD_REQUEST:
        return
    if case.method.lower() != case.operation.method.lower():
        return
    answer = case.operation.definition.raw["responses"][str(response.status_code)]
    assert response.json()["code"] in answer.get("x-codes", []), response.text


@schema.parametrize()
@generated(EXAMPLES)
def test_every_operation(key: str, case: schemathesis.Case) -> None:
    case.call_and_validate(
        headers={"Authorization": f"Api-Key {key}"},
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.checks.status_code_conformance,
            schemathesis.checks.content_type_conformance,
            schemathesis.checks.response_schema_conformance,
            code_is_named,
        ],
    )


def aimed(case: schemathesis.Case, order: Order) -> schemathesis.Case:
    """The same request, for that order, its decision and its storefront."""
    if "{code}" in case.path:
        case.path_parameters = {**case.path_parameters, "code": "us"}
    if "{id}" in case.path:
        case.path_parameters = {"id": str(order.decision_id if "decisions" in case.path else order.pk)}
    names = {
        "shared_id": "ana",
        "system": "shop",
        "external_id": "77",
        "subject": "customer",
        "key": "size",
        "note_id": str(order.pk),
        "contact_id": str(order.pk),
        "associate_id": str(order.pk),
        "storefront": "us",
    }
    for name, value in names.items():
        if f"{{{name}}}" in case.path:
            case.path_parameters = {**case.path_parameters, name: value}
    bodies = case.body.get("orders") if isinstance(case.body, dict) and "orders" in case.body else [case.body]
    for body in bodies if isinstance(bodies, list) else []:
        if isinstance(body, dict) and "storefront" in body:
            body["storefront"] = "us"
    return case


def shows_nothing_of(order: Order, text: str) -> bool:
    return not any(own in text for own in (str(order.pk), str(order.decision_id), NUMBER, EMAIL, ACCOUNT))


@strangers.parametrize()
@generated(EXAMPLES_OF_STRANGERS)
def test_who_has_no_right_is_told_so_whatever_they_send(
    shop: Shop, order: Order, revoked_key: str, case: schemathesis.Case
) -> None:
    callers = {
        None: (401, "not_authenticated"),
        revoked_key: (401, "key_invalid"),
        shop.key("webhooks:manage"): (403, "scope_missing"),
    }
    aimed(case, order)
    for key, expected in callers.items():
        answer = case.call(headers={"Authorization": f"Api-Key {key}"} if key else {})
        assert (answer.status_code, answer.json()["code"]) == expected
        assert shows_nothing_of(order, answer.text)
    assert Order.objects.get(pk=order.pk).updated_at == order.updated_at


# Customers, segments and attributes are all storefronts' alike.
of_storefronts = strangers.include(path_regex="/(orders|identity|storefronts)")


@of_storefronts.parametrize()
@generated(EXAMPLES_OF_STRANGERS)
def test_a_key_of_another_storefront_meets_nothing_of_this_one(
    order: Order, key_of_eu: str, case: schemathesis.Case
) -> None:
    # A key that is malformed, or was used for another body, is refused before anybody is looked for.
    (case.headers or {}).pop("Idempotency-Key", None)
    answer = aimed(case, order).call(headers={"Authorization": f"Api-Key {key_of_eu}"})
    assert answer.status_code < 500
    assert shows_nothing_of(order, answer.text)
    if case.path_parameters:
        # A body that cannot be read is refused before anybody is looked for, whoever sends it.
        assert (answer.status_code, answer.json()["code"]) in {(404, "not_found"), (400, "parse_error")}
    assert Order.objects.get(pk=order.pk).updated_at == order.updated_at
