"""The tree below an account, a hundred accounts at a time: nobody loads ten thousand to open one."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.labels import status_tag
from accounts.admin.links import page_url
from accounts.models import Account
from accounts.querysets import AccountQuerySet, ids_in_large_subtree
from interface.panel.finding import can_be_key
from interface.panel.panels import Panel

AT_ONCE = 100
FOUND_AT_MOST = 50
LONGEST_SEARCH = 200


def children_of(request: HttpRequest, account: Account) -> dict[str, Any]:
    """The first children; or, searched for, those in the whole subtree with where they stand."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH].replace("\0", "")
    below = (account.rght - account.lft - 1) // 2
    told = {"query": text, "below": below, "tab": "children"}
    if not text:
        return {**told, **_branch(account, after="")}
    found = list(found_below(account, text)[: FOUND_AT_MOST + 1])
    above = {each.pk: each for each in Account.objects.above_all(found)}
    return {
        **told,
        "found": [
            {**_row(each), "crumbs": [(node, page_url(node.pk)) for node in _between(account, each, above)]}
            for each in found[:FOUND_AT_MOST]
        ],
        "found_more": len(found) > FOUND_AT_MOST,
    }


def found_below(account: Account, text: str) -> AccountQuerySet:
    """What a search below the account finds, in the order of the tree."""
    # A search that expects hardly anything below would search anew for each account of ten thousand.
    below = Account.objects.filter(pk__in=ids_in_large_subtree(account)).exclude(pk=account.pk)
    return below.holding(text).order_by("lft")


def branch_view(request: HttpRequest, object_id: str) -> HttpResponse:
    """A piece of the list of children of one account, as the tree fetches it. Raises Http404, PermissionDenied."""
    if not request.user.has_perm("accounts.view_account"):
        raise PermissionDenied
    account = Account.objects.filter(pk=object_id).first() if can_be_key(object_id) else None
    if account is None:
        raise Http404
    after = request.GET.get("after", "")
    return render(request, "panel/accounts/branch.html", _branch(account, after=after))


def _branch(account: Account, *, after: str) -> dict[str, Any]:
    children = Account.objects.filter(parent=account).order_by("name_sort", "pk")
    last = Account.objects.filter(pk=after, parent=account).first() if can_be_key(after) else None
    if last is not None:
        children = children.after(last)
    found = list(children[: AT_ONCE + 1])
    shown = found[:AT_ONCE]
    more = ""
    if len(found) > AT_ONCE:
        more = f"{_branch_url(account)}?{urlencode({'after': shown[-1].pk})}"
    return {"branch": [_row(each) for each in shown], "more_url": more}


def _row(account: Account) -> dict[str, Any]:
    below = (account.rght - account.lft - 1) // 2
    return {
        "account": account,
        "url": page_url(account.pk),
        "status": status_tag(account),
        "below": below,
        "branch_url": _branch_url(account) if below else "",
    }


def _branch_url(account: Account) -> str:
    return reverse("admin:accounts_account_branch", args=[account.pk])


def _between(top: Account, account: Account, known: dict[int, Account]) -> list[Account]:
    """What stands between the two, from above."""
    path: list[Account] = []
    parent = account.parent_id
    while parent is not None and parent != top.pk:
        path.append(known[parent])
        parent = known[parent].parent_id
    return path[::-1]


CHILDREN: Panel[Account] = Panel(
    "children", _("Child accounts"), "accounts.view_account", "panel/accounts/children.html", children_of
)
