from accounts.models.account import Account, AccountStatus
from accounts.models.associate import Associate
from accounts.models.contact import Contact, ContactType
from accounts.models.role import Role

__all__ = ["Account", "AccountStatus", "Associate", "Contact", "ContactType", "Role"]
