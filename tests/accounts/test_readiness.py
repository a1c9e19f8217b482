"""What an account lacks: told by the database, as a walk in Python tells it."""

import random
from datetime import timedelta

import pytest

from accounts.effective import path_of, payment_methods_for, price_list_for
from accounts.effects import accounts_on, effects_of_assignment, effects_of_rule
from accounts.models import Account, PriceListAssignment
from accounts.readiness import Lack, lacking, readiness_of
from accounts.services.accounts import change_account
from accounts.services.admins import has_admin
from accounts.services.assignments import assign_price_list
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import set_base_price_list
from customers.models import ErpCustomer, ErpSystem
from events.models import Event
from storefronts.models import Storefront
from tests.factories import (
    NOW,
    TESTS,
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
BY = {"by": TESTS, "at": NOW}
DAY = timedelta(days=1)


def grow(seed: int) -> list[Account]:
    """A tree of twelve accounts and what a merchant may have set on them, by the dice."""
    dice = random.Random(seed)  # noqa: S311 -- repeatable, nothing secret
    shops = [StorefrontFactory(code=code, currency=currency) for code, currency in (("us", "USD"), ("eu", "EUR"))]
    ErpSystemFactory()
    ErpCustomerFactory(number="1000")
    lists = [PriceListFactory(currency=dice.choice(["USD", "EUR"])) for _ in range(4)]
    methods = [PaymentMethodFactory(storefront=dice.choice(shops), visible_by_default=seed % 3 == 0) for _ in range(2)]
    accounts = [AccountFactory(name="Root")]
    for number in range(11):
        erp_number = dice.choice(["", "", "1000" if number == 3 else f"X{number}"])
        accounts.append(AccountFactory(parent=dice.choice(accounts), account_number=erp_number))
    for account in accounts:
        if dice.random() < 0.3:
            change_account(account=account, inherits_settings=False, **BY)
        if dice.random() < 0.3:
            AccountAddressFactory(account=account)
        if dice.random() < 0.15:
            AssociateFactory(account=account, role="buyer-admin", customer=CustomerFactory(on_hold=dice.random() < 0.3))
        if dice.random() < 0.3:
            begin = dice.choice([None, NOW - DAY, NOW + DAY])
            shop = dice.choice([None, *shops])
            assign_price_list(account=account, price_list=dice.choice(lists), storefront=shop, valid_from=begin, **BY)
        if dice.random() < 0.3:
            set_payment_rules(account=account, words={dice.choice(methods): dice.random() < 0.6}, **BY)
    if dice.random() < 0.3:
        fits = [each for each in lists if each.currency == "EUR"]
        if fits:
            set_base_price_list(storefront=shops[1], price_list=fits[0], **BY)
    return list(Account.objects.order_by("lft"))


def walked(account: Account) -> list[Lack]:
    shops = list(Storefront.objects.all())
    numbers = {
        (each.erp_system, each.account_number)
        for each in Account.objects.filter(pk__in=[node.id for node in path_of(account)]).exclude(account_number="")
    }
    known = set(ErpCustomer.objects.values_list("erp_system", "number"))
    lacks = {
        Lack.NO_ADMIN: not has_admin(account, at=NOW),
        Lack.EMPTY_ADDRESS_BOOK: not account.addresses.exists(),
        Lack.NO_VISIBLE_PAYMENT_METHOD: not any(
            each.visible for shop in shops for each in payment_methods_for(account=account, storefront=shop)
        ),
        Lack.NO_PRICE_LIST: not any(
            price_list_for(account=account, storefront=shop, at=NOW).price_list for shop in shops
        ),
        Lack.NEVER_SYNCED: ErpSystem.objects.exists() and not numbers & known,
    }
    return [lack for lack in Lack if lacks[lack]]


@pytest.mark.parametrize("seed", range(12))
def test_the_list_says_of_each_account_what_a_walk_says(seed):
    accounts = grow(seed)
    told = {account.pk: readiness_of(account, at=NOW) for account in accounts}
    assert told == {account.pk: walked(account) for account in accounts}
    for lack in Lack:
        found = set(lacking(Account.objects.all(), lack, at=NOW).values_list("pk", flat=True))
        assert found == {pk for pk, lacks in told.items() if lack in lacks}


@pytest.mark.parametrize("seed", range(8))
def test_what_a_change_would_touch_is_what_it_touches(seed):
    accounts = grow(seed)
    dice = random.Random(seed)  # noqa: S311 -- repeatable, nothing secret
    account = dice.choice(accounts)
    shop = Storefront.objects.get(code="us")
    price_list = PriceListFactory(name="New one")
    PriceListAssignment.objects.filter(account=account).delete()

    def lists() -> dict[int, str | None]:
        found = {each.pk: price_list_for(account=each, storefront=shop, at=NOW).price_list for each in accounts}
        return {pk: each.name if each else None for pk, each in found.items()}

    before, events = lists(), Event.objects.count()
    (told,) = effects_of_assignment(account=account, price_list=price_list, storefront=shop, at=NOW)
    assert (lists(), Event.objects.count()) == (before, events), "a look writes nothing"
    assign_price_list(account=account, price_list=price_list, storefront=shop, **BY)
    after = lists()
    changed = [pk for pk, name in after.items() if name != before[pk]]
    assert told.accounts == len(changed)
    assert [change.node.id for change in told.examples] == changed[:5]
    assert accounts_on(account=account, price_list=price_list, storefront=shop, at=NOW) == len(changed)

    method = PaymentMethodFactory(storefront=shop)

    def seen() -> dict[int, bool]:
        return {
            each.pk: next(found.visible for found in payment_methods_for(account=each, storefront=shop)
                          if found.method.id == method.pk)
            for each in accounts
        }  # fmt: skip

    was = seen()
    foretold = effects_of_rule(account=account, method=method, visible=True)
    set_payment_rules(account=account, words={method: True}, **BY)
    now = seen()
    assert [change.node.id for change in foretold] == [pk for pk in now if now[pk] != was[pk]]
