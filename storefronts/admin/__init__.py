"""Storefronts and API clients in the panel."""

from storefronts.admin.api_clients import ApiClientAdmin
from storefronts.admin.storefronts import StorefrontAdmin

__all__ = ["ApiClientAdmin", "StorefrontAdmin"]
