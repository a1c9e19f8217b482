"""Accounts in the panel."""

from accounts.admin.accounts import AccountAdmin
from accounts.admin.contacts import ContactAdmin
from accounts.admin.payment_methods import PaymentMethodAdmin
from accounts.admin.price_lists import PriceListAdmin
from accounts.admin.roles import RoleAdmin

__all__ = ["AccountAdmin", "ContactAdmin", "PaymentMethodAdmin", "PriceListAdmin", "RoleAdmin"]
