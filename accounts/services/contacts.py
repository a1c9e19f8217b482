"""Name people on accounts."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError

from accounts.models import Account, Contact
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction

WRITABLE = frozenset({"first_name", "last_name", "email", "phone", "type", "active", "on_hold", "erp_slot"})


def add_contact(*, account: Account, by: str, at: datetime, **fields: Any) -> Contact:
    """Name a person on the account.

    Raises ValidationError with one entry per wrong field; `email_taken` where the account has a contact of that e-mail.
    """
    with transaction(by=by):
        contact = Contact(account=account, created_at=at, updated_at=at)
        _fill(contact, fields)
        contact.save(force_insert=True)
        _record("contact.created", contact, by=by, at=at)
    return contact


def change_contact(
    *, contact: Contact, seen_at: datetime | None = None, by: str, at: datetime, **fields: Any
) -> Contact:
    """Change the named fields; unchanged input writes nothing. Raises as `add_contact`, and StaleError."""
    with transaction(by=by):
        locked = Contact.objects.select_for_update(of=["self"]).get(pk=contact.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        changed = [name for name, value in fields.items() if getattr(locked, name) != value]
        if not changed:
            return locked
        _fill(locked, fields)
        locked.updated_at = at
        locked.save(update_fields=[*changed, "updated_at"])
        _record("contact.changed", locked, by=by, at=at)
    return locked


def remove_contact(*, contact: Contact, seen_at: datetime | None = None, by: str, at: datetime) -> None:
    """Take the person off the account. Removing twice changes nothing. Raises StaleError where it changed since."""
    with transaction(by=by):
        locked = Contact.objects.select_for_update(of=["self"]).filter(pk=contact.pk).first()
        if locked is not None:
            refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
            _record("contact.removed", locked, by=by, at=at)
            locked.delete()


def _fill(contact: Contact, fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"A contact has no writable field {', '.join(sorted(unknown))}.")
    for name, value in fields.items():
        setattr(contact, name, value)
    if not (contact.first_name or contact.last_name or contact.email):
        raise ValidationError({"email": ValidationError("A contact has a name or an e-mail.", code="required")})
    contact.full_clean(exclude=["account", "email_key", "phone_key"], validate_constraints=False)
    for derived in ("email_key", "phone_key"):
        contact._meta.get_field(derived).pre_save(contact, add=False)  # type: ignore[union-attr] # noqa: SLF001 -- Django's documented API
    contact.validate_constraints()


def _record(name: str, contact: Contact, *, by: str, at: datetime) -> None:
    record(Fact(name, f"contact:{contact.pk}", {"account": contact.account.shared_id}), by=by, at=at)
