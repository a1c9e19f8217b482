"""A form that creates something does so once, however often it is sent."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interface.models import SentForm


def take_form(form_id: UUID, *, by: str, at: datetime) -> None:
    """Note that the form was sent, in the transaction of what it creates: what is refused can be sent again.

    A twin at the same moment waits for the first one's end. Raises ValidationError (`sent_before`) where it was taken.
    """
    _form, is_first = SentForm.objects.get_or_create(id=form_id, defaults={"by": by, "at": at})
    if not is_first:
        raise ValidationError(_("This form was sent before and did its work. Open it anew."), code="sent_before")
