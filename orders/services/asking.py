"""What is asked about an order before it is decided: its claim in normal forms, under its storefront's policy."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from customers.services.locks import key_lock
from events.transaction import lock_key
from orders.facts import Question
from orders.models import Order
from orders.models.pinned_identity import LONGEST_PINNED
from orders.rulings import Ruling
from orders.submissions import Claim, Mended, OrderSubmission
from orders.words import OrderKind
from storefronts.models import Storefront
from storefronts.policy import Policy, Step


@dataclass(frozen=True, slots=True)
class Asked:
    """An order as far as whose it is depends on it: what it claims, where and when it was placed, what a person said.

    `why` is the reason that person gave, `order_id` the order that is here already, `email_before` what was asked for
    it last.
    """

    storefront: Storefront
    policy: Policy
    claim: Claim
    question: Question
    currency: str
    placed_at: datetime
    ruling: Ruling | None = None
    mended: Mended = field(default_factory=Mended)
    why: str = ""
    order_id: UUID | None = None
    email_before: str = ""

    @property
    def pin(self) -> str | None:
        """The shop's customer id if something can be pinned to it."""
        external_id = self.question.external_id
        return external_id if 0 < len(external_id) <= LONGEST_PINNED else None

    @property
    def looks_for_pin(self) -> bool:
        steps = self.policy.b2b_steps if self.question.kind == OrderKind.B2B else self.policy.b2c_steps
        # Where a person mended what the order says, that is asked, and not what was thought before.
        is_mended = self.mended != Mended()
        return self.pin is not None and Step.PINNED in steps and self.ruling_target is None and not is_mended

    @property
    def ruling_target(self) -> str | None:
        """Who was named outright, in short; None where the rules decide."""
        target = self.ruling.target if self.ruling else None
        return (target.account or target.customer) if target else None


def policy_of(storefront: Storefront) -> Policy:
    """The storefront's current policy; loaded with it by `with_policy()`."""
    assert storefront.current_policy is not None
    return Policy.from_settings(storefront.current_policy.settings, version=storefront.current_policy.version)


def of_submission(submission: OrderSubmission, *, policy: Policy, ruling: Ruling | None = None, at: datetime) -> Asked:
    """About an order that arrives at `at`."""
    claim = submission.claim
    return Asked(
        storefront=submission.storefront,
        policy=policy,
        claim=claim,
        question=claim.question(kind=submission.kind, policy=policy, received_at=at, decided_at=at),
        currency=submission.currency,
        placed_at=submission.placed_at,
        ruling=ruling,
    )


def of_order(
    order: Order,
    storefront: Storefront,
    *,
    mended: Mended | None = None,
    ruling: Ruling | None = None,
    why: str = "",
    at: datetime,
) -> Asked:
    """About an order that is here, to be decided anew: on the policy of today, as it was last mended.

    `order` comes with its decision and that one's evidence; `mended` is what a person mends now.
    """
    policy = policy_of(storefront)
    claim = Claim(
        email=order.claim_email,
        phone=order.claim_phone,
        first_name=order.claim_first_name,
        last_name=order.claim_last_name,
        external_id=order.claim_external_id,
    )
    in_force = Mended.from_stored(order.decision.evidence.mended).mended_by(mended)
    question = claim.question(
        kind=OrderKind(order.kind), policy=policy, received_at=order.received_at, decided_at=at, mended=in_force
    )
    return Asked(
        storefront,
        policy,
        claim,
        question,
        order.currency,
        order.placed_at,
        ruling,
        in_force,
        why,
        order_id=order.pk,
        email_before=order.decision.evidence.email_key,
    )


def person_locks(asked: Iterable[Asked]) -> list[int]:
    """The locks of everyone an order could create: taken before looking, so that two orders cannot both create him.

    Also of whom it was asked for last: who confirms that e-mail right now is shown the order before, or not at all.
    """
    locks = []
    for each in asked:
        keys = (("email", each.question.email), ("phone", each.question.phone), ("email", each.email_before))
        locks += [key_lock(kind, value) for kind, value in keys if value]
        if each.looks_for_pin:
            locks.append(lock_key("pin", each.storefront.pk, each.question.kind, each.pin))
    return locks
