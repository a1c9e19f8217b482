"""What this room asks of those above: which ERP systems there are. Storefronts name them by their code only."""

from collections.abc import Collection, Mapping
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


class BasePriceLists(Protocol):
    """The codes of the base price lists of storefronts, by storefront id; those without one are left out."""

    def __call__(self, storefront_ids: Collection[int]) -> Mapping[int, str]: ...


_base_price_lists: list[BasePriceLists] = []


def answer_base_price_lists(answer: BasePriceLists) -> None:
    """From now on `answer` is asked. Registering it again changes nothing."""
    if answer not in _base_price_lists:
        _base_price_lists.append(answer)


def base_price_lists(storefront_ids: Collection[int]) -> Mapping[int, str]:
    """What the room of accounts says; nothing where there is none."""
    return _base_price_lists[0](storefront_ids) if _base_price_lists else {}
