"""`POST /orders/bulk`: one result per order, in order, as if posted one after another."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from customers.models import Customer
from orders.models import Order
from storefronts.services.storefronts import create_storefront
from tests.shop import LONG_AGO, Shop

Body = Callable[..., dict[str, Any]]


def bulk(api: Client, orders: Any, **headers: str) -> Any:
    return api.post("/api/v1/orders/bulk", {"orders": orders}, content_type="application/json", headers=headers)


def test_every_order_is_answered_for_itself_in_order(shop: Shop, api: Client, order_body: Body) -> None:
    shop.contact(shop.account("Acme", number="1000"), "ana@acme.example")
    answer = bulk(
        api,
        [
            order_body("1", email="ana@acme.example"),
            order_body("2", email="new@home.example"),
            {**order_body("3"), "kind": "b2x"},
            order_body("2", email="new@home.example"),
            order_body("2", email="other@home.example"),
            order_body("4", email="NEW@home.example"),
            {**order_body("5"), "storefront": "nowhere"},
            "no order",
        ],
    )
    assert answer.status_code == 207
    results = answer.json()["results"]
    assert [each["status"] for each in results] == [201, 201, 400, 200, 409, 201, 404, 400]
    outcomes = [each["order"]["identity"]["outcome"] for each in results if "order" in each]
    assert outcomes == ["account", "created", "created", "customer"]
    assert results[1]["order"] == results[3]["order"]
    assert results[2]["error"]["errors"][0]["field"] == "kind"
    assert results[4]["error"]["code"] == "order_exists_with_other_content"
    assert results[6]["error"]["code"] == "not_found"
    assert "error" not in results[0]
    assert "order" not in results[2]
    assert set(Order.objects.values_list("number", flat=True)) == {"1", "2", "4"}
    assert Customer.objects.count() == 1


def test_the_answers_are_those_of_single_posts(api: Client, order_body: Body) -> None:
    (together,) = bulk(api, [order_body("1", email="new@home.example", tax_total="1.5")]).json()["results"]
    alone = api.post(
        "/api/v1/orders", order_body("1", email="new@home.example", tax_total="1.5"), content_type="application/json"
    )
    assert (alone.status_code, together["status"]) == (200, 201)
    assert alone.json() == together["order"]


def test_a_bound_key_is_refused_per_order(shop: Shop, order_body: Body) -> None:
    create_storefront(code="eu", name="EU", currency="EUR", default_region="DE", by="staff:opal", at=LONG_AGO)
    bound = Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {shop.key(bound=True)}"})
    results = bulk(bound, [{**order_body("1"), "storefront": "eu"}, order_body("2")]).json()["results"]
    assert [each["status"] for each in results] == [404, 201]
    assert Order.objects.get().number == "2"


def test_five_hundred_are_taken_and_one_more_refuses_all(api: Client, order_body: Body) -> None:
    refused = bulk(api, [order_body(str(number)) for number in range(501)])
    assert (refused.status_code, refused.json()["code"]) == (413, "payload_too_large")
    assert Order.objects.count() == 0
    taken = bulk(api, [order_body(str(number), email=f"b{number % 50}@home.example") for number in range(500)])
    assert {each["status"] for each in taken.json()["results"]} == {201}
    assert (Order.objects.count(), Customer.objects.count()) == (500, 50)


def test_bodies_of_another_shape(api: Client, order_body: Body) -> None:
    for body in ([order_body()], {"orders": {}}, {}, {"orders": [], "more": 1}):
        answer = api.post("/api/v1/orders/bulk", body, content_type="application/json")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "orders"), body
    assert bulk(api, []).json() == {"results": []}


def test_sent_again_with_the_same_key(api: Client, order_body: Body) -> None:
    first = bulk(api, [order_body("1")], **{"Idempotency-Key": "k"})
    again = bulk(api, [order_body("1")], **{"Idempotency-Key": "k"})
    assert again.status_code == 207
    assert again.content == first.content
