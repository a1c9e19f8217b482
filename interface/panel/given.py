"""What a person entered, as the arguments of one service call."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class Given:
    """The cleaned fields of a form, who sent it and when; `seen_at` is the `updated_at` the form was opened with."""

    fields: dict[str, Any]
    by: str
    at: datetime
    seen_at: datetime | None = None

    @property
    def creation(self) -> dict[str, Any]:
        """The arguments of a service that creates."""
        return {**self.fields, "by": self.by, "at": self.at}

    @property
    def change(self) -> dict[str, Any]:
        """The arguments of a service that changes and refuses stale forms."""
        return {**self.creation, "seen_at": self.seen_at}


def given(request: HttpRequest, fields: dict[str, Any], *, seen_at: datetime | None = None) -> Given:
    """What the signed-in staff member sent just now."""
    return Given(fields=fields, by=f"staff:{request.user.pk}", at=timezone.now(), seen_at=seen_at)
