"""What queries have reached for a whole batch, indexed, so that each order finds its own facts in a few steps."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from accounts.models import Account
from customers.models import Customer, IdentifierKind
from orders.facts import CustomerFact, ErpFact, Question


class Person:
    """A customer that was reached, and who counts for him: himself, or the survivor of his merge.

    `customer` comes with `merged_into` and annotated with `own_number` and `survivors_number`.
    """

    def __init__(self, customer: Any) -> None:
        self.reached: Customer = customer
        self.counted: Customer = customer.merged_into or customer
        self.number: str | None = customer.survivors_number if customer.merged_into_id else customer.own_number
        self.carried: set[str] = {number for number in (customer.own_number, self.number) if number}
        self.first_order_at: datetime | None = None


class People:
    """Everyone that was reached and counts, by each of the ways that lead to him."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.everyone = list(people)
        self.counted = {person.counted.shared_id: person.counted for person in self.everyone}
        self.by_pk = {person.reached.pk: person for person in self.everyone}
        self.by_shared_id = {person.reached.shared_id: person for person in self.everyone}
        self.by_email: dict[str | None, list[Person]] = defaultdict(list)
        self.by_phone: dict[str | None, list[Person]] = defaultdict(list)
        self.by_number: dict[str, list[Person]] = defaultdict(list)
        for person in self.everyone:
            self.by_email[person.reached.email_key].append(person)
            self.by_phone[person.reached.phone_key].append(person)
            for number in person.carried:
                self.by_number[number].append(person)

    def carrier(self, number: str) -> str | None:
        """The shared id of who counts for the one that carries the ERP number."""
        carriers = self.by_number.get(number)
        return carriers[-1].counted.shared_id if carriers else None

    def facts(
        self, question: Question | None, *, shown: Iterable[int | None], numbers: Iterable[str], named: str | None
    ) -> dict[str, CustomerFact]:
        """By shared id: who is reached by the question's keys, shown by contacts, carries a number, or is named.

        A survivor stands there once, however many of his merged ones were reached.
        """
        by_email = self.by_email.get(question.email, []) if question and question.email else []
        by_phone = self.by_phone.get(question.phone, []) if question and question.phone else []
        outright = [self.by_pk.get(pk) for pk in shown if pk] + [self.by_shared_id.get(named or "")]
        carrying = [person for number in numbers for person in self.by_number.get(number, ())]
        reached = {id(each): each for each in (*by_email, *by_phone, *outright, *carrying) if each is not None}
        facts: dict[str, CustomerFact] = {}
        for person in reached.values():
            fact = facts.get(person.counted.shared_id) or _fact(person, question)
            fact = replace(fact, by_phone=fact.by_phone or person in by_phone, stands_for=_stands_for(fact, person))
            facts[fact.shared_id] = _by_email(fact, person.reached) if person in by_email else fact
        return facts


class ErpRows:
    """Rows of the mirror, one for each identifier that led to them, by identifier and by number."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.by_key: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
        self.by_number: dict[str, Mapping[str, Any]] = {}
        for row in rows:
            self.by_key[row["kind"], row["key"]].append(row)
            self.by_number[row["number"]] = row

    def facts(
        self, question: Question, *, named: str | None, accounts: Mapping[str, Account], people: People
    ) -> tuple[ErpFact, ...]:
        """What the question's keys hit, and the row of the number that is named."""
        hits: dict[str, ErpFact] = {}
        for kind, key, slots in (
            (IdentifierKind.EMAIL, question.email, "by_email"),
            (IdentifierKind.PHONE, question.phone, "by_phone"),
        ):
            for row in self.by_key.get((kind, key or ""), ()) if key else ():
                fact = hits.get(row["number"]) or _erp_fact(row, question, accounts, people)
                found: dict[str, Any] = {slots: (*getattr(fact, slots), row["slot"])}
                hits[row["number"]] = replace(fact, **found)
        if named and named in self.by_number and named not in hits:
            hits[named] = _erp_fact(self.by_number[named], question, accounts, people)
        return tuple(hits.values())


def _fact(person: Person, question: Question | None) -> CustomerFact:
    counted = person.counted
    return CustomerFact(
        shared_id=counted.shared_id,
        kind=counted.kind,
        active=counted.active,
        on_hold=counted.on_hold,
        created_at=counted.created_at,
        other_email=bool(counted.email_key and question and counted.email_key != question.email),
        number=person.number,
        first_order_at=person.first_order_at,
    )


def _by_email(fact: CustomerFact, reached: Customer) -> CustomerFact:
    """Each record says of its own e-mail whether it is its own word, whoever it was merged into since."""
    return replace(
        fact,
        by_email=True,
        email_is_own_word=reached.email_is_own_word and (fact.email_is_own_word or not fact.by_email),
        email_is_known=fact.email_is_known or reached.email_is_known,
    )


def _stands_for(fact: CustomerFact, person: Person) -> tuple[str, ...]:
    if person.reached is person.counted:
        return fact.stands_for
    return tuple(sorted({*fact.stands_for, person.reached.shared_id}))


def _erp_fact(row: Mapping[str, Any], question: Question, accounts: Mapping[str, Account], people: People) -> ErpFact:
    account = accounts.get(row["number"])
    return ErpFact(
        number=row["number"],
        by_email=(),
        by_phone=(),
        other_email=bool(row["emails"]) and question.email not in row["emails"],
        allows_orders=row["allows_orders"],
        first_sale_on=row["first_sale_on"],
        read_at=row["read_at"],
        account=account.shared_id if account else None,
        customer=people.carrier(row["number"]),
    )
