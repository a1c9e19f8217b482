"""How other systems name a customer: set, replaced and taken away one by one."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, CustomerExternalId
from events.recording import Fact, record
from events.transaction import transaction


def set_external_ids(*, customer: Customer, ids: Mapping[str, str | None], by: str, at: datetime) -> None:
    """Give the customer the id of each system named; null or blank takes it away, other systems stay as they are.

    Raises ValidationError (`external_ids.<system>`: `external_id_taken`, or what is wrong with the id).
    """
    with transaction(by=by):
        stored = {each.system: each for each in customer.external_ids.select_for_update().order_by("pk")}
        errors: dict[str, ValidationError] = {}
        for system, given in sorted(ids.items()):
            row = stored.get(system)
            if row is not None and row.external_id == given:
                continue
            if row is not None:
                row.delete()
            if given:
                error = _set(customer, system, given)
                if error is not None:
                    errors[f"external_ids.{system}"] = error
            payload = {"system": system, "external_id": given or None}
            record(Fact("customer.linked", f"customer:{customer.shared_id}", payload), by=by, at=at)
        if errors:
            raise ValidationError(errors)


def customer_of(*, system: str, external_id: str) -> Customer | None:
    """Whom that system means."""
    row = CustomerExternalId.objects.filter(system=system, external_id=external_id).select_related("customer").first()
    return row.customer if row is not None else None


def _set(customer: Customer, system: str, external_id: str) -> ValidationError | None:
    if CustomerExternalId.objects.filter(system=system, external_id=external_id).exists():
        return ValidationError(_("Another customer has this id in that system."), code="external_id_taken")
    row = CustomerExternalId(customer=customer, system=system, external_id=external_id)
    try:
        row.full_clean(exclude=["customer"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        return ValidationError(error.messages, code="invalid")
    row.save(force_insert=True)
    return None
