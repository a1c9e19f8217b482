"""What happened to a person lately, whoever did it, newest first: recorded facts, and orders that he placed."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from accounts.acting import Acting
from events.models import Event
from orders.models import Order
from orders.querysets import OrderQuerySet


class Activity(StrEnum):
    """What happened, as the person himself is told."""

    SIGNED_IN = "signed_in"
    REGISTERED = "registered"
    EMAIL_VERIFIED = "email_verified"
    PROFILE_CHANGED = "profile_changed"
    ADDRESS_ADDED = "address_added"
    ADDRESS_CHANGED = "address_changed"
    ADDRESS_REMOVED = "address_removed"
    ORDER_PLACED = "order_placed"


# No others: what staff note and decide about a person is not his to read.
_TOLD = {
    "customer.signed_in": Activity.SIGNED_IN,
    "customer.registered": Activity.REGISTERED,
    "customer.email_verified": Activity.EMAIL_VERIFIED,
    "customer.address_added": Activity.ADDRESS_ADDED,
    "customer.address_changed": Activity.ADDRESS_CHANGED,
    "customer.address_removed": Activity.ADDRESS_REMOVED,
}
_CHANGED = "customer.changed"
PROFILE_FIELDS = frozenset(
    {
        "email", "salutation", "first_name", "last_name", "company", "phone", "gender", "birth_date",
        "preferred_locale", "shipping_option",
    }
)  # fmt: skip


class Place(NamedTuple):
    """Where a page ended. Of one moment orders come first (`is_order`), then the later id."""

    at: datetime
    is_order: bool
    id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `details` are ids and names of fields, never what stands in them."""

    place: Place
    activity: Activity
    details: dict[str, Any]


def activity_of(
    *, acting: Acting, attributes: Collection[str], orders: OrderQuerySet, after: Place | None, count: int
) -> list[Entry]:
    """The newest `count` entries, or the newest of those after the place; two statements, whatever their number.

    Of himself always, of his attributes those of these keys; of `orders`, which he may see, those that he placed for
    whom he acts.
    """
    subject = f"customer:{acting.customer.shared_id}"
    seen = Q(payload__fields__has_any_keys=sorted(PROFILE_FIELDS))
    seen |= Q(payload__attributes__has_any_keys=sorted(attributes))
    facts = Event.objects.filter(Q(name__in=_TOLD) | Q(seen, name=_CHANGED), subject=subject).order_by("-at", "-id")
    placed = orders.placed_by(acting).select_related("storefront").order_by("-placed_at", "-id")
    found = [
        *(_of_fact(fact, attributes) for fact in _after(facts, after, moment="at", is_order=False)[:count]),
        *map(_of_order, _after(placed, after, moment="placed_at", is_order=True)[:count]),
    ]
    return list(islice(_newest_first(found), count))


def _after(rows: QuerySet[Any], after: Place | None, *, moment: str, is_order: bool) -> QuerySet[Any]:
    """The rows that come after the place; the index by moment finds the first of them."""
    if after is None:
        return rows
    earlier = Q(**{f"{moment}__lt": after.at})
    if after.is_order and not is_order:
        earlier |= Q(**{moment: after.at})
    elif after.is_order == is_order:
        earlier |= Q(**{moment: after.at, "pk__lt": after.id})
    return rows.filter(earlier)


def _newest_first(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Ids of one kind are compared as they are numbered, not as text."""

    def order(entry: Entry) -> tuple[datetime, bool, int, str]:
        place = entry.place
        return (place.at, place.is_order, len(place.id), place.id)

    return iter(sorted(entries, key=order, reverse=True))


def _of_fact(fact: Event, attributes: Collection[str]) -> Entry:
    place = Place(fact.at, is_order=False, id=str(fact.pk))
    if fact.name == _CHANGED:
        fields = sorted(PROFILE_FIELDS.intersection(fact.payload["fields"]))
        named = [f"attributes.{key}" for key in fact.payload.get("attributes", ()) if key in attributes]
        return Entry(place, Activity.PROFILE_CHANGED, {"fields": [*fields, *named]})
    return Entry(place, _TOLD[fact.name], {})


def _of_order(order: Order) -> Entry:
    details = {"order": str(order.pk), "number": order.number, "storefront": order.storefront.code}
    return Entry(Place(order.placed_at, is_order=True, id=str(order.pk)), Activity.ORDER_PLACED, details)
