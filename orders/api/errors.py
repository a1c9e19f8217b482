"""The HTTP status of this room's exceptions."""

from interface.api.problems import answers_with
from orders.services.intake import OrderExistsWithOtherContentError
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
