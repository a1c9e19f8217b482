"""The first tab of the account page: where it stands, what it lacks, what holds for its buyers."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.admin.links import dialog_url, page_url
from accounts.admin.settings import payment_story, price_list_story
from accounts.effective import path_of, payment_methods_on, price_lists_on
from accounts.models import Account, Associate
from accounts.readiness import MEANINGS, readiness_of
from customers.models import Segment
from storefronts.models import Storefront

ADMINS_SHOWN = 5


def overview_of(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The same number of statements whatever the number of storefronts and accounts above."""
    at = timezone.now()
    storefronts = list(Storefront.objects.order_by("code"))
    path = path_of(account)
    lists = price_lists_on(paths={account.pk: path}, storefronts=storefronts, at=at)
    methods = payment_methods_on(path=path, storefronts=storefronts)
    admins = Associate.objects.managing(at=at).filter(account__in=[node.id for node in path])
    names = dict(Segment.objects.filter(code__in=account.segments).values_list("code", "name"))
    page = page_url(account.pk)
    return {
        "lacks": [(lack.label, MEANINGS[lack]) for lack in readiness_of(account, at=at)],
        "storefronts": [
            {
                "storefront": shop,
                "price_list": price_list_story(lists[account.pk, shop.pk]),
                "methods": [payment_story(each) for each in methods[shop.pk] if each.visible],
            }
            for shop in storefronts
        ],
        "price_list_url": f"{page}?tab=price-list",
        "payment_url": f"{page}?tab=payment-methods",
        "admins": admins.select_related("customer", "account").order_by("-account__level", "pk")[:ADMINS_SHOWN],
        "segments": [names.get(code, code) for code in account.segments],
        "external_ids": [
            (each, dialog_url("external-id", account, system=each.system, external_id=each.external_id))
            for each in account.external_ids.order_by("system")
        ],
        "external_id_url": dialog_url("external-id", account),
        "may_change": request.user.has_perm("accounts.change_account"),
    }
