"""Accounts in the panel."""

from accounts.admin.accounts import AccountAdmin
from accounts.admin.contacts import ContactAdmin

__all__ = ["AccountAdmin", "ContactAdmin"]
