"""The HTTP status of this room's exceptions."""

from customers.links import VerificationKeyError
from customers.services.access import CustomerNotRegisteredError
from customers.services.lifecycle import CustomerGoneError
from customers.services.shared_ids import SharedIdTakenError
from interface.api.problems import answers_with

answers_with(
    SharedIdTakenError,
    status=409,
    code="shared_id_taken",
    detail="The shared id {error} was given to a customer or an account before; ids are never reused.",
)
answers_with(
    CustomerGoneError,
    status=409,
    code="customer_gone",
    detail="The customer was merged into another or anonymized.",
)
answers_with(
    CustomerNotRegisteredError,
    status=409,
    code="customer_not_registered",
    detail="Only a registered customer with an e-mail can sign in or be an associate.",
)
answers_with(
    VerificationKeyError,
    status=400,
    code="verification_key_invalid",
    detail="The key is none of ours, is more than three days old, or is for an address that is not used any more.",
)
