"""What shoppers read, at 100,001 accounts and a million orders: each address beside raw SQL for the same page.

    DATA_DIR=/tmp/benchmark-storefront .venv/bin/python -m benchmarks.storefront [--orders 1000000] [--rounds 15]

Each round asks every address once over Django's whole stack (middleware, session, rate limit, serializing; no network),
fetches the rows of its answer by raw statements of the same connection, and, for purchases, makes the read alone that
the address makes: the page's orders with their parts. Prints medians in milliseconds, the ratios of the
address and of the read to raw, and the statements of the address. The world is made on the first run (some three
minutes) and kept.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import django
from django.core.management import call_command

ORDERS = 1_000_000
PAGE = 51


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """One address, the account acted for, and the statements that fetch the rows of its answer."""

    path: str
    account: str
    raw: Sequence[str]
    purchases_of: str = ""


_PARTS = (
    "SELECT * FROM orders_orderline WHERE order_id = ANY(%(ids)s)",
    "SELECT * FROM orders_orderaddress WHERE order_id = ANY(%(ids)s)",
)
_NEWEST = """
    SELECT o.*, a.shared_id, a.name, c.shared_id, c.first_name, c.last_name FROM (
        SELECT * FROM orders_order WHERE {which} ORDER BY placed_at DESC, id DESC LIMIT %(page)s
    ) AS o
    LEFT JOIN accounts_account AS a ON a.id = o.account_id LEFT JOIN customers_customer AS c ON c.id = o.customer_id
    ORDER BY o.placed_at DESC, o.id DESC
