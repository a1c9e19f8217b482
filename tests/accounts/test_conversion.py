"""A contact becomes a customer: the same person, nobody twice."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Associate, Contact, Role
from accounts.services.accounts import change_account
from accounts.services.associates import add_associate
from accounts.services.conversion import convert_contact
from customers.models import Customer, CustomerKind, CustomerMail
from customers.services.access import CustomerNotRegisteredError, FirstAccess
from events.concurrency import StaleError
from events.models import Event
from tests.factories import NOW, TESTS, AccountFactory, ContactFactory, CustomerFactory, GuestFactory, StorefrontFactory

pytestmark = pytest.mark.django_db

NO_MAIL = FirstAccess(send_link=False)


@pytest.fixture
def contact():
    StorefrontFactory(code="us", url="https://shop.test")
    return ContactFactory(
        account=AccountFactory(shared_id="acme", name="Acme"),
        email="ana@acme.test",
        first_name="Ana",
        last_name="Alvarez",
        phone="901-555-2201",
    )


def convert(contact: Contact, role: str = "", access: FirstAccess = NO_MAIL, **more):
    found = Role.objects.get(code=role) if role else None
    return convert_contact(
        contact=contact, role=found, preferred_currency="USD", access=access, by=TESTS, at=NOW, **more
    )


def test_the_four_roles_are_there_each_adding_to_the_one_before():
    found = {role.code: set(role.permissions) for role in Role.objects.filter(built_in=True)}
    assert found == {
        "limited-catalog-browser": set(),
        "catalog-browser": {"prices.view"},
        "buyer": {"prices.view", "carts.manage", "lists.manage", "orders.place", "purchases.view"},
        "buyer-admin": {
            "prices.view", "carts.manage", "lists.manage", "orders.place", "purchases.view", "account.edit",
            "addresses.manage", "associates.manage",
        },
    }  # fmt: skip


def test_a_new_person_with_a_role_and_a_link(contact):
    converted = convert(contact, "buyer", FirstAccess())
    contact.refresh_from_db()
    customer = Customer.objects.get()
    assert (converted.customer, converted.is_new, contact.customer) == (customer, True, customer)
    assert (customer.kind, customer.email, customer.full_name, customer.phone) == (
        "REGISTERED",
        "ana@acme.test",
        "Ana Alvarez",
        "901-555-2201",
    )
    assert [(each.customer, each.account.shared_id, each.role.code) for each in Associate.objects.all()] == [
        (customer, "acme", "buyer")
    ]
    assert Customer.objects.get().companies == "Acme"
    assert [each.kind for each in CustomerMail.objects.all()] == ["password_link"]
    assert Event.objects.filter(name="contact.converted").count() == 1


def test_without_a_role_there_is_no_association(contact):
    assert convert(contact).associate is None
    assert not Associate.objects.exists()


def test_a_contact_that_is_a_guest_stays_the_same_record(contact):
    guest = GuestFactory(email="ana@acme.test", shared_id="g-1")
    Contact.objects.update(customer=guest)
    converted = convert(contact)
    guest.refresh_from_db()
    assert (converted.customer, guest.kind, guest.preferred_currency) == (guest, CustomerKind.REGISTERED, "USD")
    assert Customer.objects.count() == 1


def test_a_guest_who_only_uses_the_same_address_is_left_alone(contact):
    guest = GuestFactory(email="ana@acme.test")
    converted = convert(contact)
    assert converted.customer != guest
    assert Customer.objects.count() == 2


def test_a_registered_customer_of_that_address_is_that_person(contact):
    ana = CustomerFactory(email=" ANA@acme.test")
    converted = convert(contact, "buyer", FirstAccess())
    assert (converted.customer, converted.is_new) == (ana, False)
    assert Customer.objects.count() == 1
    assert not CustomerMail.objects.exists()


def test_who_only_claims_that_address_is_not(contact):
    """He registered with it himself and confirmed nothing: he does not become the merchant's contact by that."""
    CustomerFactory(email="ana@acme.test", email_is_own_word=True)
    with pytest.raises(ValidationError) as refused:
        convert(contact, "buyer")
    assert refused.value.error_dict["email"][0].code == "email_unconfirmed"
    contact.refresh_from_db()
    assert (contact.customer, Associate.objects.count(), Customer.objects.count()) == (None, 0, 1)


def test_a_merged_customer_stands_for_his_survivor(contact):
    survivor, loser = CustomerFactory(), GuestFactory()
    Customer.objects.filter(pk=loser.pk).update(merged_into=survivor)
    Contact.objects.update(customer=loser)
    assert convert(contact).customer == survivor


def test_twice_adds_nobody_and_the_same_role_is_refused(contact):
    convert(contact, "buyer")
    with pytest.raises(ValidationError) as refused:
        convert(contact, "buyer-admin")
    assert refused.value.error_dict["customer"][0].code == "already_associated"
    assert (Customer.objects.count(), Associate.objects.get().role.code) == (1, "buyer")


def test_a_contact_without_an_address_cannot(contact):
    nameless = ContactFactory(account=contact.account, email="", first_name="Bo")
    with pytest.raises(ValidationError) as refused:
        convert(nameless)
    assert refused.value.error_dict["email"][0].code == "required"


def test_a_stale_form_is_refused(contact):
    with pytest.raises(StaleError):
        convert(contact, seen_at=NOW.replace(year=2025))
    assert not Customer.objects.exists()


def test_only_registered_customers_are_associates(contact):
    role = Role.objects.get(code="buyer")
    for stranger in (GuestFactory(email="x@people.test"),):
        with pytest.raises(CustomerNotRegisteredError):
            add_associate(customer=stranger, account=contact.account, role=role, by=TESTS, at=NOW)
    with pytest.raises(ValidationError):
        add_associate(
            customer=CustomerFactory(),
            account=contact.account,
            role=role,
            valid_from=NOW,
            valid_until=NOW,
            by=TESTS,
            at=NOW,
        )
    assert not Associate.objects.exists()


def test_lists_follow_the_names_of_accounts(contact):
    customer = convert(contact, "buyer").customer
    change_account(account=contact.account, name="Acme Holding", by=TESTS, at=NOW)
    customer.refresh_from_db()
    assert (customer.companies, customer.company_sort) == ("Acme Holding", "acme holding")


def test_an_association_is_in_force_from_then_until_then(contact):
    convert(contact, "buyer")
    tomorrow = NOW.replace(day=24)
    Associate.objects.update(valid_from=NOW, valid_until=tomorrow)
    associate = Associate.objects.get()
    for moment, expected in ((NOW.replace(day=22), False), (NOW, True), (tomorrow, False)):
        assert associate.is_in_force(at=moment) is expected
        assert Associate.objects.in_force(at=moment).exists() is expected
