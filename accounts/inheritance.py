"""The nodes of a tree that a setting can come from: the account itself, and what stands above it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Source(TextChoices):
    """Where an effective setting stands."""

    ACCOUNT = "account", _("Set here")
    ANCESTOR = "ancestor", _("Inherited")
    STOREFRONT = "storefront", _("The storefront's default")


@dataclass(frozen=True, slots=True)
class Node:
    """One account of the path, as far as settings concern it."""

    id: int
    shared_id: str
    name: str
    inherits: bool = True


def reachable(path: Sequence[Node]) -> Sequence[Node]:
    """The nodes that may set something for the first one, the nearest first.

    `path` leads from an account up to its root. It ends at the first account that does not inherit.
    """
    for position, node in enumerate(path):
        if not node.inherits:
            return path[: position + 1]
    return path
