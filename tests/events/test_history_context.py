"""Every history row says who wrote, why, and for which request: also rows of bulk writes, and of `update()`."""

import json
import threading

import pytest
from django.db import connection

from accounts.models import Account, Contact
from accounts.services.accounts import change_account
from accounts.services.contacts import change_contact
from customers.models import Customer, CustomerExternalId
from events.context import WorkContext, become, current, working_as
from events.transaction import transaction
from tests.factories import NOW, AccountFactory, ContactFactory, GuestFactory

pytestmark = pytest.mark.django_db

ContactEvent = Contact.pgh_event_models["update"]
CustomerEvent = Customer.pgh_event_models["update"]
AccountEvent = Account.pgh_event_models["update"]
LinkEvent = CustomerExternalId.pgh_event_models["insert"]


def told(event_model, kind: str) -> list[dict[str, str]]:
    """The contexts of the history rows of that kind."""
    return list(event_model.objects.filter(pgh_label=kind).order_by("pgh_id").values_list("pgh_context", flat=True))


@pytest.fixture
def guests() -> list[Customer]:
    return [GuestFactory(email=f"guest{number}@people.test") for number in range(3)]


def test_a_service_is_told_of_with_actor_reason_and_request():
    contact = ContactFactory(first_name="Ana")
    with working_as(actor="staff:12", request_id="request-1"):
        change_contact(contact=contact, first_name="Anna", by="staff:12", at=NOW)

    assert told(ContactEvent, "update") == [
        {"by": "staff:12", "reason": "", "request_id": "request-1", "from": "program"}
    ]


def test_update_of_many_rows(guests):
    with working_as(request_id="request-2"), transaction(by="staff:12", reason="bounced"):
        Customer.objects.update(on_hold=True)

    assert (
        told(CustomerEvent, "update")
        == [{"by": "staff:12", "reason": "bounced", "request_id": "request-2", "from": "program"}] * 3
    )


def test_bulk_create_bulk_update_and_delete(guests):
    context = {"by": "system:import", "reason": "file 7", "request_id": "", "from": "program"}
    with transaction(by="system:import", reason="file 7"):
        CustomerExternalId.objects.bulk_create(
            CustomerExternalId(customer=guest, system="shop", external_id=str(number))
            for number, guest in enumerate(guests)
        )
        for guest in guests:
            guest.active = False
        Customer.objects.bulk_update(guests, ["active"])
        CustomerExternalId.objects.all().delete()

    assert told(LinkEvent, "insert") == [context] * 3
    assert told(CustomerEvent, "update") == [context] * 3
    assert told(LinkEvent, "delete") == [context] * 3


def test_raw_sql_too(guests):
    with transaction(by="staff:12", reason="by hand"), connection.cursor() as cursor:
        cursor.execute("UPDATE customers_customer SET company = 'Acme'")

    assert (
        told(CustomerEvent, "update")
        == [{"by": "staff:12", "reason": "by hand", "request_id": "", "from": "program"}] * 3
    )


def test_history_keeps_what_was(guests):
    with transaction(by="staff:12"):
        Customer.objects.filter(pk=guests[0].pk).update(company="Acme")
    with transaction(by="staff:12"):
        Customer.objects.filter(pk=guests[0].pk).update(company="Zenith")

    companies = (
        CustomerEvent.objects.filter(pgh_obj_id=guests[0].pk).order_by("pgh_id").values_list("company", flat=True)
    )
    assert list(companies) == ["", "Acme", "Zenith"]


def test_rows_of_one_transaction_are_told_apart_from_those_of_the_next(guests):
    for _ in range(2):
        with transaction(by="staff:12"):
            Customer.objects.update(on_hold=True)
            Customer.objects.update(on_hold=False)

    ids = CustomerEvent.objects.filter(pgh_label="update").order_by("pgh_id").values_list("pgh_context_id", flat=True)
    assert [ids[0]] * 6 + [ids[6]] * 6 == list(ids)
    assert ids[0] != ids[6]


def test_a_reason_with_any_letters_arrives(guests):
    reason = "“Ünïcode” \\ ' \" \n {}"
    with transaction(by="staff:12", reason=reason):
        Customer.objects.filter(pk=guests[0].pk).update(on_hold=True)

    assert told(CustomerEvent, "update")[0]["reason"] == reason


def test_within_another_service_each_row_has_its_own_actor_and_the_outer_one_is_back_after(guests):
    first, second, third = guests
    with transaction(by="staff:12", reason="merged by phone"):
        Customer.objects.filter(pk=first.pk).update(on_hold=True)
        with transaction(by="system:mail", reason="told the person"):
            Customer.objects.filter(pk=second.pk).update(on_hold=True)
        Customer.objects.filter(pk=third.pk).update(on_hold=True)

    outer = {"by": "staff:12", "reason": "merged by phone", "request_id": "", "from": "program"}
    inner = {"by": "system:mail", "reason": "told the person", "request_id": "", "from": "program"}
    assert told(CustomerEvent, "update") == [outer, inner, outer]


def test_a_service_that_is_given_no_reason_keeps_the_one_of_the_service_that_called_it():
    account = AccountFactory()
    with transaction(by="staff:12", reason="cleaning up"):
        change_account(account=account, name="Acme Two", by="staff:12", at=NOW)
        Account.objects.filter(pk=account.pk).update(phone="1")

    context = {"by": "staff:12", "reason": "cleaning up", "request_id": "", "from": "program"}
    assert told(AccountEvent, "update")[-2:] == [context, context]


def test_an_inner_service_that_fails_leaves_the_outer_ones_name(guests):
    with transaction(by="staff:12", reason="outer"):
        with pytest.raises(ZeroDivisionError), transaction(by="system:mail", reason="inner"):
            raise ZeroDivisionError
        Customer.objects.filter(pk=guests[0].pk).update(on_hold=True)

    assert told(CustomerEvent, "update") == [{"by": "staff:12", "reason": "outer", "request_id": "", "from": "program"}]


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_left_on_the_connection(guests):
    with transaction(by="staff:12", reason="bounced"):
        Customer.objects.filter(pk=guests[0].pk).update(on_hold=True)
    Customer.objects.filter(pk=guests[1].pk).update(on_hold=True)  # as nobody should

    assert told(CustomerEvent, "update") == [
        {"by": "staff:12", "reason": "bounced", "request_id": "", "from": "program"},
        None,
    ]


def test_the_context_of_work_is_changed_for_a_block_only():
    assert current() == WorkContext(actor="system", request_id="", reason="")
    with working_as(actor="anonymous", request_id="request-3"):
        become("staff:12")
        with working_as(reason="asked for"):
            assert current() == WorkContext(actor="staff:12", request_id="request-3", reason="asked for")
        assert current() == WorkContext(actor="staff:12", request_id="request-3", reason="")
    assert current() == WorkContext()


def test_threads_do_not_share_it():
    seen: list[WorkContext] = []
    with working_as(actor="staff:12"):
        thread = threading.Thread(target=lambda: seen.append(current()))
        thread.start()
        thread.join()

    assert seen == [WorkContext()]


def test_the_context_is_json_that_the_panel_can_read(guests):
    with transaction(by="staff:12"):
        Customer.objects.filter(pk=guests[0].pk).update(on_hold=True)

    with connection.cursor() as cursor:
        cursor.execute("SELECT pgh_context::text FROM customers_customerevent WHERE pgh_label = 'update'")
        assert json.loads(cursor.fetchone()[0]) == {"by": "staff:12", "reason": "", "request_id": "", "from": "program"}
