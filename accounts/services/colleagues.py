"""Associates managed by an associate: an admin of the account, or of one above it."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.acting import Acting, Standing, standing_of
from accounts.models import Account, Associate, Role
from accounts.permissions import Permission
from accounts.services.associates import (
    UnknownRoleError,
    add_associate,
    change_associate,
    person_of,
    refuse_ending_first,
    remove_associate,
    role_of,
)
from customers.identifiers import normal_email
from customers.models import Customer
from customers.services.access import CustomerNotRegisteredError
from customers.services.errors import collecting
from events.transaction import transaction


def add_colleague(
    *,
    acting: Acting,
    account: Account,
    email: str = "",
    customer_shared_id: str = "",
    role: str,
    at: datetime,
    **dates: Any,
) -> Associate:
    """Let the registered customer of that e-mail act for the account in the role of that code; it may be oneself.

    By his id only an associate whom the acting person may read already: it would tell a stranger's name and e-mail.

    Raises AccountNotAssociatedError, PermissionMissingError (also for a role that allows more than one's own), what the
    status of the account forbids, and ValidationError with all that is wrong: `customer_not_registered`,
    `email_unconfirmed`, `email_ambiguous`, `role_unknown`, `already_associated`, or as `add_associate`; `own_role` for
    whoever gives himself more time than he manages it.
    """
    with transaction(by=acting.by):
        standing = _managing(acting, account, at=at)
        with collecting() as errors:
            with errors.taking():
                person = _colleague(customer_shared_id, standing) if customer_shared_id else _person(email)
            with errors.taking():
                given = _role(role)
            with errors.taking():
                refuse_ending_first(**dates)
        standing.insist_on_all_of(given)
        added = add_associate(customer=person, account=account, role=given, by=acting.by, at=at, **dates)
        if person.pk == acting.customer.pk:
            _refuse_to_outlast(standing, added)
        return added


def change_colleague(
    *, acting: Acting, associate: Associate, seen_at: datetime | None = None, at: datetime, **fields: Any
) -> Associate:
    """Give him another role (by its code) or other dates; account, customer and role are fetched with `associate`.

    Raises as `add_colleague`; ValidationError `own_role` for whoever gives himself another role or a longer time;
    StaleError, LastAdminError.
    """
    with transaction(by=acting.by):
        standing = _managing(acting, associate.account, at=at)
        standing.insist_on_all_of(associate.role)
        dates = {name: fields.get(name, getattr(associate, name)) for name in ("valid_from", "valid_until")}
        with collecting() as errors:
            with errors.taking():
                given = _role(fields["role"]) if "role" in fields else associate.role
            with errors.taking():
                refuse_ending_first(**dates)
        if "role" in fields:
            standing.insist_on_all_of(given)
            fields["role"] = given
        if associate.customer_id == acting.customer.pk:
            _refuse_more_for_oneself(associate, fields)
        # What it allows was read without a lock: whoever changed it since then comes first.
        seen = seen_at or associate.updated_at
        return change_associate(associate=associate, seen_at=seen, by=acting.by, at=at, **fields)


def remove_colleague(*, acting: Acting, associate: Associate, seen_at: datetime | None = None, at: datetime) -> None:
    """He acts for the account no more; it may be oneself. Raises as `change_colleague`, without `own_role`."""
    with transaction(by=acting.by):
        _managing(acting, associate.account, at=at).insist_on_all_of(associate.role)
        remove_associate(associate=associate, seen_at=seen_at or associate.updated_at, by=acting.by, at=at)


def _managing(acting: Acting, account: Account, *, at: datetime) -> Standing:
    standing = standing_of(customer=acting.customer, account=account, at=at)
    standing.insist_on(Permission.ASSOCIATES_MANAGE)
    return standing


def _colleague(shared_id: str, standing: Standing) -> Customer:
    """Of the highest account that he has a role in, or of one below it."""
    read = Account.objects.in_subtree_of(standing.associations[-1].account)
    known = Associate.objects.filter(account__in=read.order_by().values("pk"), customer__shared_id=shared_id)
    try:
        person = person_of(shared_id=shared_id)
    except CustomerNotRegisteredError:
        person = None
    if person is None or not known.exists():
        unknown = ValidationError(_("Nobody in your organisation has this id."), code="customer_not_registered")
        raise ValidationError({"customer_shared_id": unknown})
    return person


def _person(email: str) -> Customer:
    try:
        return person_of(email=email)
    except CustomerNotRegisteredError as error:
        key = normal_email(email)
        guests = list(Customer.objects.guests_of(key)[:2]) if key else []
        if len(guests) > 1:
            sentence, code = _("Several guests use this e-mail, and nobody has registered with it."), "email_ambiguous"
        else:
            sentence, code = _("No registered customer has this e-mail."), "customer_not_registered"
        raise ValidationError({"email": ValidationError(sentence, code=code)}) from error


def _role(code: str) -> Role:
    try:
        return role_of(code)
    except UnknownRoleError as error:
        raise ValidationError({"role": ValidationError(_("There is no such role."), code="role_unknown")}) from error


def _refuse_more_for_oneself(own: Associate, fields: dict[str, Any]) -> None:
    """One may give up what one has, but neither choose one's role nor stay longer than others decided."""
    refused = []
    if fields.get("role", own.role) != own.role:
        refused.append("role")
    begins, ends = fields.get("valid_from", own.valid_from), fields.get("valid_until", own.valid_until)
    if own.valid_from is not None and (begins is None or begins < own.valid_from):
        refused.append("valid_from")
    if own.valid_until is not None and (ends is None or ends > own.valid_until):
        refused.append("valid_until")
    if refused:
        raise _own_role(*refused)


def _refuse_to_outlast(standing: Standing, own: Associate) -> None:
    """Who manages the account for a time does not give himself a longer one below."""
    managing = [each for each in standing.associations if Permission.ASSOCIATES_MANAGE in each.role.permissions]
    ends = [each.valid_until for each in managing if each.valid_until is not None]
    if len(ends) == len(managing) and (own.valid_until is None or own.valid_until > max(ends)):
        raise _own_role("valid_until")


def _own_role(*fields: str) -> ValidationError:
    sentence = _("Nobody decides this about himself; another admin does.")
    return ValidationError({name: ValidationError(sentence, code="own_role") for name in fields})
