"""What every room answers when a person is erased or merged, asked through the port alone."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Contact
from customers import ports
from customers.models import Customer, CustomerExternalId
from interface.models import IdempotencyRecord
from orders.models import DecisionEvidence, IdentityDecision, Order, OrderAddress, OrderLine
from orders.services.intake import receive_order
from orders.submissions import AddressDraft, Claim, LineDraft, OrderSubmission, Totals
from orders.words import OrderKind
from storefronts.models import Storefront
from tests.factories import NOW, ContactFactory, CustomerFactory, GuestFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
LAST = LATER + timedelta(hours=1)
TABLES = (Contact, Customer, CustomerExternalId, Order, OrderLine, OrderAddress, IdentityDecision, DecisionEvidence)


def everything() -> dict[str, list[dict]]:
    """All rows that could be a person's, but for the moment of the last change."""
    return {
        model.__name__: [
            {name: value for name, value in row.items() if name != "updated_at"}
            for row in model.objects.order_by("pk").values()
        ]
        for model in TABLES
    }


def erase(customer: Customer) -> dict[str, ports.Erased]:
    return {records.name: records.erase(customer=customer, at=LATER) for records in ports.registered()}


def move(loser: Customer, survivor: Customer) -> dict[str, ports.Moved]:
    return {records.name: records.move(loser=loser, survivor=survivor, at=LATER) for records in ports.registered()}


def move_back(moved: dict[str, ports.Moved], loser: Customer, survivor: Customer) -> None:
    for records in ports.registered():
        records.move_back(moved=moved[records.name], loser=loser, survivor=survivor, at=LAST)


def order_of(shop: Storefront, customer: Customer, number: str) -> Order:
    """An order that is decided to be the customer's."""
    person = {"first_name": customer.first_name, "last_name": customer.last_name}
    submission = OrderSubmission(
        storefront=Storefront.objects.with_policy().get(pk=shop.pk),
        number=number,
        kind=OrderKind.B2C,
        placed_at=NOW,
        currency="USD",
        claim=Claim(email=customer.email, phone=customer.phone, **person),
        lines=(LineDraft("SKU-1", 2, Decimal("19.90"), "Hammer"),),
        totals=Totals(total=Decimal("39.80")),
        shipping_address=AddressDraft(line1="1 Main Street", city="Memphis", **person),
    )
    order = receive_order(submission=submission, by="api:tests", at=NOW).order
    assert order.customer == customer
    return order


@pytest.fixture
def dora(us) -> Customer:
    """Buys for herself; has orders, an external id and a contact, and somebody merged into her."""
    dora = CustomerFactory(
        shared_id="dora",
        first_name="Dora",
        email="dora@home.test",
        phone="901 555 2204",
        erp_system="erp",
        erp_number="7",
    )
    merged = GuestFactory(shared_id="dora-too")
    Customer.objects.filter(pk=merged.pk).update(merged_into=dora)
    ContactFactory(customer=dora, email="dora@home.test", first_name="Dora", phone="901 555 2204")
    for number in ("1", "2"):
        order_of(us, dora, number)
    return dora


def test_erasing_empties_contacts_and_keeps_that_there_was_one(ana, ben):
    erased = erase(ana.customer)["accounts.contacts"]

    ana.contact.refresh_from_db()
    assert (erased.cleared, erased.kept, erased.why_kept) == (1, 0, "")
    assert (ana.contact.first_name, ana.contact.last_name, ana.contact.email, ana.contact.phone) == ("", "", "", "")
    assert (ana.contact.email_key, ana.contact.phone_key, ana.contact.customer, ana.contact.active) == (
        None,
        None,
        None,
        False,
    )
    assert (ana.contact.account, ana.contact.updated_at) == (ana.account, LATER)
    ben.contact.refresh_from_db()
    assert (ben.contact.first_name, ben.contact.customer) == ("Ben", ben.customer)


