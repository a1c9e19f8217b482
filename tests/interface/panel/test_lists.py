"""Lists never count far and never reach deep."""

import pytest
from django.core.paginator import EmptyPage
from django.db import connection

from accounts.models import Account
from customers.models import ReferenceCounter
from interface.panel.lists import CappedPaginator


def analyzed(model, rows):
    """Make PostgreSQL believe that the table has that many rows."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = %s WHERE relname = %s", [rows, model._meta.db_table])


@pytest.fixture
def counters(db):
    ReferenceCounter.objects.bulk_create(ReferenceCounter(prefix=f"P{n:06}", last=n) for n in range(10_050))
    return ReferenceCounter.objects.order_by("prefix")


def test_a_small_table_is_counted(db):
    ReferenceCounter.objects.bulk_create(ReferenceCounter(prefix=f"P{n}", last=n) for n in range(3))
    pages = CappedPaginator(ReferenceCounter.objects.order_by("prefix"), 2)
    assert (pages.count, pages.count_text, pages.num_pages) == (3, "3", 2)


def test_a_filtered_list_is_counted_to_ten_thousand(counters):
    analyzed(ReferenceCounter, 1_000_000)
    pages = CappedPaginator(counters.filter(last__gte=0), 25)
    assert (pages.count, pages.count_text) == (10_000, "10,000+")
    assert CappedPaginator(counters.filter(last__lt=9_999), 25).count_text == "9,999"


def test_a_whole_large_table_is_estimated_and_not_counted(counters, django_assert_num_queries):
    analyzed(ReferenceCounter, 1_034_567)
    pages = CappedPaginator(counters, 25)
    with django_assert_num_queries(1):
        assert (pages.count, pages.count_text) == (10_000, "about 1,000,000")


def test_pages_end_where_counting_does(counters):
    pages = CappedPaginator(counters, 25)
    assert pages.num_pages == 400
    assert len(pages.page(400).object_list) == 25
    with pytest.raises(EmptyPage):
        pages.page(401)


def test_the_list_says_how_many_there_are(manager, acme):
    analyzed(Account, 1_000_000)
    assert "about 1,000,000" in manager.get("/admin/accounts/account/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/storefronts/apiclient/?scopes__contains=x",
        "/admin/storefronts/apiclient/?hashed_key__startswith=sha",
        "/admin/orders/order/?claim_email__startswith=a",
    ],
)
def test_the_address_filters_only_by_what_the_list_offers(signed_in, address):
    assert signed_in("Administrators").get(address).status_code == 400


@pytest.mark.parametrize("query", ["", "?s=a&page=x", "?s=a&page=99999"])
def test_there_is_no_search_over_everything_yet(signed_in, query):
    assert signed_in("Administrators").get(f"/admin/search/{query}").status_code == 404
