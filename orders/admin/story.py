"""A receipt as a story: what was looked for, step by step, who was found, and why each won or lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from interface.panel import showing
from orders.admin.candidates import Links, StoryCandidate, candidate_of, links_of
from orders.admin.headlines import Headline, headline_of
from orders.choosing import Why
from orders.telling import ToldReceipt, ToldStep, tell
from orders.words import DirectStep, StepResult

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOT_ASKED = {Why.NOT_NEEDED, Why.WAITING_FOR_ERP, Why.NO_USABLE_IDENTIFIER}
LOOKED_FOR: "dict[str, StrOrPromise]" = {
    "email": gettext_lazy("the e-mail"),
    "phone": gettext_lazy("the phone"),
    "external_id": gettext_lazy("the shop's customer id"),
}
LOOKS: "dict[str, tuple[str, StrOrPromise]]" = {
    StepResult.MATCH: ("check", gettext_lazy("Match")),
    StepResult.AMBIGUOUS: ("call_split", gettext_lazy("Undecided")),
    StepResult.NONE: ("remove", gettext_lazy("No match")),
    StepResult.SKIPPED: ("fast_forward", gettext_lazy("Skipped")),
}
WAITING = ("hourglass_top", gettext_lazy("Waits"))
BLOCKED = ("front_hand", gettext_lazy("Held"))


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One step: what was looked for, how it ended, and everyone who was found."""

    number: int
    title: str
    tone: str
    icon: str
    result: str
    looked_for: str
    value: str
    sentence: str
    candidates: tuple[StoryCandidate, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """Everything the story component shows."""

    headline: Headline
    steps: tuple[StoryStep, ...]
    not_asked: tuple[str, ...]
    not_asked_because: str
    warnings: tuple[str, ...]
    footnotes: tuple[tuple[str, Any], ...]
    is_erased: bool


def tell_story(
    content: Mapping[str, Any],
    *,
    labels: Mapping[str, str],
    email: str,
    phone: str,
    is_erased: bool = False,
    is_trial: bool = False,
    dialog: str = "",
) -> Story:
    """The story of one receipt, joined with what its evidence still holds and with the pages of who is named.

    `dialog`: where a person gives the order to somebody; empty where nobody may.
    """
    told = tell(content, labels=labels, email=email, phone=phone)
    links = links_of(told, dialog=dialog)
    asked = [step for step in told.steps if not _is_unasked(step)]
    unasked = [step for step in told.steps if _is_unasked(step)]
    return Story(
        headline=headline_of(told, labels, links, is_trial=is_trial),
        steps=tuple(
            _step(number, step, told, labels, links, is_erased=is_erased) for number, step in enumerate(asked, 1)
        ),
        not_asked=tuple(str(step.step.label) for step in unasked),
        not_asked_because=unasked[0].why if unasked else "",
        warnings=tuple(str(warning.label) for warning in told.warnings),
        footnotes=tuple(_footnotes(told, links)),
        is_erased=is_erased,
    )


def _is_unasked(step: ToldStep) -> bool:
    return step.result == StepResult.SKIPPED and step.why_code in NOT_ASKED


def _step(
    number: int, step: ToldStep, told: ToldReceipt, labels: Mapping[str, str], links: Links, *, is_erased: bool
) -> StoryStep:
    candidates = tuple(
        candidate_of(each, labels, links, decided_at=told.content["decided_at"]) for each in step.candidates
    )
    tone, (icon, result) = _looks(step)
    value = step.value
    if not value and step.key:
        value = _("erased") if is_erased else ""
    return StoryStep(
        number=number,
        title=str(step.step.label),
        tone=tone,
        icon=icon,
        result=str(result),
        looked_for=str(LOOKED_FOR.get(step.looked_for, "")),
        value=value,
        sentence=_sentence(step, candidates),
        candidates=candidates,
    )


def _looks(step: ToldStep) -> "tuple[str, tuple[str, StrOrPromise]]":
    if step.why_code == Why.ERP_ROW_STALE:
        return "waiting", WAITING
    is_blocked = bool(step.candidates) and not any(candidate.won for candidate in step.candidates)
    if step.why_code == Why.PERSON_HOLDS or (step.result == StepResult.MATCH and is_blocked):
        return "ambiguous", BLOCKED
    return str(step.result), LOOKS[step.result]


def _sentence(step: ToldStep, candidates: Sequence[StoryCandidate]) -> str:
    """How many were found; where nobody was, or the step was not taken, why."""
    if not candidates or step.why_code == Why.ERP_ROW_STALE or step.step in DirectStep.values:
        return step.why
    if step.result == StepResult.NONE:
        text = ngettext("One found, who does not count", "%(count)s found, who do not count", len(candidates))
    else:
        text = ngettext("One found", "%(count)s found", len(candidates))
    return text % {"count": str(apnumber(len(candidates))).capitalize()}


def _footnotes(told: ToldReceipt, links: Links) -> "Iterable[tuple[str, Any]]":
    content = told.content
    decided_at = datetime.fromisoformat(content["decided_at"])
    yield _("Decided"), showing.exact(decided_at)
    yield _("By"), showing.actor_names([content["decided_by"]])[content["decided_by"]]
    version = _("version %s") % content["policy_version"]
    yield _("Policy"), showing.link(links.policy, version) if links.policy else version
    if content["erp_system"]:
        yield _("Copy of %s") % content["erp_system"], _mirror_age(content["mirror_as_of"], decided_at)
    if told.number_from:
        yield _("Number taken from"), told.number_from


def _mirror_age(mirror_as_of: str | None, decided_at: datetime) -> str:
    if mirror_as_of is None:
        return _("never read in full")
    return _("read in full %s before") % showing.span(datetime.fromisoformat(mirror_as_of), decided_at)
