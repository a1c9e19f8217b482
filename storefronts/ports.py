"""What this room asks of those above: which ERP systems there are. Storefronts name them by their code only."""

from collections.abc import Collection
from typing import Protocol


class ErpSystems(Protocol):
    """Gives the codes of all ERP systems there are."""

    def __call__(self) -> Collection[str]: ...


class _Answer:
    """Who answers; until a room above registers, there is no ERP system."""

    codes: ErpSystems | None = None


def answer_erp_systems(codes: ErpSystems) -> None:
    """From now on `codes` is asked."""
    _Answer.codes = codes


def erp_system_codes() -> Collection[str]:
    return _Answer.codes() if _Answer.codes else ()
