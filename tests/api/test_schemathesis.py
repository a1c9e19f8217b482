"""Generated requests against every operation of the OpenAPI document: answers are as documented, and never a 5xx."""

import os

import pytest
import schemathesis
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, settings
from pytest_django.live_server_helper import LiveServer

from tests.shop import open_shop

# `make soak` raises it.
EXAMPLES = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "15"))


@pytest.fixture
def key(transactional_db: None) -> str:
    shop = open_shop()
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "ana@acme.example")
    shop.erp_customer("2000", emails=["bill@bill.example"], phones=["321-455-1836"])
    return shop.key()


schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(public=True))


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_every_operation(live_server: LiveServer, key: str, case: schemathesis.Case) -> None:
    case.call_and_validate(
        base_url=live_server.url,
        headers={"Authorization": f"Api-Key {key}"},
        checks=[
            schemathesis.checks.not_a_server_error,
            schemathesis.checks.status_code_conformance,
            schemathesis.checks.content_type_conformance,
            schemathesis.checks.response_schema_conformance,
        ],
    )
