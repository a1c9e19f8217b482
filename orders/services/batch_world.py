"""What earlier orders of a batch made true for later ones: a bulk is as if its orders were posted one after another."""

from dataclasses import replace
from datetime import datetime

from orders.facts import CustomerFact, Facts, Question
from orders.findings import CustomerAction, Resolution
from orders.steps.own_customers import GUEST


class BatchWorld:
    """Remembers who was made, who got which ERP number, who bought when; adds it to facts gathered before.

    Customers are shared by all storefronts, numbers by those of one ERP system.
    """

    def __init__(self) -> None:
        self._made: list[tuple[Question, CustomerFact]] = []
        self._linked: dict[str, CustomerFact] = {}
        self._numbers: dict[tuple[str, str], str] = {}
        self._first_orders: dict[tuple[str, str], datetime] = {}

    def seen_by(self, question: Question, facts: Facts, *, erp_system: str) -> Facts:
        """The facts as they are now for this question of a storefront with that ERP system."""
        numbers = {shared_id: number for (system, shared_id), number in self._numbers.items() if system == erp_system}
        carriers = {number: shared_id for shared_id, number in numbers.items()}
        rows = tuple(
            row if row.customer else replace(row, customer=carriers.get(row.number)) for row in facts.erp_customers
        )
        carried = {row.customer for row in rows}
        linked = {shared_id: fact for shared_id, fact in self._linked.items() if shared_id in carried}
        people = {**linked, **facts.customers, **self._made_for(question, carried=carried)}
        return replace(
            facts,
            erp_customers=rows,
            customers={
                shared_id: replace(
                    fact,
                    number=numbers.get(shared_id, fact.number),
                    first_order_at=self._first_order("customer", shared_id, fact.first_order_at),
                )
                for shared_id, fact in people.items()
            },
            accounts={
                shared_id: replace(fact, first_order_at=self._first_order("account", shared_id, fact.first_order_at))
                for shared_id, fact in facts.accounts.items()
            },
        )

    def remember(
        self,
        question: Question,
        resolution: Resolution,
        facts: Facts,
        *,
        erp_system: str,
        customer: str | None,
        placed_at: datetime,
        notes_first_orders: bool,
    ) -> None:
        """Take in one decision and the facts it rests on; `customer` is the shared id of who was found or made."""
        if customer and resolution.customer_action == CustomerAction.MADE:
            fact = CustomerFact(customer, GUEST, active=True, on_hold=False, created_at=question.decided_at)
            self._made.append((question, fact))
        if customer and resolution.customer_action == CustomerAction.LINKED:
            # Whoever the number leads to him next may have found him by no key of their own.
            known = facts.customers[customer]
            has_email = known.by_email or known.other_email
            self._linked[customer] = replace(
                known, by_email=False, by_phone=False, other_email=has_email, stands_for=()
            )
        takes_number = resolution.customer_action in {CustomerAction.MADE, CustomerAction.LINKED}
        if customer and takes_number and resolution.erp_customer_number:
            self._numbers[erp_system, customer] = resolution.erp_customer_number
        if notes_first_orders:
            for kind, shared_id in (("customer", customer), ("account", resolution.account)):
                if shared_id:
                    earliest = self._first_order(kind, shared_id, placed_at)
                    self._first_orders[kind, shared_id] = earliest or placed_at

    def _made_for(self, question: Question, *, carried: set[str | None]) -> dict[str, CustomerFact]:
        """Customers made in this batch that the question reaches: by a key, or through an ERP number they carry."""
        reached: dict[str, CustomerFact] = {}
        for made_for, fact in self._made:
            by_email = question.email is not None and made_for.email == question.email
            by_phone = question.phone is not None and made_for.phone == question.phone
            if by_email or by_phone or fact.shared_id in carried:
                other_email = made_for.email is not None and made_for.email != question.email
                reached[fact.shared_id] = replace(fact, by_email=by_email, by_phone=by_phone, other_email=other_email)
        return reached

    def _first_order(self, kind: str, shared_id: str, known: datetime | None) -> datetime | None:
        return _earliest(known, self._first_orders.get((kind, shared_id)))


def _earliest(first: datetime | None, second: datetime | None) -> datetime | None:
    moments = [moment for moment in (first, second) if moment is not None]
    return min(moments, default=None)
