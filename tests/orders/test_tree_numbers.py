"""Orders are those of the account, wherever it stands in its tree by now and whatever number a repair gives that."""

import pytest
from django.db import connection

from accounts.models import Account
from accounts.services.deletion import delete_account
from accounts.services.tree_repair import repair_trees
from orders import querysets
from orders.models import Order
from tests.orders.conftest import Send
from tests.shop import LONG_AGO, Shop


def test_parted_roots_read_their_own_orders_only(shop: Shop, send: Send) -> None:
    acme, zenith = shop.account("Acme"), shop.account("Zenith")
    shop.contact(acme, "ana@acme.example")
    shop.contact(zenith, "cleo@zenith.example")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_root_per_tree")
    Account.objects.filter(pk=zenith.pk).update(tree_id=acme.tree_id)
    send("1", email="ana@acme.example")
    send("2", email="cleo@zenith.example")
    assert Order.objects.in_subtree_of(acme).count() == 2, "the damage that is to be mended"

    repair_trees(by="staff:opal", at=LONG_AGO)

    acme.refresh_from_db()
    zenith.refresh_from_db()
    assert acme.tree_id != zenith.tree_id
    assert [order.number for order in Order.objects.in_subtree_of(acme)] == ["1"]
    assert [order.number for order in Order.objects.in_subtree_of(zenith)] == ["2"]


@pytest.mark.parametrize("named", [querysets.ACCOUNTS_NAMED, 0], ids=["by name", "by place"])
def test_a_neighbour_who_took_the_place_of_a_moment_ago_is_not_read(
    shop: Shop, send: Send, monkeypatch: pytest.MonkeyPatch, named: int
) -> None:
    monkeypatch.setattr(querysets, "ACCOUNTS_NAMED", named)
    acme = shop.account("Acme")
    west, east, north = (shop.account(name, parent=acme) for name in ("West", "East", "North"))
    shop.contact(north, "nora@acme.example")
    send("1", email="nora@acme.example")
    east.refresh_from_db()
    delete_account(account=west, by="staff:opal", at=LONG_AGO)

    assert not Order.objects.in_subtree_of(east).exists()
    north.refresh_from_db()
    assert [order.number for order in Order.objects.in_subtree_of(north)] == ["1"]
