"""The HTTP status of this room's exceptions."""

from interface.api.problems import answers_with
from orders.api.storefront.cart_outputs import cart_answer, left_out_answer
from orders.services.cart_lines import LineUnavailableError, TooManyLinesError
from orders.services.carts import CartNameTakenError, OneCartOnlyError, TooManyCartsError
from orders.services.intake import OrderExistsWithOtherContentError
from orders.services.list_lines import ListFullError
from orders.services.lists import ListNameTakenError, TooManyListsError
from orders.services.ordering import (
    CartEmptyError,
    CartOrderedError,
    EmailRequiredError,
    PaymentMethodNotVisibleError,
    PriceChangedError,
    TotalTooLargeError,
)
from orders.services.staff_decisions import AccountDisabledError, NotReleasableError, OrderErasedError

answers_with(
    OrderExistsWithOtherContentError,
    status=409,
    code="order_exists_with_other_content",
    detail="Order {error} of this storefront was received before with other content. It is unchanged.",
)
answers_with(
    NotReleasableError,
    status=409,
    code="not_releasable",
    detail="Neither a person nor a single blocked contact or account holds this order; say whose it is instead.",
)
answers_with(
    OrderErasedError,
    status=409,
    code="order_erased",
    detail="A person whom this order's decisions name was erased. It is never decided again.",
)
answers_with(
    AccountDisabledError,
    status=409,
    code="account_disabled",
    detail="The account is disabled: no order is given to it.",
)
answers_with(
    CartNameTakenError, status=409, code="cart_name_taken", detail="Another of these carts is named so.", field="name"
)
answers_with(TooManyCartsError, status=409, code="too_many_carts", detail="There are as many carts as there may be.")
answers_with(
    OneCartOnlyError,
    status=409,
    code="account_required",
    detail="Several carts, and names for them, are for those who act for an account. For yourself you have one.",
)
answers_with(TooManyLinesError, status=409, code="too_many_lines", detail="The cart has no room for another line.")
answers_with(
    LineUnavailableError,
    status=409,
    code="line_unavailable",
    detail="This cannot be had now: {error}.",
    members=lambda error: {"skus": left_out_answer(error.left_out)},
)
answers_with(
    CartOrderedError,
    status=409,
    code="cart_ordered",
    detail="The cart was ordered before, with other content. That order is unchanged.",
)
answers_with(CartEmptyError, status=409, code="cart_empty", detail="There is nothing in the cart.")
answers_with(
    EmailRequiredError,
    status=409,
    code="email_required",
    detail="Say where to reach you first: PATCH /storefront/me with an email.",
)
answers_with(
    PaymentMethodNotVisibleError,
    status=409,
    code="payment_method_not_visible",
    detail="One cannot pay by {error} here.",
    field="payment_method",
)
answers_with(
    TotalTooLargeError, status=409, code="total_too_large", detail="No order can be as large. Order in several parts."
)
answers_with(
    PriceChangedError,
    status=409,
    code="price_changed",
    detail="The cart costs something else now. Nothing was ordered.",
    members=lambda error: {"cart": cart_answer(error.cart, acting=error.acting)},
)
answers_with(
    ListNameTakenError, status=409, code="list_name_taken", detail="Another of these lists is named so.", field="name"
)
answers_with(TooManyListsError, status=409, code="too_many_lists", detail="There are as many lists as there may be.")
answers_with(ListFullError, status=409, code="too_many_lines", detail="The list has no room for another line.")
