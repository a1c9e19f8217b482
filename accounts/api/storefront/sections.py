"""`/storefront/me/sections` and `/storefront/newsletter`: what a shop's customer account consists of."""

from typing import Any

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.storefront.examples import NEWSLETTER, SECTIONS
from accounts.api.storefront.shopper_view import ShopperView
from customers.services.newsletter import is_subscribed, set_newsletter
from interface.api.context import STOREFRONT_PATH
from interface.api.fields import StrictSerializer


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
_PATHS = {
    Section.OVERVIEW: "context",
    Section.PROFILE: "me",
    Section.ADDRESSES: "addresses",
    Section.ORDER_HISTORY: "orders",
    Section.NEWSLETTER: "newsletter",
    Section.SHOPPING_LISTS: "shopping-lists",
    Section.SHOPPING_CARTS: "carts",
    Section.WISHLIST: "wishlist",
}


class SectionOutput(serializers.Serializer[Any]):
    code = serializers.ChoiceField(Section.choices)
    name = serializers.CharField()
    href = serializers.CharField(help_text="Where its content is read.")


@extend_schema_serializer(examples=[SECTIONS])
class SectionsOutput(serializers.Serializer[Any]):
    results = SectionOutput(many=True)


@extend_schema_serializer(examples=[NEWSLETTER])
class NewsletterOutput(serializers.Serializer[Any]):
    subscribed = serializers.BooleanField()


class NewsletterInput(StrictSerializer):
    subscribed = serializers.BooleanField()


class SectionsView(ShopperView):
    serializer_class = SectionsOutput

    @extend_schema(operation_id="storefront_sections_list")
    def get(self, request: Request) -> Response:  # noqa: ARG002 -- DRF's signature
        """The pages that a shop shows the person: those of a buyer for an account, or of one who buys for himself."""
        acting = self.acting
        acting.insist_on_registration()
        sections = FOR_ONESELF if acting.account is None else FOR_ACCOUNT
        found = [
            {"code": str(each), "name": str(each.label), "href": STOREFRONT_PATH + _PATHS[each]} for each in sections
        ]
        return Response({"results": found})


class NewsletterView(ShopperView):
    serializer_class = NewsletterOutput

    @extend_schema(operation_id="storefront_newsletter_read")
    def get(self, request: Request) -> Response:  # noqa: ARG002 -- DRF's signature
        """Whether the person wants the storefront's newsletter."""
        acting = self.acting
        acting.insist_on_registration()
        return Response({"subscribed": is_subscribed(customer=acting.customer, storefront=acting.storefront)})

    @extend_schema(operation_id="storefront_newsletter_set", request=NewsletterInput, responses={200: NewsletterOutput})
    def put(self, request: Request) -> Response:
        """He wants it from now on, or does not. The merchant's staff do not see it."""
        acting = self.acting
        acting.insist_on_registration()
        body = NewsletterInput(data=request.data)
        body.is_valid(raise_exception=True)
        wanted = body.validated_data["subscribed"]
        set_newsletter(
            customer=acting.customer,
            storefront=acting.storefront,
            subscribed=wanted,
            by=acting.by,
            at=timezone.now(),
        )
        return Response({"subscribed": wanted})
