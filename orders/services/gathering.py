"""Gather what decisions look at, set-wise: one query a step, for one order as for five hundred."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
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
from orders.facts import AccountFact, ContactFact, ErpState, Facts, Question, Target
from orders.models import Order
from orders.services.asking import Asked
from orders.services.pins import pinned_targets
from orders.services.reached import ErpRows, People, Person
from orders.words import OrderKind
from storefronts.policy import Ambiguous, Step

Labels = dict[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """Accounts and customers as they were read, by shared id."""

    accounts: Mapping[str, Account]
    customers: Mapping[str, Customer]


@dataclass(slots=True)
class Gathered:
    """The facts of one order, and how staff know whom they name: `type:id` → label.

    `rows` are those that were read for the whole batch.
    """

    facts: Facts
    labels: Labels
    rows: Rows


def gather(asked: Sequence[Asked]) -> list[Gathered]:
    """The facts for each order, in order. All are of one storefront, under one policy."""
    return _Gathering(asked).facts() if asked else []


class _Gathering:
    """One pass over the steps; every query is for all questions that need it."""

    def __init__(self, asked: Sequence[Asked]) -> None:
        self.asked = asked
        self.questions = [each.question for each in asked]
        self.policy = asked[0].policy
        self.labels: Labels = {}

    def facts(self) -> list[Gathered]:
        pinned = pinned_targets(self.asked)
        self.named = [pin or _ruled(each) for each, pin in zip(self.asked, pinned, strict=True)]
        self.contacts = self._contacts()
        ended = {email for email, found in self.contacts.items() if self._contact_ends_the_flow(found)}
        is_open = [
            each.kind == OrderKind.B2C or each.email not in ended or bool(target.erp_number)
            for each, target in zip(self.questions, self.named, strict=True)
        ]
        still_open = list(compress(self.questions, is_open))
        b2b_open = [each for each in still_open if each.kind == OrderKind.B2B]
        self.erp = self._erp_state(b2b_open)
        self.erp_rows = self._erp_rows(b2b_open)
        self.erp_rows += self._named_erp_rows({row["number"] for row in self.erp_rows})
        numbers = {row["number"] for row in self.erp_rows}
        self.by_number = self._accounts_by_number(numbers)
        self.accounts = self._account_facts()
        self.accounts_by_id = {fact.shared_id: fact for fact in self.accounts.values()}
        self.people = self._people(still_open, numbers)
        self.erp_index = ErpRows(self.erp_rows)
        self.rows = Rows(self.account_rows, self.people.counted)
        pins = [pin is not None for pin in pinned]
        return [self._for_one(*each) for each in zip(self.asked, self.named, pins, is_open, strict=True)]

    # --- Contacts

    def _contacts(self) -> Mapping[str, list[Contact]]:
        emails = {each.question.email for each in self.asked if each.question.email and self._asks_contacts(each)}
        found: dict[str, list[Contact]] = defaultdict(list)
        if not emails:
            return found
        reached = Contact.objects.reached_by(emails=emails)
        for contact in reached.select_related("account").order_by("pk"):
            found[contact.email_key].append(contact)
            self.labels[f"contact:{contact.pk}"] = f"{contact} — {contact.account.name}"
        return found

    def _asks_contacts(self, asked: Asked) -> bool:
        """By the rules of B2B; and who gives an order to an account wants to know which of its contacts ordered."""
        by_rules = asked.question.kind == OrderKind.B2B and Step.ACCOUNT_CONTACT_EMAIL in self.policy.b2b_steps
        return by_rules or _ruled(asked).account is not None

    def _contact_ends_the_flow(self, contacts: Iterable[Contact]) -> bool:
        first = next((step for step in self.policy.b2b_steps if step != Step.PINNED), None)
        counting = any(each.active and each.account.status != AccountStatus.DISABLED for each in contacts)
        return first == Step.ACCOUNT_CONTACT_EMAIL and counting

    # --- The ERP mirror

    def _erp_state(self, questions: Sequence[Question]) -> ErpSystem | None:
        asked = {Step.ERP_EMAIL, Step.ERP_PHONE}.intersection(self.policy.b2b_steps)
        is_named = any(target.erp_number for target in self.named)
        if not self.policy.erp_system or not questions or not (asked or is_named):
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

    def _named_erp_rows(self, known: set[str]) -> list[dict[str, Any]]:
        """Rows that are named outright, by no identifier; none where none is, or they were reached anyway."""
        numbers = {target.erp_number for target in self.named if target.erp_number} - known
        if self.erp is None or not numbers:
            return []
        emails = ErpIdentifier.objects.filter(erp_customer=OuterRef("pk"), kind=IdentifierKind.EMAIL)
        rows = (
            ErpCustomer.objects.matching(system_customers=self.erp.system_customers)
            .filter(erp_system=self.erp.code, number__in=numbers)
            .order_by("number")
            .values("number", "name", "allows_orders", "first_sale_on", "read_at")
            .annotate(emails=ArraySubquery(emails.order_by("key").values("key")))
        )
        found = [{"kind": "", "key": "", "slot": "", **row} for row in rows]
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
        if named := {target.account for target in self.named if target.account}:
            accounts |= {account.pk: account for account in Account.objects.filter(shared_id__in=named)}
        self.account_rows = {account.shared_id: account for account in accounts.values()}
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

    def _people(self, questions: Sequence[Question], numbers: set[str]) -> People:
        emails = {each.email for each in questions if each.email}
        phones = {each.phone for each in questions if each.phone}
        named = {each.customer_id for found in self.contacts.values() for each in found if each.customer_id}
        outright = {target.customer for target in self.named if target.customer}
        if not emails and not phones and not named and not numbers and not outright:
            return People(())
        system = self.policy.erp_system
        carriers = CustomerExternalId.objects.filter(system=system, external_id__in=numbers)
        sources: list[QuerySet[Any, Any] | None] = [
            Customer.objects.filter(email_key__in=emails).values_list("pk") if emails else None,
            Customer.objects.filter(phone_key__in=phones).values_list("pk") if phones else None,
            Customer.objects.filter(pk__in=named).values_list("pk") if named else None,
            carriers.values_list("customer_id") if numbers else None,
            Customer.objects.filter(shared_id__in=outright).values_list("pk") if outright else None,
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
        people = [Person(customer) for customer in found.order_by("shared_id")]
        counted = [person for person in people if person.counted.anonymized_at is None]
        first_orders = self._first_orders("customer", {person.counted.pk for person in counted})
        for person in counted:
            person.first_order_at = first_orders.get(person.counted.pk)
            self.labels[f"customer:{person.counted.shared_id}"] = f"{person.counted} ({person.counted.reference})"
        return People(counted)

    # --- For one question

    def _for_one(self, asked: Asked, named: Target, is_pinned: bool, is_open: bool) -> Gathered:  # noqa: FBT001
        question = asked.question
        asks_erp = question.kind == OrderKind.B2B and is_open
        own_contacts = self.contacts.get(question.email or "", []) if self._asks_contacts(asked) else []
        rows = (
            self.erp_index.facts(question, named=named.erp_number, accounts=self.by_number, people=self.people)
            if asks_erp
            else ()
        )
        shown = {contact.customer_id for contact in own_contacts}
        numbers = {row.number for row in rows}
        contacts = tuple(_contact_fact(contact, self.accounts, self.people) for contact in own_contacts)
        led_to = {*(fact.account for fact in contacts), *(row.account for row in rows), named.account}
        facts = Facts(
            erp=self._erp_state_fact() if asks_erp else None,
            pinned=named if is_pinned else None,
            contacts=contacts,
            erp_customers=rows,
            accounts={
                shared_id: self.accounts_by_id[shared_id] for shared_id in led_to if shared_id in self.accounts_by_id
            },
            customers=self.people.facts(
                question if is_open else None, shown=shown, numbers=numbers, named=named.customer
            ),
        )
        labels = {name: self.labels[name] for name in _named(facts) if name in self.labels}
        return Gathered(facts, labels, self.rows)


def _ruled(asked: Asked) -> Target:
    """Whom a person named, or nobody."""
    return asked.ruling.target if asked.ruling else Target()


def _contact_fact(contact: Contact, accounts: Mapping[int, AccountFact], people: People) -> ContactFact:
    person = people.by_pk.get(contact.customer_id) if contact.customer_id else None
    return ContactFact(
        id=str(contact.pk),
        account=accounts[contact.account_id].shared_id,
        active=contact.active,
        on_hold=contact.on_hold,
        customer=person.counted.shared_id if person else None,
    )


def _named(facts: Facts) -> list[str]:
    return [
        *(f"contact:{contact.id}" for contact in facts.contacts),
        *(f"erp_customer:{row.number}" for row in facts.erp_customers),
        *(f"account:{shared_id}" for shared_id in facts.accounts),
        *(f"customer:{shared_id}" for shared_id in facts.customers),
    ]