def test_erasing_keeps_orders_byte_for_byte_and_empties_the_evidence(us, dora, cleo):
    cleos = order_of(us, cleo.customer, "3")
    before = everything()

    erased = erase(dora)

    after = everything()
    for untouched in ("Order", "OrderLine", "OrderAddress", "IdentityDecision"):
        assert after[untouched] == before[untouched]
    assert erased["orders.orders"] == ports.Erased(
        "orders.orders", cleared=2, kept=2, why_kept="orders are the merchant's legal record"
    )
    for evidence in DecisionEvidence.objects.filter(decision__order__customer=dora):
        assert (evidence.email_key, evidence.phone_key, evidence.labels, evidence.facts) == ("", "", {}, {})
        assert (evidence.named_customers, evidence.erased_at) == ([], LATER)
    theirs = DecisionEvidence.objects.get(decision=cleos.decision)
    assert (theirs.email_key, theirs.named_customers, theirs.erased_at) == ("cleo@zenith.test", ["cleo"], None)


def test_also_where_the_person_was_a_mere_candidate(us):
    older, younger = (
        GuestFactory(shared_id=name, email="d@home.test", at=at)
        for name, at in [("older", NOW - timedelta(1)), ("younger", NOW)]
    )
    order = order_of(us, older, "1")
    evidence = DecisionEvidence.objects.get(decision=order.decision)
    assert sorted(evidence.named_customers) == ["older", "younger"]

    assert erase(younger)["orders.orders"].cleared == 1

    evidence.refresh_from_db()
    assert (evidence.email_key, evidence.labels, evidence.erased_at) == ("", {}, LATER)


def test_erasing_removes_external_ids_and_keeps_who_was_merged(dora, ana):
    CustomerExternalId.objects.create(customer=ana.customer, system="erp", external_id="8")

    erased = erase(dora)

    assert erased["customers.external_ids"].cleared == 1
    assert list(CustomerExternalId.objects.values_list("external_id", flat=True)) == ["8"]
    merged = erased["customers.merged_customers"]
    assert (merged.cleared, merged.kept) == (0, 1)
    assert merged.why_kept == "each is a person's record of its own and is anonymized by itself"
    assert Customer.objects.get(shared_id="dora-too").merged_into == dora


def test_erasing_twice_changes_nothing(dora):
    erase(dora)
    once = everything()

    again = erase(dora)

    assert everything() == once
    assert sum(erased.cleared for erased in again.values()) == 0


def test_erasing_somebody_without_records(dora):
    before = everything()
    nobody = GuestFactory()

    assert {(erased.cleared, erased.kept) for erased in erase(nobody).values()} == {(0, 0)}
    after = everything()
    after["Customer"] = [row for row in after["Customer"] if row["id"] != nobody.pk]
    assert after == before


def test_moving_hands_everything_over_that_can_be_had(dora, ana):
    CustomerExternalId.objects.create(customer=dora, system="shop", external_id="71")
    CustomerExternalId.objects.create(customer=ana.customer, system="erp", external_id="8")
    survivor = ana.customer

    moved = move(dora, survivor)

    assert set(Order.objects.values_list("customer", flat=True)) == {survivor.pk}
    assert set(Contact.objects.values_list("customer", flat=True)) == {survivor.pk}
    assert Customer.objects.get(shared_id="dora-too").merged_into == survivor
    # A customer has one id per system: what the survivor has already stays with the loser.
    assert set(CustomerExternalId.objects.values_list("customer__shared_id", "system", "external_id")) == {
        ("ana", "erp", "8"),
        ("ana", "shop", "71"),
        ("dora", "erp", "7"),
    }
    assert len(moved["orders.orders"].ids["orders"]) == 2
    assert all(isinstance(key, str) for key in moved["orders.orders"].ids["orders"]), "kept as JSON"


def test_decisions_are_never_changed_by_a_merge(dora, ana):
    before = everything()["IdentityDecision"]

    move(dora, ana.customer)

    assert everything()["IdentityDecision"] == before
    assert {decision.customer for decision in IdentityDecision.objects.all()} == {dora}


def test_moving_back_restores_everything(dora, ana):
    CustomerExternalId.objects.create(customer=dora, system="shop", external_id="71")
    before = everything()

    move_back(move(dora, ana.customer), dora, ana.customer)

    assert everything() == before


