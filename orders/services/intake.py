"""Take orders in: decide whose each is, and write order, decision and receipt in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from customers.models import CustomerKind
from customers.services.customers import CustomerDraft, create_customers, new_shared_id
from events.recording import Fact, record
from events.transaction import lock_key, take_locks, transaction
from orders.facts import Question
from orders.findings import CustomerAction
from orders.models import Order
from orders.resolution import resolve
from orders.services.batch_world import BatchWorld
from orders.services.gathering import Gathered, gather
from orders.services.writing import Decided, write_orders
from orders.submissions import OrderSubmission
from storefronts.models import Storefront
from storefronts.policy import Ambiguous, Policy


@dataclass(frozen=True, slots=True)
class Received:
    """An order that is here now. `is_new` False: it was here before, with the same content."""

    order: Order
    is_new: bool


class OrderExistsWithOtherContentError(Exception):
    """The storefront sent this number before, with other content. The stored order is untouched."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


def receive_order(*, submission: OrderSubmission, by: str, at: datetime) -> Received:
    """Take one order in. Its identity never makes it refused: what cannot be decided is held.

    Raises OrderExistsWithOtherContentError; the same order again is returned as it is now.
    """
    (received,) = receive_orders(submissions=[submission], by=by, at=at)
    if isinstance(received, OrderExistsWithOtherContentError):
        raise received
    return received


def receive_orders(
    *, submissions: Sequence[OrderSubmission], by: str, at: datetime
) -> list[Received | OrderExistsWithOtherContentError]:
    """Take many in, in one transaction, as if one after another; the answers are in their order.

    The number of statements does not depend on the number of orders. Two equal requests at once, or two first orders of
    one person, wait for each other on locks and make one order, one customer.
    """
    if not submissions:
        return []
    policies = {each.storefront.pk: policy_of(each.storefront) for each in submissions}
    questions = [
        each.claim.question(kind=each.kind, policy=policies[each.storefront.pk], received_at=at, decided_at=at)
        for each in submissions
    ]
    with transaction(by=by, locks=_locks(submissions, questions)):
        known = _known_orders(submissions)
        fresh: dict[tuple[int, str], int] = {}
        for index, each in enumerate(submissions):
            key = (each.storefront.pk, each.number)
            if key not in known:
                fresh.setdefault(key, index)
        decided = _decide([(submissions[index], questions[index]) for index in fresh.values()], policies, by=by, at=at)
        known |= {(order.storefront_id, order.number): order for order in write_orders(decided, by=by, at=at)}
        _record_received(decided, by=by, at=at)
    return [
        _answer(
            each, known[each.storefront.pk, each.number], is_new=fresh.get((each.storefront.pk, each.number)) == index
        )
        for index, each in enumerate(submissions)
    ]


def policy_of(storefront: Storefront) -> Policy:
    """The storefront's current policy; loaded with it by `with_policy()`."""
    assert storefront.current_policy is not None
    return Policy.from_settings(storefront.current_policy.settings, version=storefront.current_policy.version)


def _locks(submissions: Iterable[OrderSubmission], questions: Iterable[Question]) -> list[int]:
    orders = [lock_key("order", each.storefront.pk, each.number) for each in submissions]
    people = [
        lock_key("person", kind, value)
        for each in questions
        for kind, value in (("email", each.email), ("phone", each.phone))
        if value
    ]
    return [*orders, *people]


def _known_orders(submissions: Iterable[OrderSubmission]) -> dict[tuple[int, str], Order]:
    numbers: dict[int, set[str]] = defaultdict(set)
    for each in submissions:
        numbers[each.storefront.pk].add(each.number)
    wanted = Q()
    for storefront_id, of_storefront in numbers.items():
        wanted |= Q(storefront=storefront_id, number__in=of_storefront)
    return {
        (order.storefront_id, order.number): order
        for order in Order.objects.with_identity().with_parts().filter(wanted)
    }


