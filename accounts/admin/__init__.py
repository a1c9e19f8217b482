"""Accounts in the panel."""

from accounts.admin.accounts import AccountAdmin

__all__ = ["AccountAdmin"]
