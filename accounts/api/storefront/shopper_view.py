"""What the views under `/storefront` share that know of accounts, here and in the rooms above."""

from functools import cached_property
from typing import Any

from rest_framework.generics import GenericAPIView

from accounts.acting import Acting
from accounts.api import errors  # noqa: F401 -- names the status of this room's exceptions
from accounts.api.storefront.authentication import acting_in
from accounts.permissions import Permission
from customers.api.shoppers import IsShopper
from interface.api.idempotency import caller_of


class ShopperView(GenericAPIView[Any]):
    """For shoppers, whoever speaks for them; the default authentication has looked at the account of the header."""

    permission_classes = [IsShopper]
    filter_backends: list[Any] = []
    pagination_class: Any = None
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    @cached_property
    def acting(self) -> Acting:
        """Who acts, the same for the whole request."""
        return acting_in(self.request)

    def idempotency_caller(self) -> str:
        """One key means one thing per person, account and storefront, also where a back end speaks for many people.

        An answer with amounts is not given again to who may not see them any more.
        """
        acting = self.acting
        account = acting.account.shared_id if acting.account else ""
        parts = [acting.by, acting.customer.shared_id, account, acting.storefront.code]
        if not acting.may(Permission.PRICES_VIEW):
            parts.append("without prices")
        return caller_of(*parts)
