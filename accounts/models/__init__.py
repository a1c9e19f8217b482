from accounts.models.account import Account, AccountStatus
from accounts.models.contact import Contact, ContactType

__all__ = ["Account", "AccountStatus", "Contact", "ContactType"]
