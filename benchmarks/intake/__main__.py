"""Order intake at size, side by side in one run.

    DATA_DIR=/tmp/benchmark .venv/bin/python -m benchmarks.intake [--scale full|small] [--rounds 7] [--seconds 10]
    DATA_DIR=/tmp/benchmark .venv/bin/python -m benchmarks.intake --statements

Eight clients each: *raw* (psycopg with prepared statements and nothing else), the service, `POST /orders` and
`POST /orders/bulk` with 500 orders a call, over HTTP against `manage.py up`. Prints orders a second (median of the
rounds, lowest and highest) and the ratio to raw. `--statements` prints what one order of outcome `account` asks of the
database instead: statements, and pages looked at. The world is made on the first run and stays in DATA_DIR.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import django
from django.core.management import call_command


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", choices=["full", "few contacts", "small"], default="full")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--statements", action="store_true")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "identity_site.settings")
    os.environ.setdefault("LOG_LEVEL", "WARNING")
    django.setup()
    call_command("migrate", verbosity=0)
    from benchmarks.intake.world import SCALES, ensure_world  # noqa: PLC0415 -- models need the settings first

    scale = SCALES[options.scale]
    storefront = ensure_world(scale)
    if options.statements:
        from benchmarks.intake.statements import show  # noqa: PLC0415

        show(scale, storefront)
        return
    compare(options.scale, rounds=options.rounds, seconds=options.seconds)


def compare(scale_name: str, *, rounds: int, seconds: float) -> None:
    """Run every contender once a round, each round in another order, and print medians and ratios."""
    from django.utils import timezone  # noqa: PLC0415

    from benchmarks.intake.clients import orders_a_second  # noqa: PLC0415
    from benchmarks.intake.contenders import CONTENDERS, Setting, service  # noqa: PLC0415
    from benchmarks.intake.world import BY, SCALES  # noqa: PLC0415
    from storefronts.scopes import Scope  # noqa: PLC0415
    from storefronts.services.api_clients import create_api_client  # noqa: PLC0415

    issued = create_api_client(name="benchmark", scopes=[Scope.ORDERS_WRITE], storefront=None, by=BY, at=timezone.now())
    first = service(Setting(SCALES[scale_name], 0, "", 0), 0)
    for _ in range(20):
        first()  # the receipt that raw copies
    rates: dict[str, list[float]] = {name: [] for name in CONTENDERS}
    names = list(CONTENDERS)
    with server() as port:
        for turn in range(rounds):
            setting = Setting(SCALES[scale_name], port, issued.key, seed=turn)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                rates[name].append(orders_a_second(CONTENDERS[name], setting, seconds=seconds))
                print(f"round {turn + 1} {name:<18}{rates[name][-1]:>8.0f}", flush=True)
    medians = {name: statistics.median(values) for name, values in rates.items()}
    print(f"\n{'':<18}{'orders a second':>16}{'lowest':>8}{'highest':>8}{'to raw':>8}")
    for name, median in medians.items():
        low, high = min(rates[name]), max(rates[name])
        print(f"{name:<18}{median:>16.0f}{low:>8.0f}{high:>8.0f}{median / medians['raw']:>8.2f}")


@contextmanager
def server() -> Iterator[int]:
    """`manage.py up` on a free port, ended at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "manage.py", "up", "--no-demo", "--port", str(port), "--data", os.environ["DATA_DIR"]]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL)  # noqa: S603 -- our own program
    try:
        _wait_for(f"http://127.0.0.1:{port}/health/ready", process)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit("The server ended by itself.")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 -- loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("The server did not answer.")


if __name__ == "__main__":
    main()
