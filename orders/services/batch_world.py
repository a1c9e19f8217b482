"""What earlier orders of a batch made true for later ones: a bulk is as if its orders were posted one after another."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from customers.models import CustomerKind
from orders.facts import CustomerFact, ErpFact, Facts, Question, Target
from orders.findings import CustomerAction, Resolution
from orders.services.asking import Asked
from orders.services.pins import PinKey, pin_key, pinned_target
from storefronts.policy import Ambiguous

Known = TypeVar("Known")
GUEST = str(CustomerKind.GUEST)


class BatchWorld:
    """Remembers who was made, who got which ERP number, who bought when, what was pinned; adds it to gathered facts.

    Customers are shared by all storefronts, numbers by those of one ERP system.
    """

    def __init__(self) -> None:
        self._made: dict[str, tuple[Question, CustomerFact]] = {}
        self._made_by_email: dict[str | None, list[str]] = defaultdict(list)
        self._made_by_phone: dict[str | None, list[str]] = defaultdict(list)
        self._linked: dict[str, CustomerFact] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        self._carriers: dict[tuple[str, str], str] = {}
        self._first_orders: dict[tuple[str, str], datetime] = {}
        self._pins: dict[PinKey, tuple[Target, Facts]] = {}

    def seen_by(self, asked: Asked, facts: Facts) -> Facts:
        """The facts as they are now for this order."""
        question, erp_system = asked.question, asked.policy.erp_system
        facts = self._with_pin(asked, facts)
        rows = tuple(
            row if row.customer else replace(row, customer=self._carriers.get((erp_system, row.number)))
            for row in facts.erp_customers
        )
        carried = {row.customer for row in rows}
        linked = _of(self._linked, carried)
        named = {*carried, facts.pinned.customer if facts.pinned else None}
        people = {**linked, **facts.customers, **self._made_for(question, named=named)}
        return replace(
            facts,
            erp_customers=rows,
            customers={
                shared_id: replace(
                    fact,
                    number=self._numbers.get((erp_system, shared_id), fact.number),
                    first_order_at=self._first_order("customer", shared_id, fact.first_order_at),
                )
                for shared_id, fact in people.items()
            },
            accounts={
                shared_id: replace(fact, first_order_at=self._first_order("account", shared_id, fact.first_order_at))
                for shared_id, fact in facts.accounts.items()
            },
        )

    def remember(self, asked: Asked, resolution: Resolution, facts: Facts, *, customer: str | None) -> None:
        """Take in one decision and the facts it rests on; `customer` is the shared id of who was found or made."""
        question, erp_system = asked.question, asked.policy.erp_system
        if customer and resolution.customer_action == CustomerAction.MADE:
            fact = CustomerFact(customer, GUEST, active=True, on_hold=False, created_at=question.decided_at)
            self._made[customer] = question, fact
            self._made_by_email[question.email].append(customer)
            self._made_by_phone[question.phone].append(customer)
        if customer and resolution.customer_action == CustomerAction.LINKED:
            self._linked[customer] = _person_by_no_key(facts.customers[customer])
        takes_number = resolution.customer_action in {CustomerAction.MADE, CustomerAction.LINKED}
        if customer and takes_number and resolution.erp_customer_number:
            self._numbers[erp_system, customer] = resolution.erp_customer_number
            self._carriers[erp_system, resolution.erp_customer_number] = customer
        if Ambiguous.EARLIEST_SALE in {asked.policy.b2b_ambiguous, asked.policy.b2c_ambiguous}:
            for kind, shared_id in (("customer", customer), ("account", resolution.account)):
                if shared_id:
                    earliest = self._first_order(kind, shared_id, asked.placed_at)
                    self._first_orders[kind, shared_id] = earliest or asked.placed_at
        key, target = pin_key(asked), pinned_target(resolution, customer=customer)
        if key and target:
            self._pins[key] = target, facts

    def _with_pin(self, asked: Asked, facts: Facts) -> Facts:
        """What an earlier order pinned, and what was known then of whom it names; no key of this order finds him."""
        key = pin_key(asked)
        if key is None or key not in self._pins or not asked.looks_for_pin:
            return facts
        target, known = self._pins[key]
        rows = {row.number: row for row in facts.erp_customers}
        pinned_row = known.erp_customer(target.erp_number or "")
        if pinned_row is not None:
            rows.setdefault(pinned_row.number, _by_no_key(pinned_row))
        accounts = {target.account, pinned_row.account if pinned_row else None}
        people = {target.customer, pinned_row.customer if pinned_row else None}
        return replace(
            facts,
            pinned=target,
            erp=facts.erp or (known.erp if pinned_row else None),
            erp_customers=tuple(rows.values()),
            accounts={**_of(known.accounts, accounts), **facts.accounts},
            customers={
                **{each: _person_by_no_key(fact) for each, fact in _of(known.customers, people).items()},
                **facts.customers,
            },
        )

    def _made_for(self, question: Question, *, named: Iterable[str | None]) -> dict[str, CustomerFact]:
        """Customers made in this batch that the question reaches: by a key, by an ERP number they carry, by a pin."""
        by_email = self._made_by_email.get(question.email, []) if question.email else []
        by_phone = self._made_by_phone.get(question.phone, []) if question.phone else []
        outright = [shared_id for shared_id in named if shared_id is not None and shared_id in self._made]
        reached: dict[str, CustomerFact] = {}
        for shared_id in {*by_email, *by_phone, *outright}:
            made_for, fact = self._made[shared_id]
            other_email = made_for.email is not None and made_for.email != question.email
            is_by_email, is_by_phone = shared_id in by_email, shared_id in by_phone
            reached[shared_id] = replace(fact, by_email=is_by_email, by_phone=is_by_phone, other_email=other_email)
        return reached

    def _first_order(self, kind: str, shared_id: str, known: datetime | None) -> datetime | None:
        return _earliest(known, self._first_orders.get((kind, shared_id)))


def _person_by_no_key(known: CustomerFact) -> CustomerFact:
    """As an order sees him that finds him by no key of its own."""
    has_email = known.by_email or known.other_email
    return replace(
        known,
        by_email=False,
        by_phone=False,
        other_email=has_email,
        stands_for=(),
        email_is_own_word=False,
        email_is_known=False,
    )


def _by_no_key(row: ErpFact) -> ErpFact:
    return replace(row, by_email=(), by_phone=(), other_email=bool(row.by_email) or row.other_email)


def _of(known: Mapping[str, Known], shared_ids: Iterable[str | None]) -> dict[str, Known]:
    return {shared_id: known[shared_id] for shared_id in shared_ids if shared_id is not None and shared_id in known}


def _earliest(first: datetime | None, second: datetime | None) -> datetime | None:
    moments = [moment for moment in (first, second) if moment is not None]
    return min(moments, default=None)
