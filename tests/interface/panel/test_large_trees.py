"""A hundred thousand accounts, ten thousand of them in one tree: pages take what they show, and never the whole."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.admin.tree import found_below
from accounts.models import Account, PriceList
from accounts.services.assignments import assign_price_list
from accounts.services.payment_methods import set_payment_rules
from accounts.services.price_lists import set_base_price_list
from accounts.trees import broken_trees
from storefronts.scopes import Scope
from tests.factories import NOW, TESTS, ApiClientFactory, PaymentMethodFactory, PriceListFactory, StorefrontFactory

REGIONS, STORES = 100, 99
MOST_STATEMENTS = 15
# A search reads each of its indexes once, and not once for each account of a tree.
MOST_LOOPS = 200

# Acme, a hundred regions of ninety-nine stores each; and nine thousand other organisations of ten accounts each.
_ACCOUNTS = """
    WITH account (shared_id, name, parent, lft, rght, level, tree_id, number) AS (
        SELECT 'acme', 'Acme', NULL, 1, 20002, 0, 1, '1000'
        UNION ALL
        SELECT 'region-' || r, 'Region ' || lpad(r::text, 3, '0'), 'acme', 2 + 200 * r, 201 + 200 * r, 1, 1, ''
          FROM generate_series(0, 99) r
        UNION ALL
        SELECT 'store-' || r || '-' || s, 'Store ' || r || '.' || s, 'region-' || r, 3 + 200 * r + 2 * s,
               4 + 200 * r + 2 * s, 2, 1, 'S' || r || '.' || s
          FROM generate_series(0, 99) r, generate_series(0, 98) s
        UNION ALL
        SELECT 'root-' || t, 'Company ' || t, NULL, 1, 20, 0, 2 + t, 'C' || t FROM generate_series(0, 8999) t
        UNION ALL
        SELECT 'part-' || t || '-' || p, 'Part ' || t || '.' || p, 'root-' || t, 2 * p, 2 * p + 1, 1, 2 + t, ''
          FROM generate_series(0, 8999) t, generate_series(1, 9) p
    ), numbered AS (
        SELECT *, nextval(pg_get_serial_sequence('accounts_account', 'id')) AS id FROM account
    )
    INSERT INTO accounts_account
        (id, shared_id, name, name_sort, parent_id, lft, rght, level, tree_id, account_number, postal_code, status,
         erp_system, business_number, tax_id, phone, fax, email, inherits_settings, segments, attributes, created_at,
         updated_at)
    SELECT child.id, child.shared_id, child.name, lower(child.name), parent.id, child.lft, child.rght, child.level,
           child.tree_id, child.number, '38103', 'active', CASE child.number WHEN '' THEN '' ELSE 'counterpoint' END,
           '', '', '', '', '', true, '{}', '{}', %s, %s
      FROM numbered child LEFT JOIN numbered parent ON parent.shared_id = child.parent
"""


@dataclass
class Taken:
    """What a page took: its statements, and how many accounts were read in full."""

    accounts: int = 0
    statements: list[str] = field(default_factory=list)


@contextmanager
def taking() -> Iterator[Taken]:
    taken = Taken()
    read = Account.from_db.__func__

    def counted(model, *row):
        taken.accounts += 1
        return read(model, *row)

    with pytest.MonkeyPatch.context() as patch, CaptureQueriesContext(connection) as captured:
        patch.setattr(Account, "from_db", classmethod(counted))
        yield taken
    taken.statements = [query["sql"] for query in captured.captured_queries]


def most_loops(rows: QuerySet[Account]) -> int:
    """How often PostgreSQL runs the step that it runs most often to get them."""
    (plan,) = json.loads(rows.explain(format="json", analyze=True))

    def loops(node: dict[str, Any]) -> Iterator[int]:
        yield node["Actual Loops"]
        for part in node.get("Plans", ()):
            yield from loops(part)

    return max(loops(plan["Plan"]))


@pytest.fixture
def estimated_anew(django_db_setup, django_db_blocker):
    """What ANALYZE has counted stays when the test is rolled back; other tests would be told of these many accounts."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ANALYZE accounts_account")


@pytest.fixture
def large(estimated_anew, db):
    """The root of the tree of ten thousand, with what makes its pages long."""
    us = StorefrontFactory(code="us")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_account DISABLE TRIGGER USER")
        cursor.execute(_ACCOUNTS, [NOW, NOW])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE accounts_account ENABLE TRIGGER USER")
        cursor.execute("ANALYZE accounts_account")
    set_base_price_list(storefront=us, price_list=PriceListFactory(code="BASE"), by=TESTS, at=NOW)
    region = Account.objects.get(shared_id="region-7")
    assign_price_list(account=region, price_list=PriceListFactory(code="P20", name="Trade"), by=TESTS, at=NOW)
    root = Account.objects.get(shared_id="acme")
    set_payment_rules(account=root, words={PaymentMethodFactory(storefront=us): True}, by=TESTS, at=NOW)
    return SimpleNamespace(root=root, region=region)


