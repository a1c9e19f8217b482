"""Reads of storefronts and API clients."""

from typing import TYPE_CHECKING, Self

from django.db.models import QuerySet

if TYPE_CHECKING:
    from storefronts.models import Storefront


class StorefrontQuerySet(QuerySet["Storefront"]):
    def with_policy(self) -> Self:
        """The storefront and its current policy in one statement."""
        return self.select_related("current_policy")
