"""Address books: a person's own here, an account's by the same rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.models import CustomerAddress, PostalAddress
from customers.postal import checked_address
from customers.services.lifecycle import CustomerGoneError
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction

LINES = ("line1", "city", "region", "postal_code", "country")
WRITABLE = frozenset(
    {
        *LINES, "label", "first_name", "last_name", "company", "line2", "phone", "is_shipping", "is_billing",
        "default_shipping", "default_billing",
    }
)  # fmt: skip
USES = ("shipping", "billing")

Address = TypeVar("Address", bound=PostalAddress)


@dataclass(frozen=True, slots=True)
class AddressBook(Generic[Address]):
    """Writes one kind of address; `owner` is the field that names whose it is, and the word of its events."""

    model: type[Address]
    owner: str
    # Fields of the owner that are set once nothing is written to him any more.
    ends: tuple[str, ...] = ()

    def add(self, *, owner: Any, code: str = "", by: str, at: datetime, **fields: Any) -> Address:
        """Add an address; the first one becomes both defaults, a new default unmarks the old.

        Raises ValidationError with one entry per wrong field, `address_id_taken` for a code the book has; and
        CustomerGoneError for who was merged or anonymized.
        """
        _refuse_unknown(fields)
        with transaction(by=by):
            self.lock(owner)
            book = self._book(owner)
            address = self.model(created_at=at, updated_at=at, **{self.owner: owner}, **fields)
            address.code = code or str(address.pk)
            if not book.exists():
                for use in USES:
                    wanted = getattr(address, f"is_{use}") or getattr(address, f"default_{use}")
                    setattr(address, f"default_{use}", wanted)
            self._check(address)
            self._unmark_others(address, at=at)
            address.save(force_insert=True)
            self._record("address_added", address, owner, by=by, at=at)
        return address

    def change(
        self, *, address: Address, seen_at: datetime | None = None, by: str, at: datetime, **fields: Any
    ) -> Address:
        """Change the named fields; unchanged input writes nothing. Raises as `add`, and StaleError."""
        _refuse_unknown(fields)
        with transaction(by=by):
            owner = getattr(address, self.owner)
            self.lock(owner)
            locked = self.model._default_manager.select_for_update().get(pk=address.pk)  # noqa: SLF001 -- Django's documented API
            refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
            before = {name: getattr(locked, name) for name in WRITABLE}
            for name, value in fields.items():
                setattr(locked, name, value)
            for use in USES:
                # What may no longer be used for it is no longer its default, unless that is asked for: an error.
                if not getattr(locked, f"is_{use}") and f"default_{use}" not in fields:
                    setattr(locked, f"default_{use}", False)
            self._check(locked)
            changed = [name for name, value in before.items() if getattr(locked, name) != value]
            if not changed:
                return locked
            self._unmark_others(locked, at=at)
            locked.updated_at = at
            locked.save(update_fields=[*changed, "updated_at"])
            self._record("address_changed", locked, owner, by=by, at=at)
        return locked

    def remove(self, *, address: Address, seen_at: datetime | None = None, by: str, at: datetime) -> None:
        """Remove it; where it was a default, there is none afterwards. Removing twice changes nothing.

        Raises StaleError, CustomerGoneError.
        """
        with transaction(by=by):
            owner = getattr(address, self.owner)
            self.lock(owner)
            locked = self.model._default_manager.select_for_update().filter(pk=address.pk).first()  # noqa: SLF001 -- Django's documented API
            if locked is not None:
                refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
                self._record("address_removed", locked, owner, by=by, at=at)
                locked.delete()

    def lock(self, owner: models.Model) -> None:
        """One at a time per book: which address is the first, and which the default, is decided in turn.

        Raises CustomerGoneError for who was merged or anonymized meanwhile: what came too late would be lost, or kept.
        """
        rows = type(owner)._default_manager.select_for_update().values_list("pk", *self.ends)  # noqa: SLF001 -- Django's documented API
        _pk, *ends = rows.get(pk=owner.pk)
        if any(ends):
            raise CustomerGoneError

    def _book(self, owner: models.Model) -> "models.QuerySet[Address]":
        return self.model._default_manager.filter(**{self.owner: owner})  # noqa: SLF001 -- Django's documented API

    def _check(self, address: Address) -> None:
        errors: dict[str, list[ValidationError]] = {}
        try:
            lines = checked_address({name: getattr(address, name) for name in LINES})
        except ValidationError as error:
            error.update_error_dict(errors)
        else:
            for name, text in lines.items():
                setattr(address, name, text)
        try:
            address.full_clean(exclude=[*errors, self.owner], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            error.update_error_dict(errors)
        if not (address.first_name or address.last_name or address.company):
            sentence = _("Give a first name, a last name or a company.")
            errors.setdefault("last_name", []).append(ValidationError(sentence, code="required"))
        for use in USES:
            if getattr(address, f"default_{use}") and not getattr(address, f"is_{use}"):
                sentence = _("A default address is one that may be used for it.")
                errors.setdefault(f"default_{use}", []).append(ValidationError(sentence, code="default_not_usable"))
        taken = self._book(getattr(address, self.owner)).filter(code=address.code).exclude(pk=address.pk)
        if "code" not in errors and taken.exists():
            sentence = _("Another address of this book has this ID.")
            errors["code"] = [ValidationError(sentence, code="address_id_taken")]
        if errors:
            raise ValidationError(errors)

    def _unmark_others(self, address: Address, *, at: datetime) -> None:
        others = self._book(getattr(address, self.owner)).exclude(pk=address.pk)
        for use in USES:
            if getattr(address, f"default_{use}"):
                others.filter(**{f"default_{use}": True}).update(**{f"default_{use}": False, "updated_at": at})

    def _record(self, what: str, address: Address, owner: Any, *, by: str, at: datetime) -> None:
        fact = Fact(f"{self.owner}.{what}", f"{self.owner}:{owner.shared_id}", {"address": str(address.pk)})
        record(fact, by=by, at=at)


def _refuse_unknown(fields: dict[str, Any]) -> None:
    if unknown := fields.keys() - WRITABLE:
        raise TypeError(f"An address has no writable field {', '.join(sorted(unknown))}.")


OWN_ADDRESSES = AddressBook(CustomerAddress, "customer", ends=("merged_into", "anonymized_at"))
