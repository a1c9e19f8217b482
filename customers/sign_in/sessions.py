"""Sessions whose keys are stored as hashes: who reads the table can sign in as nobody."""

import hashlib
from typing import Any

from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

from customers.sign_in.backends import is_of_staff

GUEST = "guest_customer"
KEY_LENGTH = 40  # of Django's column: 160 bits


def hashed(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:KEY_LENGTH]


class SessionStore(DatabaseSessions):
    """As Django's. What is a key everywhere else is only here turned into what is stored."""

    def _get_session_from_db(self) -> Any:
        known = self.model.objects.filter(session_key=hashed(self.session_key or ""), expire_date__gt=timezone.now())
        row = known.first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return bool(super().exists(hashed(session_key)))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = hashed(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            super().delete(hashed(key))


class SessionTokens(SessionTokenStrategy):
    """A shopper's token is the key of his session; a session of the panel is none."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        session = SessionStore(session_key=session_token)
        session.get(SESSION_KEY)  # loads it; where there is none, its key is gone afterwards
        return session if session.session_key and not is_of_staff(session) else None
