"""E-mail addresses as people write them, in any script."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.identifiers import MAX_EMAIL_LENGTH, normal_email


def validate_email_address(text: str) -> None:
    """Raises ValidationError for what has no normal form. Django's own validator refuses international local parts."""
    if normal_email(text) is None:
        raise ValidationError(_("Enter a valid e-mail address."), code="invalid")


class EmailAddressField(models.CharField[Any, Any]):
    """An e-mail address as typed, of any script; beside it stands a NormalEmailField where it is looked up by."""

    default_validators = [validate_email_address]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": MAX_EMAIL_LENGTH, **kwargs})
