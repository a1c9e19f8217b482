"""A contact becomes a customer: the same person, who may sign in from now on."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Associate, Contact, Role
from accounts.services.associates import add_associate, person_of
from customers.models import Customer, CustomerKind
from customers.services.access import CustomerNotRegisteredError, FirstAccess
from customers.services.customers import CustomerDraft, create_customer
from customers.services.locks import key_lock
from customers.services.registration import promote_guest
from events.concurrency import refuse_stale
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront


@dataclass(frozen=True, slots=True)
class Converted:
    """Who the contact is now, and the association that was asked for."""

    customer: Customer
    associate: Associate | None
    is_new: bool


def convert_contact(
    *,
    contact: Contact,
    role: Role | None,
    preferred_currency: str = "",
    preferred_storefront: Storefront | None = None,
    access: FirstAccess,
    seen_at: datetime | None = None,
    by: str,
    at: datetime,
) -> Converted:
    """Make the contact a registered customer who keeps the link, and an associate of its account in the role, if any.

    Nobody is made twice: a contact that is a guest makes him registered, and one whose e-mail is that of a registered
    customer is linked with him (his access stays as it is). Converting twice adds at most the role.
    Raises ValidationError (`email` where there is none, `email_unconfirmed`, `already_associated`, those of
    `create_customer`), StaleError.
    """
    emails = {contact.email_key, contact.customer.email_key if contact.customer else None} - {None}
    with transaction(by=by, locks=[key_lock("email", str(each)) for each in emails]):
        locked = Contact.objects.select_for_update(of=["self"]).select_related("account").get(pk=contact.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        customer = _person(locked)
        is_new = customer is None
        if customer is None:
            draft = CustomerDraft(
                kind=CustomerKind.REGISTERED,
                email=locked.email,
                phone=locked.phone,
                first_name=locked.first_name,
                last_name=locked.last_name,
                preferred_currency=preferred_currency,
                preferred_storefront=preferred_storefront,
            )
            customer = create_customer(draft=draft, access=access, storefront=preferred_storefront, by=by, at=at)
        elif customer.kind == CustomerKind.GUEST:
            customer = promote_guest(
                guest=customer,
                preferred_currency=preferred_currency,
                access=access,
                storefront=preferred_storefront,
                by=by,
                at=at,
            )
        if locked.customer_id != customer.pk:
            locked.customer, locked.updated_at = customer, at
            locked.save(update_fields=["customer", "updated_at"])
            payload = {"customer": customer.shared_id, "account": locked.account.shared_id}
            record(Fact("contact.converted", f"contact:{locked.pk}", payload), by=by, at=at)
        associate = None
        if role is not None:
            associate = add_associate(customer=customer, account=locked.account, role=role, by=by, at=at)
    return Converted(customer, associate, is_new)


def _person(contact: Contact) -> Customer | None:
    """Who the contact is already: the customer it names, or the registered one whose e-mail it is known to be.

    A merged customer stands for his survivor.
    """
    known = contact.customer
    while known is not None and known.merged_into is not None:
        known = known.merged_into
    if known is not None and known.anonymized_at is None:
        return known
    if contact.email_key is None:
        raise ValidationError({"email": ValidationError(_("A customer needs an e-mail."), code="required")})
    with suppress(CustomerNotRegisteredError):
        return person_of(email=contact.email)
    return None
