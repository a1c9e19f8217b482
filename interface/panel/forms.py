"""Forms that only parse. Whether what was typed may be stored is the service's decision; it comes back as a refusal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms.models import construct_instance
from django.utils.translation import gettext_lazy as _
from unfold.forms import PaginationInlineFormSet

SEEN_AT = "seen_at"
FORM_ID = "form_id"


class SeenAtField(forms.Field):
    """The `updated_at` of the object when its form was opened, carried along unseen."""

    widget = forms.HiddenInput
    default_error_messages = {
        "required": _("This form came back incomplete. Open the page anew."),
        "invalid": _("This form came back damaged. Open the page anew."),
    }

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime) else value

    def to_python(self, value: Any) -> datetime | None:
        if not value:
            return None
        try:
            seen_at = datetime.fromisoformat(value)
        except ValueError:
            seen_at = None
        if seen_at is None or seen_at.tzinfo is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return seen_at

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: it is not the person who changes it."""
        return False


class FormIdField(forms.UUIDField):
    """What tells one opened form from another, carried along unseen."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:  # noqa: ARG002 -- Django's signature
        """Never: it is not the person who changes it."""
        return False


def refuse(form: forms.BaseForm, error: ValidationError) -> None:
    """Put what a service refused beside its field; what is about none of the form's fields stands above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        known = name in form.fields and name != NON_FIELD_ERRORS
        form.add_error(name if known else None, errors)


class ServiceForm(forms.ModelForm[Any]):
    """A model's form without the model's own validation, which services do; `refusals` is what they said, by prefix."""

    refusals: ClassVar[Mapping[str, ValidationError]] = {}

    seen_at = SeenAtField()
    form_id = FormIdField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        updated_at = getattr(self.instance, "updated_at", None)
        if updated_at is None or self.instance._state.adding:  # noqa: SLF001 -- Django's documented API
            self.fields[SEEN_AT].required = False
            self.initial[FORM_ID] = uuid4()
        else:
            self.initial[SEEN_AT] = updated_at

    def _post_clean(self) -> None:
        meta = self._meta
        self.instance = construct_instance(self, self.instance, meta.fields, meta.exclude)
        if refusal := self.refusals.get(self.prefix or ""):
            refuse(self, refusal)

    def typed(self) -> dict[str, Any]:
        """What was typed, by field: without what the form carries for itself."""
        own = {SEEN_AT, FORM_ID, "DELETE", self.instance._meta.pk.name}  # noqa: SLF001 -- Django's documented API
        return {name: value for name, value in self.cleaned_data.items() if name not in own}


class ServiceFormSet(PaginationInlineFormSet):
    """Rows of an inline. Writes nothing: `ServiceInline` hands each row to its service."""

    def clean(self) -> None:
        """Rows are compared with each other by the service, which sees them as they are stored."""

    def save(self, commit: bool = True) -> list[Any]:  # noqa: ARG002, FBT001, FBT002 -- Django's signature
        raise TypeError("Rows of an inline are saved through its services.")