def _decide(
    asked: Sequence[tuple[OrderSubmission, Question]], policies: dict[int, Policy], *, by: str, at: datetime
) -> list[Decided]:
    """Resolve each order, and make the customers they need, all at once.

    An ERP number that gets its customer here is locked and everything looked at again: two addresses of one ERP
    customer share no key of their own, and must still make one customer.
    """
    locked: set[int] = set()
    decided = _resolve_in_order(asked, policies)
    while missing := _number_locks(decided) - locked:
        take_locks(missing)
        locked |= missing
        decided = _resolve_in_order(asked, policies)
    create_customers(drafts=[each.draft for each in decided if each.draft], by=by, at=at)
    return decided


def _number_locks(decided: Iterable[Decided]) -> set[int]:
    gives_number = {CustomerAction.MADE, CustomerAction.LINKED}
    return {
        lock_key("erp_number", each.policy.erp_system, each.resolution.erp_customer_number)
        for each in decided
        if each.resolution.erp_customer_number and each.resolution.customer_action in gives_number
    }


def _resolve_in_order(asked: Sequence[tuple[OrderSubmission, Question]], policies: dict[int, Policy]) -> list[Decided]:
    """Resolve one after the other, each on what the ones before it made true."""
    gathered = _gather_by_storefront(asked, policies)
    world = BatchWorld()
    decided: list[Decided] = []
    for (submission, question), found in zip(asked, gathered, strict=True):
        policy = policies[submission.storefront.pk]
        facts = world.seen_by(question, found.facts, erp_system=policy.erp_system)
        resolution = resolve(question, facts, policy)
        draft = None
        if resolution.customer_action == CustomerAction.MADE:
            draft = _draft(submission, question, policy, resolution.erp_customer_number)
        each = Decided(submission, question, policy, facts, found.labels, resolution, draft)
        world.remember(
            question,
            resolution,
            erp_system=policy.erp_system,
            customer=each.customer,
            placed_at=submission.placed_at,
            notes_first_orders=Ambiguous.EARLIEST_SALE in {policy.b2b_ambiguous, policy.b2c_ambiguous},
        )
        decided.append(each)
    return decided


def _gather_by_storefront(
    asked: Sequence[tuple[OrderSubmission, Question]], policies: dict[int, Policy]
) -> list[Gathered]:
    gathered: dict[int, Gathered] = {}
    for storefront_id, policy in policies.items():
        places = [place for place, (each, _) in enumerate(asked) if each.storefront.pk == storefront_id]
        found = gather([asked[place][1] for place in places], policy)
        gathered.update(zip(places, found, strict=True))
    return [gathered[place] for place in range(len(asked))]


def _draft(submission: OrderSubmission, question: Question, policy: Policy, number: str | None) -> CustomerDraft:
    """A guest with the claim's names, and its e-mail and phone where they are usable."""
    claim = submission.claim
    return CustomerDraft(
        kind=CustomerKind.GUEST,
        shared_id=new_shared_id(),
        email=claim.email.strip() if question.email else "",
        phone=claim.phone.strip() if question.phone else "",
        phone_region=policy.default_region,
        first_name=claim.first_name,
        last_name=claim.last_name,
        preferred_currency=submission.currency,
        preferred_storefront=submission.storefront,
        erp_system=policy.erp_system,
        erp_number=number or "",
    )


def _record_received(decided: Iterable[Decided], *, by: str, at: datetime) -> None:
    facts = []
    for each in decided:
        payload = {
            "order": str(each.order_id),
            "storefront": each.submission.storefront.code,
            "outcome": str(each.resolution.outcome),
            "customer_action": str(each.resolution.customer_action),
        }
        facts.append(Fact("order.received", f"order:{each.order_id}", payload))
    if facts:
        record(*facts, by=by, at=at)


def _answer(submission: OrderSubmission, order: Order, *, is_new: bool) -> Received | OrderExistsWithOtherContentError:
    if is_new:
        return Received(order, is_new=True)
    if bytes(order.received_digest) != submission.digest():
        return OrderExistsWithOtherContentError(submission.number)
    return Received(order, is_new=False)
