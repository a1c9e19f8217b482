"""Four ways of taking orders in. Each opens one client that takes orders until it is told that time is up."""

import http.client
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import psycopg
from django.db import connection, connections
from django.utils import timezone

from benchmarks.intake.mix import bodies
from benchmarks.intake.raw import RawIntake
from benchmarks.intake.world import BY, CODE, Scale
from orders.api.inputs import OrderInput, submission_of
from orders.models import IdentityDecision
from orders.services.intake import receive_order
from storefronts.models import Storefront

# One call of a client: how many orders it took in.
Call = Callable[[], int]
IN_BULK = 500
CREATED, MULTI_STATUS = 201, 207


@dataclass(frozen=True, slots=True)
class Setting:
    """What every client is told: the world's size, where the web server listens, and a key for it."""

    scale: Scale
    port: int
    key: str
    seed: int


def raw(setting: Setting, client: int) -> Call:
    storefront = Storefront.objects.with_policy().get(code=CODE)
    example = IdentityDecision.objects.select_related("evidence").filter(outcome="account").first()
    assert example is not None, "the world holds one order"
    known = {"receipt": example.receipt, "labels": example.evidence.labels, "facts": example.evidence.facts}
    parameters = {**connection.get_connection_params(), "cursor_factory": None, "context": None}
    named = {name: value for name, value in parameters.items() if value is not None and name != "prepare_threshold"}
    opened = psycopg.connect(**named)
    policy = storefront.current_policy_id
    intake = RawIntake(opened, storefront=storefront.pk, policy=policy or 0, example=known)
    orders = bodies(setting.scale, seed=("raw", setting.seed, client))

    def call() -> int:
        intake.take(next(orders))
        return 1

    return call


def service(setting: Setting, client: int) -> Call:
    storefront = Storefront.objects.with_policy().get(code=CODE)
    orders = bodies(setting.scale, seed=("service", setting.seed, client))

    def call() -> int:
        body = OrderInput(data=next(orders))
        body.is_valid(raise_exception=True)
        receive_order(submission=submission_of(body.validated_data, storefront), by=BY, at=timezone.now())
        return 1

    return call


def single(setting: Setting, client: int) -> Call:
    orders = bodies(setting.scale, seed=("single", setting.seed, client))
    post = _poster(setting, "/api/v1/orders", CREATED)

    def call() -> int:
        post(next(orders))
        return 1

    return call


def bulk(setting: Setting, client: int) -> Call:
    orders = bodies(setting.scale, seed=("bulk", setting.seed, client))
    post = _poster(setting, "/api/v1/orders/bulk", MULTI_STATUS)

    def call() -> int:
        answer = post({"orders": list(islice(orders, IN_BULK))})
        # Reading the whole answer would be the client's work on the same processors: every slot says 201, or it shows.
        assert answer.count(b'"status":201,"order"') == IN_BULK, answer[:2000]
        return IN_BULK

    return call


CONTENDERS: dict[str, Callable[[Setting, int], Call]] = {
    "raw": raw,
    "service": service,
    "POST /orders": single,
    "POST /orders/bulk": bulk,
}


def _poster(setting: Setting, path: str, wanted: int) -> Callable[[Any], bytes]:
    """One connection that is kept open, as a shop's back end keeps it."""
    connections.close_all()
    opened = http.client.HTTPConnection("127.0.0.1", setting.port, timeout=300)
    headers = {"Authorization": f"Api-Key {setting.key}", "Content-Type": "application/json"}

    def post(body: Any) -> bytes:
        opened.request("POST", path, json.dumps(body).encode(), headers)
        answer = opened.getresponse()
        told = answer.read()
        assert answer.status == wanted, (os.getpid(), answer.status, told[:2000])
        return told

    return post
