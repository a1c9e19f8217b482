"""Orders placed while signed in: whose they are is asserted, and they get numbers of our own."""

from datetime import timedelta

from orders.models import Order
from orders.services.asserting import receive_asserted_order
from orders.services.intake import receive_order
from orders.services.replay import ReplayResult, replay_decisions
from orders.submissions import Claim, OrderSubmission
from orders.words import OrderKind
from tests.orders.submissions import NOON, submission
from tests.parallel import in_processes
from tests.shop import Shop, open_shop


def cart(shop: Shop, kind: OrderKind = OrderKind.B2B) -> OrderSubmission:
    return submission(shop.storefront, Claim(email="someone@else.example"), kind, 0, 0)


def test_for_an_account_with_its_number_and_the_buyer(shop: Shop) -> None:
    acme = shop.account("Acme", number="1000")
    west = shop.account("Acme West", parent=acme)
    ben = shop.customer(email="ben@acme.example", registered=True)

    order = receive_asserted_order(
        submission=cart(shop), customer=ben, account=west, by=f"customer:{ben.shared_id}", at=NOON
    )

    assert (order.number, order.outcome, order.account, order.customer, order.erp_customer_number) == (
        "W-1", "account", west, ben, "1000",
    )  # fmt: skip
    decision = order.decision
    assert decision.decided_by == f"customer:{ben.shared_id}"
    (step,) = decision.receipt_content()["steps"]
    assert (step["step"], step["why"], step["candidates"][0]["id"]) == ("asserted", "asserted", west.shared_id)
    assert [each.result for each in replay_decisions()] == [ReplayResult.SAME]


def test_for_himself(shop: Shop) -> None:
    cleo = shop.customer(email="cleo@home.example", registered=True)

    order = receive_asserted_order(submission=cart(shop, OrderKind.B2C), customer=cleo, by="customer:cleo", at=NOON)

    assert (order.outcome, order.account, order.customer) == ("customer", None, cleo)


def test_each_storefront_counts_for_itself_and_passes_over_what_the_shop_sent(shop: Shop) -> None:
    cleo = shop.customer(email="cleo@home.example", registered=True)
    other = Shop(shop.another_storefront("eu"), shop.erp)
    sent = submission(shop.storefront, Claim(), OrderKind.B2C, 0, 0)
    for number in ("W-2", "W-3"):
        receive_order(submission=OrderSubmission(**{**fields(sent), "number": number}), by="api:test", at=NOON)

    def place(at: Shop) -> str:
        return receive_asserted_order(submission=cart(at, OrderKind.B2C), customer=cleo, by="x", at=NOON).number

    assert [place(shop), place(other), place(shop), place(shop)] == ["W-1", "W-1", "W-4", "W-5"]


def fields(sent: OrderSubmission) -> dict[str, object]:
    return {name: getattr(sent, name) for name in OrderSubmission.__dataclass_fields__}


def test_placed_at_once_no_number_is_given_twice_and_none_is_lost(transactional_db: None) -> None:
    shop = open_shop()
    cleo = shop.customer(email="cleo@home.example", registered=True)

    def place(index: int) -> None:
        for turn in range(5):
            at = NOON + timedelta(seconds=index * 5 + turn)
            receive_asserted_order(submission=cart(shop, OrderKind.B2C), customer=cleo, by="x", at=at)

    assert in_processes(8, place) == []
    given = [int(number.removeprefix("W-")) for number in Order.objects.values_list("number", flat=True)]
    assert sorted(given) == list(range(1, 41))
