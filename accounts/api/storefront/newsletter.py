"""`/storefront/newsletter`: whether the person wants the storefront's newsletter."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.storefront.examples import NEWSLETTER, NEWSLETTER_INPUT
from accounts.api.storefront.shopper_view import ShopperView
from customers.services.newsletter import is_subscribed, set_newsletter
from interface.api.fields import Flag, StrictSerializer


@extend_schema_serializer(examples=[NEWSLETTER])
class NewsletterOutput(serializers.Serializer[Any]):
    subscribed = serializers.BooleanField()


@extend_schema_serializer(examples=[NEWSLETTER_INPUT])
class NewsletterInput(StrictSerializer):
    subscribed = Flag()


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
