"""The tabs that orders fill on the pages of accounts and customers."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from customers.models import Customer
from interface.panel import showing
from interface.panel.panels import Panel
from orders.admin.orders import outcome_tag
from orders.models import Order

SHOWN = 25


def orders_of_account(request: HttpRequest, account: Account) -> dict[str, Any]:  # noqa: ARG001 -- as panels say
    """The latest orders of the account and everything below it."""
    orders = Order.objects.in_subtree_of(account).with_identity().order_by("-placed_at")
    every = f"{reverse('admin:orders_order_changelist')}?below={account.shared_id}"
    return {**_shown(orders), "every": every, "names_account": account.rght - account.lft > 1}


def orders_of_customer(request: HttpRequest, customer: Customer) -> dict[str, Any]:  # noqa: ARG001 -- as panels say
    """The latest orders that are this person's."""
    orders = Order.objects.filter(customer=customer).with_identity().order_by("-placed_at")
    every = f"{reverse('admin:orders_order_changelist')}?customer={customer.shared_id}"
    return {**_shown(orders), "every": every, "names_account": True}


def _shown(orders: Any) -> dict[str, Any]:
    found = list(orders[: SHOWN + 1])
    rows = [
        {
            "order": order,
            "url": reverse("admin:orders_order_change", args=[order.pk]),
            "outcome": outcome_tag(order),
            "total": showing.money(order.total, order.currency),
        }
        for order in found[:SHOWN]
    ]
    return {"orders": rows, "has_more": len(found) > SHOWN}


ORDERS_OF_ACCOUNT: Panel[Account] = Panel(
    name="orders",
    title=_("Orders"),
    permission="orders.view_order",
    template="panel/orders/of_owner.html",
    context=orders_of_account,
)
ORDERS_OF_CUSTOMER: Panel[Customer] = Panel(
    name="orders",
    title=_("Orders"),
    permission="orders.view_order",
    template="panel/orders/of_owner.html",
    context=orders_of_customer,
)
