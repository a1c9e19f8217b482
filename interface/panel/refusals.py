"""What services refuse, in sentences beside the field. Everything a person typed stays."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.db import DataError, IntegrityError, OperationalError
from django.db.transaction import atomic
from django.utils.translation import gettext_lazy as _

from events.concurrency import StaleError, came_second
from interface.constraints import violation_of

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STALE = _(
    "Someone else changed this since you opened it. Open it anew to see what it is now; what you typed is still below."
)
GONE = _("Someone else removed this since you opened it.")
CAME_SECOND = _("Someone else was writing here in this very moment. Nothing was saved; save again.")
REFUSED_BY_DATABASE = _("The database refuses this: it contradicts something else that is stored.")

# An exception of a service → the field it is about (empty: the whole form) and the sentence that people read.
Explanations = Mapping[type[Exception], Callable[[Any], tuple[str, "StrOrPromise"]]]


class Refused(Exception):  # noqa: N818 -- reads as what happened
    """A service refused. `errors` by the prefix of the form they belong to; the page's own form has none."""

    def __init__(self, errors: Mapping[str, ValidationError]) -> None:
        super().__init__(", ".join(message for error in errors.values() for message in error.messages))
        self.errors = errors


@contextmanager
def refusing(*, explanations: Explanations, beside: Mapping[str, str], prefix: str = "") -> Iterator[None]:
    """Run a service; what it wrote before it refused is undone. Raises Refused; what nobody explains passes through.

    `beside` names the field for the code of an error that the model raises about several columns at once.
    """
    try:
        with atomic():
            yield
    except ValidationError as error:
        raise Refused({prefix: _placed(error, beside)}) from error
    except StaleError as error:
        raise Refused({prefix: ValidationError(STALE, code="stale")}) from error
    except ObjectDoesNotExist as error:
        raise Refused({prefix: ValidationError(GONE, code="gone")}) from error
    except (IntegrityError, DataError) as error:
        raise Refused({prefix: _placed(violation_of(error) or ValidationError(REFUSED_BY_DATABASE), beside)}) from error
    except OperationalError as error:
        if not came_second(error):
            raise
        raise Refused({prefix: ValidationError(CAME_SECOND, code="conflict")}) from error
    except tuple(explanations) as error:
        explain = next(told for kind, told in explanations.items() if isinstance(error, kind))
        field, sentence = explain(error)
        refusal = ValidationError(sentence)
        raise Refused({prefix: ValidationError({field: [refusal]}) if field else refusal}) from error


def _placed(error: ValidationError, beside: Mapping[str, str]) -> ValidationError:
    """The same errors, those with a code of `beside` at the field they are about."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    placed: dict[str, list[ValidationError]] = {}
    for field, errors in by_field.items():
        for each in errors:
            placed.setdefault(beside.get(each.code or "", field), []).append(each)
    return ValidationError(placed)
