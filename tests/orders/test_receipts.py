"""Receipts: the same facts give the same bytes, nobody changes them, and erasing a person leaves them readable."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from customers import ports
from customers.models import Customer
from orders.models import DecisionEvidence, IdentityDecision, Order
from orders.receipts import ReceiptKey
from orders.services.replay import replay_decisions
from orders.telling import tell
from tests.orders.conftest import Send
from tests.shop import LONG_AGO, Shop


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

    assert [replayed.result for replayed in replay_decisions()] == ["same"] * 12
    shop.policy(b2b_ambiguous="hold")  # what was decided under another policy is replayed under that one
    assert said("replay_decisions") == "12 same, 0 different, 0 erased, 0 other key.\n"


def test_replay_tells_what_differs_and_what_was_erased(shop: Shop, send: Send) -> None:
    for number in range(4):
        send(str(number), email=f"buyer{number}@home.example", kind="b2c")
    first, second, third, _ = DecisionEvidence.objects.order_by("decision__order__number")
    DecisionEvidence.objects.filter(pk=first.pk).update(phone_key="+19015552222")
    DecisionEvidence.objects.filter(pk=second.pk).update(facts={}, email_key="", erased_at=LONG_AGO)
    with pytest.raises(CommandError, match="1 receipts differ"):
        said("replay_decisions")
    results = {replayed.decision: replayed.result for replayed in replay_decisions()}
    assert (results[first.pk], results[second.pk], results[third.pk]) == ("different", "erased", "same")
    late = third.decision.decided_at
    assert [replayed.result for replayed in replay_decisions(since=late)] == ["same", "same"]
    with pytest.raises(CommandError, match="is no date"):
        said("replay_decisions", "--since", "yesterday")


def said(*words: str) -> str:
    output = StringIO()
    call_command(*words, stdout=output, stderr=StringIO())
    return output.getvalue()


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
