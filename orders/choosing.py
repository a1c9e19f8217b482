"""Candidates of one step, and which of them wins where they differ in whose they are. Never a silent choice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from storefronts.policy import Ambiguous


class Why(models.TextChoices):
    """Why a candidate won or lost and why a step ended as it did; the label is the sentence that people read."""

    UNDECIDED = "undecided", _("Not decided")
    ONLY_MATCH = "only_match", _("The only match")
    EARLIEST_SALE = "earliest_sale", _("Has the earliest sale of those that match")
    OLDEST = "oldest", _("Is the oldest of those that match")
    LATER_SALE = "later_sale", _("Another one has an earlier sale")
    YOUNGER = "younger", _("Another one is older")
    AMBIGUOUS = "ambiguous", _("Several match and differ in whose the order is")
    GUEST_BESIDE_REGISTERED = "guest_beside_registered", _("A registered customer with the same key goes before guests")
    CONTACT_INACTIVE = "contact_inactive", _("The contact is inactive")
    CONTACT_ON_HOLD = "contact_on_hold", _("The contact is on hold")
    ACCOUNT_DISABLED = "account_disabled", _("The account is disabled")
    ACCOUNT_SUSPENDED = "account_suspended", _("The account is suspended")
    ACCOUNT_PENDING = "account_pending", _("The account is pending")
    ERP_ROW_STALE = "erp_row_stale", _("Our copy of the ERP customer is too old to be trusted")
    NOBODY_FOUND = "nobody_found", _("Nobody found")
    NOBODY_KNOWN = "nobody_known", _("Nobody known has these identifiers: a new customer")
    PINNED = "pinned", _("Earlier orders of this customer of the shop were theirs")
    NOTHING_PINNED = "nothing_pinned", _("No identity is pinned to this customer of the shop")
    NO_EXTERNAL_ID = "no_external_id", _("The order brings no customer id of the shop")
    TARGET_GONE = "target_gone", _("Is no longer there")
    PERSON_DECIDED = "person_decided", _("A person decided")
    PERSON_HOLDS = "person_holds", _("A person holds the order")
    RELEASED = "released", _("A person released it")
    ASSERTED = "asserted", _("The customer had signed in")
    NO_USABLE_EMAIL = "no_usable_email", _("The order brings no usable e-mail")
    NO_USABLE_PHONE = "no_usable_phone", _("The order brings no usable phone")
    NO_USABLE_IDENTIFIER = "no_usable_identifier", _("The order brings neither a usable e-mail nor a usable phone")
    NO_ERP_SYSTEM = "no_erp_system", _("The storefront names no ERP system")
    NOT_NEEDED = "not_needed", _("Decided before")
    WAITING_FOR_ERP = "waiting_for_erp", _("Waits until the ERP was read anew")


@dataclass(frozen=True, slots=True)
class Dates:
    """What ties are broken by; dates of ERP rows have no time of day."""

    created: date | None = None
    first_sale: date | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Someone the order could belong to. `whose` says whose: two candidates with the same `whose` do not differ."""

    type: str
    id: str
    matched_on: tuple[str, ...]
    whose: str
    dates: Dates = Dates()
    details: Mapping[str, Any] = field(default_factory=dict)
    won: bool = False
    why: Why = Why.UNDECIDED


@dataclass(frozen=True, slots=True)
class Choice:
    """The candidates with their verdicts, and the winner if there is one."""

    candidates: tuple[Candidate, ...]
    winner: Candidate | None
    why: Why


_TOLD = {
    Ambiguous.EARLIEST_SALE: (Why.EARLIEST_SALE, Why.LATER_SALE),
    Ambiguous.OLDEST: (Why.OLDEST, Why.YOUNGER),
}


def choose(candidates: Sequence[Candidate], policy: Ambiguous) -> Choice:
    """The single candidate, or what the policy says of several: hold, or the first by its date.

    Missing dates sort last; ties go to the lower `whose` by code point. No candidates: no winner.
    """
    if len({candidate.whose for candidate in candidates}) == 1:
        first = min(candidates, key=lambda candidate: candidate.id)
        return _won(first, candidates, Why.ONLY_MATCH, Why.ONLY_MATCH)
    if policy == Ambiguous.HOLD or not candidates:
        return Choice(tuple(replace(each, why=Why.AMBIGUOUS) for each in candidates), None, Why.AMBIGUOUS)
    first = min(candidates, key=lambda candidate: (_moment(candidate, policy), candidate.whose))
    winning, losing = _TOLD[policy]
    return _won(first, candidates, winning, losing)


def _won(winner: Candidate, candidates: Sequence[Candidate], winning: Why, losing: Why) -> Choice:
    told = tuple(
        replace(each, won=True, why=winning) if each is winner else replace(each, why=losing) for each in candidates
    )
    return Choice(told, winner, winning)


def _moment(candidate: Candidate, policy: Ambiguous) -> tuple[bool, str]:
    moment = candidate.dates.first_sale if policy == Ambiguous.EARLIEST_SALE else candidate.dates.created
    if moment is None:
        return True, ""
    return False, moment.isoformat() if not isinstance(moment, datetime) else f"{moment.timestamp():020.6f}"
