"""Locks first, in one order, held until the end."""

import subprocess
import sys
import threading

import pytest
from django.db import connection
from django.db.transaction import atomic

from events.transaction import lock_key, transaction
from tests.architecture.project import PROJECT
from tests.parallel import another_client, scalar, taken_back, waits_for_a_lock

LOW, HIGH = sorted([lock_key("parcel", 1), lock_key("parcel", 2)])


def held_by(backend: int) -> list[int]:
    """The advisory locks of that connection, lowest first. PostgreSQL shows each as two unsigned halves."""
    statement = "SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = %s"
    with connection.cursor() as cursor:
        cursor.execute(statement, [backend])
        keys = [(upper << 32) + lower for upper, lower in cursor.fetchall()]
    return sorted(key - 2**64 if key >= 2**63 else key for key in keys)


def test_a_key_is_the_same_in_every_process():
    program = "from events.transaction import lock_key; print(lock_key('accounts', 7))"
    said = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)

    assert int(said.stdout) == lock_key("accounts", 7) == 5848660698064750486


def test_keys_are_signed_64_bit_and_their_parts_do_not_run_together():
    keys = {lock_key("a", "bc"), lock_key("ab", "c"), lock_key("abc"), lock_key("abc", "")}

    assert len(keys) == 4
    assert all(-(2**63) <= key < 2**63 for key in keys)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [None, ZeroDivisionError()])
def test_locks_are_held_to_the_end_and_no_longer(error):
    with another_client() as ana:
        backend = ana.backend()
        scope = transaction(by="staff:1", locks=[HIGH, LOW, LOW])
        ana.enter(scope)
        assert held_by(backend) == [LOW, HIGH]
        ana.leave(scope, error)

        assert held_by(backend) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("given", [[LOW, HIGH], [HIGH, LOW]])
def test_whatever_the_order_given_the_lower_one_comes_first(given):
    """Who waits for the first lock holds no other yet: so two can never wait for each other."""
    with another_client() as ana, another_client() as ben:
        has_low = transaction(by="staff:1", locks=[LOW])
        ana.enter(has_low)
        backend = ben.backend()
        wants_both = transaction(by="staff:2", locks=given)
        waiting = ben.begin_to_enter(wants_both)
        assert waits_for_a_lock(backend)
        assert held_by(backend) == []

        ana.leave(has_low)
        waiting.result(10)
        assert held_by(backend) == [LOW, HIGH]
        ben.leave(wants_both)


@pytest.mark.django_db(transaction=True)
def test_opposite_orders_never_deadlock():
    entered: list[int] = []
    begin = threading.Barrier(2)

    def take_turns(client_locks: list[int]) -> None:
        begin.wait()
        for _ in range(50):
            with transaction(by="staff:1", locks=client_locks):
                entered.append(1)

    with another_client() as ana, another_client() as ben:
        both = [ana.begin(take_turns, [LOW, HIGH]), ben.begin(take_turns, [HIGH, LOW])]
        for done in both:
            done.result(20)

    assert len(entered) == 100


@pytest.mark.django_db
def test_one_statement_beside_the_savepoint(django_assert_num_queries):
    with django_assert_num_queries(3), transaction(by="staff:1", reason="moved", locks=range(100)):
        """SAVEPOINT, the statement, RELEASE SAVEPOINT."""


@pytest.mark.django_db(transaction=True)
def test_what_fails_leaves_nothing():
    with atomic(), taken_back(), transaction(by="staff:1"):
        scalar("INSERT INTO customers_referencecounter (prefix, last) VALUES ('X-', 1) RETURNING last")
        raise ZeroDivisionError

    assert scalar("SELECT count(*) FROM customers_referencecounter") == 0
