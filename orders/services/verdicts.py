"""Decide whose each of a batch of orders is, and make the customers they need. No order is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from uuid6 import uuid7

from customers.models import CustomerKind
from customers.services.customers import CustomerDraft, create_customers, new_shared_id
from events.transaction import lock_key, take_locks
from orders.facts import Facts, Question
from orders.findings import CustomerAction, Resolution
from orders.resolution import resolve
from orders.services.batch_world import BatchWorld
from orders.services.gathering import Gathered, gather
from orders.submissions import Claim
from storefronts.models import Storefront
from storefronts.policy import Ambiguous, Policy

# What a customer's columns hold; the order keeps the whole name.
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as far as whose it is depends on it: what it claims, where and when it was placed."""

    storefront: Storefront
    policy: Policy
    claim: Claim
    question: Question
    currency: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose an order is and all that was looked at; `draft` is the customer that was made for it."""

    asked: Asked
    facts: Facts
    labels: dict[str, str]
    resolution: Resolution
    draft: CustomerDraft | None
    decision_id: UUID = field(default_factory=uuid7)

    @property
    def customer(self) -> str | None:
        """The shared id of who was found, or made, for it."""
        return self.draft.shared_id if self.draft else self.resolution.customer


def policy_of(storefront: Storefront) -> Policy:
    """The storefront's current policy; loaded with it by `with_policy()`."""
    assert storefront.current_policy is not None
    return Policy.from_settings(storefront.current_policy.settings, version=storefront.current_policy.version)


def person_locks(questions: Iterable[Question]) -> list[int]:
    """The locks of everyone an order could create: taken before looking, so that two orders cannot both create him."""
    return [
        lock_key("person", kind, value)
        for each in questions
        for kind, value in (("email", each.email), ("phone", each.phone))
        if value
    ]


def decide(asked: Sequence[Asked], *, by: str, at: datetime) -> list[Verdict]:
    """Resolve each order, and make the customers they need, all at once, in the caller's transaction.

    The caller holds the `person_locks`. An ERP number that gets its customer here is locked and everything looked at
    again: two addresses of one ERP customer share no key of their own, and must still make one customer.
    """
    locked: set[int] = set()
    verdicts = _resolve_in_order(asked)
    while missing := _number_locks(verdicts) - locked:
        take_locks(missing)
        locked |= missing
        verdicts = _resolve_in_order(asked)
    create_customers(drafts=[each.draft for each in verdicts if each.draft], by=by, at=at)
    return verdicts


def _number_locks(verdicts: Iterable[Verdict]) -> set[int]:
    gives_number = {CustomerAction.MADE, CustomerAction.LINKED}
    return {
        lock_key("erp_number", each.asked.policy.erp_system, each.resolution.erp_customer_number)
        for each in verdicts
        if each.resolution.erp_customer_number and each.resolution.customer_action in gives_number
    }


def _resolve_in_order(asked: Sequence[Asked]) -> list[Verdict]:
    """Resolve one after the other, each on what the ones before it made true."""
    world = BatchWorld()
    verdicts: list[Verdict] = []
    for each, found in zip(asked, _gather_by_storefront(asked), strict=True):
        policy = each.policy
        facts = world.seen_by(each.question, found.facts, erp_system=policy.erp_system)
        resolution = resolve(each.question, facts, policy)
        is_made = resolution.customer_action == CustomerAction.MADE
        verdict = Verdict(each, facts, found.labels, resolution, _draft(each, resolution) if is_made else None)
        world.remember(
            each.question,
            resolution,
            facts,
            erp_system=policy.erp_system,
            customer=verdict.customer,
            placed_at=each.placed_at,
            notes_first_orders=Ambiguous.EARLIEST_SALE in {policy.b2b_ambiguous, policy.b2c_ambiguous},
        )
        verdicts.append(verdict)
    return verdicts


def _gather_by_storefront(asked: Sequence[Asked]) -> list[Gathered]:
    gathered: dict[int, Gathered] = {}
    for storefront_id in {each.storefront.pk: None for each in asked}:
        places = [place for place, each in enumerate(asked) if each.storefront.pk == storefront_id]
        found = gather([asked[place].question for place in places], asked[places[0]].policy)
        gathered.update(zip(places, found, strict=True))
    return [gathered[place] for place in range(len(asked))]


def _draft(asked: Asked, resolution: Resolution) -> CustomerDraft:
    """A guest with the claim's names, and its e-mail and phone where they are usable."""
    claim, question = asked.claim, asked.question
    return CustomerDraft(
        kind=CustomerKind.GUEST,
        shared_id=new_shared_id(),
        email=claim.email.strip() if question.email else "",
        phone=claim.phone.strip() if question.phone else "",
        phone_region=asked.policy.default_region,
        first_name=claim.first_name[:LONGEST_NAME],
        last_name=claim.last_name[:LONGEST_NAME],
        preferred_currency=asked.currency,
        preferred_storefront=asked.storefront,
        erp_system=asked.policy.erp_system,
        erp_number=resolution.erp_customer_number or "",
    )
