"""Receipts: the same facts give the same bytes, nobody changes them, and erasing a person leaves them readable."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from customers import ports
from customers.models import Customer
from orders.facts import Facts, Question
from orders.models import DecisionEvidence, IdentityDecision, Order
from orders.receipts import RULES, ReceiptKey, canonical, receipt_content
from orders.resolution import resolve
from orders.services.intake import policy_of
from orders.services.writing import receipt_key
from orders.telling import tell
from tests.orders.conftest import Send
from tests.shop import LONG_AGO, Shop


def again(decision: IdentityDecision) -> str:
    """The receipt computed once more, from nothing but what is stored."""
    evidence, content = decision.evidence, decision.receipt_content()
    question = Question(
        kind=decision.order.kind,
        email=evidence.email_key or None,
        phone=evidence.phone_key or None,
        external_id=decision.order.claim_external_id,
        received_at=decision.order.received_at,
        decided_at=decision.decided_at,
    )
    facts = Facts.from_stored(evidence.facts)
    policy = policy_of(decision.order.storefront)
    return canonical(
        receipt_content(
            storefront=content["storefront"],
            question=question,
            facts=facts,
            resolution=resolve(question, facts, policy),
            policy=policy,
            key=receipt_key(),
            by=RULES,
        )
    )


def test_replayed_from_stored_facts_every_receipt_has_the_same_bytes(shop: Shop, send: Send) -> None:
    acme, harbor = shop.account("Acme", number="1000"), shop.account("Harbor", number="1001", status="suspended")
    shop.contact(acme, "jo@both.example")
    shop.contact(harbor, "jo@both.example", active=False)
    shop.contact(harbor, "held@harbor.example")
    shop.erp_customer("2000", emails=["bill@bill.example"], phones=["321-455-1836"])
    shop.erp_customer("2001", emails=["bill@bill.example"])
    shop.policy(b2b_ambiguous="earliest_sale")
    claims = ["jo@both.example", "held@harbor.example", "bill@bill.example", "new@home.example", "new@home.example", ""]
    for number, email in enumerate(claims):
        send(str(number), email=email, phone="321 455 1836" if number == 2 else "")
        send(f"c{number}", email=email, kind="b2c")

    decisions = list(IdentityDecision.objects.select_related("evidence", "order__storefront__current_policy"))
    assert len(decisions) == 12
    for decision in decisions:
        assert again(decision) == decision.receipt


def test_the_hash_is_keyed() -> None:
    known = "b45116b0d0b0565950edc5806c4cefd1e4c51da2282e89805e5ebaa8a9d31a1a"
    assert ReceiptKey("1", "secret").hash("jo@acme.example") == known
    assert ReceiptKey("1", "other").hash("jo@acme.example") != known


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE orders_identitydecision SET receipt = '{}'",
        "UPDATE orders_identitydecision SET outcome = 'created'",
        "DELETE FROM orders_identitydecision",
    ],
)
def test_the_database_refuses_to_change_a_decision(shop: Shop, send: Send, statement: str) -> None:
    send(email="new@home.example")
    before = IdentityDecision.objects.values().get()
    with (
        pytest.raises(ProgrammingError, match="Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert IdentityDecision.objects.values().get() == before


def test_erasing_a_person_empties_the_evidence_that_names_him_and_keeps_order_and_receipt(
    shop: Shop, send: Send
) -> None:
    cleo = shop.customer(email="twin@home.example", first_name="Cleo")
    twin = shop.customer(email="twin@home.example", first_name="Dora")
    send("1", email="twin@home.example", kind="b2c")  # Cleo is the older one, Dora a mere candidate
    send("2", email="stranger@home.example", kind="b2c")
    order_before = Order.objects.values().get(number="1")
    receipts_before = dict(IdentityDecision.objects.values_list("pk", "receipt"))
    stranger_before = DecisionEvidence.objects.values().get(decision__order__number="2")

    (records,) = [known for known in ports.registered() if known.name == "orders.orders"]
    erased = records.erase(customer=twin, at=LONG_AGO)
    twice = records.erase(customer=twin, at=LONG_AGO)

    assert (erased.cleared, erased.kept, twice.cleared) == (1, 0, 0)
    evidence = DecisionEvidence.objects.values().get(decision__order__number="1")
    assert {name: evidence[name] for name in ("email_key", "phone_key", "labels", "facts", "named_customers")} == {
        "email_key": "", "phone_key": "", "labels": {}, "facts": {}, "named_customers": [],
    }  # fmt: skip
    assert evidence["erased_at"] == LONG_AGO
    assert Order.objects.values().get(number="1") == order_before
    assert dict(IdentityDecision.objects.values_list("pk", "receipt")) == receipts_before
    assert DecisionEvidence.objects.values().get(decision__order__number="2") == stranger_before
    told = tell(IdentityDecision.objects.get(order__number="1").receipt_content(), labels={}, email="", phone="")
    assert [candidate.id for candidate in told.steps[0].candidates] == [cleo.shared_id, twin.shared_id]
    assert {candidate.label for candidate in told.steps[0].candidates} == {""}


def test_merging_hands_the_orders_over_and_back(shop: Shop, send: Send) -> None:
    loser, survivor = shop.customer(email="a@home.example"), shop.customer(email="b@home.example")
    send("1", email="a@home.example", kind="b2c")
    send("2", email="b@home.example", kind="b2c")
    (records,) = [known for known in ports.registered() if known.name == "orders.orders"]

    moved = records.move(loser=loser, survivor=survivor, at=LONG_AGO)
    assert set(Order.objects.values_list("customer_id", flat=True)) == {survivor.pk}
    records.move_back(moved=moved, loser=loser, survivor=survivor, at=LONG_AGO)

    assert dict(Order.objects.values_list("number", "customer_id")) == {"1": loser.pk, "2": survivor.pk}
    assert Customer.objects.count() == 2
