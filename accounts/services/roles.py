"""Roles: named sets of permissions. The built-in ones are always there and always the same."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Associate, Role
from accounts.permissions import Permission
from accounts.services.admins import insist_on_admins
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction

WRITABLE = frozenset({"name", "permissions"})


class BuiltInRoleError(Exception):
    """A built-in role is neither changed nor removed."""


class RoleInUseError(Exception):
    """So many associates have the role: give them another one first."""

    def __init__(self, associates: int) -> None:
        super().__init__(str(associates))
        self.associates = associates


def create_role(*, code: str, name: str, permissions: Sequence[str] = (), by: str, at: datetime) -> Role:
    """Raises ValidationError with one entry per wrong field (`unique` for a code that is taken)."""
    with transaction(by=by):
        role = Role(code=code, name=name, permissions=_ordered(permissions), created_at=at, updated_at=at)
        role.full_clean()
        role.save(force_insert=True)
        record(Fact("role.created", f"role:{code}", {"permissions": role.permissions}), by=by, at=at)
    return role


def change_role(*, role: Role, seen_at: datetime | None = None, by: str, at: datetime, **fields: Any) -> Role:
    """Change name or permissions; unchanged input writes nothing.

    Raises BuiltInRoleError, ValidationError, StaleError, and LastAdminError where an active root would be left without
    an admin.
    """
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"A role has no writable field {', '.join(sorted(unknown))}.")
    if "permissions" in fields:
        fields["permissions"] = _ordered(fields["permissions"])
    with transaction(by=by):
        # Locked as a key: whoever is giving it to somebody right now is waited for, and waits.
        locked = Role.objects.select_for_update().get(pk=role.pk)
        if locked.built_in:
            raise BuiltInRoleError
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        changed = sorted(name for name, value in fields.items() if getattr(locked, name) != value)
        if not changed:
            return locked
        managed = Permission.ASSOCIATES_MANAGE in locked.permissions
        for name in changed:
            setattr(locked, name, fields[name])
        locked.updated_at = at
        locked.full_clean(exclude=["code"])
        locked.save(update_fields=[*changed, "updated_at"])
        record(Fact("role.changed", f"role:{locked.code}", {"fields": changed}), by=by, at=at)
        if managed and Permission.ASSOCIATES_MANAGE not in locked.permissions:
            holders = Associate.objects.filter(role=locked, account__parent__isnull=True)
            insist_on_admins(set(holders.values_list("account_id", flat=True)), by=by, at=at)
    return locked


def remove_role(*, role: Role, seen_at: datetime | None = None, by: str, at: datetime) -> None:
    """Removing twice changes nothing. Raises BuiltInRoleError, RoleInUseError, StaleError."""
    with transaction(by=by):
        locked = Role.objects.select_for_update().filter(pk=role.pk).first()
        if locked is None:
            return
        if locked.built_in:
            raise BuiltInRoleError
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        if used := locked.associates.count():
            raise RoleInUseError(used)
        record(Fact("role.removed", f"role:{locked.code}"), by=by, at=at)
        locked.delete()


def _ordered(permissions: Sequence[str]) -> list[str]:
    """Each once, in the order in which they are listed everywhere. Raises ValidationError for an unknown one."""
    if unknown := sorted(set(permissions) - set(Permission.values)):
        sentence = _("There is no permission %(words)s.")
        error = ValidationError(sentence, code="unknown_permission", params={"words": ", ".join(unknown)})
        raise ValidationError({"permissions": error})
    return [word for word in Permission.values if word in permissions]
