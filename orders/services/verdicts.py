"""Decide whose each of a batch of orders is, and whom that needs to be made. Nothing is written here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from uuid6 import uuid7

from customers.identifiers import MAX_EMAIL_LENGTH
from customers.models import CustomerKind
from customers.services.customers import CustomerDraft
from customers.services.shared_ids import new_shared_id
from events.transaction import lock_key, take_locks
from orders.facts import Facts
from orders.findings import CustomerAction, Resolution
from orders.rulings import decide
from orders.services.asking import Asked
from orders.services.batch_world import BatchWorld
from orders.services.gathering import Gathered, Rows, gather

# What a customer's columns hold; the order keeps the whole name.
LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose an order is and all that was looked at; `draft` is the customer that is to be made for it.

    `rows` are those that were read on the way.
    """

    asked: Asked
    facts: Facts
    labels: dict[str, str]
    resolution: Resolution
    draft: CustomerDraft | None
    rows: Rows
    decision_id: UUID = field(default_factory=uuid7)

    @property
    def customer(self) -> str | None:
        """The shared id of who was found, or made, for it."""
        return self.draft.shared_id if self.draft else self.resolution.customer


def reach_verdicts(asked: Sequence[Asked]) -> list[Verdict]:
    """Decide each order, in the caller's transaction; nothing is written yet, the customers they need neither.

    The caller holds the `person_locks`. An ERP number that gets its customer here is locked and everything looked at
    again: two addresses of one ERP customer share no key of their own, and must still make one customer.
    """
    locked: set[int] = set()
    verdicts = _resolve_in_order(asked)
    while missing := _number_locks(verdicts) - locked:
        take_locks(missing)
        locked |= missing
        verdicts = _resolve_in_order(asked)
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
        facts = world.seen_by(each, found.facts)
        resolution = decide(each.question, facts, each.policy, each.ruling)
        is_made = resolution.customer_action == CustomerAction.MADE
        draft = _draft(each, resolution) if is_made else None
        verdict = Verdict(each, facts, found.labels, resolution, draft, found.rows)
        world.remember(each, resolution, facts, customer=verdict.customer)
        verdicts.append(verdict)
    return verdicts


def _gather_by_storefront(asked: Sequence[Asked]) -> list[Gathered]:
    gathered: dict[int, Gathered] = {}
    for storefront_id in {each.storefront.pk: None for each in asked}:
        places = [place for place, each in enumerate(asked) if each.storefront.pk == storefront_id]
        found = gather([asked[place] for place in places])
        gathered.update(zip(places, found, strict=True))
    return [gathered[place] for place in range(len(asked))]


def _storable(typed: str, normal: str | None) -> str:
    """As typed; where that is longer than a customer's e-mail may be, its normal form, which never is."""
    if not normal:
        return ""
    return typed if len(typed) <= MAX_EMAIL_LENGTH else normal


def _draft(asked: Asked, resolution: Resolution) -> CustomerDraft:
    """A guest with the claim's names, and its e-mail and phone where they are usable."""
    claim, question = asked.claim.mended_by(asked.mended), asked.question
    return CustomerDraft(
        kind=CustomerKind.GUEST,
        shared_id=new_shared_id(),
        email=_storable(claim.email.strip(), question.email),
        phone=claim.phone.strip() if question.phone else "",
        phone_region=asked.policy.default_region,
        first_name=claim.first_name[:LONGEST_NAME],
        last_name=claim.last_name[:LONGEST_NAME],
        preferred_currency=asked.currency,
        preferred_storefront=asked.storefront,
        erp_system=asked.policy.erp_system,
        erp_number=resolution.erp_customer_number or "",
    )
