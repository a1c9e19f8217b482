"""A small world in plain values: what section 1 of the domain rules speaks of, and nothing of how it is stored."""

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass
class Account:
    id: str
    status: str
    created: datetime
    parent: "Account | None" = None
    erp: str = ""
    number: str = ""


@dataclass
class Person:
    id: str
    registered: bool
    email: str | None
    phone: str | None
    created: datetime
    active: bool = True
    on_hold: bool = False
    anonymized: bool = False
    merged_into: "Person | None" = None
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass
class Contact:
    account: Account
    email: str
    active: bool
    on_hold: bool
    person: Person | None


@dataclass
class ErpRow:
    number: str
    emails: list[str]
    phones: list[str]
    gone: bool
    allows_orders: bool
    first_sale: date | None
    read_at: datetime


@dataclass
class Rules:
    """A storefront's policy; `placeholders` are the keys it takes for none given."""

    b2b_steps: list[str]
    b2c_steps: list[str]
    b2b_ambiguous: str
    b2c_ambiguous: str
    placeholders: list[str]
    max_age: int | None
    assume_complete: bool
    erp: str


@dataclass
class Claimed:
    """Something typed and the normal form that it has, None where it has none."""

    text: str
    key: str | None


@dataclass
class Order:
    number: str
    b2b: bool
    email: Claimed
    phone: Claimed
    external_id: str
    placed: datetime
    received: datetime
    answer: "Answer | None" = None


@dataclass
class Answer:
    """Whose an order is; `made` where the person did not exist before."""

    outcome: str
    reason: str = ""
    account: Account | None = None
    person: Person | None = None
    number: str = ""
    warnings: frozenset[str] = frozenset()


@dataclass
class World:
    """Everything there is. `caught_up`: when the ERP's last completed catch-up began."""

    rules: Rules
    accounts: list[Account] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    erp_rows: list[ErpRow] = field(default_factory=list)
    system_customers: list[str] = field(default_factory=list)
    caught_up: datetime | None = None
    orders: list[Order] = field(default_factory=list)
    pins: dict[tuple[bool, str], Answer] = field(default_factory=dict)
