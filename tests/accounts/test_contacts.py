"""People named on accounts: any number of them, each e-mail once per account, two of them known to the ERP."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.db.transaction import atomic
from django.test.utils import CaptureQueriesContext

from accounts.models import Contact
from accounts.services.contacts import add_contact, change_contact, remove_contact
from events.concurrency import StaleError
from events.models import Event
from tests.factories import NOW, ContactFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)
OPAL = {"by": "staff:12", "at": NOW}
ContactEvent = Contact.pgh_event_models["update"]


def events_of(contact: Contact) -> list[tuple[str, dict]]:
    found = Event.objects.filter(subject=f"contact:{contact.pk}").order_by("id")
    return list(found.values_list("name", "payload"))


def refusal(error: ValidationError) -> dict[str, list[tuple[str, str]]]:
    return {field: [(each.code, *each.messages) for each in errors] for field, errors in error.error_dict.items()}


TAKEN = {"__all__": [("email_taken", "Another contact of this account has this e-mail.")]}


def test_added_with_its_keys(acme):
    contact = add_contact(
        account=acme, first_name="Ana", email="Ana@ACME.test", phone="(901) 555-2201 x7", type="billing", **OPAL
    )

    contact.refresh_from_db()
    assert (contact.email, contact.email_key) == ("Ana@ACME.test", "ana@acme.test")
    assert (contact.phone, contact.phone_key) == ("(901) 555-2201 x7", "+19015552201")
    assert (contact.type, contact.active, contact.on_hold, contact.erp_slot) == ("billing", True, False, None)
    assert (contact.customer, contact.created_at, contact.updated_at) == (None, NOW, NOW)
    assert events_of(contact) == [("contact.created", {"account": "acme"})]


def test_one_email_in_many_accounts_but_once_in_each(acme, acme_west, stranger):
    for account in (acme, acme_west, stranger):
        add_contact(account=account, email="ana@acme.test", **OPAL)

    for spelling in ("ana@acme.test", "ANA@Acme.Test"):
        with pytest.raises(ValidationError) as refused:
            add_contact(account=acme, email=spelling, **OPAL)
        assert refusal(refused.value) == TAKEN
    assert Contact.objects.count() == 3


def test_the_database_refuses_the_same_email_too(acme):
    add_contact(account=acme, email="ana@acme.test", **OPAL)
    other = add_contact(account=acme, email="ben@acme.test", **OPAL)

    with pytest.raises(IntegrityError, match="contact_email_once_per_account"), atomic():
        Contact.objects.filter(pk=other.pk).update(email="ANA@ACME.TEST")
    with pytest.raises(IntegrityError, match="contact_email_once_per_account"), atomic():
        Contact.objects.bulk_create([Contact(account=acme, email="Ana@Acme.test", created_at=NOW, updated_at=NOW)])


def test_changing_into_anothers_email(acme):
    add_contact(account=acme, email="ana@acme.test", **OPAL)
    other = add_contact(account=acme, email="ben@acme.test", **OPAL)

    with pytest.raises(ValidationError) as refused:
        change_contact(contact=other, email="Ana@acme.test", by="staff:12", at=LATER)

    other.refresh_from_db()
    assert refusal(refused.value) == TAKEN
    assert (other.email, other.updated_at) == ("ben@acme.test", NOW)


def test_any_number_without_an_email(acme):
    for _ in range(3):
        add_contact(account=acme, first_name="Ana", **OPAL)

    assert Contact.objects.filter(email_key=None).count() == 3


@pytest.mark.parametrize(
    ("fields", "field", "error"),
    [
        ({}, "email", ("required", "A contact has a name or an e-mail.")),
        ({"phone": "901 555 2201"}, "email", ("required", "A contact has a name or an e-mail.")),
        ({"email": "ana"}, "email", ("invalid", "Enter a valid e-mail address.")),
        ({"first_name": "Ana", "type": "boss"}, "type", ("invalid_choice", "Value 'boss' is not a valid choice.")),
        ({"first_name": "Ana", "erp_slot": 3}, "erp_slot", ("invalid_choice", "Value 3 is not a valid choice.")),
        (
            {"first_name": "A" * 121},
            "first_name",
            ("max_length", "Ensure this value has at most 120 characters (it has 121)."),
        ),
    ],
)
def test_wrong_input_is_named_and_nothing_is_written(acme, fields, field, error):
    with pytest.raises(ValidationError) as refused:
        add_contact(account=acme, **fields, **OPAL)

    assert error in refusal(refused.value)[field]
    assert not Contact.objects.exists()
    assert not Event.objects.filter(name="contact.created").exists()


def test_two_slots_of_the_erp_each_filled_once(acme, stranger):
    add_contact(account=acme, first_name="Ana", erp_slot=1, **OPAL)
    add_contact(account=acme, first_name="Ben", erp_slot=2, **OPAL)
    add_contact(account=stranger, first_name="Cleo", erp_slot=1, **OPAL)

    with pytest.raises(ValidationError) as refused:
        add_contact(account=acme, first_name="Dan", erp_slot=1, **OPAL)

    assert refused.value.message_dict == {"__all__": ["Another contact of this account fills this ERP slot."]}
    assert Contact.objects.count() == 3


@pytest.mark.parametrize(
    ("column", "value", "constraint"),
    [("erp_slot", 3, "contact_erp_slot_known"), ("type", "boss", "contact_type_known")],
)
def test_the_database_knows_no_others(acme, column, value, constraint):
    add_contact(account=acme, first_name="Ana", **OPAL)

    with pytest.raises(IntegrityError, match=constraint), atomic():
        Contact.objects.update(**{column: value})


def test_changed_and_what_was_not_given_stays(acme):
    contact = add_contact(account=acme, first_name="Ana", email="ana@acme.test", phone="901 555 2201", **OPAL)

    change_contact(contact=contact, email="a.alvarez@acme.test", on_hold=True, by="staff:12", at=LATER)

    contact.refresh_from_db()
    assert (contact.first_name, contact.email_key, contact.phone_key) == ("Ana", "a.alvarez@acme.test", "+19015552201")
    assert (contact.on_hold, contact.created_at, contact.updated_at) == (True, NOW, LATER)
    assert events_of(contact)[1:] == [("contact.changed", {"account": "acme"})]


def test_an_email_taken_away_takes_its_key_along(acme):
    contact = add_contact(account=acme, first_name="Ana", email="ana@acme.test", **OPAL)

    change_contact(contact=contact, email="", by="staff:12", at=LATER)

    contact.refresh_from_db()
    assert (contact.email, contact.email_key) == ("", None)
    with pytest.raises(ValidationError, match="A contact has a name or an e-mail"):
        change_contact(contact=contact, first_name="", by="staff:12", at=LATER)


def test_unchanged_input_writes_nothing(acme):
    contact = add_contact(account=acme, first_name="Ana", email="ana@acme.test", **OPAL)
    before = ContactEvent.objects.count()

    change_contact(contact=contact, first_name="Ana", email="ana@acme.test", by="staff:12", at=LATER)

    contact.refresh_from_db()
    assert (contact.updated_at, len(events_of(contact)), ContactEvent.objects.count()) == (NOW, 1, before)


def test_on_a_state_that_is_no_longer_so(acme):
    contact = add_contact(account=acme, first_name="Ana", **OPAL)
    change_contact(contact=contact, first_name="Anna", by="staff:12", at=LATER)

    with pytest.raises(StaleError):
        change_contact(contact=contact, first_name="Anne", seen_at=NOW, by="staff:12", at=LATER)

    contact.refresh_from_db()
    assert contact.first_name == "Anna"


@pytest.mark.parametrize("field", ["account", "customer", "email_key", "created_at"])
def test_only_what_people_write_is_written(acme, stranger, field):
    contact = add_contact(account=acme, first_name="Ana", **OPAL)

    with pytest.raises(TypeError):
        change_contact(contact=contact, **{field: stranger}, by="staff:12", at=LATER)
    contact.refresh_from_db()
    assert contact.account == acme


def test_removed_and_removed_again(acme):
    contact = add_contact(account=acme, first_name="Ana", **OPAL)
    remove_contact(contact=contact, by="staff:12", at=LATER)

    remove_contact(contact=Contact(pk=contact.pk), by="staff:12", at=LATER)

    assert not Contact.objects.exists()
    assert events_of(contact)[1:] == [("contact.removed", {"account": "acme"})]
    assert ContactEvent.objects.filter(pgh_label="delete", pgh_context__by="staff:12").count() == 1


def test_reached_by_email_whatever_their_state(acme, stranger):
    ana = ContactFactory(account=acme, email="ana@acme.test", active=False)
    also_ana = ContactFactory(account=stranger, email="Ana@ACME.test", on_hold=True)
    ContactFactory(account=acme, email="ben@acme.test")
    ContactFactory(account=acme, email="", first_name="Nobody")

    assert set(Contact.objects.reached_by(emails=["ana@acme.test"])) == {ana, also_ana}
    assert list(Contact.objects.reached_by(emails=[])) == []


def test_a_change_writes_what_changed_and_no_other_column():
    contact = ContactFactory(email="ana@acme.test", phone="901 555 2201")

    with CaptureQueriesContext(connection) as queries:
        change_contact(contact=contact, email="new@acme.test", phone="901 555 2201", by="staff:12", at=NOW)

    (update,) = [query["sql"] for query in queries if query["sql"].startswith('UPDATE "accounts_contact"')]
    columns = set(re.findall(r'"(\w+)" = ', update.partition(" WHERE ")[0]))
    assert columns == {"email", "email_key", "updated_at"}
    contact.refresh_from_db()
    assert contact.email_key == "new@acme.test"
