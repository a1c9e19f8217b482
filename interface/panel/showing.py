"""How the panel shows what there is: labels, moments, amounts, ids, people. One way for all screens."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTHING = "—"
SMALLEST_DIGITS = 2
STAFF, API_CLIENT, SYSTEM, RULES = "staff", "api", "system", "rules"
OF_API_CLIENT = gettext_lazy("API client %s")


def tag(text: "StrOrPromise", tone: str = "") -> SafeString:
    """A coloured label. Tones: good, notice, warning, bad, accent; without one it is grey."""
    return format_html('<span class="ci-tag {}">{}</span>', f"ci-tag-{tone}" if tone else "", text)


def tags(words: "Iterable[tuple[StrOrPromise, str]]") -> SafeString:
    return format_html_join(" ", "{}", ((tag(text, tone),) for text, tone in words))


def moment(value: datetime | date | None) -> SafeString | str:
    """How long ago or how soon, with the exact moment on hover; a date without time as the date."""
    if value is None:
        return NOTHING
    if not isinstance(value, datetime):
        return format_html('<time datetime="{}">{}</time>', value.isoformat(), date_format(value, "j M Y"))
    exact = date_format(timezone.localtime(value), "j M Y, H:i:s e")
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, _relative(value))


def _relative(value: datetime) -> str:
    now = timezone.now()
    if value > now:
        return _("in %s") % timeuntil(value, now, depth=1)
    if (now - value).total_seconds() < 60:  # noqa: PLR2004 -- a minute
        return _("just now")
    return _("%s ago") % timesince(value, now, depth=1)


def exact(value: datetime | date | None) -> SafeString | str:
    """The exact moment, with how long ago on hover."""
    if not isinstance(value, datetime):
        return moment(value)
    shown = date_format(timezone.localtime(value), "j M Y, H:i")
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), _relative(value), shown)


def money(amount: Decimal | None, currency: str) -> str:
    """The amount with two digits, more only where it has them, and the currency's code."""
    if amount is None:
        return NOTHING
    exponent = amount.normalize().as_tuple().exponent
    digits = max(SMALLEST_DIGITS, -exponent if isinstance(exponent, int) else 0)
    return f"{number_format(amount, digits, use_l10n=True, force_grouping=True)} {currency}"


def copyable(text: str) -> SafeString | str:
    """An id that one click copies."""
    if not text:
        return NOTHING
    return format_html(
        '<button type="button" class="ci-copy" data-copy="{}" title="{}"><span class="ci-mono">{}</span>'
        '<span class="ci-copy-icon" aria-hidden="true">content_copy</span></button>',
        text,
        _("Copy"),
        text,
    )


def link(url: str, text: object) -> SafeString:
    return format_html('<a class="ci-link" href="{}">{}</a>', url, text)


def actor_names(actors: Iterable[str]) -> Mapping[str, str]:
    """Who stands behind `staff:12`, `api:Qm3x`, `system:demo` or `rules`, as people know them. One query."""
    wanted = {actor for actor in actors if actor}
    pks = {actor.partition(":")[2] for actor in wanted if actor.startswith(f"{STAFF}:")}
    people = get_user_model().objects.in_bulk({int(pk) for pk in pks if pk.isdecimal()})
    names = {f"{STAFF}:{pk}": str(person) for pk, person in people.items()}
    return {actor: names.get(actor) or _unnamed(actor) for actor in wanted}


def _unnamed(actor: str) -> str:
    kind, _colon, name = actor.partition(":")
    if kind == RULES:
        return _("The rules")
    if kind == API_CLIENT:
        return str(OF_API_CLIENT) % name
    if kind == SYSTEM:
        return _("The system (%s)") % name if name else _("The system")
    if kind == STAFF:
        return _("A former staff member (%s)") % name
    return actor


def span(start: datetime, end: datetime) -> str:
    """How long from one moment to the other, in words; less than a minute in seconds."""
    seconds = int((end - start).total_seconds())
    if seconds < 60:  # noqa: PLR2004 -- a minute
        return _("%s seconds") % max(seconds, 0)
    return timesince(start, end, depth=1)
