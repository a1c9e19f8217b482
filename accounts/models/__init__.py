from accounts.models.account import Account, AccountStatus
from accounts.models.account_address import AccountAddress
from accounts.models.account_note import AccountNote
from accounts.models.associate import Associate
from accounts.models.contact import Contact, ContactType
from accounts.models.external_id import AccountExternalId
from accounts.models.payment_method import PaymentMethod, PaymentRule
from accounts.models.price_list import PriceList, PriceListEntry
from accounts.models.price_list_assignment import PriceListAssignment
from accounts.models.role import Role
from accounts.models.storefront_defaults import StorefrontDefaults

__all__ = [
    "Account",
    "AccountAddress",
    "AccountExternalId",
    "AccountNote",
    "AccountStatus",
    "Associate",
    "Contact",
    "ContactType",
    "PaymentMethod",
    "PaymentRule",
    "PriceList",
    "PriceListAssignment",
    "PriceListEntry",
    "Role",
    "StorefrontDefaults",
]
