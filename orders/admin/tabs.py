"""The tabs that orders fill on the pages of accounts and customers."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from customers.models import Customer
from interface.panel import showing
from interface.panel.panels import Panel
from orders.admin.orders import outcome_tag
from orders.models import Order
from orders.querysets import OrderQuerySet
from orders.words import Outcome
from storefronts.models import Storefront

SHOWN = 25
PURCHASES = "purchases"


class PurchasesForm(forms.Form):
    """What the purchases of an account are narrowed to."""

    q = forms.CharField(label=_("Order number, e-mail, or shared ID"), required=False, max_length=200)
    storefront = forms.ModelChoiceField(
        label=_("Storefront"),
        required=False,
        queryset=Storefront.objects.order_by("name"),
        to_field_name="code",
        empty_label=_("Every storefront"),
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("Every outcome")), *Outcome.choices]
    )
    placed_from = forms.DateField(label=_("Placed from"), required=False, widget=forms.DateInput({"type": "date"}))
    placed_to = forms.DateField(label=_("to"), required=False, widget=forms.DateInput({"type": "date"}))
    only_here = forms.BooleanField(label=_("Without accounts below"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if not isinstance(field, forms.BooleanField):
                field.widget.attrs["class"] = "ci-input"

    def narrowed(self, orders: OrderQuerySet, account: Account) -> OrderQuerySet:
        """What fits; where something cannot be read, nothing is left out for it."""
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        if text := chosen.get("q"):
            orders = orders.holding(text)
        if chosen.get("only_here"):
            orders = orders.filter(account=account)
        plain = {
            "storefront": "storefront", "outcome": "outcome", "placed_from": "placed_at__date__gte",
            "placed_to": "placed_at__date__lte",
        }  # fmt: skip
        return orders.filter(**{lookup: chosen[name] for name, lookup in plain.items() if name in chosen})


def purchases_of_account(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The latest orders of the account and everything below it, as far as they are asked for."""
    form = PurchasesForm(request.GET)
    form.is_valid()
    orders = form.narrowed(Order.objects.in_subtree_of(account), account)
    every = f"{reverse('admin:orders_order_changelist')}?below={account.shared_id}"
    return {
        **_shown(orders.with_identity().order_by("-placed_at")),
        "every": every,
        "names_account": account.rght - account.lft > 1,
        "form": form,
        "is_narrowed": any(form.cleaned_data.values()) or bool(form.errors),
        "tab": PURCHASES,
    }


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


PURCHASES_OF_ACCOUNT: Panel[Account] = Panel(
    name=PURCHASES,
    title=_("Purchases"),
    permission="orders.view_order",
    template="panel/orders/purchases.html",
    context=purchases_of_account,
)
ORDERS_OF_CUSTOMER: Panel[Customer] = Panel(
    name="orders",
    title=_("Orders"),
    permission="orders.view_order",
    template="panel/orders/of_owner.html",
    context=orders_of_customer,
)
