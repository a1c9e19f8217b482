"""What the database refused, in the words of the constraint: what slipped past a check because two came at once."""

from functools import cache

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import Error
from django.db.models import BaseConstraint

from events.concurrency import refused_by


def violation_of(error: Error) -> ValidationError | None:
    """What the service would have said had the other transaction been done; None where no model tells of it."""
    constraint = _constraints().get(refused_by(error))
    if constraint is None:
        return None
    return ValidationError(constraint.get_violation_error_message(), code=constraint.violation_error_code)


@cache
def _constraints() -> dict[str, BaseConstraint]:
    return {
        constraint.name: constraint
        for model in apps.get_models()
        for constraint in model._meta.constraints  # noqa: SLF001 -- Django's documented API
    }
