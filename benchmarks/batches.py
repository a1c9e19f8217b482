"""What a batch saves: the same orders taken in one by one and five hundred at a time, side by side in one run.

    DATA_DIR=/tmp/benchmark .venv/bin/python -m benchmarks.batches [--orders 500] [--rounds 5]

Each round takes the same number of orders both ways, in alternating order, on a world of contacts, ERP customers and
own customers; half of the orders are a contact's. Prints orders a second (median of the rounds) and the ratio of the
medians. The database of DATA_DIR is filled and not emptied: give a folder of its own.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import django
from django.core.management import call_command

AT = datetime(2026, 11, 23, tzinfo=UTC)
BY = "system:benchmark"
PEOPLE = 2000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_site.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    call_command("migrate", verbosity=0)
    compare(orders=options.orders, rounds=options.rounds)


def compare(*, orders: int, rounds: int) -> None:
    """Time both ways and print the medians and their ratio."""
    from benchmarks.world import Orders  # noqa: PLC0415 -- models need the settings first
    from orders.services.intake import receive_order, receive_orders  # noqa: PLC0415

    world = Orders.in_a_world_of(people=PEOPLE, by=BY, at=AT)

    def one_by_one(submissions: Sequence[object]) -> None:
        for submission in submissions:
            receive_order(submission=submission, by=BY, at=AT)  # type: ignore[arg-type]

    def at_once(submissions: Sequence[object]) -> None:
        receive_orders(submissions=submissions, by=BY, at=AT)  # type: ignore[arg-type]

    ways: dict[str, Callable[[Sequence[object]], None]] = {"one by one": one_by_one, "in a batch": at_once}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way(world.next(10))  # connections, caches, plans
    for turn in range(rounds):
        for name in list(ways)[:: 1 if turn % 2 else -1]:
            submissions = world.next(orders)
            started = time.perf_counter()
            ways[name](submissions)
            rates[name].append(orders / (time.perf_counter() - started))
    medians = {name: statistics.median(values) for name, values in rates.items()}
    for name, median in medians.items():
        print(f"{name:<12}{median:>10.0f} orders a second   ({min(rates[name]):.0f} to {max(rates[name]):.0f})")
    print(f"ratio       {medians['in a batch'] / medians['one by one']:>10.1f}")


if __name__ == "__main__":
    main()
