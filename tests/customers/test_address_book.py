"""A person's own address book: its defaults, ids, what a country asks, two writers at once."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from customers.models import Customer, CustomerAddress
from customers.postal import checked_address
from customers.services.address_book import OWN_ADDRESSES
from customers.services.lifecycle import CustomerGoneError
from events.concurrency import StaleError
from tests.factories import NOW, TESTS, CustomerFactory
from tests.parallel import in_processes

HOME = {"last_name": "Alvarez", "line1": "1 Main St", "city": "Memphis", "region": "TN", "postal_code": "38103",
        "country": "US"}  # fmt: skip


def add(owner, **fields) -> CustomerAddress:
    return OWN_ADDRESSES.add(owner=owner, by=TESTS, at=NOW, **{**HOME, **fields})


def defaults(owner) -> dict[str, list[str]]:
    return {
        use: list(owner.addresses.filter(**{f"default_{use}": True}).values_list("label", flat=True))
        for use in ("shipping", "billing")
    }


@pytest.fixture
def ana(db):
    return CustomerFactory()


def test_the_first_becomes_both_defaults_and_a_new_one_unmarks_only_its_own(ana):
    add(ana, label="home")
    assert defaults(ana) == {"shipping": ["home"], "billing": ["home"]}
    add(ana, label="work", default_billing=True)
    assert defaults(ana) == {"shipping": ["home"], "billing": ["work"]}


def test_the_first_that_may_not_be_used_for_it_is_no_default(ana):
    add(ana, label="home", is_billing=False)
    assert defaults(ana) == {"shipping": ["home"], "billing": []}


def test_removing_a_default_leaves_none(ana):
    first = add(ana, label="home")
    add(ana, label="work")
    OWN_ADDRESSES.remove(address=first, by=TESTS, at=NOW)
    OWN_ADDRESSES.remove(address=first, by=TESTS, at=NOW)
    assert defaults(ana) == {"shipping": [], "billing": []}


def test_what_is_no_longer_for_shipping_is_no_default_for_it(ana):
    first = add(ana, label="home")
    OWN_ADDRESSES.change(address=first, is_shipping=False, by=TESTS, at=NOW)
    assert defaults(ana) == {"shipping": [], "billing": ["home"]}


def test_ids_are_given_or_made_and_stand_once_in_a_book(ana):
    made, given_id = add(ana), add(ana, code="depot-7")
    assert (made.code, given_id.code) == (str(made.pk), "depot-7")
    with pytest.raises(ValidationError) as refused:
        add(ana, code="depot-7")
    assert refused.value.error_dict["code"][0].code == "address_id_taken"
    assert add(CustomerFactory(), code="depot-7").code == "depot-7"


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"line1": "", "city": " "}, {"line1": "required", "city": "required"}),
        ({"last_name": ""}, {"last_name": "required"}),
        ({"country": "XX"}, {"country": "invalid"}),
        ({"country": ""}, {"country": "required"}),
        ({"postal_code": "123"}, {"postal_code": "invalid"}),
        ({"region": ""}, {"region": "required"}),
        ({"region": "Bavaria"}, {"region": "invalid"}),
        ({"default_shipping": True, "is_shipping": False}, {"default_shipping": "default_not_usable"}),
    ],
)
def test_everything_that_is_wrong_is_named_and_nothing_is_stored(ana, fields, errors):
    with pytest.raises(ValidationError) as refused:
        add(ana, **fields)
    assert {name: found[0].code for name, found in refused.value.error_dict.items()} == errors
    assert not CustomerAddress.objects.exists()


@pytest.mark.parametrize(
    ("given_lines", "stored"),
    [
        ({"country": "us", "region": "Tennessee", "postal_code": "38103"}, ("US", "TN", "38103")),
        ({"country": "GB", "region": "", "postal_code": "sw1a 1aa"}, ("GB", "", "SW1A 1AA")),
        ({"country": "HK", "region": "Kowloon", "postal_code": ""}, ("HK", "Kowloon", "")),
        ({"country": "DE", "region": "Bayern", "postal_code": "80331"}, ("DE", "Bayern", "80331")),
        ({"country": "IE", "region": "", "postal_code": ""}, ("IE", "", "")),
    ],
)
def test_as_the_country_writes_it(given_lines, stored):
    lines = checked_address({"line1": "1 Main St", "city": "Town", **given_lines})
    assert (lines["country"], lines["region"], lines["postal_code"]) == stored


def test_two_people_on_one_address(ana):
    address = add(ana)
    later = NOW.replace(hour=11)
    OWN_ADDRESSES.change(address=address, city="Nashville", seen_at=address.updated_at, by=TESTS, at=later)
    with pytest.raises(StaleError):
        OWN_ADDRESSES.change(address=address, city="Knoxville", seen_at=address.updated_at, by=TESTS, at=later)
    address.refresh_from_db()
    assert address.city == "Nashville"


def test_many_first_addresses_at_once(transactional_db):
    ana = CustomerFactory()

    def add_one(process: int) -> None:
        add(ana, label=str(process), default_shipping=process % 2 == 0)

    assert in_processes(6, add_one) == []
    assert ana.addresses.count() == 6
    assert {use: len(labels) for use, labels in defaults(ana).items()} == {"shipping": 1, "billing": 1}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "remove"]),
        st.integers(0, 3),
        st.fixed_dictionaries(
            {}, optional={name: st.booleans() for name in ("is_shipping", "default_shipping", "default_billing")}
        ),
    ),
    max_size=12,
)


@settings(max_examples=30)
@given(STEPS)
@pytest.mark.django_db
def test_at_most_one_default_of_each_whatever_happens(steps):
    owner = CustomerFactory()
    for what, place, fields in steps:
        there = list(owner.addresses.all())
        try:
            if what == "add":
                add(owner, **fields)
            elif there and what == "change":
                OWN_ADDRESSES.change(address=there[place % len(there)], by=TESTS, at=NOW, **fields)
            elif there:
                OWN_ADDRESSES.remove(address=there[place % len(there)], by=TESTS, at=NOW)
        except ValidationError as refused:
            assert set(refused.error_dict) == {"default_shipping"}  # noqa: PT017
        assert all(len(labels) <= 1 for labels in defaults(owner).values())
        assert not owner.addresses.filter(default_shipping=True, is_shipping=False).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("end", ["merged_into", "anonymized_at"])
def test_nothing_is_written_to_who_was_merged_or_anonymized_meanwhile(end):
    owner = CustomerFactory()
    home = OWN_ADDRESSES.add(owner=owner, by=TESTS, at=NOW, **HOME)
    Customer.objects.filter(pk=owner.pk).update(**{end: CustomerFactory() if end == "merged_into" else NOW})

    for write in (
        lambda: OWN_ADDRESSES.add(owner=owner, by=TESTS, at=NOW, **HOME),
        lambda: OWN_ADDRESSES.change(address=home, city="Nashville", by=TESTS, at=NOW),
        lambda: OWN_ADDRESSES.remove(address=home, by=TESTS, at=NOW),
    ):
        with pytest.raises(CustomerGoneError):
            write()
    assert [each.city for each in owner.addresses.all()] == [HOME["city"]]
