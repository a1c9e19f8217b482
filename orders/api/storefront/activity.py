"""`/storefront/me/activity`: sign-ins, changes of profile and addresses, orders, newest first."""

import base64
import json
from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.api.storefront.shopper_view import ShopperView
from customers.api.shoppers import bound_storefront_of
from customers.attributes import Subject, seen_keys
from customers.services.profile_attributes import definitions
from interface.api.fields import EARLIEST, LATEST, shown_moment
from interface.api.parameters import Parameters
from orders.activity import Activity, Entry, Place, activity_of
from orders.api.storefront.examples import ACTIVITY
from orders.models import Order

LONGEST_CURSOR = 200


class ActivityQuery(Parameters):
    cursor = serializers.CharField(required=False, max_length=LONGEST_CURSOR, help_text="From `next` of another page.")
    page_size = serializers.IntegerField(required=False, default=50, min_value=1, max_value=200)


class ActivityEntryOutput(serializers.Serializer[Any]):
    type = serializers.ChoiceField([str(each) for each in Activity])
    at = serializers.DateTimeField()
    details = serializers.DictField(
        help_text="Of an order its id, number and storefront; of a profile the fields, `attributes.<key>` too."
    )


class ActivityOutput(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True, help_text="Always null: one reads on, not back.")
    results = ActivityEntryOutput(many=True)


class ActivityView(ShopperView):
    serializer_class = ActivityOutput

    @extend_schema(operation_id="storefront_activity_list", parameters=[ActivityQuery], examples=[ACTIVITY])
    def get(self, request: Request) -> Response:
        """What happened, newest first: about the person himself always, and what he ordered for whom he acts.

        What the merchant's staff note or decide is not here.
        """
        acting = self.acting
        acting.insist_on_registration()
        asked = ActivityQuery.of(request)
        count: int = asked["page_size"]
        after = place_of(asked["cursor"]) if "cursor" in asked else None
        orders = Order.objects.visible_to_storefront(bound_storefront_of(request))
        seen = seen_keys(definitions(subject=Subject.CUSTOMER, storefront=acting.storefront))
        found = activity_of(acting=acting, attributes=seen, orders=orders, after=after, count=count + 1)
        page = found[:count]
        following = None
        if len(found) > count:
            following = replace_query_param(request.build_absolute_uri(), "cursor", cursor_of(page[-1].place))
        return Response({"next": following, "previous": None, "results": [_answer(entry) for entry in page]})


def cursor_of(place: Place) -> str:
    text = json.dumps([place.at.isoformat(), place.is_order, place.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def place_of(cursor: str) -> Place:
    """What `cursor_of` made. Raises ValidationError for anything else."""
    try:
        at, is_order, number = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
        known = UUID(number) if is_order is True else int(str(number)[:18])
        return Place(_moment(at), is_order is True, str(known))
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise serializers.ValidationError({"cursor": "Take it from `next` of another page."}) from error


def _moment(text: str) -> datetime:
    """Raises ValueError for one that the database knows not, or without offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or not EARLIEST <= moment < LATEST:
        raise ValueError(text)
    return moment


def _answer(entry: Entry) -> dict[str, Any]:
    return {"type": str(entry.activity), "at": shown_moment(entry.place.at), "details": entry.details}
