"""A batch is as if its orders were received one after another: the same outcomes, people and receipts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.models import Customer, CustomerExternalId
from orders.models import Order, PinnedIdentity
from orders.services.intake import OrderExistsWithOtherContentError, Received, receive_order, receive_orders
from orders.submissions import Claim, OrderSubmission
from orders.words import OrderKind
from storefronts.policy import B2B_STEPS, B2C_STEPS, Ambiguous
from storefronts.services.storefronts import create_storefront
from tests import sizes
from tests.factories import CustomerFactory
from tests.orders.submissions import NOON, submission
from tests.shop import Shop

ALL_B2B, ALL_B2C = [str(step) for step in B2B_STEPS], [str(step) for step in B2C_STEPS]
EMAILS = [
    "",
    "ana@acme.example",
    "jo@both.example",
    "bill@bill.example",
    "office@bill.example",
    "new@home.example",
    "twin@home.example",
    "claims@home.example",
]
PHONES = ["", "901 555 2222", "321-455-1836"]
SHOP_CUSTOMERS = ["", "77", "88"]
CLAIMS = st.builds(
    Claim,
    email=st.sampled_from(EMAILS),
    phone=st.sampled_from(PHONES),
    external_id=st.sampled_from(SHOP_CUSTOMERS),
)
ORDERS = st.lists(
    st.tuples(CLAIMS, st.sampled_from(OrderKind), st.integers(1, 6), st.integers(0, 3)), min_size=1, max_size=8
)


def settle(shop: Shop) -> None:
    acme, harbor = shop.account("Acme", number="1000"), shop.account("Harbor", number="1001")
    shop.contact(acme, "ana@acme.example")
    shop.contact(acme, "jo@both.example")
    shop.contact(harbor, "jo@both.example")
    shop.erp_customer("2000", emails=["bill@bill.example", "office@bill.example"], phones=["321-455-1836"])
    shop.erp_customer("1001", emails=["harbor@bill.example"], phones=["901 555 2222"])
    CustomerFactory(email="office@bill.example")  # gets the number 2000 from whichever order comes first
    CustomerFactory(email="claims@home.example", email_is_own_word=True)
    shop.customer(email="twin@home.example")
    shop.customer(email="twin@home.example", phone="901 555 2222")


def world() -> dict[str, Any]:
    """Everything decided and made, without the ids and references that every run draws anew."""
    people = {customer.pk: index for index, customer in enumerate(Customer.objects.order_by("pk"))}
    shared = {customer.shared_id: f"customer-{people[customer.pk]}" for customer in Customer.objects.all()}
    orders = {}
    for order in Order.objects.with_identity():
        content = order.decision.receipt_content()
        for step in content["steps"]:
            for candidate in step["candidates"]:
                candidate["id"] = shared.get(candidate["id"], candidate["id"])
            step["candidates"].sort(key=lambda candidate: (candidate["verdict"], candidate["id"]))
        content["customer"] = shared.get(content["customer"], content["customer"])
        account = order.account and order.account.name
        orders[order.number] = (
            order.outcome,
            order.reason,
            account,
            people.get(order.customer_id),
            order.erp_customer_number,
            order.shown_to_customer,
            content,
        )
    numbers = {(people[link.customer_id], link.system, link.external_id) for link in CustomerExternalId.objects.all()}
    named = [(customer.email, customer.phone, customer.kind) for customer in Customer.objects.order_by("pk")]
    pins = {
        (pin.kind, pin.external_id): (
            pin.account and pin.account.name,
            people.get(pin.customer_id),
            pin.erp_customer_number,
            pin.decision.order.number,
        )
        for pin in PinnedIdentity.objects.select_related("account", "decision__order")
    }
    return {"orders": orders, "numbers": numbers, "people": named, "pins": pins}


def verdicts(results: list[Received | OrderExistsWithOtherContentError]) -> list[Any]:
    return [each.is_new if isinstance(each, Received) else each.number for each in results]


@pytest.mark.soak
@given(drafts=ORDERS, b2b=st.sampled_from(Ambiguous), b2c=st.sampled_from(Ambiguous), is_pinned=st.booleans())
@settings(max_examples=sizes.of(600))
def test_a_batch_is_as_if_one_after_another(
    shop: Shop, drafts: list[Any], b2b: Ambiguous, b2c: Ambiguous, *, is_pinned: bool
) -> None:
    got: list[Any] = []
    with undone():
        settle(shop)
        steps = {"b2b_steps": ALL_B2B, "b2c_steps": ALL_B2C} if is_pinned else {}
        shop.policy(b2b_ambiguous=str(b2b), b2c_ambiguous=str(b2c), **steps)
        wanted = [submission(shop.storefront, *draft) for draft in drafts]
        for together in (True, False):
            with undone():
                got.append(_receive(wanted, together=together))
    shop.storefront.refresh_from_db()
    assert got[0] == got[1]


@contextmanager
def undone() -> Iterator[None]:
    """What the block writes is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _receive(wanted: list[OrderSubmission], *, together: bool) -> Any:
    if together:
        results = receive_orders(submissions=wanted, by="api:test", at=NOON)
    else:
        results = []
        for each in wanted:
            try:
                results.append(receive_order(submission=each, by="api:test", at=NOON))
            except OrderExistsWithOtherContentError as error:
                results.append(error)
    return verdicts(results), world()


def test_the_number_of_statements_does_not_grow_with_the_batch(shop: Shop) -> None:
    settle(shop)

    def statements(count: int, first: int) -> int:
        wanted = [
            submission(shop.storefront, Claim(email=f"new{number}@home.example"), OrderKind.B2B, number, 0)
            for number in range(first, first + count)
        ]
        with CaptureQueriesContext(connection) as captured:
            receive_orders(submissions=wanted, by="api:test", at=NOON)
        return len(captured)

    assert statements(100, first=1000) == statements(2, first=10)


@pytest.mark.django_db
def test_no_orders_are_no_work() -> None:
    with CaptureQueriesContext(connection) as captured:
        assert receive_orders(submissions=[], by="api:test", at=NOON) == []
    assert len(captured) == 0


def test_storefronts_with_different_erp_systems_share_the_customers_made(shop: Shop) -> None:
    outlet = create_storefront(
        code="outlet", name="Outlet", currency="USD", default_region="US", by="staff:opal", at=NOON
    )
    claim = Claim(email="new@home.example")
    wanted = [submission(each, claim, OrderKind.B2B, 1, 0) for each in (shop.storefront, outlet)]
    results = receive_orders(submissions=wanted, by="api:test", at=NOON)
    assert [each.order.outcome for each in results] == ["created", "customer"]
    assert Customer.objects.count() == 1
