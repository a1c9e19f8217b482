"""Two people at one account at the same moment: the second waits for the first, and neither undoes the other."""

import pytest

from accounts.models import Account, AccountAddress, PaymentRule
from accounts.services.addresses import add_addresses
from accounts.services.deletion import delete_account
from accounts.services.payment_methods import set_payment_rules
from events.transaction import transaction
from tests.factories import NOW, TESTS, PaymentMethodFactory
from tests.parallel import another_client, waits_for_a_lock

BY = {"by": TESTS, "at": NOW}
HQ = {"code": "HQ", "company": "Acme", "line1": "1 Main St", "city": "Memphis", "region": "TN", "postal_code": "38103"}

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_tree_goes_when_whoever_sets_something_below_is_done(acme, acme_west, us):
    card = PaymentMethodFactory(storefront=us, code="card")
    set_payment_rules(account=acme_west, words={card: True}, **BY)

    with another_client() as ana, another_client() as ben:
        writes = transaction(by=TESTS)
        ana.enter(writes)
        ana.do(lambda: Account.objects.select_for_update(of=["self"], no_key=True).get(pk=acme_west.pk))
        backend = ben.backend()
        deleted = ben.begin(delete_account, account=acme, **BY)
        assert waits_for_a_lock(backend)
        ana.do(set_payment_rules, account=acme_west, words={card: None}, **BY)
        ana.leave(writes)
        assert deleted.result(10) == 2

    assert not Account.objects.exists()
    assert not PaymentRule.objects.exists()


def test_two_pastes_of_one_address_are_one_address(acme):
    with another_client() as ana, another_client() as ben:
        writes = transaction(by=TESTS)
        ana.enter(writes)
        ana.do(add_addresses, account=acme, rows=[{**HQ, "country": "US"}], **BY)
        backend = ben.backend()
        pasted = ben.begin(add_addresses, account=acme, rows=[{**HQ, "country": "US", "line1": "2 Main St"}], **BY)
        assert waits_for_a_lock(backend)
        ana.leave(writes)
        assert [address.code for address in pasted.result(10)] == ["HQ"]

    assert list(AccountAddress.objects.values_list("code", "line1")) == [("HQ", "2 Main St")]