def test_a_hundred_thousand_accounts(large, administrator):
    """One test, because it takes seconds to have so many."""
    assert Account.objects.count() == 100_001
    assert broken_trees() == []
    _the_list(administrator)
    _the_tree(administrator, large.root, large.region)
    _who_is_on_a_list(administrator, large.root)
    _the_api()


def _who_is_on_a_list(administrator, root):
    trade = PriceList.objects.get(code="P20")
    for account in (root, *Account.objects.filter(shared_id__startswith="root-1").order_by("pk")[:23]):
        assign_price_list(account=account, price_list=trade, by=TESTS, at=NOW)
    with taking() as taken:
        page = administrator.get(f"/admin/accounts/pricelist/{trade.pk}/change/?tab=users")
    counts = {row["assignment"].account.shared_id: row["counts"][0][1] for row in page.context["users"]}
    assert (counts["acme"], counts["region-7"], counts["root-1"], len(counts)) == (10_001, 100, 10, 25)
    assert (len(taken.statements) <= MOST_STATEMENTS, taken.accounts <= 100) == (True, True)


def _the_list(administrator):
    for query, first in (
        ({}, "Acme"),
        ({"position": "roots"}, "Acme"),
        ({"q": "store 42.7"}, "Store 42.7"),
        ({"q": "S42.77"}, "Store 42.77"),
        ({"status__exact": "active"}, "Acme"),
        ({"lacks": "no_admin"}, "Acme"),
        ({"lacks": "empty_address_book", "q": "part 8999"}, "Part 8999.1"),
        ({"p": "3"}, None),
    ):
        administrator.get("/admin/accounts/account/", query)
        with taking() as taken:
            page = administrator.get("/admin/accounts/account/", query)
        rows = page.context["cl"].result_list
        assert len(taken.statements) <= MOST_STATEMENTS, query
        assert 0 < len(rows) <= 25
        assert first is None or rows[0].name == first
        assert taken.accounts <= 100, query  # its rows, what stands above them, and what each lacks
    assert "about 100,000" in administrator.get("/admin/accounts/account/").content.decode()


def _the_tree(administrator, root, region):
    tab = f"/admin/accounts/account/{root.pk}/change/?tab=children"
    with taking() as opened:
        page = administrator.get(tab)
    assert [row["account"].name for row in page.context["branch"]] == [f"Region {r:03}" for r in range(REGIONS)]
    assert "10000 accounts below" in page.content.decode()
    assert (len(opened.statements) <= MOST_STATEMENTS, opened.accounts <= REGIONS + 5) == (True, True)

    with taking() as expanded:
        page = administrator.get(f"/admin/accounts/account/{region.pk}/branch/")
    assert len(page.context["branch"]) == STORES
    assert "7.98" in page.content.decode()
    assert expanded.accounts <= STORES + 5

    with taking() as sought:
        page = administrator.get(f"{tab}&q=store+7.4")
    found = [row["account"].name for row in page.context["found"]]
    assert found == ["Store 7.4", *(f"Store 7.{number}" for number in range(40, 50))]
    assert sought.accounts <= 30

    assert most_loops(found_below(root, "store 7.4")) <= MOST_LOOPS
    with taking() as too_many:
        page = administrator.get(f"{tab}&q=store")
    assert (len(page.context["found"]), page.context["found_more"]) == (50, True)
    assert too_many.accounts <= 120

    for shown in ("", "price-list", "payment-methods", "associates", "purchases"):
        with taking() as taken:
            assert administrator.get(f"/admin/accounts/account/{root.pk}/change/?tab={shown}").status_code == 200
        assert taken.accounts <= 10, shown


def _the_api():
    key = ApiClientFactory(scopes=[Scope.ACCOUNTS_READ]).clear_key
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Api-Key {key}"})
    for address, first in (
        ("/accounts?ordering=name", "Acme"),
        ("/accounts?root=true&ordering=name", "Acme"),
        ("/accounts?name=store 7.4&ordering=name", "Store 7.4"),
        ("/accounts?readiness=no_price_list&ordering=name", None),
        ("/accounts/acme/children?page_size=50", "Region 000"),
        ("/accounts/acme", None),
    ):
        with taking() as taken:
            answer = client.get(f"/api/v1{address}")
        assert answer.status_code == 200
        assert len(taken.statements) <= MOST_STATEMENTS, address
        assert taken.accounts <= 160, address
        if first is not None:
            assert answer.json()["results"][0]["name"] == first
