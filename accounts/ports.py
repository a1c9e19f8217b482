"""What rooms above give to the pages of accounts, and what they do when trees get other numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from interface.panel.panels import Panels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from accounts.models import Account

# Tabs of the account page, such as the orders of its subtree.
panels: Panels[Account] = Panels()


class TreeNumberFollower(Protocol):
    """Brings a copy of `Account.tree_id` that a room above keeps to what the accounts have now."""

    def __call__(self, account_ids: Sequence[int]) -> None: ...


_followers: list[TreeNumberFollower] = []


def follow_tree_numbers(follower: TreeNumberFollower) -> None:
    """From now on `follower` is called inside each transaction that gives trees other numbers. Twice is once."""
    if follower not in _followers:
        _followers.append(follower)


def tree_numbers_changed(account_ids: Sequence[int]) -> None:
    """Tell all who follow that these accounts may stand in trees of other numbers; their new ones are written."""
    for follower in _followers:
        follower(account_ids)


class DeletionGuard(Protocol):
    """Whether the account and everything below it may go, as far as a room above is concerned."""

    def __call__(self, account: Account) -> bool: ...


_guards: list[DeletionGuard] = []


def guard_deletion(guard: DeletionGuard) -> None:
    """From now on `guard` is asked. Registering it again changes nothing."""
    if guard not in _guards:
        _guards.append(guard)


def may_delete(account: Account) -> bool:
    """Whether no room above forbids it."""
    return all(guard(account) for guard in _guards)


@dataclass(frozen=True, slots=True)
class ShoppersThings:
    """How much of what shoppers keep for accounts there is."""

    carts: int = 0
    shopping_lists: int = 0


class ThingsOfSubtree(Protocol):
    """What shoppers keep for the account and everything below it."""

    def __call__(self, account: Account) -> ShoppersThings: ...


_things: list[ThingsOfSubtree] = []


def count_shoppers_things(answer: ThingsOfSubtree) -> None:
    """From now on `answer` is asked. Registering it again changes nothing."""
    if answer not in _things:
        _things.append(answer)


def shoppers_things(account: Account) -> ShoppersThings:
    """What the room of orders says; nothing where there is none."""
    return _things[0](account) if _things else ShoppersThings()
