"""Pinned identities: whose earlier orders of one customer of a shop were, if the policy asks first."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import Account, AccountStatus
from accounts.services.accounts import change_account_status
from customers import ports
from customers.models import Customer, ErpCustomer
from orders.models import Order, PinnedIdentity
from orders.services.replay import ReplayResult, replay_decisions
from storefronts.policy import B2B_STEPS, B2C_STEPS
from storefronts.services.storefronts import change_storefront
from tests.factories import ErpCustomerFactory, ErpSystemFactory
from tests.orders.conftest import Send
from tests.shop import LONG_AGO, Shop


@pytest.fixture
def pinning(shop: Shop) -> Shop:
    """A shop whose policy asks for what is pinned first."""
    shop.policy(b2b_steps=[str(step) for step in B2B_STEPS], b2c_steps=[str(step) for step in B2C_STEPS])
    return shop


def claim(external_id: str = "77", **more: str) -> dict[str, Any]:
    return {"customer": {"external_id": external_id, "first_name": "Jo", **more}}


def pinned_step(number: str) -> dict[str, Any]:
    step: dict[str, Any] = Order.objects.get(number=number).decision.receipt_content()["steps"][0]
    assert step["step"] == "pinned"
    return step


def test_every_decision_with_a_target_pins_it_whatever_the_policy(shop: Shop, send: Send) -> None:
    acme = shop.account("Acme", number="1000")
    shop.contact(acme, "ana@acme.example")
    shop.erp_customer("2000", emails=["bill@bill.example"])
    send("1", **claim("a", email="ana@acme.example"))
    send("2", **claim("e", email="bill@bill.example"))
    send("3", **claim("n", email="new@home.example"))
    send("4", **claim("h"))  # held: there is no target
    send("5", **claim("", email="new@home.example"))
    send("6", kind="b2c", **claim("n", email="other@home.example"))
    send("7", **claim("x" * 201, email="long@home.example"))

    new, other = (Customer.objects.get(email=f"{who}@home.example") for who in ("new", "other"))
    rows = PinnedIdentity.objects.order_by("decision_id").values_list(
        "kind", "external_id", "account", "customer", "erp_customer_number"
    )
    assert list(rows) == [
        ("b2b", "a", acme.pk, None, ""),
        ("b2b", "e", None, None, "2000"),
        ("b2b", "n", None, new.pk, ""),
        ("b2c", "n", None, other.pk, ""),
    ]


def test_what_is_pinned_is_found_before_anything_else_and_without_any_key(pinning: Shop, send: Send) -> None:
    acme = pinning.account("Acme", number="1000")
    pinning.contact(acme, "ana@acme.example")
    first = send("1", **claim(email="ana@acme.example"))
    assert pinned_step("1")["why"] == "nothing_pinned"

    assert send("2", **claim()) == {**first, "receipt": f"/api/v1/identity/decisions/{_decision('2')}"}
    again = send("3", **claim(email="someone@else.example"))

    assert (again["outcome"], again["account"]["shared_id"]) == ("account", acme.shared_id)
    (winner,) = pinned_step("3")["candidates"]
    assert (winner["type"], winner["id"], winner["verdict"], winner["why"]) == (
        "account", acme.shared_id, "won", "pinned",
    )  # fmt: skip
    assert pinned_step("2")["looked_for"]["kind"] == "external_id"
    assert Customer.objects.count() == 0
    assert {each.result for each in replay_decisions()} == {ReplayResult.SAME}


def _decision(number: str) -> Any:
    return Order.objects.get(number=number).decision_id


def test_the_same_id_at_another_storefront_or_for_the_other_kind_is_somebody_else(pinning: Shop, send: Send) -> None:
    pinning.another_storefront("eu", policy={"b2b_steps": ["pinned"], "b2c_steps": ["pinned"]})
    send("1", **claim(email="new@home.example"))

    assert send("1", storefront="eu", **claim())["reason"] == "no_usable_identifier"
    assert send("2", kind="b2c", **claim())["reason"] == "no_usable_identifier"
    assert send("3", **claim(external_id=""))["reason"] == "no_usable_identifier"
    assert pinned_step("3")["why"] == "no_external_id"


def test_a_pinned_account_that_is_suspended_holds_and_a_disabled_one_is_passed_over(pinning: Shop, send: Send) -> None:
    acme = pinning.account("Acme", number="1000")
    pinning.contact(acme, "ana@acme.example")
    send("1", **claim(email="ana@acme.example"))

    _change(acme, AccountStatus.SUSPENDED)
    assert send("2", **claim())["reason"] == "account_suspended"
    _change(acme, AccountStatus.DISABLED)
    assert send("3", **claim(email="new@home.example"))["outcome"] == "created"
    assert (pinned_step("3")["result"], pinned_step("3")["why"]) == ("skipped", "account_disabled")
    # The latest decision with a target counts from now on.
    assert send("4", **claim())["outcome"] == "customer"


def _change(account: Account, status: AccountStatus) -> None:
    change_account_status(account=account, status=status, reason="test", by="staff:opal", at=LONG_AGO)


def test_a_pinned_erp_number_brings_what_it_brings_today(pinning: Shop, send: Send) -> None:
    pinning.erp_customer("2000", emails=["bill@bill.example"])
    first = send("1", **claim(email="bill@bill.example"))
    pinning.policy(erp_max_age_seconds=60, assume_complete=False)  # a pin does not ask how old the row is
    west = pinning.account("West", number="2000")

    again = send("2", **claim())
    assert (again["outcome"], again["erp_customer_number"]) == ("erp_customer", "2000")
    assert (again["customer"], again["account"]["shared_id"]) == (first["customer"], west.shared_id)

    ErpCustomer.objects.update(gone_at=LONG_AGO)
    assert send("3", **claim())["reason"] == "no_usable_identifier"
    (lost,) = pinned_step("3")["candidates"]
    assert (lost["type"], lost["id"], lost["why"]) == ("erp_customer", "2000", "target_gone")


def test_of_a_merged_customer_the_survivor_and_of_an_anonymized_one_nobody(pinning: Shop, send: Send) -> None:
    send("1", **claim(email="new@home.example"))
    made = Customer.objects.get()
    survivor = pinning.customer(email="s@home.example")
    Customer.objects.filter(pk=made.pk).update(merged_into=survivor)
    assert send("2", **claim())["customer"]["shared_id"] == survivor.shared_id

    Customer.objects.filter(pk=survivor.pk).update(anonymized_at=LONG_AGO)
    assert send("3", **claim())["reason"] == "no_usable_identifier"
    assert pinned_step("3")["why"] == "target_gone"


def test_what_a_person_decides_is_pinned_too(pinning: Shop, send: Send, api: Any) -> None:
    acme = pinning.account("Acme", number="1000")
    send("1", **claim(email="typo@acme.example"))
    api.post(
        f"/api/v1/orders/{Order.objects.get().pk}/identity",
        {"action": "assign_account", "account_shared_id": acme.shared_id, "reason": "They called"},
        content_type="application/json",
    )
    assert send("2", **claim(email="typo@acme.example"))["account"]["shared_id"] == acme.shared_id


def test_erasing_a_person_unpins_him_and_merging_hands_his_pins_over_and_back(pinning: Shop, send: Send) -> None:
    send("1", **claim("a", email="a@home.example"))
    send("2", **claim("b", email="b@home.example"))
    first, second = (Customer.objects.get(email=f"{who}@home.example") for who in "ab")
    (records,) = [known for known in ports.registered() if known.name == "orders.pinned_identities"]

    moved = records.move(loser=first, survivor=second, at=LONG_AGO)
    assert set(PinnedIdentity.objects.values_list("customer", flat=True)) == {second.pk}
    records.move_back(moved=moved, loser=first, survivor=second, at=LONG_AGO)
    assert dict(PinnedIdentity.objects.values_list("external_id", "customer")) == {"a": first.pk, "b": second.pk}

    assert records.erase(customer=first, at=LONG_AGO).cleared == 1
    assert records.erase(customer=first, at=LONG_AGO).cleared == 0
    assert list(PinnedIdentity.objects.values_list("external_id", flat=True)) == ["b"]


def test_a_pinned_number_of_another_erp_system_is_nobodys_here(pinning: Shop, send: Send) -> None:
    pinning.erp_customer("7010", emails=["sales@kiln.example"])
    send("1", **claim(email="sales@kiln.example"))
    other = ErpSystemFactory(code="other-erp")
    ErpCustomerFactory(erp_system=other, number="7010", name="Zeta Totally Different", emails={})
    pinning.storefront = change_storefront(
        storefront=pinning.storefront, erp_system="other-erp", by="staff:opal", at=LONG_AGO + timedelta(days=1)
    )

    send("2", **claim(email="anything@x.example"))

    assert Order.objects.get(number="2").erp_customer_number == ""
    assert pinned_step("2")["result"] == "none"


def test_what_a_person_mends_counts_although_the_mistake_was_pinned(pinning: Shop, send: Send, api: Any) -> None:
    acme = pinning.account("Acme", number="1000")
    pinning.contact(acme, "jo@acme.example")
    send("1", **claim(email="jo@acme.exmaple"))
    order = Order.objects.get()
    assert order.outcome == "created"

    address = f"/api/v1/orders/{order.pk}/identity"
    body = {"action": "resolve_again", "reason": "who?"}
    again = api.post(address, body, content_type="application/json")
    assert again.json()["identity"]["outcome"] == "customer"
    assert pinned_step("1")["result"] == "none"
    body = {"action": "mend_claim", "email": "jo@acme.example", "reason": "a typo"}
    mended = api.post(address, body, content_type="application/json")
    assert mended.json()["identity"]["account"]["name"] == "Acme"
    send("2", **claim(email="whoever@acme.example"))
    assert Order.objects.get(number="2").account == acme  # the mended decision is what is pinned now
