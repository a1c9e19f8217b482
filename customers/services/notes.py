"""What staff note about a person. Never shown to him."""

from datetime import datetime

from customers.models import Customer, CustomerNote
from events.recording import Fact, record
from events.transaction import transaction


def add_note(*, customer: Customer, text: str, by: str, at: datetime) -> CustomerNote:
    """Raises ValidationError (`text`) for a note that is blank or too long."""
    with transaction(by=by):
        note = CustomerNote(customer=customer, text=text.strip(), author=by, created_at=at)
        note.full_clean(exclude=["customer"])
        note.save(force_insert=True)
        _record("customer.note_added", note, by=by, at=at)
    return note


def remove_note(*, note: CustomerNote, by: str, at: datetime) -> None:
    """Take it back. Removing twice changes nothing."""
    with transaction(by=by):
        locked = CustomerNote.objects.select_for_update().filter(pk=note.pk).first()
        if locked is not None:
            _record("customer.note_removed", locked, by=by, at=at)
            locked.delete()


def _record(name: str, note: CustomerNote, *, by: str, at: datetime) -> None:
    record(Fact(name, f"customer:{note.customer.shared_id}", {"note": str(note.pk)}), by=by, at=at)
