"""Section 1 of the domain rules, written down once more: slow, in plain loops, and sharing no line with the product."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

from tests.orders.model.world import Account, Answer, Claimed, Contact, ErpRow, Order, Person, World

Candidate = TypeVar("Candidate")
BLOCKED = {"suspended": "account_suspended", "pending": "account_pending"}


def receive(world: World, order: Order) -> Answer:
    """The order arrives and is decided."""
    world.orders.append(order)
    return decide(world, order, order.received)


def decide(world: World, order: Order, now: datetime) -> Answer:
    """Whose it is at that moment; what follows from it becomes true in the world."""
    answer = _Decision(world, order, now).answer()
    order.answer = answer
    if answer.outcome not in {"held", "awaiting_erp"} and order.external_id:
        world.pins[order.b2b, order.external_id] = answer
    return answer


def decide_waiting(world: World, now: datetime) -> None:
    """A catch-up was recorded: what waits and may be looked at again is decided, if it can be."""
    for order in world.orders:
        before = order.answer
        assert before is not None
        if before.outcome != "awaiting_erp":
            continue
        caught_up = bool(world.rules.erp) and world.caught_up is not None and order.received < world.caught_up
        if not (caught_up or before.reason == "erp_row_stale"):
            continue
        if decide(world, order, now).outcome == "awaiting_erp":
            order.answer = before


class _Decision:
    """One order at one moment."""

    def __init__(self, world: World, order: Order, now: datetime) -> None:
        self.world, self.order, self.now = world, order, now
        self.rules = world.rules
        self.steps = self.rules.b2b_steps if order.b2b else self.rules.b2c_steps
        self.policy = self.rules.b2b_ambiguous if order.b2b else self.rules.b2c_ambiguous
        self.email, self.phone = self._key(order.email), self._key(order.phone)

    def _key(self, claimed: Claimed) -> str | None:
        return None if claimed.key in self.rules.placeholders else claimed.key

    def answer(self) -> Answer:
        steps = list(self.steps)
        if steps and steps[0] == "pinned":
            steps.pop(0)
            pinned = self._pinned()
            if pinned is not None:
                return pinned
        if self.email is None and self.phone is None:
            return Answer("held", "no_usable_identifier")
        missed_the_erp = False
        for step in steps:
            if step in {"own_customer", "create"} and missed_the_erp:
                return Answer("awaiting_erp", "erp_catch_up_pending")
            found = self._take(step)
            if found is not None:
                return found
            missed_the_erp = missed_the_erp or self._misses_unconfirmed(step)
        return Answer("awaiting_erp", "erp_catch_up_pending") if missed_the_erp else Answer("held", "no_match")

    def _take(self, step: str) -> Answer | None:
        if step == "account_contact_email":
            return self._account_contact()
        if step == "erp_email":
            return self._erp(self._rows(lambda row: self.email in row.emails), by_phone=False) if self.email else None
        if step == "erp_phone":
            return self._erp(self._rows(lambda row: self.phone in row.phones), by_phone=True) if self.phone else None
        if step == "own_customer":
            return self._own(by_phone=False) or self._own(by_phone=True)
        if step in {"customer_email", "customer_phone"}:
            return self._own(by_phone=step == "customer_phone")
        assert step == "create"
        return Answer("created", person=self._make())

    # --- Step 1

    def _account_contact(self) -> Answer | None:
        found = [contact for contact in self.world.contacts if self.email and contact.email == self.email]
        found = [contact for contact in found if contact.active and contact.account.status != "disabled"]
        if not found:
            return None
        good = [contact for contact in found if not self._blocks(contact)]
        if len(found) == 1:
            return self._give_to_contact(found[0]) if good else Answer("held", self._blocks(found[0]))
        if self.policy == "hold" or not good:
            return Answer("held", "ambiguous")
        dated = [
            (contact, contact.account.created, self._first_order(account=contact.account), contact.account.id)
            for contact in good
        ]
        return self._give_to_contact(self._first(dated))

    def _blocks(self, contact: Contact) -> str:
        return "contact_on_hold" if contact.on_hold else BLOCKED.get(contact.account.status, "")

    def _give_to_contact(self, contact: Contact) -> Answer:
        person = self._counts(contact.person) if contact.person else None
        return self._to_account(contact.account, person)

    def _to_account(self, account: Account, person: Person | None) -> Answer:
        node: Account | None = account
        number = ""
        while node is not None and not number and self.rules.erp:
            number = node.number if node.erp == self.rules.erp else ""
            node = node.parent
        return Answer("account", account=account, person=person, number=number, warnings=_about(person))

    # --- Steps 2 and 3

    def _rows(self, fits: Callable[[ErpRow], bool]) -> list[ErpRow]:
        if not self.rules.erp:
            return []
        there = [row for row in self.world.erp_rows if not row.gone and row.number not in self.world.system_customers]
        return [row for row in there if fits(row)]

    def _misses_unconfirmed(self, step: str) -> bool:
        asked = (step == "erp_email" and self.email) or (step == "erp_phone" and self.phone)
        if not asked or not self.rules.erp or self.rules.assume_complete:
            return False
        return self.world.caught_up is None or self.world.caught_up <= self.order.received

    def _erp(self, rows: list[ErpRow], *, by_phone: bool) -> Answer | None:
        if not rows:
            return None
        if any(self._is_stale(row) for row in rows):
            return Answer("awaiting_erp", "erp_row_stale")
        if len(rows) > 1 and self.policy == "hold":
            return Answer("held", "ambiguous")
        row = self._first([(row, row.first_sale, row.first_sale, row.number) for row in rows])
        account = self._account_of(row)
        if account and account.status in BLOCKED:
            return Answer("held", BLOCKED[account.status])
        warnings = set()
        if by_phone and self.email and row.emails and self.email not in row.emails:
            warnings.add("email_differs")
        if not by_phone and "erp_phone" in self.steps and self.phone:
            elsewhere = self._rows(lambda other: self.phone in other.phones)
            if elsewhere and row not in elsewhere:
                warnings.add("phone_points_elsewhere")
        return self._to_erp_customer(row, warnings)

    def _is_stale(self, row: ErpRow) -> bool:
        if self.rules.max_age is None:
            return False
        confirmed = max(row.read_at, self.world.caught_up) if self.world.caught_up else row.read_at
        return confirmed < self.now - timedelta(seconds=self.rules.max_age)

    def _account_of(self, row: ErpRow) -> Account | None:
        known = [each for each in self.world.accounts if each.erp == self.rules.erp and each.number == row.number]
        return known[0] if known else None

    def _to_erp_customer(self, row: ErpRow, warnings: set[str]) -> Answer:
        account = self._account_of(row)
        if account and account.status == "disabled":
            warnings.add("account_disabled")
            account = None
        if not row.allows_orders:
            warnings.add("erp_orders_not_allowed")
        person = self._behind(row)
        warnings |= _about(person)
        return Answer("erp_customer", "", account, person, row.number, frozenset(warnings))

    def _behind(self, row: ErpRow) -> Person:
        erp = self.rules.erp
        carriers = [each for each in self.world.people if each.numbers.get(erp) == row.number]
        counting = [person for each in carriers if (person := self._counts(each))]
        if counting:
            return counting[0]
        found = self._prefer_registered(self._people(email=self.email))
        if len(found) == 1 and erp not in found[0].numbers:
            found[0].numbers[erp] = row.number
            return found[0]
        made = self._make()
        made.numbers[erp] = row.number
        return made

    # --- Step 4, and B2C

    def _own(self, *, by_phone: bool) -> Answer | None:
        key = self.phone if by_phone else self.email
        found = self._people(phone=key) if by_phone else self._people(email=key)
        if not found:
            return None
        counting = self._prefer_registered(found)
        if len(counting) > 1 and self.policy == "hold":
            return Answer("held", "ambiguous")
        dated = [(person, person.created, self._first_order(person=person), person.id) for person in counting]
        person = self._first(dated)
        warnings = set(_about(person))
        if by_phone and self.email and person.email and person.email != self.email:
            warnings.add("email_differs")
        if not by_phone and (self.order.b2b or "customer_phone" in self.steps) and self.phone:
            elsewhere = self._people(phone=self.phone)
            if elsewhere and person not in elsewhere:
                warnings.add("phone_points_elsewhere")
        return self._to_customer(person, warnings)

    def _to_customer(self, person: Person, warnings: set[str]) -> Answer:
        number = person.numbers.get(self.rules.erp, "") if self.rules.erp else ""
        return Answer("customer", person=person, number=number, warnings=frozenset(warnings | _about(person)))

    def _people(self, *, email: str | None = None, phone: str | None = None) -> list[Person]:
        """Who counts for those with the key; a survivor once."""
        counting: list[Person] = []
        for each in self.world.people:
            fits = (email is not None and each.email == email) or (phone is not None and each.phone == phone)
            person = self._counts(each) if fits else None
            if person is not None and person not in counting:
                counting.append(person)
        return counting

    def _counts(self, person: Person) -> Person | None:
        counted = person.merged_into or person
        return None if person.anonymized or counted.anonymized else counted

    def _prefer_registered(self, found: list[Person]) -> list[Person]:
        return [person for person in found if person.registered] or found

    def _make(self) -> Person:
        made = Person(f"new-{len(self.world.people)}", False, self.email, self.phone, self.now)
        self.world.people.append(made)
        return made

    # --- What is pinned

    def _pinned(self) -> Answer | None:
        pin = self.world.pins.get((self.order.b2b, self.order.external_id)) if self.order.external_id else None
        if pin is None:
            return None
        if pin.outcome == "erp_customer":
            rows = self._rows(lambda row: row.number == pin.number)
            if not rows:
                return None
            account = self._account_of(rows[0])
            if account and account.status in BLOCKED:
                return Answer("held", BLOCKED[account.status])
            return self._to_erp_customer(rows[0], set())
        person = self._counts(pin.person) if pin.person else None
        if pin.outcome == "account":
            assert pin.account is not None
            if pin.account.status == "disabled":
                return None
            if pin.account.status in BLOCKED:
                return Answer("held", BLOCKED[pin.account.status])
            return self._to_account(pin.account, person)
        return self._to_customer(person, set()) if person else None

    # --- Ties

    def _first_order(self, *, account: Account | None = None, person: Person | None = None) -> datetime | None:
        """Of orders with exactly that account or person, the one that was placed first."""
        placed = [
            order.placed
            for order in self.world.orders
            if order.answer is not None
            and ((account and order.answer.account is account) or (person and order.answer.person is person))
        ]
        return min(placed, default=None)

    def _first(self, dated: list[tuple[Candidate, date | None, date | None, str]]) -> Candidate:
        """By date of creation or first sale; who has no such date comes last, ties go to the lower id."""

        def order(each: tuple[Candidate, date | None, date | None, str]) -> tuple[bool, str, str]:
            moment = each[2] if self.policy == "earliest_sale" else each[1]
            return moment is None, moment.isoformat() if moment else "", each[3]

        return min(dated, key=order)[0]


def _about(person: Person | None) -> frozenset[str]:
    if person is None:
        return frozenset()
    inactive = {"customer_inactive"} if not person.active else set()
    return frozenset(inactive | ({"customer_on_hold"} if person.on_hold else set()))
