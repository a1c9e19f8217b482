"""Advisory locks on what names a person, so that looking for him and changing whom it names wait for each other."""

from events.transaction import lock_key


def key_lock(kind: str, key: str) -> int:
    """The lock of a normal e-mail or phone; `kind` is `email` or `phone`. Taken before any row is."""
    return lock_key("person", kind, key)
