"""Give out customer references: rising, unique, not linear."""

import secrets
from collections.abc import Sequence

from django.db import connection

FIRST = 100_000
DEFAULT_PREFIX = "C-"
DEFAULT_STEPS = (3, 9)

_ADVANCE = """
    INSERT INTO customers_referencecounter AS counter (prefix, last) VALUES (%s, %s)
    ON CONFLICT (prefix) DO UPDATE SET last = counter.last + %s
    RETURNING last
"""


def next_references(*, prefix: str, steps: tuple[int, int], count: int) -> Sequence[str]:
    """The next `count` references of the prefix, in rising order; each is the last plus a random step of the range.

    Holds the prefix's counter until the transaction ends: two creations under one prefix take turns.
    """
    smallest, largest = steps
    strides = [smallest + secrets.randbelow(largest - smallest + 1) for _ in range(count)]
    total = sum(strides)
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [prefix, FIRST + total, total])
        (number,) = cursor.fetchone()
    numbers = []
    for stride in reversed(strides):
        numbers.append(number)
        number -= stride
    return [f"{prefix}{value}" for value in reversed(numbers)]
