"""What staff note about an account. Never shown to its buyers."""

from datetime import datetime

from accounts.models import Account, AccountNote
from events.recording import Fact, record
from events.transaction import transaction


def add_note(*, account: Account, text: str, by: str, at: datetime) -> AccountNote:
    """Raises ValidationError (`text`) for a note that is blank or too long."""
    with transaction(by=by):
        note = AccountNote(account=account, text=text.strip(), author=by, created_at=at)
        note.full_clean(exclude=["account"])
        note.save(force_insert=True)
        _record("account.note_added", note, by=by, at=at)
    return note


def remove_note(*, note: AccountNote, by: str, at: datetime) -> None:
    """Take it back. Removing twice changes nothing."""
    with transaction(by=by):
        locked = AccountNote.objects.select_for_update(of=["self"]).filter(pk=note.pk).first()
        if locked is not None:
            _record("account.note_removed", locked, by=by, at=at)
            locked.delete()


def _record(name: str, note: AccountNote, *, by: str, at: datetime) -> None:
    record(Fact(name, f"account:{note.account.shared_id}", {"note": str(note.pk)}), by=by, at=at)
