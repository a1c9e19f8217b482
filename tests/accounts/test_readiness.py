"""What accounts lack: each lack on and off, and the database's answer against a walk through the tree."""

from datetime import timedelta

import pytest

from accounts.effective import path_of, payment_methods_for, price_list_for
from accounts.models import Account, AccountStatus, Associate, PriceListAssignment
from accounts.readiness import Lack, lacking, lacks_of, readiness_of, with_readiness
from accounts.services.accounts import change_account
from accounts.services.addresses import ACCOUNT_ADDRESSES
from accounts.services.admins import has_admin
from accounts.services.assignments import assign_price_list, remove_assignment
from accounts.services.associates import add_associate, role_of
from accounts.services.payment_methods import change_payment_method, set_payment_rules
from accounts.services.price_lists import change_price_list, set_base_price_list
from customers.models import ErpCustomer
from customers.services.lifecycle import change_customer
from tests import sizes
from tests.accounts.small_trees import BY, HOUR, grow
from tests.factories import (
    NOW,
    AccountAddressFactory,
    AccountFactory,
    AssociateFactory,
    CustomerFactory,
    ErpCustomerFactory,
    ErpSystemFactory,
    PaymentMethodFactory,
    PriceListFactory,
    StorefrontFactory,
)

pytestmark = pytest.mark.django_db
SEEDS = range(sizes.of(50))


def lacks(account, *, at=NOW):
    return set(readiness_of(Account.objects.get(pk=account.pk), at=at))


@pytest.fixture
def store(acme_west):
    return AccountFactory(shared_id="store", name="Store", parent=acme_west)


def test_a_new_account_lacks_everything_and_says_so_in_order(acme, us, django_assert_num_queries):
    ErpSystemFactory()
    with django_assert_num_queries(1):
        found = readiness_of(acme, at=NOW)
    assert found == [
        "no_admin", "empty_address_book", "no_visible_payment_method", "no_price_list", "never_synced",
    ]  # fmt: skip


def test_a_ready_account_lacks_nothing_and_its_child_only_addresses(acme, acme_west, us):
    AssociateFactory(account=acme, role="buyer-admin")
    AccountAddressFactory(account=acme)
    PaymentMethodFactory(storefront=us, visible_by_default=True)
    assign_price_list(account=acme, price_list=PriceListFactory(), **BY)
    ErpCustomerFactory(number="100017")
    change_account(account=acme, erp_system="counterpoint-main", account_number="100017", **BY)

    assert lacks(acme) == set()
    assert lacks(acme_west) == {Lack.EMPTY_ADDRESS_BOOK}


def test_an_admin_here_or_above_but_not_beside_or_below(acme, acme_west, store, stranger):
    beside = AccountFactory(name="Acme East", parent=acme)
    associate = AssociateFactory(account=acme_west, role="buyer-admin")
    without = [each for each in (acme, acme_west, store, beside, stranger) if Lack.NO_ADMIN in lacks(each)]
    assert without == [acme, beside, stranger]

    change_customer(customer=associate.customer, on_hold=True, **BY)
    assert Lack.NO_ADMIN in lacks(acme_west)


@pytest.mark.parametrize(
    ("fields", "at", "is_admin"),
    [
        ({"role": "buyer-admin"}, NOW, True),
        ({"role": "buyer"}, NOW, False),
        ({"role": "buyer-admin", "valid_from": NOW + HOUR}, NOW, False),
        ({"role": "buyer-admin", "valid_from": NOW + HOUR}, NOW + HOUR, True),
        ({"role": "buyer-admin", "valid_until": NOW + HOUR}, NOW, False),
        ({"role": "buyer-admin", "customer__active": False}, NOW, False),
        ({"role": "buyer-admin", "customer__on_hold": True}, NOW, False),
    ],
)
def test_who_makes_an_admin(acme, acme_west, fields, at, is_admin):
    AssociateFactory(account=acme, **fields)

    for account in (acme, acme_west):
        assert (Lack.NO_ADMIN in lacks(account, at=at)) is not is_admin
        assert has_admin(Account.objects.get(pk=account.pk), at=at) is is_admin


def test_an_address_of_ones_own(acme, acme_west):
    address = AccountAddressFactory(account=acme)
    assert Lack.EMPTY_ADDRESS_BOOK not in lacks(acme)
    assert Lack.EMPTY_ADDRESS_BOOK in lacks(acme_west), "an address book is not inherited"

    ACCOUNT_ADDRESSES.remove(address=address, **BY)
    assert Lack.EMPTY_ADDRESS_BOOK in lacks(acme)


