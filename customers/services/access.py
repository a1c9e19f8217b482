"""How a person gets in: a user to sign in as, initial passwords, password links, and the end of all sessions."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F
from django.db.transaction import on_commit
from django.utils.translation import gettext_lazy as _

from customers.links import shop_of
from customers.models import Customer, CustomerKind, CustomerMail, MailKind, PasswordLinkRequest, User
from customers.services.mails import UNREPEATABLE, drop_unsent, owe_mail, plan_activation_mail, send_owed
from events.queue import enqueue_many
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront

# Four groups of four: 77 bits. Without the letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class FirstAccess:
    """How someone new gets in: with a password that was typed or is generated, by a link, or by neither yet."""

    initial_password: str = ""
    generate: bool = False
    send_link: bool = True


class CustomerNotRegisteredError(Exception):
    """Only registered customers sign in."""


def grant_first_access(
    *, customer: Customer, access: FirstAccess, storefront: Storefront | None = None, by: str, at: datetime
) -> None:
    """Give a new registered customer the access that was chosen, with the mail that belongs to it.

    Raises ValidationError (`initial_password`) for a weak password, CustomerNotRegisteredError.
    """
    if access.initial_password or access.generate:
        give_initial_password(customer=customer, password=access.initial_password, storefront=storefront, by=by, at=at)
    elif access.send_link:
        owe_password_link(customer=customer, storefront=storefront, by=by, at=at)


def give_initial_password(
    *, customer: Customer, password: str = "", storefront: Storefront | None = None, by: str, at: datetime
) -> None:
    """Set an initial password, a random one unless given, end all sessions, and mail it straight after the commit.

    Where the customer may not sign in yet, a second mail is planned for the day he may. Source: the table of mails.
    Raises ValidationError (`initial_password`) for a weak password or for one who signs in as staff.
    """
    with transaction(by=by):
        customer = _lock(customer)
        user = user_of(customer)
        if user.is_staff:
            sentence = _("A member of staff signs in with this address. The password stays the one it is.")
            raise ValidationError({"initial_password": ValidationError(sentence, code="staff_password")})
        if password:
            _validate(password, user)
        clear = password or new_password()
        user.set_password(clear)
        user.has_initial_password = True
        user.initial_password_used_at = None
        user.initial_password_usable_from = at if customer.may_sign_in else None
        user.session_epoch += 1
        user.link_epoch += 1
        user.save()
        drop_unsent(customer=customer, kinds=UNREPEATABLE, at=at)
        if customer.may_sign_in:
            drop_unsent(customer=customer, kinds=frozenset({MailKind.ACTIVATED}), at=at)
        else:
            plan_activation_mail(customer=customer, storefront=storefront, by=by, at=at)
        being_prepared = not customer.active and customer.on_hold
        kind = MailKind.INITIAL_PASSWORD_EARLY if being_prepared else MailKind.INITIAL_PASSWORD
        owed = owe_mail(customer=customer, kind=kind, storefront=storefront, by=by, at=at)
        record(Fact("customer.initial_password_given", f"customer:{customer.shared_id}"), by=by, at=at)
        # In memory only, from here to the mail server.
        on_commit(partial(send_owed, mail_id=owed.pk, password=clear), robust=True)


def owe_password_link(
    *, customer: Customer, storefront: Storefront | None = None, by: str, at: datetime
) -> CustomerMail:
    """Mail a link to set a password: two hours, single use, and no earlier link is good any more once it is sent.

    Raises CustomerNotRegisteredError, and ValidationError (`send_password_link`) where no shop has an address.
    """
    with transaction(by=by):
        customer = _lock(customer)
        user_of(customer)
        if shop_of(customer, storefront=storefront) is None:
            sentence = _("No storefront has an address that a link could lead to.")
            raise ValidationError({"send_password_link": ValidationError(sentence, code="no_shop_to_link_to")})
        return owe_mail(customer=customer, kind=MailKind.PASSWORD_LINK, storefront=storefront, by=by, at=at)


def request_password_link(*, email_key: str, storefront: Storefront | None, at: datetime) -> None:
    """Note that someone asked for a link; whether there is anyone of that address, a job looks up.

    Two statements and one job, for known and unknown addresses alike.
    """
    with transaction(by="shopper"):
        asked = PasswordLinkRequest.objects.create(email_key=email_key, storefront=storefront, at=at)
        enqueue_many("customers.answer_password_link_request", [{"request_id": str(asked.pk)}])


def answer_password_link_request(*, request_id: str, at: datetime) -> None:
    """Owe the link to the registered customer of that address, if there is one; the request is gone afterwards."""
    with transaction(by="shopper"):
        asked = PasswordLinkRequest.objects.select_for_update().filter(pk=request_id).first()
        if asked is None:
            return
        registered = Customer.objects.registered().filter(email_key=asked.email_key)
        customer = registered.select_related("preferred_storefront").first()
        if customer is not None and shop_of(customer, storefront=asked.storefront) is not None:
            owe_password_link(
                customer=customer, storefront=asked.storefront, by=f"customer:{customer.shared_id}", at=at
            )
        asked.delete()


def set_own_password(*, user: User, password: str) -> None:
    """A password that the person chose: every other session ends, and it is no initial one any more."""
    user.set_password(password)
    user.has_initial_password = False
    user.initial_password_usable_from = user.initial_password_used_at = None
    user.session_epoch += 1
    user.link_epoch += 1
    initial = ["has_initial_password", "initial_password_usable_from", "initial_password_used_at"]
    user.save(update_fields=["password", *initial, "session_epoch", "link_epoch"])


def end_sessions(*, customer: Customer) -> None:
    """Every session of the person ends with its next request, and none of them comes back."""
    if customer.user_id is not None:
        User.objects.filter(pk=customer.user_id).update(session_epoch=F("session_epoch") + 1)


def note_sign_in(*, customer: Customer, at: datetime) -> None:
    """The person signed in: seen on the page, and an initial password counts as used."""
    by = f"customer:{customer.shared_id}"
    with transaction(by=by):
        Customer.objects.filter(pk=customer.pk).update(last_sign_in_at=at)
        User.objects.filter(customer=customer, has_initial_password=True, initial_password_used_at=None).update(
            initial_password_used_at=at
        )
        record(Fact("customer.signed_in", by), by=by, at=at)


def initial_password_expired(*, user: User, at: datetime) -> bool:
    """An initial password that was never used ends some days after it could first have been used."""
    if not user.has_initial_password or user.initial_password_used_at or user.initial_password_usable_from is None:
        return False
    return at >= user.initial_password_usable_from + timedelta(days=settings.INITIAL_PASSWORD_DAYS)


def user_of(customer: Customer) -> User:
    """Whom the customer signs in as; made on first need, without a password. Inside a transaction.

    A member of staff of the same address is one person: both sign in as one user.
    Raises CustomerNotRegisteredError.
    """
    if customer.kind != CustomerKind.REGISTERED or customer.email_key is None:
        raise CustomerNotRegisteredError
    if customer.user is not None:
        return customer.user
    user = User.objects.filter(email=customer.email_key).first()
    if user is None:
        user = User(email=customer.email_key, name=customer.full_name[:120])
        user.set_unusable_password()
        user.save(force_insert=True)
    Customer.objects.filter(pk=customer.pk).update(user=user)
    customer.user = user
    return user


def new_password() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _letter in range(4)) for _group in range(4))
    return "-".join(groups)


def _validate(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"initial_password": error.error_list}) from error


def _lock(customer: Customer) -> Customer:
    locked = Customer.objects.select_for_update(of=["self"]).select_related("user", "preferred_storefront")
    return locked.get(pk=customer.pk)
