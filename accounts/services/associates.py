"""Who may act for an account.

What these writes lock, they lock in one order, so that none waits for another that waits for it: the person, the role,
the account, the association.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Associate, Role
from accounts.services.admins import insist_on_admins
from customers.identifiers import normal_email
from customers.models import Customer, CustomerKind
from customers.services.access import CustomerNotRegisteredError
from customers.services.companies import refresh_companies
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction

WRITABLE = frozenset({"role", "valid_from", "valid_until"})


class UnknownRoleError(ValueError):
    """There is no role of that code."""


def role_of(code: str) -> Role:
    """Raises UnknownRoleError."""
    role = Role.objects.filter(code=code).first()
    if role is None:
        raise UnknownRoleError(code)
    return role


def person_of(*, email: str = "", shared_id: str = "") -> Customer:
    """The registered customer of that e-mail, however typed, or of that id.

    Raises CustomerNotRegisteredError, and ValidationError (`email_unconfirmed`) where he registered with the e-mail
    himself and has not shown that it is his: by it he is not meant.
    """
    key = normal_email(email)
    named = {"email_key": key} if key else {"shared_id": shared_id}
    person: Customer | None = Customer.objects.registered().filter(**named).first()
    if person is None:
        raise CustomerNotRegisteredError
    if key and person.email_is_own_word:
        sentence = _("Whoever registered with this e-mail has not confirmed it. A password link mailed to him does.")
        raise ValidationError({"email": ValidationError(sentence, code="email_unconfirmed")})
    return person


def add_associate(
    *,
    customer: Customer,
    account: Account,
    role: Role,
    valid_from: datetime | None = None,
    valid_until: datetime | None = None,
    by: str,
    at: datetime,
) -> Associate:
    """Let a registered customer act for the account in that role, from then until then.

    Raises CustomerNotRegisteredError, and ValidationError (`already_associated`, or for an end before the beginning).
    """
    with transaction(by=by):
        person = Customer.objects.select_for_update(of=["self"]).get(pk=customer.pk)
        exists = person.anonymized_at is None and person.merged_into_id is None
        if person.kind != CustomerKind.REGISTERED or not exists:
            raise CustomerNotRegisteredError
        associate = Associate(
            customer=person,
            account=account,
            role=role,
            valid_from=valid_from,
            valid_until=valid_until,
            created_at=at,
            updated_at=at,
        )
        if Associate.objects.filter(customer=person, account=account).exists():
            sentence = _("This person is an associate of the account already.")
            raise ValidationError({"customer": ValidationError(sentence, code="already_associated")})
        _refuse_invalid(associate)
        associate.save(force_insert=True)
        refresh_companies([person.pk])
        payload = {"customer": person.shared_id, "role": role.code}
        record(Fact("associate.added", f"account:{account.shared_id}", payload), by=by, at=at)
    return associate


def change_associate(
    *,
    associate: Associate,
    suspend_account: bool = False,
    seen_at: datetime | None = None,
    by: str,
    at: datetime,
    **fields: Any,
) -> Associate:
    """Give him another role or other dates; unchanged input writes nothing.

    Raises ValidationError for an end before the beginning, StaleError, and LastAdminError where an active root would
    be left without an admin, unless `suspend_account` suspends it in the same step.
    """
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"An associate has no writable field {', '.join(sorted(unknown))}.")
    with transaction(by=by):
        _lock_person(associate)
        if "role" in fields:
            # What the role allows stays as it is until we are done.
            list(Role.objects.select_for_update(no_key=True).filter(pk=fields["role"].pk).values_list("pk"))
        _lock_account(associate)
        locked = _locked(associate)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        managed = _manages(locked, at=at)
        changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
        if not changed:
            return locked
        for name in changed:
            setattr(locked, name, fields[name])
        _refuse_invalid(locked)
        locked.updated_at = at
        locked.save(update_fields=[*changed, "updated_at"])
        payload = {"customer": locked.customer.shared_id, "role": locked.role.code, "fields": changed}
        record(Fact("associate.changed", f"account:{locked.account.shared_id}", payload), by=by, at=at)
        if managed:
            insist_on_admins([locked.account_id], suspend_instead=suspend_account, by=by, at=at)
    return locked


def _lock_person(associate: Associate) -> None:
    """First of all: whoever is just ordering in the old role is through before, or reads the new one."""
    list(Customer.objects.select_for_update(of=["self"]).filter(pk=associate.customer_id).values_list("pk"))


def remove_associate(
    *, associate: Associate, suspend_account: bool = False, seen_at: datetime | None = None, by: str, at: datetime
) -> None:
    """He acts for the account no more. Removing twice changes nothing. Raises StaleError, LastAdminError as above."""
    with transaction(by=by):
        _lock_person(associate)
        _lock_account(associate)
        try:
            locked = _locked(associate)
        except Associate.DoesNotExist:
            return
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        managed = _manages(locked, at=at)
        payload = {"customer": locked.customer.shared_id, "role": locked.role.code}
        record(Fact("associate.removed", f"account:{locked.account.shared_id}", payload), by=by, at=at)
        locked.delete()
        refresh_companies([locked.customer_id])
        if managed:
            insist_on_admins([locked.account_id], suspend_instead=suspend_account, by=by, at=at)


def names_of_accounts(customer_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """The names of the accounts each customer is an associate of, whatever their status, in the order of lists."""
    names: dict[int, list[str]] = {}
    pairs = Associate.objects.filter(customer__in=customer_ids).order_by("account__name_sort", "account_id")
    for customer_id, name in pairs.values_list("customer_id", "account__name"):
        names.setdefault(customer_id, []).append(name)
    return names


def accounts_in_answers(customer_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """`accounts` of each customer: shared id, name and role, in the order of lists; one statement."""
    accounts: dict[int, list[dict[str, str]]] = {pk: [] for pk in customer_ids}
    associates = Associate.objects.filter(customer__in=customer_ids).order_by("account__name_sort", "account_id")
    for pk, shared_id, name, role in associates.values_list(
        "customer_id", "account__shared_id", "account__name", "role__code"
    ):
        accounts[pk].append({"shared_id": shared_id, "name": name, "role": role})
    return {pk: {"accounts": found} for pk, found in accounts.items()}


def lock_people_of(accounts: "QuerySet[Account]") -> None:
    """Lock, in their order, whoever acts for the accounts: what they are called or that they go changes him too."""
    people = Associate.objects.filter(account__in=accounts.order_by().values("pk")).order_by().values("customer")
    list(Customer.objects.select_for_update(of=["self"]).filter(pk__in=people).order_by("pk").values_list("pk"))


def _lock_account(associate: Associate) -> None:
    """Writes about one account's associates come one after the other; their last admin is looked for among all."""
    rows = Account.objects.select_for_update(of=["self"], no_key=True).filter(pk=associate.account_id)
    list(rows.values_list("pk"))


def _locked(associate: Associate) -> Associate:
    rows = Associate.objects.select_for_update(of=["self"]).select_related("account", "customer", "role")
    return rows.get(pk=associate.pk)


def _manages(associate: Associate, *, at: datetime) -> bool:
    return Associate.objects.managing(at=at).filter(pk=associate.pk).exists()


def refuse_ending_first(valid_from: datetime | None = None, valid_until: datetime | None = None) -> None:
    """Raises ValidationError beside the end, which is the one of the two that people mistype."""
    if valid_from is not None and valid_until is not None and valid_until <= valid_from:
        sentence = _("The end is after the beginning.")
        raise ValidationError({"valid_until": ValidationError(sentence, code="ends_before_it_begins")})


def _refuse_invalid(associate: Associate) -> None:
    refuse_ending_first(associate.valid_from, associate.valid_until)
    associate.full_clean(validate_unique=False, validate_constraints=False)
