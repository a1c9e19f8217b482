"""Locks on files that the kernel gives back however their holder ends."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def open_lock(path: Path) -> int:
    """A descriptor of the lock file, made where it is missing. Programs started later do not inherit it."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def take_now(descriptor: int) -> bool:
    """Takes the lock for this holder alone if nobody else has it. A shared hold of its own is given up either way."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def share(descriptor: int) -> None:
    """Takes the lock beside others who share it; waits while one holds it alone."""
    fcntl.flock(descriptor, fcntl.LOCK_SH)


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Holds the lock alone inside the block; waits for it."""
    descriptor = open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether another process holds the lock alone."""
    try:
        descriptor = open_lock(path)
    except FileNotFoundError:
        return False
    try:
        return not take_now(descriptor)
    finally:
        os.close(descriptor)
