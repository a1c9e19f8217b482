"""How other systems name our records: a customer's ids here, an account's by the same rules."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import CustomerExternalId
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import lock_key, transaction


@dataclass(frozen=True, slots=True)
class ExternalIdBook:
    """Sets, replaces and takes away the ids of one kind of record; `owner` names it: the field, and the word of events.

    `taken` says that another one has the id.
    """

    model: type[models.Model]
    owner: str
    taken: Any

    def set(
        self, *, owner: Any, ids: Mapping[str, str | None], seen_at: datetime | None = None, by: str, at: datetime
    ) -> None:
        """Give it the id of each system named; null or blank takes it away, other systems stay as they are.

        Raises StaleError where it changed since `seen_at`; ValidationError (`external_ids.<system>`:
        `external_id_taken`, or what is wrong with the id).
        """
        with transaction(by=by):
            locked = type(owner).objects.select_for_update(of=["self"], no_key=True).get(pk=owner.pk)
            refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
            stored = {each.system: each for each in locked.external_ids.order_by("pk")}
            errors: dict[str, ValidationError] = {}
            changed = False
            for system, given in sorted(ids.items()):
                row = stored.get(system)
                if (row.external_id if row else "") == (given or ""):
                    continue
                if row is not None:
                    row.delete()
                error = self._add(locked, system, given) if given else None
                if error is not None:
                    errors[f"external_ids.{system}"] = error
                    continue
                changed = True
                payload = {"system": system, "external_id": given or None}
                record(Fact(f"{self.owner}.linked", f"{self.owner}:{locked.shared_id}", payload), by=by, at=at)
            if errors:
                raise ValidationError(errors)
            if changed:
                # Answers about it show its ids: what was read before is stale.
                locked.updated_at = at
                locked.save(update_fields=["updated_at"])

    @contextmanager
    def upserting(self, *, system: str, external_id: str, by: str) -> Iterator[Any | None]:
        """Yields whom or what that system means, in a transaction in which nobody else makes one of that id.

        Who asks for the same id meanwhile waits, and then finds what was made.
        """
        with transaction(by=by, locks=[lock_key(self.owner, "external id", system, external_id)]):
            named = self._named(system, external_id).select_related(self.owner).first()
            yield getattr(named, self.owner) if named is not None else None

    def _add(self, owner: models.Model, system: str, external_id: str) -> ValidationError | None:
        if self._named(system, external_id).exists():
            return ValidationError(self.taken, code="external_id_taken")
        row = self.model(**{self.owner: owner}, system=system, external_id=external_id)
        try:
            row.full_clean(exclude=[self.owner], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            return ValidationError(error.messages, code="invalid")
        row.save(force_insert=True)
        return None

    def _named(self, system: str, external_id: str) -> models.QuerySet[Any]:
        found: models.QuerySet[Any] = self.model._default_manager.filter(system=system, external_id=external_id)  # noqa: SLF001 -- Django's documented API
        return found


CUSTOMER_IDS = ExternalIdBook(CustomerExternalId, "customer", _("Another customer has this id in that system."))
