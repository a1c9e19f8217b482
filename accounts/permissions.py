"""What a role may allow: words that the storefront API checks, and the four roles that are always there."""

from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Permission(TextChoices):
    """What an associate may do for the account, in the order in which the built-in roles add them."""

    PRICES_VIEW = "prices.view", _("See prices")
    CARTS_MANAGE = "carts.manage", _("Keep carts")
    LISTS_MANAGE = "lists.manage", _("Keep shopping lists")
    ORDERS_PLACE = "orders.place", _("Place orders")
    PURCHASES_VIEW = "purchases.view", _("See the account's purchases")
    ACCOUNT_EDIT = "account.edit", _("Edit the account")
    ADDRESSES_MANAGE = "addresses.manage", _("Manage the address book")
    ASSOCIATES_MANAGE = "associates.manage", _("Manage associates")


@dataclass(frozen=True, slots=True)
class BuiltInRole:
    """A role that every installation has and nobody can remove."""

    code: str
    name: str
    permissions: tuple[str, ...]


_ALL = tuple(str(permission) for permission in Permission)

BUYER_ADMIN = "buyer-admin"
BUILT_IN = (
    BuiltInRole("limited-catalog-browser", "Limited catalog browser", ()),
    BuiltInRole("catalog-browser", "Catalog browser", _ALL[:1]),
    BuiltInRole("buyer", "Buyer", _ALL[:5]),
    BuiltInRole(BUYER_ADMIN, "Buyer admin", _ALL),
)
