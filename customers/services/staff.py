"""Create the people who use the panel."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password

from customers.models import User
from events.recording import Fact, record
from events.transaction import transaction


class UnknownGroupError(ValueError):
    """No staff group has that name."""


def create_staff_user(
    *,
    email: str,
    password: str,
    groups: Sequence[str] = (),
    superuser: bool = False,
    by: str,
    at: datetime,
    name: str = "",
) -> User:
    """Create someone who may open the panel, as a member of the named groups.

    Raises ValidationError for a wrong or taken address or a weak password, UnknownGroupError for a group that is none.
    """
    with transaction(by=by):
        user = User(email=email, name=name, is_staff=True, is_superuser=superuser)
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
        user.save(force_insert=True)
        members = list(Group.objects.filter(name__in=groups))
        if missing := set(groups) - {group.name for group in members}:
            raise UnknownGroupError(", ".join(sorted(missing)))
        user.groups.set(members)
        record(Fact("staff.created", f"staff:{user.pk}"), by=by, at=at)
    return user
