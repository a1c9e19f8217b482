"""Orders follow their account when a repair gives its tree another number."""

from django.db import connection

from accounts.models import Account
from accounts.services.tree_repair import repair_trees
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
