"""What a decision is computed from: plain values, gathered beforehand, that can be stored and read back for replay."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Self, TypeVar

from orders.words import OrderKind


@dataclass(frozen=True, slots=True)
class Question:
    """What an order claims of who placed it, in normal forms, and when it reached us.

    `email` and `phone` are None where blank, invalid or a placeholder: a missing key never matches anything.
    """

    kind: OrderKind
    email: str | None
    phone: str | None
    external_id: str
    received_at: datetime
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class AccountFact:
    """An account that contacts or ERP numbers lead to.

    `number` is its own or, from `number_from`, its nearest ancestor's.
    """

    shared_id: str
    status: str
    created_at: datetime
    number: str | None = None
    number_from: str | None = None
    first_order_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A contact with the order's e-mail; `account` and `customer` are shared ids."""

    id: str
    account: str
    active: bool
    on_hold: bool
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerFact:
    """One of our customers, not anonymized; merged ones are counted as their survivor.

    `by_email`, `by_phone`: found by the order's key. `other_email`: has an e-mail, and it is not the order's.
    `number`: his number in the storefront's ERP system. `stands_for`: merged ones found in his place.
    `email_is_own_word`: whoever was reached by the e-mail wrote it himself; `email_is_known`: it is known to be his.
    """

    shared_id: str
    kind: str
    active: bool
    on_hold: bool
    created_at: datetime
    by_email: bool = False
    by_phone: bool = False
    other_email: bool = False
    number: str | None = None
    first_order_at: datetime | None = None
    stands_for: tuple[str, ...] = ()
    email_is_own_word: bool = False
    email_is_known: bool = False


@dataclass(frozen=True, slots=True)
class ErpFact:
    """A mirrored ERP customer; `by_email` and `by_phone` name the slots that held the order's key.

    `account` has this number as its account number, `customer` carries it as external id (both shared ids).
    """

    number: str
    by_email: tuple[str, ...]
    by_phone: tuple[str, ...]
    other_email: bool
    allows_orders: bool
    first_sale_on: date | None
    read_at: datetime
    account: str | None = None
    customer: str | None = None


@dataclass(frozen=True, slots=True)
class ErpState:
    """The storefront's ERP system and when its last completed catch-up began."""

    code: str
    caught_up_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Whom something names outright: a pinned identity, a person who decides, a customer who has signed in.

    Shared ids of an account and a customer; or a number of the storefront's ERP system, which alone says both.
    """

    account: str | None = None
    customer: str | None = None
    erp_number: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one order's decision may look at. Accounts and customers are by shared id.

    `pinned` is what earlier decisions pinned to the order's external id; what it names is among the others.
    """

    erp: ErpState | None = None
    pinned: Target | None = None
    contacts: tuple[ContactFact, ...] = ()
    erp_customers: tuple[ErpFact, ...] = ()
    accounts: Mapping[str, AccountFact] = field(default_factory=dict)
    customers: Mapping[str, CustomerFact] = field(default_factory=dict)

    def stored(self) -> dict[str, Any]:
        """As JSON values, in one order whatever order they were gathered in."""
        return {
            "erp": _stored(self.erp) if self.erp else None,
            "pinned": _stored(self.pinned) if self.pinned else None,
            "contacts": [_stored(contact) for contact in sorted(self.contacts, key=lambda fact: fact.id)],
            "erp_customers": [_stored(row) for row in sorted(self.erp_customers, key=lambda fact: fact.number)],
            "accounts": [_stored(self.accounts[key]) for key in sorted(self.accounts)],
            "customers": [_stored(self.customers[key]) for key in sorted(self.customers)],
        }

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        """What `stored` gave."""
        accounts = [_read(AccountFact, item) for item in stored["accounts"]]
        customers = [_read(CustomerFact, item) for item in stored["customers"]]
        pinned = stored.get("pinned")  # facts stored before identities were pinned lack it
        return cls(
            erp=_read(ErpState, stored["erp"]) if stored["erp"] else None,
            pinned=_read(Target, pinned) if pinned else None,
            contacts=tuple(_read(ContactFact, item) for item in stored["contacts"]),
            erp_customers=tuple(_read(ErpFact, item) for item in stored["erp_customers"]),
            accounts={account.shared_id: account for account in accounts},
            customers={customer.shared_id: customer for customer in customers},
        )

    def person(self, shared_id: str | None) -> CustomerFact | None:
        """The customer with that shared id, or the survivor who stands for him; None where he does not count."""
        if shared_id is None:
            return None
        found = (fact for fact in self.customers.values() if shared_id in {fact.shared_id, *fact.stands_for})
        return next(found, None)

    def erp_customer(self, number: str) -> ErpFact | None:
        return next((row for row in self.erp_customers if row.number == number), None)


AnyFact = TypeVar("AnyFact")

_MOMENTS = frozenset({"created_at", "first_order_at", "read_at", "caught_up_at"})
_DAYS = frozenset({"first_sale_on"})


def _stored(fact: Any) -> dict[str, Any]:
    values = ((item.name, getattr(fact, item.name)) for item in fields(fact))
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values}


def _read(kind: type[AnyFact], stored: Mapping[str, Any]) -> AnyFact:
    values: dict[str, Any] = {}
    for item in fields(kind):  # type: ignore[arg-type]
        if item.name not in stored:
            continue  # stored before there was such a field
        value = stored[item.name]
        if value is not None and item.name in _MOMENTS:
            value = datetime.fromisoformat(value)
        elif value is not None and item.name in _DAYS:
            value = date.fromisoformat(value)
        values[item.name] = tuple(value) if isinstance(value, list) else value
    return kind(**values)
