"""Which ERP number orders of an account get: its own, else its nearest ancestor's, of that ERP system and no other."""

import pytest

from accounts.models import Account
from accounts.numbers import NumberOf, account_numbers
from tests.factories import AccountFactory, ErpSystemFactory

pytestmark = pytest.mark.django_db
MAIN, SAP = "counterpoint-main", "sap"
NONE = NumberOf(None, None)


@pytest.fixture
def chain() -> dict[str, Account]:
    """Five accounts below each other; beside them a stranger with a branch."""
    for code in (MAIN, SAP):
        ErpSystemFactory(code=code)
    numbers = {
        "group": {"erp_system": MAIN, "account_number": "100001"},
        "acme": {"erp_system": SAP, "account_number": "S-7"},
        "west": {"erp_system": MAIN, "account_number": "100002"},
        "store": {"erp_system": MAIN},  # names the system, but has no number of its own
        "desk": {},
    }
    accounts: dict[str, Account] = {}
    parent = None
    for name, number in numbers.items():
        parent = accounts[name] = AccountFactory(name=name, shared_id=name, parent=parent, **number)
    stranger = AccountFactory(name="stranger", shared_id="stranger")
    # Stands at the same place in its tree as `acme` in the other.
    AccountFactory(name="branch", shared_id="branch", parent=stranger)
    # As the database has them: each child made room in what stands above it.
    return {account.shared_id: account for account in Account.objects.all()}


@pytest.mark.parametrize(
    ("name", "erp_system", "number"),
    [
        ("group", MAIN, NumberOf("100001", "group")),
        ("group", SAP, NONE),
        ("acme", SAP, NumberOf("S-7", "acme")),
        ("acme", MAIN, NumberOf("100001", "group")),
        ("west", MAIN, NumberOf("100002", "west")),
        ("west", SAP, NumberOf("S-7", "acme")),
        ("store", MAIN, NumberOf("100002", "west")),
        ("desk", MAIN, NumberOf("100002", "west")),
        ("desk", SAP, NumberOf("S-7", "acme")),
        ("desk", "another", NONE),
        ("desk", "", NONE),
        ("group", "", NONE),
        ("stranger", MAIN, NONE),
        ("branch", MAIN, NONE),
    ],
)
def test_own_else_nearest_ancestors(chain, name, erp_system, number):
    account = chain[name]

    assert account_numbers([account], erp_system=erp_system) == {account.pk: number}


def test_never_a_siblings_or_a_childs(chain):
    east = AccountFactory(name="east", parent=chain["acme"])
    lone = AccountFactory(name="lone")
    AccountFactory(name="below", parent=lone, erp_system=MAIN, account_number="100003")

    found = account_numbers(Account.objects.filter(pk__in=[east.pk, lone.pk]), erp_system=MAIN)

    assert found == {east.pk: NumberOf("100001", "group"), lone.pk: NONE}


def test_one_statement_for_many_and_none_where_each_has_its_own(chain, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = account_numbers(chain.values(), erp_system=MAIN)
    assert {account.shared_id: found[account.pk].number for account in chain.values()} == {
        "group": "100001",
        "acme": "100001",
        "west": "100002",
        "store": "100002",
        "desk": "100002",
        "stranger": None,
        "branch": None,
    }
    with django_assert_num_queries(0):
        account_numbers([chain["group"], chain["west"], chain["stranger"]], erp_system=MAIN)
        account_numbers(chain.values(), erp_system="")


def test_no_accounts(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert account_numbers([], erp_system=MAIN) == {}
