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
        """One key means one thing per person, account and storefront, also where a back end speaks for many people."""
        acting = self.acting
        account = acting.account.shared_id if acting.account else ""
        return caller_of(acting.by, acting.customer.shared_id, account, acting.storefront.code)

    def idempotency_rights(self) -> list[str]:
        """What was done in one role is neither done again in another, nor told: its answer may hold amounts."""
        acting = self.acting
        shown = ["shows prices"] if acting.may(Permission.PRICES_VIEW) else []
        return [*sorted(acting.role.permissions), *shown] if acting.role else []
