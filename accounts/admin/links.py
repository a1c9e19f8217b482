"""Addresses of the account's page and of the dialogs on it."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import Account


def page_url(account_id: int) -> str:
    return reverse("admin:accounts_account_change", args=[account_id])


def dialog_url(name: str, account: Account, **named: Any) -> str:
    """The dialog of that name, with what it is about preselected."""
    address = reverse(f"admin:accounts_account_{name}", args=[account.pk])
    return f"{address}?{urlencode(named)}" if named else address