"""
_OF_REGION = """account_tree_id = 1 AND EXISTS (
    SELECT FROM accounts_account AS below WHERE below.id = account_id AND tree_id = 1 AND lft BETWEEN 2 AND 2001)"""
_WITH_SKU = "EXISTS (SELECT FROM orders_orderline AS line WHERE line.order_id = orders_order.id AND sku = 'SKU-7')"
_ENTRIES = "SELECT * FROM accounts_pricelistentry WHERE sku = ANY(ARRAY['SKU-1', 'SKU-2', 'SKU-3'])"


def _orders(which: str) -> tuple[str, ...]:
    return (_NEWEST.format(which=which), *_PARTS)


READS = (
    Read("context", "", ["SELECT * FROM customers_customer WHERE id = 1"]),
    Read("accounts", "", [
        "SELECT a.* FROM accounts_account AS a JOIN accounts_associate AS s ON account_id = a.id WHERE customer_id = 1",
    ]),
    Read("accounts/account-2/children", "", [
        "SELECT * FROM accounts_account WHERE parent_id = 2 ORDER BY name_sort, id LIMIT %(page)s",
    ]),
    Read("accounts/account-2/purchases", "", _orders(_OF_REGION), "account-2"),
    Read("accounts/account-1/purchases", "", _orders("account_tree_id = 1"), "account-1"),
    Read("accounts/account-3/purchases", "", _orders("account_id = 3"), "account-3"),
    Read("accounts/account-2/purchases?sku=SKU-7", "", _orders(
        f"{_OF_REGION} AND {_WITH_SKU}"
    )),
    Read("orders", "account-1", _orders("account_id = 1 AND customer_id = 1")),
    Read("orders", "", _orders("account_id IS NULL AND customer_id = 1")),
    Read("me/activity", "", [
        "SELECT * FROM events_event WHERE subject = 'customer:customer-1' ORDER BY id DESC LIMIT %(page)s",
    ]),
    Read("addresses", "account-1", ["SELECT * FROM accounts_accountaddress WHERE account_id = 1"]),
    Read("prices?sku=SKU-1&sku=SKU-2&sku=SKU-3", "account-1", [
        "SELECT * FROM accounts_pricelistassignment WHERE account_id = 1", _ENTRIES,
    ]),
    Read("prices?sku=SKU-1&sku=SKU-2&sku=SKU-3", "", [_ENTRIES]),
    Read("payment-methods", "account-1", ["SELECT * FROM accounts_paymentmethod"]),
    Read("carts", "account-1", ["SELECT * FROM orders_cart WHERE customer_id = 1 AND account_id = 1"]),
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=ORDERS)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_site.settings")
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ["STOREFRONT_REQUESTS_PER_MINUTE"] = "1000000"
    django.setup()
    call_command("migrate", verbosity=0)
    compare(orders=options.orders, rounds=options.rounds)


def compare(*, orders: int, rounds: int) -> None:
    """Time every read and its raw statements, interleaved, and print a table."""
    from benchmarks.shoppers import CODE, ensure_world, session_of  # noqa: PLC0415 -- models need the settings first

    token = session_of(ensure_world(orders=orders).buyer)
    ask = _asking(token=token, storefront=CODE)
    times = {read: {way: [] for way in _ways(read, ask)} for read in READS}  # type: ignore[var-annotated]
    for turn in range(-2, rounds):  # the first two: connections, caches, plans
        for read, found in times.items():
            for name, way in _ways(read, ask).items():
                started = time.perf_counter()
                way(read)
                if turn >= 0:
                    found[name].append(1000 * (time.perf_counter() - started))
    print(f"{'':<52}{'ms':>8}{'read':>8}{'raw':>8}{'ratio':>8}{'of read':>8}{'SQL':>6}")
    for read, found in times.items():
        medians = {name: statistics.median(values) for name, values in found.items()}
        name = read.path + (f", for {read.account}" if read.account else "")
        alone = medians.get("read")
        print(
            f"{name:<52}{medians['address']:>8.1f}",
            f"{alone:>7.1f}" if alone else f"{'':>7}",
            f"{medians['raw']:>7.1f}{medians['address'] / medians['raw']:>8.1f}",
            f"{alone / medians['raw']:>7.1f}" if alone else f"{'':>7}",
            f"{_statements(ask, read):>5}",
        )


def _ways(read: Read, ask: Callable[[Read], None]) -> dict[str, Callable[[Read], None]]:
    ways = {"address": ask, "raw": _fetch}
    return {**ways, "read": _read} if read.purchases_of else ways


def _read(read: Read) -> None:
    """The page's orders, with lines and addresses, as rows."""
    from accounts.models import Account  # noqa: PLC0415
    from orders.models import Order  # noqa: PLC0415
    from orders.shopper_orders import as_shoppers_see_them  # noqa: PLC0415

    account = Account.objects.get(shared_id=read.purchases_of)
    orders = as_shoppers_see_them(Order.objects.in_subtree_of(account))
    list(orders.order_by("-placed_at", "-id")[:PAGE])


def _asking(*, token: str, storefront: str) -> Callable[[Read], None]:
    from django.test import Client  # noqa: PLC0415

    client = Client(SERVER_NAME="localhost", headers={"X-Session-Token": token, "X-Storefront": storefront})

    def ask(read: Read) -> None:
        headers = {"X-Account-Shared-Id": read.account} if read.account else {}
        answer = client.get(f"/api/v1/storefront/{read.path}", headers=headers)
        assert answer.status_code == 200, answer.content  # noqa: PLR2004 -- the status of what was found

    return ask


def _fetch(read: Read) -> None:
    """The statements of the read, each told the ids that the first one found."""
    from django.db import connection  # noqa: PLC0415

    ids: list[Any] = []
    with connection.cursor() as cursor:
        for number, statement in enumerate(read.raw):
            cursor.execute(statement, {"page": PAGE, "ids": ids})
            rows = cursor.fetchall()
            if number == 0:
                ids = [row[0] for row in rows]


def _statements(ask: Callable[[Read], None], read: Read) -> int:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as captured:
        ask(read)
    return len(captured)


if __name__ == "__main__":
    main()
