"""Web, worker and database are killed while orders come in: nothing acknowledged is lost, nothing is there twice."""

import http.client
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests import sizes
from tests.chaos.conftest import Running, order
from tests.identity_site.conftest import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.soak]
ORDERS = sizes.of(2000)
PEOPLE = ORDERS // 20
SENDERS = 6
IN_BULK = 10
VICTIMS = ("web", "database", "worker")
# A worker that ends more than five times within a minute is given up, as it should be.
KILLS = max(len(VICTIMS), sizes.of(15))
SEED = 20261124
WELL_AGAIN_SECONDS = 60


def orders() -> list[dict[str, Any]]:
    """Of people nobody knows, twenty orders each; some bring a phone too."""
    return [
        order(
            f"chaos-{number}",
            email=f"person{number % PEOPLE}@chaos.example",
            phone=f"+1 901 555 {6000 + number % PEOPLE}" if number % 3 else "",
        )
        for number in range(ORDERS)
    ]


class Sender:
    """Hands everything out once, single or in bulks, from several threads; remembers what was acknowledged."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.acknowledged: dict[str, str] = {}
        self.statuses: Counter[int] = Counter()
        self.killed: Counter[str] = Counter()
        self.unanswered = 0

    @property
    def failures(self) -> int:
        """Requests that got no answer, or a server's error."""
        return self.unanswered + sum(times for status, times in self.statuses.items() if status >= 500)

    def send(self, parcels: list[list[dict[str, Any]]], *, kill: str = "", when: int = 0) -> None:
        """`kill` names who is killed when so many parcels have been taken to hand."""
        left = list(enumerate(parcels))[::-1]
        threads = [threading.Thread(target=self._work, args=[left, kill, when]) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, left: list[tuple[int, list[dict[str, Any]]]], kill: str, when: int) -> None:
        while True:
            try:
                place, parcel = left.pop()
            except IndexError:
                return
            if kill and place == when:
                threading.Timer(0.01, self._kill, [kill]).start()
            try:
                self._hand_over(parcel)
            except (OSError, http.client.HTTPException):
                self.unanswered += 1
                time.sleep(0.1)

    def _kill(self, victim: str) -> None:
        pids = {"web": self.running.web, "database": self.running.database, "worker": self.running.worker}[victim]()
        assert pids
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        self.killed[victim] += 1

    def _hand_over(self, parcel: list[dict[str, Any]]) -> None:
        if len(parcel) == 1:
            results = [self.running.call("POST", "/api/v1/orders", parcel[0])]
        else:
            status, answer = self.running.call("POST", "/api/v1/orders/bulk", {"orders": parcel})
            told = answer["results"] if status == 207 else []
            results = [(each["status"], each.get("order")) for each in told] or [(status, None)]
        for status, answer in results:
            self.statuses[status] += 1
            if status in {200, 201}:
                self.acknowledged[answer["number"]] = answer["id"]


def parcels(sent: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Half of them alone, half of them by ten."""
    half = len(sent) // 2
    return [[each] for each in sent[:half]] + [sent[n : n + IN_BULK] for n in range(half, len(sent), IN_BULK)]


def test_nothing_acknowledged_is_lost_and_sending_again_completes(
    running: Running, record_property: Callable[[str, Any], None]
) -> None:
    sent = orders()
    shuffled = parcels(sent)
    chance = random.Random(SEED)  # noqa: S311 -- no secret
    chance.shuffle(shuffled)
    sender = Sender(running)
    for turn in range(KILLS):
        victim = VICTIMS[turn % len(VICTIMS)]
        part = shuffled[turn::KILLS]
        before = sender.failures
        sender.send(part, kill=victim, when=chance.randrange(len(part) // 4, len(part) // 2))
        assert victim == "worker" or sender.failures > before, f"{victim} was in nobody's way"
        wait_until(running.is_well, seconds=WELL_AGAIN_SECONDS)

    assert sender.killed == Counter(VICTIMS[turn % len(VICTIMS)] for turn in range(KILLS))
    # Not there is one thing, and a fault of ours another.
    assert set(sender.statuses) <= {200, 201, 503}
    first = dict(sender.acknowledged)
    assert stored(running).items() >= first.items()
    assert_sound(running)

    again = Sender(running)
    again.send([[each] for each in sent])

    assert (again.failures, again.killed) == (0, Counter())
    assert set(again.statuses) <= {200, 201}
    assert again.statuses[200] >= len(first)
    assert again.acknowledged.items() >= first.items()
    assert stored(running) == again.acknowledged
    assert len(again.acknowledged) == ORDERS
    assert_sound(running)
    people = "SELECT email_key, count(*) FROM customers_customer WHERE email_key LIKE '%%@chaos.example' GROUP BY 1"
    assert dict(running.rows(people)) == {f"person{number}@chaos.example": 1 for number in range(PEOPLE)}
    replay = running.manage("replay_decisions")
    told, error = replay.communicate(timeout=120)
    assert (replay.returncode, error) == (0, ""), told
    record_property("killed", dict(sender.killed))
    record_property("orders", ORDERS)
    record_property("acknowledged while killing", len(first))


def stored(running: Running) -> dict[str, str]:
    rows = running.rows("SELECT number, id::text FROM orders_order WHERE number LIKE 'chaos-%%'")
    return dict(rows)


def assert_sound(running: Running) -> None:
    """Every order has exactly one decision, which is its own and has its evidence, its lines and its event."""
    unsound = """
        SELECT o.number FROM orders_order o
         WHERE o.number LIKE 'chaos-%%' AND NOT (
            (SELECT array_agg(d.id) FROM orders_identitydecision d WHERE d.order_id = o.id) = ARRAY[o.decision_id]
            AND EXISTS (SELECT 1 FROM orders_decisionevidence e WHERE e.decision_id = o.decision_id)
            AND (SELECT count(*) FROM orders_orderline l WHERE l.order_id = o.id) = 1
            AND (SELECT count(*) FROM orders_orderaddress a WHERE a.order_id = o.id) = 1
            AND (SELECT count(*) FROM events_event v WHERE v.subject = 'order:' || o.id) = 1)
    """
    assert running.rows(unsound) == []
    strays = (
        "SELECT d.id FROM orders_identitydecision d LEFT JOIN orders_order o ON o.id = d.order_id WHERE o.id IS NULL"
    )
    assert running.rows(strays) == []
