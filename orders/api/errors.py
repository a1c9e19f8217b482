"""The HTTP status of this room's exceptions."""

from interface.api.problems import answers_with
from orders.services.intake import OrderExistsWithOtherContentError

answers_with(
    OrderExistsWithOtherContentError,
    status=409,
    code="order_exists_with_other_content",
    detail="Order {error} of this storefront was received before with other content. It is unchanged.",
)
