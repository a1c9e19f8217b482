"""`/storefront/carts/{id}/order`: a cart becomes an order."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.storefront.shopper_view import ShopperView
from interface.api.fields import Characters, Money, StrictSerializer, Text
from interface.api.idempotency import idempotent
from orders.api import errors  # noqa: F401 -- names the status of this room's exceptions
from orders.api.storefront.examples import CART_ORDER_EXAMPLES
from orders.api.storefront.outputs import ShopperOrderOutput, own_order_answer
from orders.models import Order
from orders.services.ordering import CartOrder, order_cart
from orders.shopper_orders import as_shoppers_see_them


class CartOrderInput(StrictSerializer):
    expected_total = Money(
        required=False,
        allow_null=True,
        default=None,
        help_text="The total that was seen. Required of who may see prices, else not looked at.",
    )
    payment_method = Characters(max_length=60)
    shipping_address_id = Characters(max_length=100, help_text="From the account's address book, or one's own.")
    billing_address_id = Text(max_length=100, help_text="Left out: the default one, else where it is shipped to.")
    purchase_order_number = Text(max_length=60)


class CartOrderView(ShopperView):
    takes_idempotency_key = True
    serializer_class = ShopperOrderOutput
    http_method_names = ["post"]

    @extend_schema(
        operation_id="storefront_cart_order",
        request=CartOrderInput,
        responses={201: ShopperOrderOutput, 200: ShopperOrderOutput},
        examples=CART_ORDER_EXAMPLES,
    )
    @idempotent
    def post(self, request: Request, cart_id: UUID) -> Response:
        """Order the cart. 201 with the order; the same request again is 200 with the same order.

        409: `cart_ordered` (before, with another body), `account_suspended`, `account_pending`, `account_disabled`,
        `email_required` (of a guest), `cart_empty`, `line_unavailable` (with `skus`), `price_changed` (with `cart` as
        it is now), `total_too_large`, `payment_method_not_visible`. 400 `unknown_address`, `address_not_usable` (in
        `errors`).
        """
        acting = self.acting
        body = CartOrderInput(data=request.data)
        body.is_valid(raise_exception=True)
        ordered = order_cart(acting=acting, cart_id=cart_id, said=CartOrder(**body.validated_data), at=timezone.now())
        order = as_shoppers_see_them(Order.objects.all()).get(pk=ordered.order.pk)
        answer = own_order_answer(order, acting)
        return Response(answer, status=status.HTTP_201_CREATED if ordered.is_new else status.HTTP_200_OK)
