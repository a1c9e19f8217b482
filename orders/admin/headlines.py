"""The one sentence above a story: whose the order is, or why nobody's yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.admin.candidates import UNDECIDED, Links
from orders.choosing import Why
from orders.telling import ToldCandidate, ToldReceipt, ToldStep
from orders.words import Outcome, Reason, StepResult

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TONES = {
    Outcome.ACCOUNT: "good",
    Outcome.ERP_CUSTOMER: "good",
    Outcome.CUSTOMER: "good",
    Outcome.CREATED: "accent",
    Outcome.HELD: "warning",
    Outcome.AWAITING_ERP: "notice",
}
ICONS = {
    Outcome.ACCOUNT: "apartment",
    Outcome.ERP_CUSTOMER: "database",
    Outcome.CUSTOMER: "person",
    Outcome.CREATED: "person_add",
    Outcome.HELD: "front_hand",
    Outcome.AWAITING_ERP: "hourglass_top",
}
KEYS: "dict[str, StrOrPromise]" = {
    "email": gettext_lazy("e-mail"),
    "phone": gettext_lazy("phone"),
    "external_id": gettext_lazy("customer id"),
}
_BEYOND_THE_RULES: "dict[str, StrOrPromise]" = {
    Why.PERSON_DECIDED: gettext_lazy("A person decided so."),
    Why.RELEASED: gettext_lazy("It was held, and a person released it."),
    Why.PINNED: gettext_lazy("Earlier orders of this customer of the shop were theirs."),
    Why.ASSERTED: gettext_lazy("It was placed by a customer who had signed in."),
}
UNNAMED = gettext_lazy("someone whose name was erased")


@dataclass(frozen=True, slots=True)
class Headline:
    """The sentence, what stands behind it, and where its subject is shown."""

    tone: str
    icon: str
    sentence: str
    because: str
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class _Case:
    """A receipt, the step that decided (or held) and who won there."""

    told: ToldReceipt
    labels: Mapping[str, str]
    step: ToldStep | None
    winner: ToldCandidate | None

    def label(self, kind: str, identifier: str) -> str:
        """How staff knew it then; the id itself where names were erased, but for people."""
        nameless = str(UNNAMED) if kind == "customer" else identifier
        return self.labels.get(f"{kind}:{identifier}", "") or nameless

    @property
    def key(self) -> "StrOrPromise":
        return KEYS.get(self.step.looked_for, "") if self.step else ""

    @property
    def is_only_match(self) -> bool:
        return self.winner is not None and self.winner.why_code == Why.ONLY_MATCH


def headline_of(told: ToldReceipt, labels: Mapping[str, str], links: Links, *, is_trial: bool) -> Headline:
    """What a reader needs to know first. A trial made nobody: it says what would be."""
    deciding = next((step for step in told.steps if step.result in {StepResult.MATCH, StepResult.AMBIGUOUS}), None)
    winner = next((each for each in deciding.candidates if each.won), None) if deciding else None
    case = _Case(told, labels, deciding, winner)
    sentence, because = _SENTENCES[told.outcome](case)
    because = _beyond_the_rules(case) or because
    if is_trial and told.outcome == Outcome.CREATED:
        sentence = _("A new customer would be made for this order.")
    url, link = _subject(case, links)
    return Headline(TONES[told.outcome], ICONS[told.outcome], sentence, because, url, link)


def _beyond_the_rules(case: _Case) -> str:
    """Why, where no rule compared anything; empty where one did."""
    if case.told.reason == Reason.STAFF_HOLD:
        return _("A person holds it, until somebody releases it or says whose it is.")
    whys = {case.step.why_code if case.step else "", case.winner.why_code if case.winner else ""}
    return next((str(text) for why, text in _BEYOND_THE_RULES.items() if why in whys), "")


def _subject(case: _Case, links: Links) -> tuple[str, str]:
    account, customer = case.told.content["account"], case.told.content["customer"]
    if account and account in links.accounts:
        return links.accounts[account], case.label("account", account)
    if customer and customer in links.customers:
        return links.customers[customer], case.label("customer", customer)
    return "", ""


def _for_account(case: _Case) -> tuple[str, str]:
    name = case.label("account", case.told.content["account"])
    sentence = _("This order belongs to the account %s.") % name
    if case.winner is None:
        return sentence, ""
    if case.is_only_match:
        person = case.winner.label.removesuffix(f" — {name}") or str(UNNAMED)
        return sentence, _("Its contact %s has this e-mail, and no other account counts.") % person
    told = _("Several accounts have a contact with this e-mail. The policy took this one: %s.")
    return sentence, told % _lower(case.winner.why)


def _for_erp_customer(case: _Case) -> tuple[str, str]:
    content = case.told.content
    sentence = _("This order belongs to the ERP customer %s.") % case.label(
        "erp_customer", content["erp_customer_number"]
    )
    if case.winner is None:
        return sentence, ""
    if not case.is_only_match:
        told = _("The ERP knows this %(key)s of several customers. The policy took this one: %(why)s.")
        return sentence, told % {"key": case.key, "why": _lower(case.winner.why)}
    if content["account"]:
        told = _("The ERP customer has this %(key)s, and its number is that of the account %(account)s.")
        return sentence, told % {"key": case.key, "account": case.label("account", content["account"])}
    return sentence, _("No account contact counts. The ERP knows this %s of one customer only.") % case.key


def _for_customer(case: _Case) -> tuple[str, str]:
    sentence = _("This order belongs to the customer %s.") % case.label("customer", case.told.content["customer"])
    if case.winner is None:
        return sentence, ""
    if case.is_only_match:
        return sentence, _("We know this %s of one customer only.") % case.key
    told = _("We know this %(key)s of several customers. The policy took this one: %(why)s.")
    return sentence, told % {"key": case.key, "why": _lower(case.winner.why)}


def _for_created(case: _Case) -> tuple[str, str]:  # noqa: ARG001 -- one signature
    return _("A new customer was made for this order."), _("Nobody known has this e-mail or phone.")


def _for_held(case: _Case) -> tuple[str, str]:
    reason, step = case.told.reason, case.step
    if reason == Reason.AMBIGUOUS and step is not None:
        return _("Held: %s.") % _several(step), _("Nobody was chosen: a person has to say whose the order is.")
    sentence = _("Held: %s.") % _lower(str(reason.label if reason else ""))
    blocking = {Reason.CONTACT_ON_HOLD, Reason.ACCOUNT_SUSPENDED, Reason.ACCOUNT_PENDING}
    if reason in blocking and step is not None and step.candidates:
        candidate = step.candidates[0]
        account = candidate.details.get("account", "")
        name = case.label("account", account) if account else candidate.label
        return sentence, _("The only match leads to %s.") % (name or UNNAMED)
    return sentence, _("A person has to say whose the order is.")


def _for_awaiting(case: _Case) -> tuple[str, str]:
    reason = str(case.told.reason.label) if case.told.reason else ""
    return _("Waiting: %s.") % _lower(reason), _("It is decided anew, by itself, when the ERP has been read.")


def _several(step: ToldStep) -> str:
    """Who they are and what they share: `two accounts have a contact with this e-mail`."""
    counting = [each for each in step.candidates if each.why_code in UNDECIDED]
    key = KEYS[step.looked_for]
    if counting and counting[0].type == "contact":
        count = len({each.details["account"] for each in counting})
        text = ngettext(
            "%(count)s account has a contact with this %(key)s",
            "%(count)s accounts have a contact with this %(key)s",
            count,
        )
    elif counting and counting[0].type == "erp_customer":
        count = len(counting)
        text = ngettext("%(count)s ERP customer has this %(key)s", "%(count)s ERP customers have this %(key)s", count)
    else:
        count = len(counting)
        text = ngettext("%(count)s customer has this %(key)s", "%(count)s customers have this %(key)s", count)
    return text % {"count": apnumber(count), "key": key}


def _lower(sentence: str) -> str:
    """The sentence as the second half of another one; abbreviations keep their capitals."""
    return sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]


_SENTENCES = {
    Outcome.ACCOUNT: _for_account,
    Outcome.ERP_CUSTOMER: _for_erp_customer,
    Outcome.CUSTOMER: _for_customer,
    Outcome.CREATED: _for_created,
    Outcome.HELD: _for_held,
    Outcome.AWAITING_ERP: _for_awaiting,
}
