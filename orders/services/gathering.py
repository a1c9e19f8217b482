"""Gather what decisions look at, set-wise: one query a step, for one order as for five hundred."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Min, OuterRef, Q, QuerySet, Subquery

from accounts.models import Account, AccountStatus, Contact
from accounts.numbers import NumberOf, account_numbers
from customers.models import (
    Customer,
    CustomerExternalId,
    ErpCustomer,
    ErpIdentifier,
    ErpSystem,
    IdentifierKind,
)
from orders.facts import AccountFact, ContactFact, CustomerFact, ErpFact, ErpState, Facts, Question
from orders.models import Order
from orders.words import OrderKind
from storefronts.policy import Ambiguous, Policy, Step

Labels = dict[str, str]


@dataclass(slots=True)
class Gathered:
    """The facts of one order, and how staff know whom they name: `type:id` → label."""

    facts: Facts
    labels: Labels = field(default_factory=dict)


def gather(questions: Sequence[Question], policy: Policy) -> list[Gathered]:
    """The facts for each question, in order. All questions are of one storefront, under one policy."""
    return _Gathering(questions, policy).facts()


class _Gathering:
    """One pass over the steps; every query is for all questions that need it."""

    def __init__(self, questions: Sequence[Question], policy: Policy) -> None:
        self.questions = questions
        self.policy = policy
        self.labels: Labels = {}

    def facts(self) -> list[Gathered]:
        self.contacts = self._contacts()
        ended = {email for email, found in self.contacts.items() if self._contact_ends_the_flow(found)}
        still_open = [each for each in self.questions if each.kind == OrderKind.B2C or each.email not in ended]
        b2b_open = [each for each in still_open if each.kind == OrderKind.B2B]
        self.erp = self._erp_state(b2b_open)
        self.erp_rows = self._erp_rows(b2b_open)
        numbers = {row["number"] for row in self.erp_rows}
        self.by_number = self._accounts_by_number(numbers)
        self.accounts = self._account_facts()
        self.people = self._people(still_open, numbers)
        open_ids = {id(each) for each in still_open}
        return [self._for_one(each, is_open=id(each) in open_ids) for each in self.questions]

    # --- Contacts

    def _contacts(self) -> Mapping[str, list[Contact]]:
        b2b = [each for each in self.questions if each.kind == OrderKind.B2B and each.email]
        found: dict[str, list[Contact]] = defaultdict(list)
        if not b2b or Step.ACCOUNT_CONTACT_EMAIL not in self.policy.b2b_steps:
            return found
        reached = Contact.objects.reached_by(emails={each.email for each in b2b if each.email})
        for contact in reached.select_related("account").order_by("pk"):
            found[contact.email_key].append(contact)
            self.labels[f"contact:{contact.pk}"] = f"{contact} — {contact.account.name}"
        return found

    def _contact_ends_the_flow(self, contacts: Iterable[Contact]) -> bool:
        first = next((step for step in self.policy.b2b_steps if step != Step.PINNED), None)
        counting = any(each.active and each.account.status != AccountStatus.DISABLED for each in contacts)
        return first == Step.ACCOUNT_CONTACT_EMAIL and counting

    # --- The ERP mirror

    def _erp_state(self, questions: Sequence[Question]) -> ErpSystem | None:
        asked = {Step.ERP_EMAIL, Step.ERP_PHONE}.intersection(self.policy.b2b_steps)
        if not self.policy.erp_system or not questions or not asked:
            return None
        return ErpSystem.objects.filter(code=self.policy.erp_system).first()

    def _erp_state_fact(self) -> ErpState | None:
        """None where the storefront names no system. One that was never read was never caught up with: misses wait."""
        if not self.policy.erp_system:
            return None
        return ErpState(self.policy.erp_system, self.erp.last_catch_up_began_at if self.erp else None)

    def _erp_rows(self, questions: Sequence[Question]) -> list[dict[str, Any]]:
        erp = self.erp
        if erp is None:
            return []
        emails = {each.email for each in questions if each.email}
        phones = {each.phone for each in questions if each.phone}
        reached = Q(kind=IdentifierKind.EMAIL, key__in=emails) | Q(kind=IdentifierKind.PHONE, key__in=phones)
        same_row = ErpIdentifier.objects.filter(erp_customer=OuterRef("erp_customer"), kind=IdentifierKind.EMAIL)
        rows = (
            ErpIdentifier.objects.filter(reached, erp_system=erp.code)
            .filter(erp_customer__in=ErpCustomer.objects.matching(system_customers=erp.system_customers))
            .order_by("erp_customer__number", "slot")
            .values(
                "kind",
                "key",
                "slot",
                number=F("erp_customer__number"),
                name=F("erp_customer__name"),
                allows_orders=F("erp_customer__allows_orders"),
                first_sale_on=F("erp_customer__first_sale_on"),
                read_at=F("erp_customer__read_at"),
                emails=ArraySubquery(same_row.order_by("key").values("key")),
            )
        )
        found: list[dict[str, Any]] = [dict(row) for row in rows]
        for row in found:
            self.labels[f"erp_customer:{row['number']}"] = f"{row['number']} {row['name']}".strip()
        return found

    # --- Accounts

    def _accounts_by_number(self, numbers: set[str]) -> dict[str, Account]:
        if not numbers:
            return {}
        accounts = Account.objects.filter(erp_system=self.policy.erp_system, account_number__in=numbers)
        return {account.account_number: account for account in accounts}

    def _account_facts(self) -> dict[int, AccountFact]:
        accounts = {each.account_id: each.account for found in self.contacts.values() for each in found}
        accounts |= {account.pk: account for account in self.by_number.values()}
        numbers = account_numbers(accounts.values(), erp_system=self.policy.erp_system)
        first_orders = self._first_orders("account", accounts)
        self.labels |= {f"account:{account.shared_id}": account.name for account in accounts.values()}
        nothing = NumberOf(None, None)
        return {
            pk: AccountFact(
                shared_id=account.shared_id,
                status=account.status,
                created_at=account.created_at,
                number=numbers.get(pk, nothing).number,
                number_from=numbers.get(pk, nothing).shared_id,
                first_order_at=first_orders.get(pk),
            )
            for pk, account in accounts.items()
        }

    def _first_orders(self, whose: str, ids: Iterable[int]) -> dict[int, Any]:
        """Earliest `placed_at` with exactly that account or customer; only the policy `earliest_sale` asks for it."""
        wanted = set(ids)
        if not wanted or Ambiguous.EARLIEST_SALE not in {self.policy.b2b_ambiguous, self.policy.b2c_ambiguous}:
            return {}
        first = Order.objects.filter(**{f"{whose}__in": wanted}).order_by().values(whose).annotate(at=Min("placed_at"))
        return {row[whose]: row["at"] for row in first}

    # --- People

    def _people(self, questions: Sequence[Question], numbers: set[str]) -> list["_Person"]:
        emails = {each.email for each in questions if each.email}
        phones = {each.phone for each in questions if each.phone}
        named = {each.customer_id for found in self.contacts.values() for each in found if each.customer_id}
        if not emails and not phones and not named and not numbers:
            return []
        system = self.policy.erp_system
        carriers = CustomerExternalId.objects.filter(system=system, external_id__in=numbers)
        sources: list[QuerySet[Any, Any] | None] = [
            Customer.objects.filter(email_key__in=emails).values_list("pk") if emails else None,
            Customer.objects.filter(phone_key__in=phones).values_list("pk") if phones else None,
            Customer.objects.filter(pk__in=named).values_list("pk") if named else None,
            carriers.values_list("customer_id") if numbers else None,
        ]
        wanted = [source.order_by() for source in sources if source is not None]
        reached = Customer.objects.filter(pk__in=wanted[0].union(*wanted[1:]), anonymized_at__isnull=True)
        own = CustomerExternalId.objects.filter(system=system, customer=OuterRef("pk")).values("external_id")
        survivors = CustomerExternalId.objects.filter(system=system, customer=OuterRef("merged_into")).values(
            "external_id"
        )
        found = reached.select_related("merged_into").annotate(
            own_number=Subquery(own[:1]), survivors_number=Subquery(survivors[:1])
        )
        people = [_Person(customer) for customer in found.order_by("shared_id")]
        counted = [person for person in people if person.counted.anonymized_at is None]
        first_orders = self._first_orders("customer", {person.counted.pk for person in counted})
        for person in counted:
            person.first_order_at = first_orders.get(person.counted.pk)
            self.labels[f"customer:{person.counted.shared_id}"] = f"{person.counted} ({person.counted.reference})"
        return counted

    # --- For one question

    def _for_one(self, question: Question, *, is_open: bool) -> Gathered:
        is_b2b = question.kind == OrderKind.B2B
        asks_erp = is_b2b and is_open
        own_contacts = self.contacts.get(question.email or "", []) if is_b2b else []
        rows = _erp_facts(question, self.erp_rows, self.by_number, self.people) if asks_erp else ()
        shown = {contact.customer_id for contact in own_contacts}
        numbers = {row.number for row in rows}
        contacts = tuple(_contact_fact(contact, self.accounts, self.people) for contact in own_contacts)
        led_to = {fact.account for fact in contacts} | {row.account for row in rows if row.account}
        facts = Facts(
            erp=self._erp_state_fact() if asks_erp else None,
            contacts=contacts,
            erp_customers=rows,
            accounts={fact.shared_id: fact for fact in self.accounts.values() if fact.shared_id in led_to},
            customers=_customer_facts(question if is_open else None, self.people, shown=shown, numbers=numbers),
        )
        return Gathered(facts, {name: self.labels[name] for name in _named(facts) if name in self.labels})


class _Person:
    """A customer that was reached, and who counts for him: himself, or the survivor of his merge."""

    def __init__(self, customer: Any) -> None:
        self.reached = customer
        self.counted: Customer = customer.merged_into or customer
        self.number: str | None = customer.survivors_number if customer.merged_into_id else customer.own_number
        self.carried: set[str | None] = {customer.own_number, self.number} - {None}
        self.first_order_at: Any = None


def _customer_facts(
    question: Question | None, people: Sequence[_Person], *, shown: set[int | None], numbers: set[str]
) -> dict[str, CustomerFact]:
    """By shared id; a survivor once, however many of his merged ones were reached."""
    facts: dict[str, CustomerFact] = {}
    for person in people:
        by_email = question is not None and question.email is not None and person.reached.email_key == question.email
        by_phone = question is not None and question.phone is not None and person.reached.phone_key == question.phone
        if not (by_email or by_phone or person.reached.pk in shown or person.carried & numbers):
            continue
        counted = person.counted
        fact = facts.get(counted.shared_id) or CustomerFact(
            shared_id=counted.shared_id,
            kind=counted.kind,
            active=counted.active,
            on_hold=counted.on_hold,
            created_at=counted.created_at,
            other_email=bool(counted.email_key and question and counted.email_key != question.email),
            number=person.number,
            first_order_at=person.first_order_at,
        )
        stands_for = (person.reached.shared_id,) if person.reached is not counted else ()
        facts[counted.shared_id] = replace(
            fact,
            by_email=fact.by_email or by_email,
            by_phone=fact.by_phone or by_phone,
            stands_for=tuple(sorted({*fact.stands_for, *stands_for})),
        )
    return facts


def _erp_facts(
    question: Question, rows: Sequence[Mapping[str, Any]], by_number: Mapping[str, Account], people: Sequence[_Person]
) -> tuple[ErpFact, ...]:
    hits: dict[str, ErpFact] = {}
    carriers = {number: person.counted.shared_id for person in people for number in person.carried}
    for row in rows:
        is_email = row["kind"] == IdentifierKind.EMAIL
        if row["key"] != (question.email if is_email else question.phone):
            continue
        account = by_number.get(row["number"])
        fact = hits.get(row["number"]) or ErpFact(
            number=row["number"],
            by_email=(),
            by_phone=(),
            other_email=bool(row["emails"]) and question.email not in row["emails"],
            allows_orders=row["allows_orders"],
            first_sale_on=row["first_sale_on"],
            read_at=row["read_at"],
            account=account.shared_id if account else None,
            customer=carriers.get(row["number"]),
        )
        hits[row["number"]] = (
            replace(fact, by_email=(*fact.by_email, row["slot"]))
            if is_email
            else replace(fact, by_phone=(*fact.by_phone, row["slot"]))
        )
    return tuple(hits.values())


def _contact_fact(contact: Contact, accounts: Mapping[int, AccountFact], people: Sequence[_Person]) -> ContactFact:
    customer = next((each.counted.shared_id for each in people if each.reached.pk == contact.customer_id), None)
    return ContactFact(
        id=str(contact.pk),
        account=accounts[contact.account_id].shared_id,
        active=contact.active,
        on_hold=contact.on_hold,
        customer=customer,
    )


def _named(facts: Facts) -> list[str]:
    return [
        *(f"contact:{contact.id}" for contact in facts.contacts),
        *(f"erp_customer:{row.number}" for row in facts.erp_customers),
        *(f"account:{shared_id}" for shared_id in facts.accounts),
        *(f"customer:{shared_id}" for shared_id in facts.customers),
    ]
