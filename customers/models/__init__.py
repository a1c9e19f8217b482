from customers.models.customer import Customer, CustomerKind
from customers.models.erp_customer import ErpCustomer, ErpIdentifier, IdentifierKind
from customers.models.erp_system import ErpSystem
from customers.models.external_id import CustomerExternalId
from customers.models.reference_counter import ReferenceCounter
from customers.models.shared_id import SharedId
from customers.models.user import User

__all__ = [
    "Customer",
    "CustomerExternalId",
    "CustomerKind",
    "ErpCustomer",
    "ErpIdentifier",
    "ErpSystem",
    "IdentifierKind",
    "ReferenceCounter",
    "SharedId",
    "User",
]
