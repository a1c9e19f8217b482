from storefronts.models.api_client import ApiClient
from storefronts.models.resolution_policy import ResolutionPolicy
from storefronts.models.storefront import Storefront

__all__ = ["ApiClient", "ResolutionPolicy", "Storefront"]
