"""Who may act for an account."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, Associate, Role
from customers.models import Customer, CustomerKind
from customers.services.access import CustomerNotRegisteredError
from customers.services.companies import refresh_companies
from events.recording import Fact, record
from events.transaction import transaction


class UnknownRoleError(ValueError):
    """There is no role of that code."""


def role_of(code: str) -> Role:
    """Raises UnknownRoleError."""
    role = Role.objects.filter(code=code).first()
    if role is None:
        raise UnknownRoleError(code)
    return role


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
        associate.full_clean(validate_unique=False)
        associate.save(force_insert=True)
        refresh_companies([person.pk])
        payload = {"customer": person.shared_id, "role": role.code}
        record(Fact("associate.added", f"account:{account.shared_id}", payload), by=by, at=at)
    return associate


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
