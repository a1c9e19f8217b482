"""The demo shows every outcome, every reason and every warning that can be, the same ones every time."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Account, Contact
from accounts.trees import broken_trees
from customers.models import Customer, ErpCustomer, ErpSystem
from events.models import Event
from identity_site.demo import loading
from identity_site.demo.generating import generated_files
from orders.models import Order
from orders.words import Caution, Outcome, Reason
from storefronts.models import Storefront
from tests.factories import NOW, StorefrontFactory

ALL = {
    ("us", "b2b", "account", ""): 93,
    ("us", "b2b", "erp_customer", ""): 48,
    ("us", "b2b", "customer", ""): 11,
    ("us", "b2b", "created", ""): 10,
    ("us", "b2b", "held", "account_pending"): 5,
    ("us", "b2b", "held", "account_suspended"): 5,
    ("us", "b2b", "held", "ambiguous"): 9,
    ("us", "b2b", "held", "contact_on_hold"): 3,
    ("us", "b2b", "held", "no_usable_identifier"): 7,
    ("us", "b2c", "customer", ""): 45,
    ("us", "b2c", "created", ""): 21,
    ("us", "b2c", "held", "no_usable_identifier"): 2,
    ("eu", "b2b", "account", ""): 14,
    ("eu", "b2b", "customer", ""): 2,
    ("eu", "b2b", "held", "no_match"): 3,
    ("eu", "b2c", "customer", ""): 8,
    ("eu", "b2c", "created", ""): 4,
    ("outlet", "b2b", "account", ""): 4,
    ("outlet", "b2b", "erp_customer", ""): 2,
    ("outlet", "b2b", "awaiting_erp", "erp_catch_up_pending"): 3,
    ("outlet", "b2c", "created", ""): 1,
    ("outlet", "b2c", "customer", ""): 1,
}
WARNINGS = {
    "account_disabled": 2,
    "customer_inactive": 4,
    "customer_on_hold": 4,
    "email_differs": 6,
    "erp_orders_not_allowed": 3,
    "phone_points_elsewhere": 4,
}
# Staff hold orders, and what was read a moment ago is not too old.
NOT_IN_THE_DEMO = {Reason.STAFF_HOLD, Reason.ERP_ROW_STALE}


@pytest.fixture
def demo(db) -> None:
    loading.load_demo(at=NOW)


def outcomes() -> Counter[tuple[str, ...]]:
    return Counter(Order.objects.order_by().values_list("storefront__code", "kind", "outcome", "reason"))


def warnings() -> Counter[str]:
    receipts = (order.decision.receipt_content() for order in Order.objects.with_identity())
    return Counter(warning for receipt in receipts for warning in receipt["warnings"])


def whose(email: str) -> dict[str, Any]:
    """What became of the B2B orders of an e-mail, which must be the same for all of them."""
    found = Order.objects.filter(claim_email_key=email, kind="b2b").order_by()
    (told,) = found.values("outcome", "reason", "account__shared_id", "erp_customer_number").distinct()
    return {name.removesuffix("__shared_id"): value for name, value in told.items() if value}


def everything() -> list[int]:
    return [model.objects.count() for model in (Storefront, Account, Contact, Customer, ErpCustomer, Order, Event)]


def test_the_files_are_what_the_code_writes():
    """After a change: `manage.py write_demo_files`."""
    written = {path.name: path.read_text(encoding="utf-8") for path in loading.FILES.iterdir()}

    assert written == generated_files()


def test_every_outcome_and_how_often(demo):
    assert outcomes() == ALL
    assert warnings() == WARNINGS
    assert {outcome for _, _, outcome, _ in ALL} == set(Outcome)
    assert {reason for *_, reason in ALL if reason} == set(Reason) - NOT_IN_THE_DEMO
    # Nothing is hidden from buyers yet.
    assert set(WARNINGS) == set(Caution) - {Caution.PAYMENT_METHOD_NOT_VISIBLE}
    assert broken_trees() == []


def test_orders_worth_showing(demo):
    shown = {
        "jo@acme.example": {"outcome": "account", "account": "acme", "erp_customer_number": "1000"},
        # The fourth and fifth contact of a store, and one of a store without a number of its own.
        "karl@acme-memphis.example": {"outcome": "account", "account": "acme-memphis", "erp_customer_number": "1011"},
        "tess@acme-memphis.example": {"outcome": "account", "account": "acme-memphis", "erp_customer_number": "1011"},
        "lena@acme-nashville.example": {
            "outcome": "account",
            "account": "acme-nashville",
            "erp_customer_number": "1010",
        },
        # Only here, and not in the ERP.
        "lee@harbor-galveston.example": {
            "outcome": "account",
            "account": "harbor-galveston",
            "erp_customer_number": "2022",
        },
        # A part of a suspended company is not suspended.
        "abe@granite-yard.example": {"outcome": "account", "account": "granite-yard", "erp_customer_number": "4001"},
        "gus@granite.example": {"outcome": "held", "reason": "account_suspended"},
        "pat@buildwise.example": {"outcome": "held", "reason": "ambiguous"},
        "orders@bluebird.example": {"outcome": "erp_customer", "erp_customer_number": "7001"},
        "books@jackpine.example": {"outcome": "erp_customer", "erp_customer_number": "7009"},
        "office@acme-tucson.example": {
            "outcome": "erp_customer",
            "account": "acme-tucson",
            "erp_customer_number": "1022",
        },
        "office@oldtown.example": {"outcome": "erp_customer", "erp_customer_number": "6000"},
        "iris@valeworkshop.example": {"outcome": "customer"},
        "joerg@bergland-berlin.example": {"outcome": "account", "account": "bergland-berlin"},
        # Europe takes the oldest of several accounts.
        "mara@bergland-einkauf.example": {"outcome": "account", "account": "bergland-berlin"},
    }

    assert {email: whose(email) for email in shown} == shown
    assert Order.objects.filter(claim_email_key="jo@acme.example", kind="b2c").get().outcome == "created"
    assert Contact.objects.filter(account__shared_id="acme-memphis").count() == 5
    assert ErpSystem.objects.get().system_customers == ["CASH", "TEMPLATE"]


def test_orders_were_placed_in_the_thirty_days_before(demo):
    placed = list(Order.objects.order_by("placed_at").values_list("placed_at", flat=True))

    assert NOW - timedelta(days=30) <= placed[0] < NOW - timedelta(days=29)
    assert NOW - timedelta(hours=1) < placed[-1] < NOW
    by_day = Counter((NOW - moment).days for moment in placed)
    assert (len(by_day), min(by_day.values()) >= 9) == (30, True)


def test_twice_is_once_even_later(demo):
    before = everything()

    loading.load_demo(at=NOW + timedelta(days=3))

    assert everything() == before
    assert outcomes() == ALL


@pytest.mark.parametrize(
    ("step", "call"),
    [
        ("create_storefront", 2),
        ("change_account_status", 5),
        ("add_contact", 20),
        ("create_customer", 10),
        ("import_orders", 1),
        ("import_orders", 2),
    ],
)
def test_a_load_that_was_killed_is_completed_by_the_next(db, monkeypatch, step, call):
    real, calls = getattr(loading, step), []

    def killed(**given):
        calls.append(given)
        if len(calls) == call:
            raise KeyboardInterrupt
        return real(**given)

    monkeypatch.setattr(loading, step, killed)
    with pytest.raises(KeyboardInterrupt):
        loading.load_demo(at=NOW)

    loading.load_demo(at=NOW + timedelta(hours=1))

    assert outcomes() == ALL
    assert everything()[:-1] == [3, 30, 41, 88, 49, 301]
    assert broken_trees() == []


def test_it_keeps_out_of_a_shop_that_is_not_its_own(db):
    StorefrontFactory(code="eu")

    with pytest.raises(CommandError, match="There is a storefront 'eu' already, and it is not the demo's"):
        call_command("load_demo")

    assert everything()[:-1] == [1, 0, 0, 0, 0, 0]
