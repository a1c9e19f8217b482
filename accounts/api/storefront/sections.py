"""`/storefront/me/sections`: which pages a shop's customer account has."""

from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.storefront.examples import SECTIONS
from accounts.api.storefront.links import path_to
from accounts.api.storefront.shopper_view import ShopperView
from accounts.permissions import Permission


class Section(TextChoices):
    """A page of a shop's customer account. `domain.md` 3."""

    OVERVIEW = "overview", _("Overview")
    PROFILE = "profile", _("Profile")
    ADDRESSES = "addresses", _("Addresses")
    ORDER_HISTORY = "order_history", _("Order history")
    NEWSLETTER = "newsletter", _("Newsletter")
    SHOPPING_LISTS = "shopping_lists", _("Shopping lists")
    SHOPPING_CARTS = "shopping_carts", _("Shopping carts")
    WISHLIST = "wishlist", _("Wishlist")


_BOTH = (Section.OVERVIEW, Section.PROFILE, Section.ADDRESSES, Section.ORDER_HISTORY, Section.NEWSLETTER)
FOR_ACCOUNT = (*_BOTH, Section.SHOPPING_LISTS, Section.SHOPPING_CARTS)
FOR_ONESELF = (*_BOTH, Section.WISHLIST)
# What role and status of the account have to allow for a page of it; the others everybody may read.
_NEEDED = {Section.SHOPPING_LISTS: Permission.LISTS_MANAGE, Section.SHOPPING_CARTS: Permission.CARTS_MANAGE}
# What is read there, where links call it otherwise.
_LINKS = {
    Section.OVERVIEW: "context",
    Section.PROFILE: "me",
    Section.ORDER_HISTORY: "orders",
    Section.SHOPPING_CARTS: "carts",
}


class SectionOutput(serializers.Serializer[Any]):
    code = serializers.ChoiceField(Section.choices)
    name = serializers.CharField()
    href = serializers.CharField(help_text="Where its content is read.")


@extend_schema_serializer(examples=[SECTIONS])
class SectionsOutput(serializers.Serializer[Any]):
    results = SectionOutput(many=True)


class SectionsView(ShopperView):
    serializer_class = SectionsOutput

    @extend_schema(operation_id="storefront_sections_list")
    def get(self, request: Request) -> Response:  # noqa: ARG002 -- DRF's signature
        """The pages that a shop shows the person: what he may read for the account, or what is for himself."""
        acting = self.acting
        acting.insist_on_registration()
        sections = FOR_ONESELF if acting.account is None else FOR_ACCOUNT
        found = [
            {"code": str(each), "name": str(each.label), "href": path_to(_LINKS.get(each, str(each)))}
            for each in sections
            if each not in _NEEDED or acting.may(_NEEDED[each])
        ]
        return Response({"results": found})
