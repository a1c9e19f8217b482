"""People who register themselves: not in until staff say so, and not whom they claim to be until their mail says so."""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers import ports
from customers.identifiers import normal_email
from customers.links import VerificationKeyError, read_verification_key, shop_of
from customers.models import Customer, CustomerKind, MailKind, User
from customers.services.access import FirstAccess, grant_first_access, user_of
from customers.services.address_book import OWN_ADDRESSES
from customers.services.companies import companies_of
from customers.services.customers import CustomerDraft, create_customer
from customers.services.errors import collecting
from customers.services.lifecycle import CustomerGoneError, refuse_invalid
from customers.services.locks import key_lock
from customers.services.mails import owe_mail, plan_activation_mail
from customers.services.merging import NotMergeableError, absorb
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


def verify_email(*, key: str, password: str, at: datetime) -> Customer:
    """Who read the mail is who registered, because he knows the password: see `prove_email`.

    Without it, who reads a mail about a registration that is not his would confirm it for whoever registered.
    Raises VerificationKeyError for a key that is none, is too old, or is for an address that is not his any more, and
    ValidationError (`incorrect_password`).
    """
    proved = read_verification_key(key)
    user = User.objects.filter(customer=proved.customer_id).first()
    if user is None or not user.check_password(password):
        sentence = _("That is not the password you registered with. A password link confirms the address as well.")
        raise ValidationError({"password": ValidationError(sentence, code="incorrect_password")})
    customer = prove_email(customer_id=proved.customer_id, email_key=proved.email_key, at=at)
    if customer is None:
        raise VerificationKeyError
    return customer


def prove_email_by_link(*, user: User, email_key: str, at: datetime) -> bool:
    """Whoever sets a password by a mailed link has shown that the address is his: see `prove_email`.

    He need not be who registered with it: what that one set up to sign in with goes, and to where goods are sent is
    chosen anew. The user is locked and read anew. False where address, password or link are others by now.
    """
    with transaction(by="shopper", locks=[key_lock("email", email_key)]):
        customer = Customer.objects.select_for_update(of=["self"]).registered().filter(user=user).first()
        as_it_was = {"email": email_key, "password": user.password, "link_epoch": user.link_epoch}
        if not User.objects.select_for_update().filter(pk=user.pk, **as_it_was).exists():
            return False
        user.refresh_from_db()
        if customer is None:  # a member of staff
            return True
        if customer.email_is_own_word and customer.email_key == email_key:
            _forget_what_was_prepared(customer, user, at=at)
        return prove_email(customer_id=customer.pk, email_key=email_key, at=at) is not None


def _forget_what_was_prepared(customer: Customer, user: User, *, at: datetime) -> None:
    by = f"customer:{customer.shared_id}"
    removed, _ = Authenticator.objects.filter(user=user, user__is_staff=False).delete()
    if removed:
        record(Fact("customer.second_factor_removed", by), by=by, at=at)
    for address in customer.addresses.filter(Q(default_shipping=True) | Q(default_billing=True)):
        OWN_ADDRESSES.change(address=address, default_shipping=False, default_billing=False, by=by, at=at)


def prove_email(*, customer_id: int, email_key: str, at: datetime) -> Customer | None:
    """The normal address is his, and so is the history of a guest who used it; None where it is not, any more.

    Of several guests the oldest whom orders made; only where there is none, the oldest who typed the address: of him
    come the orders, but not what he made ready to buy with, for he may have been anybody.
    Doing it twice changes nothing more. Other guests of the address are for staff to merge, and so is one whom they
    merge or erase in this moment.
    """
    with transaction(by="shopper", locks=[key_lock("email", email_key)]):
        registered = Customer.objects.select_for_update(of=["self"]).registered()
        customer: Customer | None = registered.filter(pk=customer_id, email_key=email_key).first()
        if customer is None or customer.email_verified_at is not None:
            return customer
        by = f"customer:{customer.shared_id}"
        customer.email_verified_at = customer.updated_at = at
        customer.email_is_own_word = False
        customer.save(update_fields=["email_verified_at", "email_is_own_word", "updated_at"])
        record(Fact("customer.email_verified", by), by=by, at=at)
        _absorb_guest(customer, by=by, at=at)
        ports.email_is_known(customer=customer)
    return customer


def _absorb_guest(customer: Customer, *, by: str, at: datetime) -> None:
    guest = (
        Customer.objects.guests_of(customer.email_key or "").order_by("email_is_own_word", "created_at", "pk").first()
    )
    if guest is None:
        return
    reason = str(_("The e-mail address was confirmed."))
    with suppress(NotMergeableError):
        absorb(loser=guest, survivor=customer, reason=reason, without_prepared=guest.email_is_own_word, by=by, at=at)


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
