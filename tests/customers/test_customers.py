"""Customers are created whole or not at all; references rise; a registered e-mail is one person's."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.transaction import atomic

from customers.models import Customer, CustomerExternalId, CustomerKind, ReferenceCounter
from customers.services.customers import CustomerDraft, create_customer, create_customers, link_external_id
from customers.services.lifecycle import change_customer
from customers.services.references import next_references
from events.models import Event
from tests.factories import NOW, CustomerFactory, GuestFactory, StorefrontFactory
from tests.parallel import in_processes

pytestmark = pytest.mark.django_db
OPAL = {"by": "staff:12", "at": NOW}
TAKEN = ("email_taken", "Another registered customer has this e-mail.")


def numbers(prefix: str = "C-") -> list[int]:
    found = Customer.objects.filter(reference__startswith=prefix).order_by("id")
    return [int(reference.removeprefix(prefix)) for reference in found.values_list("reference", flat=True)]


def errors(refused) -> list[tuple[str | None, str]]:
    return [(each.code, *each.messages) for each in refused.value.error_dict["__all__"]]


def test_created_with_what_was_given(us):
    draft = CustomerDraft(
        kind=CustomerKind.REGISTERED,
        shared_id="ana",
        email="Ana@acme.test",
        phone="(901) 555-2201",
        phone_region="US",
        first_name="Ana",
        last_name="Alvarez",
        company="Acme",
        preferred_currency="USD",
        preferred_storefront=us,
        erp_system="counterpoint-main",
        erp_number="100017",
    )
    made = create_customer(draft=draft, **OPAL)

    ana = Customer.objects.get()
    assert made == ana
    assert (ana.shared_id, ana.kind, ana.email, ana.email_key) == (
        "ana",
        "REGISTERED",
        "Ana@acme.test",
        "ana@acme.test",
    )
    assert (ana.phone, ana.phone_region, ana.phone_key) == ("(901) 555-2201", "US", "+19015552201")
    assert (ana.first_name, ana.last_name, ana.company, str(ana)) == ("Ana", "Alvarez", "Acme", "Ana Alvarez")
    assert (ana.preferred_currency, ana.preferred_storefront) == ("USD", us)
    assert (ana.active, ana.on_hold, ana.merged_into, ana.anonymized_at, ana.user) == (True, False, None, None, None)
    assert (ana.created_at, ana.updated_at) == (NOW, NOW)
    assert list(ana.external_ids.values_list("system", "external_id")) == [("counterpoint-main", "100017")]
    assert list(Event.objects.filter(name="customer.created").values_list("subject", "payload", "by")) == [
        ("customer:ana", {}, "staff:12")
    ]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"email": ""}, "A registered customer has one."),
        ({"email": "none"}, "Enter a valid e-mail address."),
        ({"preferred_currency": ""}, "A registered customer has one."),
        ({"kind": "VIP"}, "A customer is a guest or registered."),
    ],
)
def test_a_registered_customer_can_be_reached(fields, sentence):
    with pytest.raises(ValidationError) as refused:
        CustomerFactory(**fields)

    assert sentence in [message for messages in refused.value.message_dict.values() for message in messages] or (
        "kind" in refused.value.message_dict
    )
    assert (Customer.objects.count(), Event.objects.count(), ReferenceCounter.objects.count()) == (0, 0, 0)


def test_nobody_is_born_in_the_future():
    today = (NOW + timedelta(hours=14)).date()  # where it is latest
    tomorrow = today + timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        CustomerFactory(birth_date=tomorrow)
    assert [each.code for each in refused.value.error_dict["birth_date"]] == ["in_the_future"]
    ana = CustomerFactory(birth_date=today)
    with pytest.raises(ValidationError):
        change_customer(customer=ana, birth_date=tomorrow, **OPAL)
    ana.refresh_from_db()
    assert (ana.birth_date, Customer.objects.count()) == (today, 1)
    # What was stored before anybody asked stops nothing else.
    Customer.objects.filter(pk=ana.pk).update(birth_date=tomorrow)
    change_customer(customer=ana, on_hold=True, **OPAL)
    assert Customer.objects.get(pk=ana.pk).on_hold


def test_the_email_of_a_registered_customer_cannot_be_emptied_later():
    ana = CustomerFactory()

    for change in ({"email": ""}, {"preferred_currency": ""}):
        with pytest.raises(IntegrityError, match="registered_customer_is_reachable"), atomic():
            Customer.objects.filter(pk=ana.pk).update(**change)


def test_a_guest_may_have_nothing():
    guest = GuestFactory()

    assert (guest.email_key, guest.phone_key, str(guest)) == (None, None, guest.reference)


@pytest.mark.parametrize("email", ["ana@acme.test", "ANA@ACME.TEST", " ana@acme.test ", "\uff41na@acme.test"])
def test_a_registered_email_is_one_persons(email):
    CustomerFactory(email="ana@acme.test")

    with pytest.raises(ValidationError) as refused:
        CustomerFactory(email=email)
    assert [(each.code, *each.messages) for each in refused.value.error_dict["email"]] == [TAKEN]
    with pytest.raises(IntegrityError, match="email_once_among_registered_customers"), atomic():
        create_customers(
            drafts=[CustomerDraft(kind=CustomerKind.REGISTERED, email=email, preferred_currency="USD")], **OPAL
        )
    assert Customer.objects.count() == 1


def test_guests_share_emails_with_each_other_and_with_one_registered():
    CustomerFactory(email="ana@acme.test")
    for _ in range(2):
        GuestFactory(email="ana@acme.test")

    assert Customer.objects.filter(email_key="ana@acme.test").count() == 3
    guest = Customer.objects.filter(kind="GUEST").first()
    with pytest.raises(IntegrityError, match="email_once_among_registered_customers"), atomic():
        Customer.objects.filter(pk=guest.pk).update(kind="REGISTERED", preferred_currency="USD")


def test_who_was_merged_gives_the_email_free():
    ben, ana = CustomerFactory(email="ben@acme.test"), CustomerFactory(email="ana@acme.test")
    Customer.objects.filter(pk=ana.pk).update(merged_into=ben)

    assert CustomerFactory(email="ana@acme.test").email_key == "ana@acme.test"


def test_nobody_is_merged_into_himself():
    ana = CustomerFactory()

    with pytest.raises(IntegrityError, match="customer_not_merged_into_itself"), atomic():
        Customer.objects.filter(pk=ana.pk).update(merged_into=ana)


@pytest.mark.django_db(transaction=True)
def test_of_many_registering_at_once_with_one_email_one_succeeds():
    def register(index: int) -> None:
        try:
            CustomerFactory(email="ANA@acme.test" if index % 2 else "ana@acme.test")
        except (ValidationError, IntegrityError) as error:
            assert "e-mail" in str(error) or "email_once" in str(error)  # noqa: PT017 -- in a process of its own

    assert in_processes(6, register) == []
    assert Customer.objects.count() == 1


def test_references_begin_above_100000_and_rise_by_3_to_9():
    for _ in range(20):
        GuestFactory()

    given = numbers()
    assert len(given) == 20
    assert all(3 <= later - earlier <= 9 for earlier, later in pairwise([100_000, *given]))


def test_a_step_cannot_be_foretold():
    given = [int(reference) for reference in next_references(prefix="", steps=(3, 9), count=1000)]

    assert {later - earlier for earlier, later in pairwise(given)} == {3, 4, 5, 6, 7, 8, 9}


def test_a_batch_rises_like_single_ones():
    create_customers(drafts=[CustomerDraft(shared_id=f"p{number}") for number in range(200)], **OPAL)
    GuestFactory()

    given = numbers()
    assert all(3 <= later - earlier <= 9 for earlier, later in pairwise(given))
    assert list(Customer.objects.order_by("id").values_list("shared_id", flat=True)[:3]) == ["p0", "p1", "p2"]


def test_prefix_and_steps_are_the_storefronts():
    shop = StorefrontFactory(reference_prefix="DE-", reference_step_min=7, reference_step_max=7)
    for _ in range(3):
        GuestFactory(preferred_storefront=shop)
    GuestFactory()

    assert numbers("DE-") == [100_007, 100_014, 100_021]
    assert len(numbers("C-")) == 1


def test_storefronts_with_one_prefix_share_its_counter():
    shops = [
        StorefrontFactory(reference_prefix="K-", reference_step_min=step, reference_step_max=step) for step in (1, 5)
    ]
    drafts = [CustomerDraft(preferred_storefront=shops[index % 2]) for index in range(4)]
    create_customers(drafts=drafts, **OPAL)

    assert sorted(numbers("K-")) == [100_001, 100_002, 100_007, 100_012]


def test_what_is_taken_back_takes_no_reference():
    with pytest.raises(IntegrityError), atomic():
        create_customers(drafts=[CustomerDraft(shared_id="twice"), CustomerDraft(shared_id="twice")], **OPAL)

    assert not ReferenceCounter.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_eight_at_once_never_get_the_same_reference():
    def create(index: int) -> None:
        for turn in range(10):
            if turn % 2:
                GuestFactory()
            else:
                with atomic():
                    create_customers(drafts=[CustomerDraft(), CustomerDraft()], **OPAL)

    assert in_processes(8, create) == []

    given = sorted(numbers())
    assert len(given) == len(set(given)) == 120
    assert all(3 <= later - earlier <= 9 for earlier, later in pairwise(given))
    assert ReferenceCounter.objects.get().last == given[-1]


def test_no_references_for_nobody():
    assert list(next_references(prefix="C-", steps=(3, 9), count=1)) == [f"C-{ReferenceCounter.objects.get().last}"]
    before = ReferenceCounter.objects.get().last
    assert create_customers(drafts=[], **OPAL) == []
    assert ReferenceCounter.objects.get().last == before


def test_statements_do_not_grow_with_the_customers(django_assert_num_queries):
    with atomic(), django_assert_num_queries(5):
        create_customers(
            drafts=[CustomerDraft(erp_system="counterpoint-main", erp_number=str(number)) for number in range(100)],
            **OPAL,
        )

    assert CustomerExternalId.objects.count() == 100


def test_an_external_id_names_one_customer_and_a_customer_has_one_per_system():
    ana, ben = CustomerFactory(), CustomerFactory()
    link_external_id(customer=ana, system="shop", external_id="7", **OPAL)
    link_external_id(customer=ana, system="erp", external_id="7", **OPAL)

    for customer, external_id, sentence in [
        (ben, "7", "Another customer has this id in that system."),
        (ana, "8", "The customer has an id in that system already."),
    ]:
        with pytest.raises(ValidationError) as refused:
            link_external_id(customer=customer, system="shop", external_id=external_id, **OPAL)
        assert refused.value.message_dict == {"__all__": [sentence]}
        with pytest.raises(IntegrityError), atomic():
            CustomerExternalId.objects.bulk_create(
                [CustomerExternalId(customer=customer, system="shop", external_id=external_id)]
            )
    assert CustomerExternalId.objects.count() == 2


def test_who_is_left_out_and_who_is_reached():
    ana = CustomerFactory(email="ana@acme.test")
    merged = GuestFactory(email="ana@acme.test")
    by_phone = GuestFactory(phone="901 555 2201")
    erased = GuestFactory(email="ana@acme.test", phone="901 555 2201")
    Customer.objects.filter(pk=merged.pk).update(merged_into=ana)
    Customer.objects.filter(pk=erased.pk).update(anonymized_at=NOW + timedelta(days=1))

    assert set(Customer.objects.existing()) == {ana, by_phone}
    reached = Customer.objects.reached_by(emails=["ana@acme.test"], phones=["+19015552201"])
    assert set(reached) == {ana, merged, by_phone}
    assert not Customer.objects.reached_by(emails=[], phones=[]).exists()
