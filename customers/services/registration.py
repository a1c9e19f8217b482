"""People who register themselves, not in until staff say so; guests, and guests who become registered."""

from dataclasses import replace
from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers import ports
from customers.identifiers import normal_email
from customers.links import shop_of
from customers.models import Customer, CustomerKind, MailKind, User
from customers.services.access import FirstAccess, grant_first_access, user_of
from customers.services.companies import companies_of
from customers.services.customers import CustomerDraft, create_customer
from customers.services.errors import collecting
from customers.services.lifecycle import CustomerGoneError, refuse_invalid
from customers.services.locks import key_lock
from customers.services.mails import owe_mail, plan_activation_mail
from events.concurrency import StaleError
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront


def register(*, draft: CustomerDraft, password: str, storefront: Storefront, at: datetime) -> Customer:
    """A person registers on a storefront: registered, inactive until staff activate, with a password of his own.

    He is mailed a link that proves the address, and, once he may sign in, that he may.
    Raises ValidationError with one entry per wrong field, `email_taken`, and `password` for a weak one.
    """
    draft = replace(draft, kind=CustomerKind.REGISTERED, active=False, on_hold=False, email_is_own_word=True)
    draft = replace(draft, preferred_storefront=storefront)
    by = "shopper"
    with transaction(by=by):
        with collecting() as errors:
            with errors.taking():
                _refuse_weak(password, draft)
            with errors.taking():
                _refuse_signed_in_as(draft.email)
            with errors.taking():
                customer = create_customer(draft=draft, by=by, at=at)
        user = user_of(customer)
        user.set_password(password)
        user.save(update_fields=["password"])
        if shop_of(customer, storefront=storefront) is not None:
            owe_mail(customer=customer, kind=MailKind.VERIFY_EMAIL, storefront=storefront, by=by, at=at)
        plan_activation_mail(customer=customer, storefront=storefront, by=by, at=at)
        record(Fact("customer.registered", f"customer:{customer.shared_id}"), by=by, at=at)
    return customer


def promote_guest(
    *,
    guest: Customer,
    preferred_currency: str,
    access: FirstAccess | None,
    storefront: Storefront | None = None,
    by: str,
    at: datetime,
) -> Customer:
    """A guest who is known to be the person becomes registered: the same record, with all that hangs on it.

    So is his e-mail, by which he gets in.

    Raises ValidationError as `create_customer`, CustomerGoneError, and StaleError where he just changed his e-mail.
    Whoever is registered already stays as he is.
    """
    with transaction(by=by, locks=[key_lock("email", guest.email_key)] if guest.email_key else []):
        customer = Customer.objects.select_for_update(of=["self"]).select_related("user").get(pk=guest.pk)
        if customer.anonymized_at is not None or customer.merged_into_id is not None:
            raise CustomerGoneError
        if customer.kind == CustomerKind.REGISTERED:
            return customer
        if customer.email_key != guest.email_key:
            raise StaleError  # it is another one by now, whose lock is not held
        customer.kind, customer.email_is_own_word, customer.updated_at = CustomerKind.REGISTERED, False, at
        customer.preferred_currency = preferred_currency or customer.preferred_currency
        customer.companies = companies_of(customer)
        refuse_invalid(customer)
        customer.save(update_fields=["kind", "email_is_own_word", "preferred_currency", "companies", "updated_at"])
        ports.email_is_known(customer=customer)
        record(Fact("customer.promoted", f"customer:{customer.shared_id}"), by=by, at=at)
        if access is not None:
            grant_first_access(customer=customer, access=access, storefront=storefront, by=by, at=at)
    return customer


def open_guest_session(*, storefront: Storefront, at: datetime) -> Customer:
    """A guest of the storefront, of whom nothing is known yet."""
    draft = CustomerDraft(
        kind=CustomerKind.GUEST, preferred_currency=storefront.currency, preferred_storefront=storefront
    )
    return create_customer(draft=draft, by="shopper", at=at)


def _refuse_weak(password: str, draft: CustomerDraft) -> None:
    try:
        validate_password(password, User(email=draft.email, name=f"{draft.first_name} {draft.last_name}"[:120]))
    except ValidationError as error:
        raise ValidationError({"password": error.error_list}) from error


def _refuse_signed_in_as(email: str) -> None:
    """Staff are customers only where staff say so: nobody registers as one of them."""
    if User.objects.filter(email=normal_email(email) or "").exists():
        sentence = _("Another registered customer has this e-mail.")
        raise ValidationError({"email": ValidationError(sentence, code="email_taken")})
