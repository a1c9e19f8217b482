"""Orders that wait for the ERP are decided once it was caught up with, on the facts and the policy of then."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import DataError, transaction
from django.test import Client
from django.utils import timezone

from customers.models import Customer, ErpCustomer, ErpSystem
from customers.services.erp_mirror import record_catch_up
from events.models import Event
from orders import jobs
from orders.models import DecisionEvidence, IdentityDecision, Order
from orders.services import waiting as waiting_service
from orders.services.intake import receive_order
from orders.services.staff_decisions import IdentityChange, change_identity
from orders.services.waiting import decide_waiting_orders
from orders.submissions import Claim
from orders.words import Action, OrderKind
from tests.orders.conftest import Send
from tests.orders.submissions import NOON, submission
from tests.parallel import another_client, waits_for_a_lock
from tests.shop import Shop, open_shop

Body = Callable[..., dict[str, Any]]


@pytest.fixture
def waiting(shop: Shop, send: Send) -> Order:
    """Cleo's first order, on a mirror nobody has read since."""
    shop.policy(erp_max_age_seconds=900, assume_complete=False)
    assert send("1", email="cleo@home.example")["reason"] == "erp_catch_up_pending"
    return Order.objects.get()


def catch_up(shop: Shop, *, after: timedelta = timedelta(seconds=1), complete: bool = False) -> Any:
    began_at = Order.objects.latest("id").received_at + after
    return record_catch_up(erp_system=shop.erp, began_at=began_at, complete=complete, by="system:test", at=began_at)


def decide(order: Order) -> int:
    return decide_waiting_orders(by=jobs.BY, at=order.received_at + timedelta(minutes=2))


def test_a_miss_is_final_after_a_catch_up_that_began_later(shop: Shop, waiting: Order) -> None:
    catch_up(shop, after=timedelta(0))
    assert decide(waiting) == 0  # it began when the order came, not after
    catch_up(shop)
    assert decide(waiting) == 1

    order = Order.objects.with_identity().get()
    assert (order.outcome, order.reason, order.customer.email) == ("created", "", "cleo@home.example")
    first, second = IdentityDecision.objects.order_by("id")
    assert (second.supersedes, order.decision, second.decided_by) == (first, second, "rules")
    assert (first.outcome, first.reason) == ("awaiting_erp", "erp_catch_up_pending")
    assert DecisionEvidence.objects.count() == 2
    assert order.claim_email == waiting.claim_email
    assert Event.objects.filter(name="order.decided").get().payload == {"outcome": "created", "was": "awaiting_erp"}
    assert decide(waiting) == 0


def test_who_was_read_meanwhile_is_found(shop: Shop, waiting: Order) -> None:
    shop.erp_customer("2000", emails=["cleo@home.example"], read_at=timezone.now())
    catch_up(shop)
    assert decide(waiting) == 1
    order = Order.objects.with_identity().get()
    assert (order.outcome, order.erp_customer_number) == ("erp_customer", "2000")


def test_a_contact_added_meanwhile_needs_no_erp(shop: Shop, waiting: Order) -> None:
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "cleo@home.example")
    catch_up(shop)
    assert decide(waiting) == 1
    assert Order.objects.get().account == acme
    assert Customer.objects.count() == 0


def test_a_stale_hit_waits_for_its_confirmation(shop: Shop, send: Send) -> None:
    shop.erp_customer("2000", emails=["bill@bill.example"])
    shop.policy(erp_max_age_seconds=900, assume_complete=False)
    assert send("1", email="bill@bill.example")["reason"] == "erp_row_stale"
    catch_up(shop)
    assert decide(Order.objects.get()) == 1
    assert Order.objects.get().erp_customer_number == "2000"


def test_a_changed_policy_frees_what_waits(shop: Shop, waiting: Order) -> None:
    shop.policy(assume_complete=True)
    assert decide(waiting) == 1
    order = Order.objects.with_identity().get()
    assert (order.outcome, order.decision.receipt_content()["policy_version"]) == ("created", 3)


def test_several_orders_of_one_waiting_person_make_one_customer(shop: Shop, waiting: Order, send: Send) -> None:
    send("2", email="cleo@home.example")
    catch_up(shop)
    assert decide(waiting) == 2
    assert Customer.objects.count() == 1
    assert list(Order.objects.order_by("number").values_list("outcome", flat=True)) == ["created", "customer"]


def test_another_systems_catch_up_changes_nothing(shop: Shop, waiting: Order) -> None:
    other = ErpSystem.objects.create(code="other", default_region="US")
    record_catch_up(erp_system=other, began_at=timezone.now() + timedelta(days=1), by="x", at=timezone.now())
    assert decide(waiting) == 0
    assert Order.objects.get().outcome == "awaiting_erp"


