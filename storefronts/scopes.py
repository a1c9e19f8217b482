"""What an API key may do."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    ORDERS_READ = "orders:read", _("Read orders and identity decisions")
    ORDERS_WRITE = "orders:write", _("Send and change orders")
    ACCOUNTS_READ = "accounts:read", _("Read accounts")
    ACCOUNTS_WRITE = "accounts:write", _("Change accounts")
    CUSTOMERS_READ = "customers:read", _("Read customers")
    CUSTOMERS_WRITE = "customers:write", _("Change customers")
    SETTINGS_READ = "settings:read", _("Read storefronts, price lists, payment methods, roles, segments, attributes")
    SETTINGS_WRITE = (
        "settings:write",
        _("Change storefronts, price lists, payment methods, roles, segments, attributes"),
    )
    IDENTITY_RESOLVE = "identity:resolve", _("Ask whose an order would be, and decide it")
    STOREFRONT_ACT_AS_CUSTOMER = "storefront:act_as_customer", _("Act for a shopper")
    IMPORTS_WRITE = "imports:write", _("Upload files")
    WEBHOOKS_MANAGE = "webhooks:manage", _("Manage webhooks")
