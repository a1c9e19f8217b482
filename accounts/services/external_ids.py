"""How other systems name an account: set, replaced and taken away one by one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Account, AccountExternalId
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import lock_key, transaction


def set_external_ids(
    *, account: Account, ids: Mapping[str, str | None], seen_at: datetime | None = None, by: str, at: datetime
) -> None:
    """Give the account the id of each system named; null or blank takes it away, other systems stay as they are.

    Raises StaleError where the account changed since `seen_at`; ValidationError (`external_ids.<system>`:
    `external_id_taken`, or what is wrong with the id).
    """
    with transaction(by=by):
        locked = Account.objects.select_for_update(of=["self"], no_key=True).get(pk=account.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        stored = {each.system: each for each in account.external_ids.order_by("pk")}
        errors: dict[str, ValidationError] = {}
        changed = False
        for system, given in sorted(ids.items()):
            row = stored.get(system)
            if (row.external_id if row else "") == (given or ""):
                continue
            if row is not None:
                row.delete()
            error = _set(account, system, given) if given else None
            if error is not None:
                errors[f"external_ids.{system}"] = error
                continue
            changed = True
            payload = {"system": system, "external_id": given or None}
            record(Fact("account.linked", f"account:{account.shared_id}", payload), by=by, at=at)
        if errors:
            raise ValidationError(errors)
        if changed:
            # Answers about the account show its ids: what was read before is stale.
            locked.updated_at = at
            locked.save(update_fields=["updated_at"])


@contextmanager
def upserting(*, system: str, external_id: str, by: str) -> Iterator[Account | None]:
    """Yields the account that system means, in a transaction in which nobody else makes one of that id.

    Who asks for the same id meanwhile waits, and then finds what was made.
    """
    with transaction(by=by, locks=[lock_key("accounts", "external id", system, external_id)]):
        yield account_of(system=system, external_id=external_id)


def account_of(*, system: str, external_id: str) -> Account | None:
    """Which account that system means."""
    row = AccountExternalId.objects.filter(system=system, external_id=external_id).select_related("account").first()
    return row.account if row is not None else None


def _set(account: Account, system: str, external_id: str) -> ValidationError | None:
    if AccountExternalId.objects.filter(system=system, external_id=external_id).exists():
        return ValidationError(_("Another account has this id in that system."), code="external_id_taken")
    row = AccountExternalId(account=account, system=system, external_id=external_id)
    try:
        row.full_clean(exclude=["account"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return ValidationError(error.messages, code="invalid")
    row.save(force_insert=True)
    return None