def test_a_complete_catch_up_marks_what_was_not_read_as_gone(shop: Shop) -> None:
    now = timezone.now()
    shop.erp_customer("2000", emails=["old@bill.example"], read_at=now - timedelta(days=1))
    shop.erp_customer("2001", emails=["new@bill.example"], read_at=now)
    record_catch_up(erp_system=shop.erp, began_at=now - timedelta(hours=1), by="x", at=now)
    assert not ErpCustomer.objects.filter(gone_at__isnull=False).exists()
    record_catch_up(erp_system=shop.erp, began_at=now - timedelta(minutes=1), complete=True, by="x", at=now)
    assert list(ErpCustomer.objects.filter(gone_at__isnull=False).values_list("number", flat=True)) == ["2000"]
    older = record_catch_up(erp_system=shop.erp, began_at=now - timedelta(days=9), complete=True, by="x", at=now)
    assert older.last_catch_up_began_at == now - timedelta(minutes=1)


def test_the_job_does_the_same(shop: Shop, waiting: Order, api: Client) -> None:
    catch_up(shop)
    jobs.decide_waiting_orders(timestamp=int((waiting.received_at + timedelta(minutes=1)).timestamp()))
    answer = api.get(f"/api/v1/orders/{waiting.pk}").json()
    assert answer["identity"]["outcome"] == "created"
    assert api.get(answer["identity"]["receipt"]).json()["supersedes"] == str(waiting.decision_id)


def test_a_stale_row_that_is_read_anew_needs_no_catch_up(shop: Shop, send: Send) -> None:
    shop.erp_customer("2000", emails=["bill@bill.example"])
    shop.policy(erp_max_age_seconds=900, assume_complete=False)
    send("1", email="bill@bill.example")
    order = Order.objects.get()
    assert decide(order) == 0
    shop.erp_customer("2000", emails=["bill@bill.example"], read_at=order.received_at + timedelta(minutes=1))
    assert decide(order) == 1
    assert Order.objects.get().outcome == "erp_customer"


def test_an_erased_persons_order_is_never_decided_again(shop: Shop, waiting: Order) -> None:
    DecisionEvidence.objects.update(erased_at=timezone.now(), facts={}, labels={}, email_key="")
    catch_up(shop)
    assert decide(waiting) == 0
    assert Order.objects.get().outcome == "awaiting_erp"
    assert Customer.objects.count() == 0


def test_a_decision_of_staff_stands(shop: Shop, waiting: Order) -> None:
    Order.objects.update(outcome="held", reason="staff_hold")
    catch_up(shop)
    assert decide(waiting) == 0
    assert IdentityDecision.objects.count() == 1


def test_a_person_who_decides_in_the_same_moment_is_heeded(transactional_db: None) -> None:
    shop = open_shop()
    shop.policy(assume_complete=False)
    sent = submission(shop.storefront, Claim(email="cleo@home.example"), OrderKind.B2B, 1, 0)
    order = receive_order(submission=sent, by="api:test", at=NOON).order
    catch_up(shop)
    hold = IdentityChange(Action.HOLD, reason="Ask Cleo")
    with another_client() as opal, another_client() as worker:
        block = transaction.atomic()
        opal.enter(block)
        opal.do(change_identity, order=order, change=hold, by="staff:opal", at=NOON)
        backend = worker.backend()
        deciding = worker.begin(decide_waiting_orders, by=jobs.BY, at=NOON + timedelta(minutes=2))
        assert waits_for_a_lock(backend)
        opal.leave(block)
        assert deciding.result(30) == 0

    order.refresh_from_db()
    assert (order.outcome, order.reason, IdentityDecision.objects.count()) == ("held", "staff_hold", 2)
    assert not Customer.objects.exists()


# As typed longer than a customer's e-mail may be, in its normal form not: a letter with two marks is one there.
LONG = "axyz" + "u\u0308\u0304" * 29 + "@" + ".".join(["u\u0308\u0304" * 25] * 3) + ".test"


def test_an_email_that_is_long_as_typed_makes_a_customer_like_any_other(shop: Shop, waiting: Order, send: Send) -> None:
    assert len(LONG) > 254
    send("2", email=LONG)
    catch_up(shop)
    assert decide(waiting) == 2
    assert [order.outcome for order in Order.objects.order_by("id")] == ["created", "created"]
    made = Customer.objects.get(email__startswith="axyz")
    assert made.email == made.email_key


def test_one_that_cannot_be_decided_keeps_nobody_waiting(
    shop: Shop, waiting: Order, send: Send, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    send("2", email="poison@home.example")
    send("3", email="dora@home.example")
    catch_up(shop)
    real = waiting_service.reach_verdicts

    def poisoned(asked: Any) -> Any:
        if any(each.claim.email.startswith("poison") for each in asked):
            raise DataError("poison@home.example")
        return real(asked)

    monkeypatch.setattr(waiting_service, "reach_verdicts", poisoned)

    assert decide(waiting) == 2
    outcomes = dict(Order.objects.values_list("number", "outcome"))
    assert outcomes == {"1": "created", "2": "awaiting_erp", "3": "created"}
    assert "cannot be decided: DataError" in caplog.text
    assert "poison" not in caplog.text