def test_a_visible_payment_method_on_any_storefront(acme, acme_west, us):
    lack = Lack.NO_VISIBLE_PAYMENT_METHOD
    assert lack in lacks(acme)
    terms = PaymentMethodFactory(storefront=us, code="terms")
    assert lack in lacks(acme), "nobody said that anyone sees it"
    set_payment_rules(account=acme, words={terms: True}, **BY)
    assert lack not in lacks(acme) | lacks(acme_west)
    set_payment_rules(account=acme_west, words={terms: False}, **BY)
    assert (lack in lacks(acme), lack in lacks(acme_west)) == (False, True)
    set_payment_rules(account=acme_west, words={terms: None}, **BY)
    change_account(account=acme_west, inherits_settings=False, **BY)
    assert (lack in lacks(acme), lack in lacks(acme_west)) == (False, True)
    change_payment_method(method=terms, active=False, **BY)
    assert lack in lacks(acme)
    change_payment_method(method=terms, active=True, visible_by_default=True, **BY)
    assert lack not in lacks(acme) | lacks(acme_west)


def test_a_price_list_that_applies_on_any_storefront(acme, acme_west, us):
    lack = Lack.NO_PRICE_LIST
    p10, euro = PriceListFactory(), PriceListFactory(currency="EUR")
    assign_price_list(account=acme, price_list=euro, valid_until=NOW - HOUR, **BY)
    assert lack in lacks(acme)
    in_euros = assign_price_list(account=acme, price_list=euro, valid_from=NOW - HOUR, **BY)
    assert lack in lacks(acme), "no storefront sells in euros"
    eu = StorefrontFactory(code="eu", currency="EUR")
    assert lack not in lacks(acme) | lacks(acme_west)
    remove_assignment(assignment=in_euros, **BY)
    assign_price_list(account=acme, price_list=p10, storefront=eu, **BY)
    assert lack in lacks(acme)
    assign_price_list(account=acme, price_list=p10, storefront=us, valid_until=NOW + HOUR, **BY)
    assert lack not in lacks(acme_west)
    assert lack in lacks(acme_west, at=NOW + HOUR)
    p10 = change_price_list(price_list=p10, active=False, **BY)
    assert lack in lacks(acme)
    set_base_price_list(storefront=us, price_list=p10, **BY)
    assert lack in lacks(acme)
    change_price_list(price_list=p10, active=True, **BY)
    PriceListAssignment.objects.all().delete()
    assert lack not in lacks(acme)


def test_known_to_the_erp_by_its_number_or_one_above(acme, acme_west, store):
    lack = Lack.NEVER_SYNCED
    assert lack not in lacks(acme), "there is no ERP"
    ErpSystemFactory()
    assert lack in lacks(acme)
    change_account(account=acme_west, erp_system="counterpoint-main", account_number="100017", **BY)
    assert lack in lacks(acme_west), "the ERP has no such customer"
    ErpCustomerFactory(number="100017")
    assert (lack in lacks(acme), lack in lacks(acme_west), lack in lacks(store)) == (True, False, False)
    ErpCustomer.objects.update(gone_at=NOW)
    assert lack in lacks(store)


def walked(account, storefronts):
    """What the account lacks, by the answers that its own page gives."""
    found = set()
    path = [node.id for node in path_of(account)]
    admins = [
        each
        for each in Associate.objects.filter(account__in=path).select_related("customer", "role")
        if "associates.manage" in each.role.permissions
        and each.customer.may_sign_in
        and each.valid_until is None
        and (each.valid_from is None or each.valid_from <= NOW)
    ]
    if not admins:
        found.add(Lack.NO_ADMIN)
    if account.addresses.count() == 0:
        found.add(Lack.EMPTY_ADDRESS_BOOK)
    methods = [each for shop in storefronts for each in payment_methods_for(account=account, storefront=shop)]
    if not any(each.visible for each in methods):
        found.add(Lack.NO_VISIBLE_PAYMENT_METHOD)
    if all(price_list_for(account=account, storefront=shop, at=NOW).price_list is None for shop in storefronts):
        found.add(Lack.NO_PRICE_LIST)
    return found


def with_people(world):
    random = world.random
    people = [CustomerFactory(on_hold=random.random() < 0.3) for _turn in range(3)]
    for account in world.fresh():
        if random.random() < 0.4:
            dates = random.choice([{}, {}, {"valid_from": NOW + HOUR}, {"valid_until": NOW + timedelta(days=9)}])
            role = role_of(random.choice(["buyer", "buyer-admin"]))
            add_associate(customer=random.choice(people), account=account, role=role, **dates, **BY)
        if random.random() < 0.5:
            AccountAddressFactory(account=account)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_database_says_what_a_walk_says_and_lists_say_the_same(seed):
    world = grow(3000 + seed, size=8)
    with_people(world)
    expected = {account.pk: walked(account, world.storefronts) for account in world.fresh()}

    annotated = {each.pk: set(lacks_of(each)) for each in with_readiness(Account.objects.all(), at=NOW)}
    assert annotated == expected
    for lack in Lack:
        listed = set(lacking(Account.objects.all(), lack, at=NOW).values_list("pk", flat=True))
        assert listed == {pk for pk, found in expected.items() if lack in found}, lack


def test_all_accounts_in_one_statement(acme, acme_west, stranger, us, django_assert_num_queries):
    AccountFactory(status=AccountStatus.SUSPENDED)
    with django_assert_num_queries(1):
        assert len([lacks_of(each) for each in with_readiness(Account.objects.all(), at=NOW)]) == 4
