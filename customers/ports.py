"""What the rooms above answer for: their records about a person, when he is erased or merged, and tabs of his page.

Every relation that points to Customer or Account is named by exactly one registered `PersonalRecords`; a test walks the
models and fails for one that is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from interface.panel.panels import Panels

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from customers.models import Customer


@dataclass(frozen=True, slots=True)
class Erased:
    """What one room did: how many records were cleared and kept, and why what was kept was kept."""

    records: str
    cleared: int = 0
    kept: int = 0
    why_kept: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """What one room handed from loser to survivor: record ids, so that it can be handed back."""

    records: str
    ids: dict[str, list[Any]] = field(default_factory=dict)


class PersonalRecords(Protocol):
    """One kind of record about a person.

    `relations` are the fields it answers for, as `app_label.Model.field`.
    """

    @property
    def name(self) -> str: ...

    @property
    def relations(self) -> tuple[str, ...]: ...

    def erase(self, *, customer: Customer, at: datetime) -> Erased:
        """Empty what names the person. Runs inside the anonymizing transaction; running it twice changes nothing."""

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:
        """Hand the loser's records to the survivor, inside the merging transaction."""

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:
        """Undo `move`; what was written since stays with whom it was written for."""


class AlreadyAnsweredForError(ValueError):
    """Two registrations for one relation: which of them erases it?"""


_registered: list[PersonalRecords] = []
_prepared: set[str] = set()


def register(records: PersonalRecords, *, prepared: bool = False) -> None:
    """Raises AlreadyAnsweredForError where another registration names one of its relations.

    `prepared` is what somebody makes ready to buy with: of a guest of whom it is not known that he was the person it
    is not taken over.
    """
    taken = {relation for known in _registered if known.name != records.name for relation in known.relations}
    if twice := taken.intersection(records.relations):
        raise AlreadyAnsweredForError(", ".join(sorted(twice)))
    if all(known.name != records.name for known in _registered):
        _registered.append(records)
    if prepared:
        _prepared.add(records.name)


def registered(*, without_prepared: bool = False) -> tuple[PersonalRecords, ...]:
    return tuple(each for each in _registered if not (without_prepared and each.name in _prepared))


# Tabs of the customer page, such as his orders.
panels: Panels[Customer] = Panels()


class CompanyNames(Protocol):
    """The names of the accounts that customers are associates of, by customer id, in the order of lists."""

    def __call__(self, customer_ids: Collection[int]) -> Mapping[int, Sequence[str]]: ...


_company_names: list[CompanyNames] = []


def answer_company_names(answer: CompanyNames) -> None:
    """From now on `answer` is asked. Registering it again changes nothing."""
    if answer not in _company_names:
        _company_names.append(answer)


def company_names(customer_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """What the room of accounts says; nothing where there is none."""
    return _company_names[0](customer_ids) if _company_names else {}


class AnswerParts(Protocol):
    """What a room adds to the answers about customers, by customer id: names of fields and their values."""

    def __call__(self, customer_ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]: ...


_answer_parts: list[AnswerParts] = []


def add_to_answers(part: AnswerParts) -> None:
    """From now on answers about customers have the part. Adding it again changes nothing."""
    if part not in _answer_parts:
        _answer_parts.append(part)


def answer_parts(customer_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Everything the rooms above add, asked once for all the customers."""
    parts: dict[int, dict[str, Any]] = {pk: {} for pk in customer_ids}
    for part in _answer_parts:
        for pk, fields in part(customer_ids).items():
            parts[pk].update(fields)
    return parts


class Carriers(Protocol):
    """Take all of a room's objects out of a segment that goes; returns how many that were."""

    def __call__(self, *, code: str, at: datetime) -> int: ...


_carriers: list[Carriers] = []


def carry_segments(carriers: Carriers) -> None:
    """From now on `carriers` is called inside the transaction that removes a segment. Twice is once."""
    if carriers not in _carriers:
        _carriers.append(carriers)


def empty_segment(*, code: str, at: datetime) -> int:
    """Take everything that the rooms above hold out of the segment."""
    return sum(take_out(code=code, at=at) for take_out in _carriers)


class DependedOnError(Exception):
    """Something of a room above would be left without the person; its text names what."""


class StopGuard(Protocol):
    """Called inside the transaction in which a person stops to be able to act, after that was written.

    Raises DependedOnError to forbid it; with `suspend_accounts` it makes the person dispensable instead.
    """

    def __call__(self, *, customer: Customer, suspend_accounts: bool, by: str, at: datetime) -> None: ...


_guards: list[StopGuard] = []


def guard_stops(guard: StopGuard) -> None:
    """From now on `guard` is asked. Registering it again changes nothing."""
    if guard not in _guards:
        _guards.append(guard)


def insist_he_may_stop(*, customer: Customer, suspend_accounts: bool = False, by: str, at: datetime) -> None:
    """Raises DependedOnError."""
    for guard in _guards:
        guard(customer=customer, suspend_accounts=suspend_accounts, by=by, at=at)


class KnownEmailFollower(Protocol):
    """Called inside the transaction in which an e-mail came to be known as the person's, after that was written."""

    def __call__(self, *, customer: Customer) -> None: ...


_email_followers: list[KnownEmailFollower] = []


def follow_known_emails(follower: KnownEmailFollower) -> None:
    """From now on `follower` is called. Registering it again changes nothing."""
    if follower not in _email_followers:
        _email_followers.append(follower)


def email_is_known(*, customer: Customer) -> None:
    """The customer's e-mail is known to be his from now on; who calls holds its `key_lock`."""
    for follower in _email_followers:
        follower(customer=customer)
