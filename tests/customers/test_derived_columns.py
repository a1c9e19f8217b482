"""Keys and sort keys follow what they are made of, whichever way it is written."""

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat, Lower

from accounts.models import Account, Contact
from customers.fields import DerivedField, DerivedFieldsModel, DerivedFieldsQuerySet, SourceByExpressionError
from customers.models import Customer
from tests.architecture.project import own_models
from tests.factories import NOW, AccountFactory, ContactFactory, GuestFactory

pytestmark = pytest.mark.django_db

SOURCES = {
    "email": "Ana@Acme.TEST",
    "phone": "030 901820",
    "phone_region": "DE",
    "first_name": "Ana",
    "last_name": "Ölund",
}
DERIVED = {"email_key": "ana@acme.test", "phone_key": "+4930901820", "name_sort": "olund ana"}


def derived(row: Customer) -> dict[str, str | None]:
    return Customer.objects.values(*DERIVED).get(pk=row.pk)


def new(number: int = 0, **sources: str) -> Customer:
    return Customer(
        shared_id=f"person-{number}", reference=f"X-{number}", kind="GUEST", created_at=NOW, updated_at=NOW, **sources
    )


def test_save():
    row = new(**SOURCES)
    row.save()

    assert derived(row) == DERIVED
    assert (row.email_key, row.phone_key, row.name_sort) == tuple(DERIVED.values())


def test_what_is_set_by_hand_does_not_count():
    row = new(**SOURCES, email_key="ben@acme.test", phone_key="+1", name_sort="zzz")
    row.save()

    assert derived(row) == DERIVED


def test_bulk_create():
    rows = Customer.objects.bulk_create([new(number, **SOURCES) for number in range(3)])

    assert [derived(row) for row in rows] == [DERIVED] * 3


def test_update():
    row = GuestFactory(email="old@acme.test", phone="901 555 2201")
    Customer.objects.filter(pk=row.pk).update(**SOURCES)

    assert derived(row) == DERIVED


def test_bulk_update_of_the_sources_alone():
    row = GuestFactory(email="old@acme.test", phone="901 555 2201")
    for name, value in SOURCES.items():
        setattr(row, name, value)
    Customer.objects.bulk_update([row], list(SOURCES))

    assert derived(row) == DERIVED


def test_bulk_update_of_a_generator():
    row = GuestFactory(email="old@acme.test")
    row.email = SOURCES["email"]
    Customer.objects.bulk_update((each for each in [row]), ["email"])

    assert derived(row)["email_key"] == "ana@acme.test"


def test_bulk_update_of_something_else_leaves_them():
    row = GuestFactory(**SOURCES)
    row.email, row.company = "new@acme.test", "Acme"
    Customer.objects.bulk_update([row], ["company"])

    assert derived(row) == DERIVED


def test_get_or_create_and_update_or_create():
    made, _ = Customer.objects.get_or_create(
        shared_id="person-9",
        defaults={"reference": "X-9", "kind": "GUEST", "created_at": NOW, "updated_at": NOW, **SOURCES},
    )
    assert derived(made) == DERIVED

    Customer.objects.update_or_create(shared_id="person-9", defaults={"email": "ben@acme.test"})
    assert derived(made)["email_key"] == "ben@acme.test"


def test_what_has_no_normal_form_has_no_key():
    row = GuestFactory(**SOURCES)
    Customer.objects.filter(pk=row.pk).update(email="none", phone="", phone_region="", first_name="", last_name="")

    assert derived(row) == {"email_key": None, "phone_key": None, "name_sort": ""}


