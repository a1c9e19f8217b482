from customers.models.customer import Customer, CustomerKind
from customers.models.customer_address import CustomerAddress
from customers.models.customer_mail import CustomerMail, MailKind, MailState, PasswordLinkRequest
from customers.models.customer_merge import CustomerMerge
from customers.models.customer_note import CustomerNote
from customers.models.erp_customer import ErpCustomer, ErpIdentifier, IdentifierKind
from customers.models.erp_system import ErpSystem
from customers.models.external_id import CustomerExternalId
from customers.models.newsletter_subscription import NewsletterSubscription
from customers.models.postal_address import PostalAddress
from customers.models.profile_attribute import ProfileAttribute, ProfileAttributePolicy
from customers.models.reference_counter import ReferenceCounter
from customers.models.segment import Segment
from customers.models.shared_id import SharedId
from customers.models.user import User

__all__ = [
    "Customer",
    "CustomerAddress",
    "CustomerExternalId",
    "CustomerKind",
    "CustomerMail",
    "CustomerMerge",
    "CustomerNote",
    "ErpCustomer",
    "ErpIdentifier",
    "ErpSystem",
    "IdentifierKind",
    "MailKind",
    "MailState",
    "NewsletterSubscription",
    "PasswordLinkRequest",
    "PostalAddress",
    "ProfileAttribute",
    "ProfileAttributePolicy",
    "ReferenceCounter",
    "Segment",
    "SharedId",
    "User",
]
