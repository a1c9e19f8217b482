"""The panel's first page: orders by outcome, what waits for a person, and what to do where there is nothing yet."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Account
from interface.panel import showing
from orders.admin.headlines import ICONS, TONES
from orders.admin.orders import SHORT_REASONS
from orders.models import Order
from orders.words import Outcome
from storefronts.models import ApiClient, Storefront

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HELD_SHOWN = 5
WEEK = timedelta(days=7)


def home(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add what the signed-in person may see; Unfold calls this for the index page."""
    context["title"] = _("Home")
    if not request.user.has_perm("orders.view_order"):
        return context
    now = timezone.now()
    if not Order.objects.exists():
        return {**context, "first_steps": _first_steps(request)}
    held = Order.objects.filter(outcome=Outcome.HELD)
    return {
        **context,
        "waiting": [
            _waiting(Outcome.HELD, _("wait for a person")),
            _waiting(Outcome.AWAITING_ERP, _("wait for the ERP")),
        ],
        "periods": (_("Today"), _("7 days")),
        "outcomes": _outcomes(now),
        "held": [_held(order) for order in held.with_identity().order_by("-received_at", "-id")[:HELD_SHOWN]],
        "held_url": _orders(outcome__exact=Outcome.HELD),
    }


def _waiting(outcome: Outcome, text: "StrOrPromise") -> dict[str, Any]:
    count = Order.objects.filter(outcome=outcome).count()
    return {
        "count": count,
        "text": text,
        "url": _orders(outcome__exact=outcome),
        "icon": ICONS[outcome],
        "tone": TONES[outcome] if count else "",
    }


def _outcomes(now: datetime) -> list[dict[str, Any]]:
    """One row an outcome: how many today and in the last seven days, each with the list behind it."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    starts = (midnight, midnight - WEEK)
    counted = [Order.objects.all().count_by_outcome(since=start) for start in starts]
    most = max((*counted[-1].values(), 1))
    return [
        {
            "label": showing.tag(outcome.label, TONES[outcome]),
            "name": outcome.label,
            "cells": [
                (counts.get(outcome, 0), _orders(outcome__exact=outcome, received_at__gte=start.isoformat()))
                for counts, start in zip(counted, starts, strict=True)
            ],
            "week": counted[-1].get(outcome, 0),
            "most": most,
        }
        for outcome in Outcome
    ]


def _held(order: Order) -> dict[str, Any]:
    return {
        "order": order,
        "url": reverse("admin:orders_order_change", args=[order.pk]),
        "reason": SHORT_REASONS.get(order.reason, ""),
        "total": showing.money(order.total, order.currency),
    }


def _first_steps(request: HttpRequest) -> list[dict[str, Any]]:
    """What makes the first order arrive, in this order; done ones are marked, what one may not do has no link."""
    steps = [
        (_("Create a storefront"), _("The shop that sends orders."), Storefront),
        (_("Create an API client"), _("The shop's key; it is shown once."), ApiClient),
        (_("Create accounts and contacts"), _("Their e-mails decide whose an order is."), Account),
    ]
    told = [
        {
            "title": title,
            "text": text,
            "is_done": model._default_manager.exists(),  # noqa: SLF001 -- Django's documented API
            "url": _add_url(request, model),
        }
        for title, text, model in steps
    ]
    trying = {"title": _("Try an order"), "text": _("See whose it would be. Nothing is written."), "is_done": False}
    return [*told, {**trying, "url": reverse("admin:orders_order_try")}]


def _add_url(request: HttpRequest, model: type[Model]) -> str:
    label, name = model._meta.app_label, model._meta.model_name  # noqa: SLF001 -- Django's documented API
    return reverse(f"admin:{label}_{name}_add") if request.user.has_perm(f"{label}.add_{name}") else ""


def _orders(**query: str) -> str:
    return f"{reverse('admin:orders_order_changelist')}?{urlencode(query)}"