@pytest.mark.parametrize(
    "values",
    [
        {"email": F("company")},
        {"email": Lower("email")},
        {"email": Concat("email", Value(".test"))},
        {"first_name": F("last_name"), "last_name": "x"},
    ],
)
def test_a_source_the_database_computes_is_refused(values):
    row = GuestFactory(**SOURCES)

    with pytest.raises(SourceByExpressionError, match="cannot be computed from an expression"):
        Customer.objects.update(**values)
    assert derived(row) == DERIVED


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"phone": "901 555 2201"}, "phone_key needs phone, phone_region together"),
        ({"phone_region": "US"}, "phone_key needs phone, phone_region together"),
        ({"last_name": "Alvarez"}, "name_sort needs last_name, first_name together"),
    ],
)
def test_half_of_the_sources_is_refused(values, said):
    row = GuestFactory(**SOURCES)

    with pytest.raises(SourceByExpressionError, match=said):
        Customer.objects.update(**values)
    assert derived(row) == DERIVED


def test_the_region_of_a_phone_is_the_default_one_unless_given(settings):
    settings.DEFAULT_REGION = "DE"
    here, there = GuestFactory(phone="030 901820"), GuestFactory(phone="901 555 2201", phone_region="US")

    assert (derived(here)["phone_key"], derived(there)["phone_key"]) == ("+4930901820", "+19015552201")


def test_saving_some_fields_saves_what_follows_from_them():
    """A caller that saves an e-mail and forgets its key would leave a person findable by the old one."""
    row = GuestFactory(**SOURCES)
    row.email = "new@acme.test"
    row.save(update_fields=["email"])

    assert derived(row) == {**DERIVED, "email_key": "new@acme.test"}


def test_contacts_and_accounts_alike():
    account = AccountFactory(name="Ångström")
    contact = ContactFactory(account=account, email="Ana@Acme.TEST", phone="901 555 2201")
    assert (account.name_sort, contact.email_key, contact.phone_key) == ("angstrom", "ana@acme.test", "+19015552201")

    Account.objects.filter(pk=account.pk).update(name="Öl")
    Contact.objects.filter(pk=contact.pk).update(email="BEN@acme.test", phone="none")
    account.refresh_from_db()
    contact.refresh_from_db()
    assert (account.name_sort, contact.email_key, contact.phone_key) == ("ol", "ben@acme.test", None)


def test_a_name_too_long_for_its_sort_key_is_cut():
    row = GuestFactory(first_name="ﷺ" * 120)  # one letter that is eighteen

    assert len(derived(row)["name_sort"]) == 400


def test_a_model_with_derived_columns_is_built_on_what_keeps_them_true():
    models = [model for model in own_models() if any(isinstance(field, DerivedField) for field in model._meta.fields)]

    assert {model.__name__ for model in models} >= {"Account", "Contact", "Customer", "Order"}
    for model in models:
        assert issubclass(model, DerivedFieldsModel), model
        assert isinstance(model._default_manager.all(), DerivedFieldsQuerySet), model


def upserted(row: Contact, **sources: str) -> Contact:
    """Written over itself, as an import would."""
    for name, value in sources.items():
        setattr(row, name, value)
    Contact.objects.bulk_create([row], update_conflicts=True, update_fields=list(sources), unique_fields=["id"])
    return Contact.objects.get(pk=row.pk)


def test_bulk_create_that_updates_what_is_there():
    contact = ContactFactory(account=AccountFactory(), email="old@acme.test", phone="901 555 2201")

    again = upserted(contact, email="New@acme.test")

    assert (again.email, again.email_key, again.phone_key) == ("New@acme.test", "new@acme.test", "+19015552201")


def test_bulk_create_that_updates_half_of_the_sources_is_refused():
    row = GuestFactory(**SOURCES)

    with pytest.raises(SourceByExpressionError, match="phone_key needs phone, phone_region together"):
        Customer.objects.bulk_create([row], update_conflicts=True, update_fields=["phone"], unique_fields=["id"])


def test_a_row_that_was_read_in_part_is_saved_with_what_follows():
    row = GuestFactory(**SOURCES)
    part = Customer.objects.only("email").get(pk=row.pk)
    part.email = "new@acme.test"
    part.save()

    assert derived(row) == {**DERIVED, "email_key": "new@acme.test"}
