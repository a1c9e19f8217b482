"""`Idempotency-Key`: the same request again gets the same answer, and its effect happens once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test import Client
from django.utils import timezone

from events.transaction import lock_key, take_locks
from interface.api import idempotency
from interface.models import IdempotencyRecord
from orders.models import Order
from storefronts.models import ApiClient
from tests.shop import Shop

Body = Callable[..., dict[str, Any]]


def post(api: Client, body: Any, key: str) -> Any:
    return api.post("/api/v1/orders", body, content_type="application/json", headers={"Idempotency-Key": key})


def test_the_stored_answer_comes_again(api: Client, order_body: Body) -> None:
    first = post(api, order_body("1"), "k-1")
    Order.objects.update(status="shipped")
    again = post(api, order_body("1"), "k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.json()["status"] == "placed"
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["ETag"] == first.headers["ETag"]
    assert Order.objects.count() == 1


def test_another_body_under_the_same_key_is_422(api: Client, order_body: Body) -> None:
    post(api, order_body("1"), "k-1")
    answer = post(api, order_body("2"), "k-1")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Order.objects.count() == 1


def test_refusals_are_kept_too_and_keys_of_others_do_not_collide(shop: Shop, api: Client, order_body: Body) -> None:
    wrong = {**order_body("1"), "kind": "b2x"}
    first, again = post(api, wrong, "k-1"), post(api, wrong, "k-1")
    assert (first.status_code, again.status_code) == (400, 400)
    assert again.json() == first.json()
    assert again.headers["Content-Type"] == "application/problem+json"
    assert "ETag" not in again.headers
    stranger = Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {shop.key()}"})
    assert post(stranger, order_body("1"), "k-1").status_code == 201


def test_a_key_is_forgotten_after_24_hours(api: Client, order_body: Body) -> None:
    post(api, order_body("1"), "k-1")
    IdempotencyRecord.objects.update(at=timezone.now() - timedelta(hours=24, seconds=1))
    assert post(api, order_body("2"), "k-1").status_code == 201
    assert Order.objects.count() == 2
    again = post(api, order_body("2"), "k-1")
    assert (again.json()["number"], again.headers["Idempotent-Replayed"]) == ("2", "true")
    assert IdempotencyRecord.objects.count() == 1


def test_a_revoked_api_key_is_401_even_for_an_answer_kept(api: Client, order_body: Body) -> None:
    post(api, order_body("1"), "k-1")
    ApiClient.objects.update(revoked=True)
    answer = post(api, order_body("1"), "k-1")
    assert (answer.status_code, answer.json()["code"]) == (401, "key_invalid")


@pytest.mark.parametrize("key", ["x" * 256, "a b", "é", ""])
def test_keys_that_are_no_keys(api: Client, order_body: Body, key: str) -> None:
    answer = post(api, order_body("1"), key)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_failure_of_ours_is_not_kept(api: Client, order_body: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise RuntimeError

    api.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("orders.api.views.receive_order", fail)
        assert post(api, order_body("1"), "k-1").status_code == 500
    assert IdempotencyRecord.objects.count() == 0
    assert post(api, order_body("1"), "k-1").status_code == 201


def test_an_answer_that_passes_is_not_kept(api: Client, order_body: Body, monkeypatch: pytest.MonkeyPatch) -> None:
    def meet_another_write(**_: object) -> None:
        raise IntegrityError

    with monkeypatch.context() as busy:
        busy.setattr("orders.api.views.receive_order", meet_another_write)
        refused = post(api, order_body("1"), "k-1")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert IdempotencyRecord.objects.count() == 0
    answer = post(api, order_body("1"), "k-1")
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers


def test_a_conflict_that_stays_is_kept(api: Client, order_body: Body) -> None:
    post(api, order_body("1"), "k-1")
    first, again = (post(api, order_body("1", email="cleo@home.example"), "k-2") for _ in range(2))
    assert (first.status_code, first.json()["code"]) == (409, "order_exists_with_other_content")
    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_takes_too_long_is_409_and_leaves_no_limit(
    api: Client, order_body: Body, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "SECONDS_A_TWIN_WAITS", 0.1)
    caller = f"api:{ApiClient.objects.get().pk}"
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with atomic():
                take_locks([lock_key("idempotency", caller, "POST", "/api/v1/orders", "k-1")])
                taken.set()
                done.wait(30)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(30)
    try:
        late = post(api, order_body("1"), "k-1")
    finally:
        done.set()
        holder.join()
    assert (late.status_code, late.json()["code"]) == (409, "idempotency_in_progress")
    assert Order.objects.count() == IdempotencyRecord.objects.count() == 0
    assert post(api, order_body("1"), "k-1").status_code == 201


def test_the_limit_on_the_wait_ends_with_it(db: None) -> None:
    idempotency._wait_for_twin({"key": "k-1"})
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)


@pytest.mark.django_db(transaction=True)
def test_twins_at_once_have_one_effect_and_one_answer(api: Client, order_body: Body) -> None:
    answers: list[Any] = []

    def send() -> None:
        try:
            answers.append(
                post(api.__class__(SERVER_NAME="localhost", headers=api.defaults_headers), order_body("1"), "k-1")
            )
        finally:
            connection.close()

    api.defaults_headers = {"Authorization": api.defaults["HTTP_AUTHORIZATION"]}
    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 6
    assert len({answer.content for answer in answers}) == 1
    assert Order.objects.count() == 1
