"""`links` in answers: addresses of what the caller may do, and no others.

A name says what for: one address may be read by many and written by few.
"""

from accounts.acting import FOR_HIMSELF, Acting, Standing
from accounts.models import Account, Associate
from accounts.permissions import Permission
from customers.models import Customer, CustomerKind, PostalAddress
from interface.api.context import STOREFRONT_PATH

Links = dict[str, str]

# What nobody needs a permission for.
_ALWAYS = ("context", "me", "addresses", "orders", "payment_methods")
_FOR_REGISTERED = ("accounts", "sections", "activity", "newsletter")
_PATHS = {
    "sections": "me/sections",
    "activity": "me/activity",
    "add_address": "addresses",
    "payment_methods": "payment-methods",
    "shopping_lists": "shopping-lists",
}
# Rooms above answer for some of these addresses; what they need is the same word everywhere.
_BY_PERMISSION = {
    "prices": Permission.PRICES_VIEW,
    "carts": Permission.CARTS_MANAGE,
    "add_address": Permission.ADDRESSES_MANAGE,
}


def shopper_links(customer: Customer, standing: Standing | None) -> Links:
    """Where the person goes from here; `standing` is what he is to the account he acts for, None: for himself."""
    is_registered = customer.kind == CustomerKind.REGISTERED
    allowed = FOR_HIMSELF if standing is None else standing.permissions()
    names = [*_ALWAYS, *(name for name, permission in _BY_PERMISSION.items() if permission in allowed)]
    if is_registered:
        names.extend(_FOR_REGISTERED)
    if is_registered and standing is None:
        names.append("wishlist")
    if Permission.LISTS_MANAGE in allowed:
        names.append("shopping_lists")
    links = {name: path_to(name) for name in names}
    return links if standing is None else {**links, **_prefixed(account_links(standing))}


def path_to(name: str) -> str:
    """The address of what links call so."""
    return STOREFRONT_PATH + _PATHS.get(name, name)


def account_links(standing: Standing) -> Links:
    """Below the account's own address; the parent only where it may be read."""
    account = standing.account
    here = path_of(account)
    links = {
        "self": here,
        "children": f"{here}/children",
        "attributes": f"{here}/attributes",
        "associates": f"{here}/associates",
    }
    if account.parent is not None and standing.sees_parent:
        links["parent"] = path_of(account.parent)
    if standing.may_read(Permission.PURCHASES_VIEW):
        links["purchases"] = f"{here}/purchases"
    if standing.may(Permission.ACCOUNT_EDIT):
        links |= {"edit": here, "edit_attributes": f"{here}/attributes"}
    if standing.may(Permission.ASSOCIATES_MANAGE):
        links["add_associate"] = f"{here}/associates"
    return links


def associate_links(standing: Standing, associate: Associate) -> Links:
    here = f"{path_of(standing.account)}/associates/{associate.pk}"
    links = {"self": here}
    if standing.may(Permission.ASSOCIATES_MANAGE) and standing.has_all_of(associate.role):
        links |= {"change": here, "remove": here}
    return links


def address_links(acting: Acting, address: PostalAddress) -> Links:
    here = f"{path_to('addresses')}/{address.code}"
    links = {"self": here}
    if acting.may(Permission.ADDRESSES_MANAGE):
        links |= {"change": here, "remove": here}
    return links


def path_of(account: Account) -> str:
    return f"{STOREFRONT_PATH}accounts/{account.shared_id}"


def _prefixed(links: Links) -> Links:
    """Among links about the person, those about the account say so."""
    return {"account" if name == "self" else f"account_{name}": path for name, path in links.items()}
