"""Tabs of a page that other rooms fill: a room keeps a registry in its `ports.py`, upper ones register in `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django_stubs_ext import StrOrPromise

Subject = TypeVar("Subject")


@dataclass(frozen=True, slots=True)
class Panel(Generic[Subject]):
    """One tab: its name in the address (`?tab=orders`), its title, who may see it, and what its template is given."""

    name: str
    title: "StrOrPromise"
    permission: str
    template: str
    context: "Callable[[HttpRequest, Subject], dict[str, Any]]"

    def is_permitted(self, request: "HttpRequest") -> bool:
        return request.user.has_perm(self.permission)


class PanelNameTakenError(ValueError):
    """Two panels of one page cannot share an address."""


class Panels(Generic[Subject]):
    """The tabs that other rooms give to the pages of one model, in the order in which they were registered."""

    def __init__(self) -> None:
        self._registered: dict[str, Panel[Subject]] = {}

    def register(self, panel: Panel[Subject]) -> None:
        """Raises PanelNameTakenError for a name that another panel of the page has."""
        if self._registered.setdefault(panel.name, panel) is not panel:
            raise PanelNameTakenError(panel.name)

    def registered(self) -> tuple[Panel[Subject], ...]:
        return tuple(self._registered.values())