def test_moving_back_leaves_what_was_the_survivors_and_what_came_since(us, dora, ana):
    own = order_of(us, ana.customer, "own")
    moved = move(dora, ana.customer)
    since = order_of(us, ana.customer, "since")
    contact = ContactFactory(customer=ana.customer)

    move_back(moved, dora, ana.customer)

    assert set(Order.objects.filter(customer=ana.customer)) == {own, since}
    assert Order.objects.filter(customer=dora).count() == 2
    assert set(Contact.objects.filter(customer=ana.customer)) == {ana.contact, contact}


def test_moving_back_takes_nothing_from_a_third_person(dora, ana, ben):
    moved = move(dora, ana.customer)
    order = Order.objects.first()
    Order.objects.filter(pk=order.pk).update(customer=ben.customer)  # staff has decided otherwise since

    move_back(moved, dora, ana.customer)

    order.refresh_from_db()
    assert order.customer == ben.customer
    assert Order.objects.filter(customer=dora).count() == 1


def test_moving_somebody_without_records_moves_nothing(dora, ana):
    before = everything()
    nobody = GuestFactory()

    moved = move(nobody, ana.customer)

    assert [ids for each in moved.values() for ids in each.ids.values() if ids] == []
    assert {name: rows for name, rows in everything().items() if name != "Customer"} == {
        name: rows for name, rows in before.items() if name != "Customer"
    }


CONTACT_EVENTS = Contact.pgh_event_models["update"].objects
LINK_EVENTS = CustomerExternalId.pgh_event_models["update"].objects
EMPTIED = {("", "", "", "", None, None)}


def told_of(contact_id) -> set[tuple]:
    names = ("first_name", "last_name", "email", "phone", "email_key", "phone_key")
    return set(CONTACT_EVENTS.filter(pgh_obj=contact_id).values_list(*names))


def test_erasing_empties_the_history_of_contacts(ana, ben):
    Contact.objects.filter(pk=ana.contact.pk).update(last_name="Alvarez-Ito", updated_at=LATER)
    bens = told_of(ben.contact.pk)

    erase(ana.customer)

    assert CONTACT_EVENTS.filter(pgh_obj=ana.contact.pk).count() > 2
    assert told_of(ana.contact.pk) == EMPTIED
    assert told_of(ben.contact.pk) == bens != EMPTIED


def test_erasing_empties_the_history_of_contacts_that_were_removed_or_are_anothers_now(ana, ben):
    removed = ContactFactory(customer=ana.customer, email="removed@acme.test").pk
    Contact.objects.get(pk=removed).delete()
    Contact.objects.filter(pk=ana.contact.pk).update(customer=ben.customer)

    assert erase(ana.customer)["accounts.contacts"].cleared == 2

    assert told_of(removed) == told_of(ana.contact.pk) == EMPTIED
    assert Contact.objects.get(pk=ana.contact.pk).customer == ben.customer
    assert erase(ana.customer)["accounts.contacts"].cleared == 0


def test_erasing_empties_the_history_of_external_ids(dora, ana):
    CustomerExternalId.objects.create(customer=ana.customer, system="erp", external_id="8")

    erase(dora)

    assert set(LINK_EVENTS.filter(customer=dora).values_list("system", "external_id")) == {("erp", "")}
    assert set(LINK_EVENTS.filter(customer=ana.customer).values_list("external_id", flat=True)) == {"8"}


def kept(key: str, answer: str) -> None:
    IdempotencyRecord.objects.create(
        caller="api:tests", method="POST", path="/api/v1/orders", key=key, body_digest=b"", status=201,
        answer=answer, content_type="application/json", at=NOW,
    )  # fmt: skip


def test_erasing_throws_kept_answers_away_that_name_the_person(dora):
    kept("by id", '{"customer":{"shared_id":"dora"}}')
    kept("by e-mail", '{"claim":{"email":"Dora@home.test"}}')
    kept("another's", '{"customer":{"shared_id":"cleo"}}')

    assert erase(dora)["customers.kept_answers"].cleared == 2

    assert list(IdempotencyRecord.objects.values_list("key", flat=True)) == ["another's"]
