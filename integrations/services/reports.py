"""What an import tells: each refusal as it happens, and the counts at the end."""

from collections.abc import Callable
from dataclasses import dataclass, field

from integrations.ports import Problem


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing wrong with one row: where the row stands (`line 3`, `item 2`), and what is wrong with which field."""

    place: str
    problem: Problem

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


OnRefusal = Callable[[Refusal], None]


@dataclass(slots=True)
class ImportReport:
    """What an import did, in rows. `notes` are for whoever started it; `encoding` says how the file was read."""

    encoding: str = ""
    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    notes: list[str] = field(default_factory=list)

    def summary(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.same} the same, {self.refused} refused"
