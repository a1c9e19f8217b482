"""Price list and payment methods of an account: what holds, why, and what is set here."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.links import dialog_url, page_url
from accounts.effective import path_of, payment_methods_on, price_lists_on
from accounts.inheritance import Node, Source
from accounts.models import Account, PriceListAssignment
from accounts.payment_visibility import EffectiveMethod
from accounts.price_lists import EffectivePriceList
from interface.panel import showing
from interface.panel.panels import Panel
from storefronts.models import Storefront


def price_lists_of(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The list that holds on each storefront with everything it was chosen among, and the account's own assignments."""
    storefronts = list(Storefront.objects.order_by("code"))
    effective = price_lists_on(paths={account.pk: path_of(account)}, storefronts=storefronts, at=timezone.now())
    own = PriceListAssignment.objects.filter(account=account).select_related("price_list", "storefront")
    return {
        "effective": [(shop, price_list_story(effective[account.pk, shop.pk])) for shop in storefronts],
        "assignments": [
            {
                "assignment": each,
                "change_url": dialog_url("price-list", account, assignment=each.pk),
                "remove_url": dialog_url("price-list-removal", account, assignment=each.pk),
            }
            for each in own
        ],
        "assign_url": dialog_url("price-list", account),
        "inherits": account.inherits_settings,
        "has_parent": account.parent_id is not None,
        "may_change": request.user.has_perm("accounts.change_account"),
    }


def payment_methods_of(request: HttpRequest, account: Account) -> dict[str, Any]:
    """Each storefront's methods: who sees them, where that is set, and what it shadows."""
    storefronts = list(Storefront.objects.order_by("code"))
    effective = payment_methods_on(path=path_of(account), storefronts=storefronts)
    return {
        "storefronts": [
            {
                "storefront": shop,
                "methods": [payment_story(each) for each in effective[shop.pk]],
                "sees_none": not any(each.visible for each in effective[shop.pk]),
                "change_url": dialog_url("payment-methods", account, storefront=shop.code),
            }
            for shop in storefronts
        ],
        "inherits": account.inherits_settings,
        "has_parent": account.parent_id is not None,
        "may_change": request.user.has_perm("accounts.change_account"),
    }


def price_list_story(effective: EffectivePriceList) -> dict[str, Any]:
    """What a template says of an effective list."""
    return {
        "price_list": effective.price_list,
        "source": source_of(effective.source, effective.set_on),
        "set_on_url": page_url(effective.set_on.id) if effective.source == Source.ANCESTOR else "",  # type: ignore[union-attr] # an ancestor is a node
        "why": [
            {
                "where": each.node.name if each.node else _("The storefront's base list"),
                "what": each.assigned.price_list.name,
                "on": each.assigned.storefront if each.node else None,
                "applies": each.applies,
                "reason": each.reason.label,
            }
            for each in effective.why
        ],
    }


def payment_story(effective: EffectiveMethod) -> dict[str, Any]:
    """What a template says of one method."""
    return {
        "method": effective.method,
        "label": showing.tag(_("Visible"), "good") if effective.visible else showing.tag(_("Hidden"), ""),
        "source": source_of(effective.source, effective.set_on),
        "is_inherited": effective.source != Source.ACCOUNT,
        "why": [
            {
                "where": each.node.name if each.node else _("The method's default"),
                "what": _("visible") if each.visible else _("hidden"),
                "applies": each.applies,
                "reason": each.reason.label,
            }
            for each in effective.why
        ],
    }


def source_of(source: Source, set_on: Node | None) -> str:
    """Where it is set, in a few words."""
    if source == Source.ANCESTOR and set_on is not None:
        return _("from %s") % set_on.name
    return str(source.label)


PRICE_LIST: Panel[Account] = Panel(
    "price-list",
    gettext_lazy("Price list"),
    "accounts.view_account",
    "panel/accounts/price_list.html",
    price_lists_of,
)
PAYMENT_METHODS: Panel[Account] = Panel(
    "payment-methods",
    gettext_lazy("Payment methods"),
    "accounts.view_account",
    "panel/accounts/payment_methods.html",
    payment_methods_of,
)
