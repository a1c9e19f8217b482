"""`/orders` and `/identity` as programs meet them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from customers.models import Customer
from events.models import Event
from orders.models import IdentityDecision, Order, OrderLine
from storefronts.services.storefronts import create_storefront
from tests.orders.conftest import Send
from tests.shop import LONG_AGO, Shop

Body = Callable[..., dict[str, Any]]


def client_with(key: str) -> Client:
    return Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {key}"})


def post(api: Client, path: str, body: Any, **headers: str) -> Any:
    return api.post(path, body, content_type="application/json", headers=headers)


def test_a_new_order_is_answered_whole_and_stored_once(shop: Shop, api: Client, order_body: Body) -> None:
    body = order_body(
        email="cleo@home.example",
        purchase_order_number="PO-8812",
        payment_method="net30",
        tax_total="3.10",
        billing_address={"first_name": "Cleo", "line1": "1 Main St", "country": "US"},
        shipping_address=None,
    )
    answer = post(api, "/api/v1/orders", body)

    assert answer.status_code == 201
    got = answer.json()
    order = Order.objects.get()
    assert answer.headers["ETag"] == f'"{order.updated_at.timestamp():.6f}"'
    assert {name: got[name] for name in ("id", "storefront", "number", "kind", "status", "placed_at", "currency")} == {
        "id": str(order.pk), "storefront": "us", "number": "100023", "kind": "b2b", "status": "placed",
        "placed_at": "2026-11-23T10:15:00Z", "currency": "USD",
    }  # fmt: skip
    assert got["customer"] == {
        "email": "cleo@home.example", "phone": "", "first_name": "Jo", "last_name": "Hale", "external_id": "",
    }  # fmt: skip
    assert got["lines"] == [
        {"id": str(OrderLine.objects.get().pk), "sku": "SAW-10", "name": "Saw", "quantity": 2, "unit_price": "19.90"}
    ]
    assert (got["total"], got["tax_total"], got["subtotal"]) == ("39.80", "3.10", None)
    assert got["billing_address"]["line1"] == "1 Main St"
    assert got["shipping_address"] is None
    assert api.get(f"/api/v1/orders/{order.pk}").json() == got
    assert list(Event.objects.values_list("name", flat=True).filter(name__startswith="order")) == ["order.received"]


def test_the_same_order_again_is_200_however_it_is_written(api: Client, order_body: Body) -> None:
    body = order_body(email="cleo@home.example")
    first = post(api, "/api/v1/orders", body)
    respelt = {
        **dict(reversed(body.items())),
        "total": "39.8000",
        "placed_at": "2026-11-23T11:15:00+01:00",
        "payment_method": None,
        "purchase_order_number": "",
        "billing_address": {"line1": ""},
    }
    again = post(api, "/api/v1/orders", respelt)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Order.objects.count() == IdentityDecision.objects.count() == Customer.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"total": "39.81"},
        {"currency": "EUR"},
        {"kind": "b2c"},
        {"lines": [{"sku": "SAW-10", "name": "Saw", "quantity": 3, "unit_price": "19.90"}]},
        {"billing_address": {"line1": "1 Main St"}},
        {"customer": {"email": "other@home.example"}},
    ],
)
def test_the_same_number_with_other_content_is_409_and_changes_nothing(
    api: Client, order_body: Body, change: dict[str, Any]
) -> None:
    body = order_body(email="cleo@home.example")
    post(api, "/api/v1/orders", body)
    before = Order.objects.values().get()
    answer = post(api, "/api/v1/orders", {**body, **change})
    assert (answer.status_code, answer.json()["code"]) == (409, "order_exists_with_other_content")
    assert Order.objects.values().get() == before
    assert OrderLine.objects.count() == 1


def test_the_answer_to_the_same_order_is_the_order_as_it_is_now(api: Client, order_body: Body) -> None:
    body = order_body(email="cleo@home.example")
    order_id = post(api, "/api/v1/orders", body).json()["id"]
    api.patch(f"/api/v1/orders/{order_id}", {"status": "shipped", "total": "50"}, content_type="application/json")
    again = post(api, "/api/v1/orders", body)
    assert (again.status_code, again.json()["status"], again.json()["total"]) == (200, "shipped", "50.00")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"number": ""}, "number", "blank"),
        ({"number": "x" * 61}, "number", "max_length"),
        ({"kind": "b2x"}, "kind", "invalid_choice"),
        ({"placed_at": "2026-11-23T10:15:00"}, "placed_at", "no_offset"),
        ({"placed_at": "yesterday"}, "placed_at", "invalid"),
        ({"placed_at": "9999-12-31T23:59:59Z"}, "placed_at", "out_of_range"),
        ({"placed_at": 5}, "placed_at", "invalid"),
        ({"currency": "usd"}, "currency", "invalid"),
        ({"lines": []}, "lines", "empty"),
        ({"lines": "x"}, "lines", "not_a_list"),
        ({"lines": [{"sku": "A", "quantity": 0, "unit_price": "1"}]}, "lines.0.quantity", "min_value"),
        ({"lines": [{"sku": "A", "quantity": 1.5, "unit_price": "1"}]}, "lines.0.quantity", "invalid"),
        ({"lines": [{"sku": "A", "quantity": 10**30, "unit_price": "1"}]}, "lines.0.quantity", "max_value"),
        ({"lines": [{"sku": "A", "quantity": 1, "unit_price": "NaN"}]}, "lines.0.unit_price", "invalid"),
        ({"total": "1e99"}, "total", "max_digits"),
        ({"total": True}, "total", "invalid"),
        ({"customer": "jo"}, "customer", "invalid"),
        ({"customer": {"email": ["a"]}}, "customer.email", "invalid"),
        ({"customer": {"email": "x" * 1001}}, "customer.email", "max_length"),
        ({"customer": {"emial": "a@b.example"}}, "customer.emial", "unknown_field"),
        ({"po_number": "1"}, "po_number", "unknown_field"),
    ],
)
def test_bad_input_names_the_field_and_stores_nothing(
    api: Client, order_body: Body, change: dict[str, Any], field: str, code: str
) -> None:
    answer = post(api, "/api/v1/orders", {**order_body(), **change})
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["status"], problem["request_id"]) == (
        "invalid",
        400,
        answer.headers["X-Request-ID"],
    )
    assert (field, code) in {(error["field"], error["code"]) for error in problem["errors"]}
    assert Order.objects.count() == 0


def test_several_errors_are_said_at_once(api: Client) -> None:
    answer = post(api, "/api/v1/orders", {"lines": [{}]})
    assert {error["field"] for error in answer.json()["errors"]} == {
        "storefront", "number", "kind", "placed_at", "currency", "total",
        "lines.0.sku", "lines.0.quantity", "lines.0.unit_price",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"{", 400, "parse_error"),
        (b"\xff\xfe", 400, "parse_error"),
        (b"[]", 400, "invalid"),
        (b"null", 400, "invalid"),
        (b'{"number": "a\\u0000b"}', 400, "parse_error"),
        (b'{"number": "\\ud800"}', 400, "parse_error"),
        (b'{"total": NaN}', 400, "parse_error"),
        (b'{"number": 1e400}', 400, "parse_error"),
        (b'{"lines": [-1e999]}', 400, "parse_error"),
        (b'{"number": "1", "number": "2"}', 400, "parse_error"),
        (b"[" * 100_000, 400, "parse_error"),
        (b'{"number": "' + b"x" * 10_000_000 + b'"}', 413, "payload_too_large"),
    ],
)
def test_bodies_that_are_no_bodies(api: Client, raw: bytes, status: int, code: str) -> None:
    answer = api.post("/api/v1/orders", raw, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert Order.objects.count() == 0


def test_other_media_types_are_415(api: Client) -> None:
    answer = api.post("/api/v1/orders", "a=b", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("path", ["/api/v1/orders?number=%00", "/api/v1/orders/%00", "/api/v1/orders?cursor=%00"])
def test_a_nul_in_the_address_is_400(api: Client, path: str) -> None:
    answer = api.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_who_is_not_known_is_401_and_who_may_not_is_403(shop: Shop, order_body: Body) -> None:
    reader = client_with(shop.key("orders:read"))
    for key in ("", "Api-Key nonsense", "Api-Key " + "x" * 8 + ".y", "Bearer x", "Api-Key \xe9"):
        answer = Client(SERVER_NAME="localhost", headers={"Authorization": key}).get("/api/v1/orders")
        assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Api-Key"), key
    refused = post(reader, "/api/v1/orders", order_body())
    assert (refused.status_code, refused.json()["code"]) == (403, "scope_missing")
    assert "orders:write" in refused.json()["detail"]
    assert reader.get("/api/v1/orders").json() == {"next": None, "previous": None, "results": []}
    assert post(reader, "/api/v1/identity/resolve", order_body()).status_code == 403
    assert reader.get("/api/v1/storefronts").status_code == 403


def test_a_key_of_one_storefront_sees_and_writes_only_there(shop: Shop, api: Client, order_body: Body) -> None:
    other = create_storefront(code="eu", name="EU", currency="EUR", default_region="DE", by="staff:opal", at=LONG_AGO)
    theirs = post(api, "/api/v1/orders", {**order_body("9"), "storefront": other.code}).json()
    bound = client_with(shop.key(bound=True))
    mine = post(bound, "/api/v1/orders", order_body("1")).json()

    assert post(bound, "/api/v1/orders", {**order_body("2"), "storefront": "eu"}).status_code == 404
    assert [order["id"] for order in bound.get("/api/v1/orders").json()["results"]] == [mine["id"]]
    for path in (f"/api/v1/orders/{theirs['id']}", theirs["identity"]["receipt"], "/api/v1/storefronts/eu"):
        answer = bound.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    changed = bound.patch(f"/api/v1/orders/{theirs['id']}", {"status": "shipped"}, content_type="application/json")
    assert changed.status_code == 404
    assert post(bound, "/api/v1/identity/resolve", {"storefront": "eu", "kind": "b2b"}).status_code == 404
    assert post(bound, "/api/v1/storefronts", {"code": "x"}).status_code == 404
    assert Order.objects.get(pk=theirs["id"]).status == "placed"


def test_search(shop: Shop, api: Client, send: Send) -> None:
    acme = shop.account("Acme Tools", number="1000")
    shop.contact(acme, "ana@acme.example")
    send("A-1", email="ana@acme.example", placed_at="2026-11-01T00:00:00Z")
    customer = send("B-1", email="cleo@home.example", kind="b2c", placed_at="2026-11-02T00:00:00Z")["customer"]
    send("C-1", placed_at="2026-11-03T00:00:00Z")

    def numbers(query: str) -> list[str]:
        answer = api.get(f"/api/v1/orders?{query}")
        assert answer.status_code == 200, answer.content
        return [order["number"] for order in answer.json()["results"]]

    assert numbers("") == ["C-1", "B-1", "A-1"]
    assert numbers("number=B-1") == ["B-1"]
    assert numbers("kind=b2c") == ["B-1"]
    assert numbers("outcome=held") == ["C-1"]
    assert numbers("storefront=us") == ["C-1", "B-1", "A-1"]
    assert numbers("storefront=nowhere") == []
    assert numbers(f"customer_shared_id={customer['shared_id']}") == ["B-1"]
    assert numbers("customer_email=%20ANA@Acme.example") == ["A-1"]
    assert numbers("customer_email=nonsense") == []
    assert numbers(f"account_shared_id={acme.shared_id}") == ["A-1"]
    assert numbers("account_name=me%20to") == ["A-1"]
    assert numbers("placed_after=2026-11-01T12:00:00Z&placed_before=2026-11-02T12:00:00Z") == ["B-1"]
    assert numbers("ordering=placed_at") == ["A-1", "B-1", "C-1"]
    for wrong in (
        "kind=b2x",
        "placed_after=soon",
        "number=" + "x" * 61,
        "ordering=colour",
        "cursor=nonsense",
        "cursor=cD1ub25zZW5zZQ==",
        "page_size=0",
        "page_size=x",
        "page_size=201",
        "page_size=0000010000",
        "cursor=cD0lMDA%3D",
        "ordering=number&cursor=cD0lMDA%3D",
    ):
        assert api.get(f"/api/v1/orders?{wrong}").status_code == 400, wrong


def test_pages_follow_each_other_and_lose_nothing(api: Client, send: Send) -> None:
    for number in range(7):
        send(str(number))
    seen, url = [], "/api/v1/orders?page_size=3"
    while url:
        page = api.get(url).json()
        seen.append([order["number"] for order in page["results"]])
        url = page["next"]
    assert seen == [["6", "5", "4"], ["3", "2", "1"], ["0"]]


def test_patch_changes_what_is_given_and_never_the_identity(shop: Shop, api: Client, order_body: Body) -> None:
    shop.contact(shop.account("Acme", number="1000"), "ana@acme.example")
    order = post(api, "/api/v1/orders", order_body(email="ana@acme.example", shipping_address={"line1": "old"})).json()
    path = f"/api/v1/orders/{order['id']}"

    def patch(body: Any) -> Any:
        return api.patch(path, body, content_type="application/json")

    changed = patch(
        {
            "status": "shipped",
            "total": "12.5",
            "lines": [{"sku": "NEW", "quantity": 1, "unit_price": "12.5"}],
            "shipping_address": {"line1": "new"},
        }
    ).json()

    assert (changed["status"], changed["total"], changed["shipping_address"]["line1"]) == ("shipped", "12.50", "new")
    assert [(line["sku"], line["unit_price"]) for line in changed["lines"]] == [("NEW", "12.50")]
    assert changed["identity"] == order["identity"]
    assert patch({"shipping_address": None}).json()["shipping_address"] is None
    for refused in ({"customer": {"email": "x@y.example"}}, {"number": "2"}, {"status": "lost"}, {"total": None}):
        assert patch(refused).status_code == 400, refused
    before = Order.objects.get().updated_at
    assert patch({}).status_code == 200
    same = {
        "status": "shipped",
        "total": "12.500",
        "lines": [{"sku": "NEW", "quantity": 1, "unit_price": "12.50"}],
        "shipping_address": {"line1": ""},
    }
    assert patch(same).status_code == 200
    assert Order.objects.get().updated_at == before
    assert Event.objects.filter(name="order.changed").count() == 2
    assert IdentityDecision.objects.count() == 1


def test_if_match_refuses_who_wrote_on_an_older_state(api: Client, order_body: Body) -> None:
    created = post(api, "/api/v1/orders", order_body())
    path = f"/api/v1/orders/{created.json()['id']}"

    def patch(status: str, tag: str) -> Any:
        return api.patch(path, {"status": status}, content_type="application/json", headers={"If-Match": tag})

    first = patch("processing", created.headers["ETag"])
    late = patch("cancelled", created.headers["ETag"])

    assert (first.status_code, late.status_code, late.json()["code"]) == (200, 412, "stale")
    assert patch("shipped", "*").status_code == 200
    assert api.get(path).json()["status"] == "shipped"


def test_resolve_says_what_would_be_and_writes_nothing(shop: Shop, api: Client, order_body: Body) -> None:
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "ana@acme.example")
    events_before = Event.objects.count()

    known = post(api, "/api/v1/identity/resolve", order_body(email="ana@acme.example")).json()
    unknown = post(
        api, "/api/v1/identity/resolve", {"storefront": "us", "kind": "b2b", "customer": {"email": "new@home.example"}}
    ).json()

    assert (known["outcome"], known["account"]["shared_id"], known["erp_customer_number"]) == (
        "account", acme.shared_id, "1000",
    )  # fmt: skip
    assert known["receipt"]["steps"][0]["candidates"][0]["label"] == "ana@acme.example — Acme"
    assert (unknown["outcome"], unknown["customer"]) == ("created", None)
    assert Order.objects.count() == IdentityDecision.objects.count() == Customer.objects.count() == 0
    assert Event.objects.count() == events_before


def test_a_decision_is_read_with_its_receipt(shop: Shop, api: Client, send: Send) -> None:
    shop.contact(shop.account("Acme", number="1000"), "ana@acme.example", first_name="Ana")
    identity = send(email="ana@acme.example")
    decision = api.get(identity["receipt"]).json()
    order = Order.objects.get()
    assert (decision["id"], decision["order"], decision["outcome"]) == (
        str(order.decision_id),
        str(order.pk),
        "account",
    )
    assert (decision["decided_by"], decision["policy_version"], decision["supersedes"]) == ("rules", 1, None)
    (candidate,) = decision["steps"][0]["candidates"]
    assert (candidate["label"], candidate["verdict"], candidate["why"]) == ("Ana — Acme", "won", "The only match")


def test_unknown_objects_are_404(api: Client) -> None:
    nowhere = "01a206e3-53af-7006-b104-1dae18ad3c72"
    for path in (f"/api/v1/orders/{nowhere}", f"/api/v1/identity/decisions/{nowhere}", "/api/v1/orders/not-a-uuid"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path
    assert api.delete("/api/v1/orders").status_code == 405


def test_an_order_is_not_refused_for_what_people_type(api: Client, order_body: Body) -> None:
    claim = {
        "email": "jo@" + "x" * 300 + ".example",
        "phone": "901 555 2222, please ring twice at the back door, the front bell is broken",
        "first_name": "J" * 300,
    }
    answer = post(api, "/api/v1/orders", {**order_body(), "customer": claim})
    assert (answer.status_code, answer.json()["identity"]["reason"]) == (201, "no_usable_identifier")
    assert answer.json()["customer"]["first_name"] == "J" * 300
    made = post(api, "/api/v1/orders", {**order_body("2"), "customer": {**claim, "email": "jo@home.example"}})
    assert made.json()["identity"]["outcome"] == "created"
    assert Customer.objects.get().first_name == "J" * 120


def test_a_body_in_chunks_is_refused_in_words(api: Client) -> None:
    answer = api.post(
        "/api/v1/orders", b"{}", content_type="application/json", headers={"Transfer-Encoding": "chunked"}
    )
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")
