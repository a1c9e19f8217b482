"""Whose an e-mail is: who reads a mail that was sent there has shown it, and gets what was found by it."""

from contextlib import suppress
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers import ports
from customers.links import VerificationKeyError, read_verification_key
from customers.models import Customer, User
from customers.services.address_book import OWN_ADDRESSES
from customers.services.locks import key_lock
from customers.services.merging import NotMergeableError, absorb
from events.recording import Fact, record
from events.transaction import transaction

# Whoever opens more sessions with somebody's address makes his confirming no longer than this.
MOST_GUESTS = 100


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
    """The normal address is his, and so is the history of the guests who used it; None where it is not, any more.

    Of guests who typed the address themselves come the orders, but not what they made ready to buy with, for they may
    have been anybody. Guests beyond MOST_GUESTS are for staff to merge, and so is one whom they merge or erase in this
    moment. Doing it twice changes nothing more.
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
        _absorb_guests(customer, by=by, at=at)
        ports.email_is_known(customer=customer)
    return customer


def _absorb_guests(customer: Customer, *, by: str, at: datetime) -> None:
    """Those whom orders made first, then the oldest."""
    reason = str(_("The e-mail address was confirmed."))
    guests = Customer.objects.guests_of(customer.email_key or "").order_by("email_is_own_word", "created_at", "pk")
    for guest in guests[:MOST_GUESTS]:
        with suppress(NotMergeableError):
            absorb(
                loser=guest, survivor=customer, reason=reason, without_prepared=guest.email_is_own_word, by=by, at=at
            )
