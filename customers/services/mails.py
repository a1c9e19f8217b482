"""Mails that are due to customers: written down with their cause, sent after it is committed, never twice by itself."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from customers import mail
from customers.links import NoShopToLinkToError, password_link, shop_of, verification_link
from customers.models import Customer, CustomerMail, MailKind, User
from events.queue import enqueue_many
from events.recording import Fact, record
from events.transaction import transaction
from storefronts.models import Storefront

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)
# Their words hold a password that nobody has any more once the sender is gone.
UNREPEATABLE = frozenset({MailKind.INITIAL_PASSWORD, MailKind.INITIAL_PASSWORD_EARLY})

logger = logging.getLogger(__name__)


def owe_mail(
    *, customer: Customer, kind: MailKind, storefront: Storefront | None = None, by: str, at: datetime
) -> CustomerMail:
    """Write down, in the caller's transaction, that a mail is due now; a job sends it unless it holds a password."""
    owed = CustomerMail.objects.create(
        customer=customer, kind=kind, storefront=storefront, by=by, created_at=at, due_at=at
    )
    if kind not in UNREPEATABLE:
        enqueue_many("customers.send_mail", [{"mail_id": str(owed.pk)}])
    return owed


def plan_activation_mail(*, customer: Customer, storefront: Storefront | None = None, by: str, at: datetime) -> None:
    """From now on the customer is told when he may sign in for the first time. Planning it again changes nothing."""
    CustomerMail.objects.get_or_create(
        customer=customer,
        kind=MailKind.ACTIVATED,
        due_at=None,
        dropped_at=None,
        defaults={"storefront": storefront, "by": by, "created_at": at},
    )


def release_planned_mails(*, customer: Customer, at: datetime) -> None:
    """The customer may sign in: what was planned for that moment is due."""
    planned = list(
        CustomerMail.objects.select_for_update()
        .filter(customer=customer, due_at__isnull=True, dropped_at__isnull=True)
        .order_by("pk")
    )
    CustomerMail.objects.filter(pk__in=[each.pk for each in planned]).update(due_at=at)
    enqueue_many("customers.send_mail", [{"mail_id": str(each.pk)} for each in planned])


class MailNotRepeatableError(Exception):
    """It held a password, which is stored nowhere: issue a new one instead."""


def send_mail_again(*, owed: CustomerMail, by: str, at: datetime) -> CustomerMail:
    """Owe the same mail anew, whatever became of the first; that one is closed.

    Raises MailNotRepeatableError for mails with a password.
    """
    if owed.kind in UNREPEATABLE:
        raise MailNotRepeatableError
    with transaction(by=by):
        locked = CustomerMail.objects.select_for_update().get(pk=owed.pk)
        if locked.sent_at is None and locked.dropped_at is None:
            CustomerMail.objects.filter(pk=locked.pk).update(dropped_at=at)
        return owe_mail(
            customer=locked.customer, kind=MailKind(locked.kind), storefront=locked.storefront, by=by, at=at
        )


def drop_unsent(*, customer: Customer, kinds: frozenset[MailKind], at: datetime) -> None:
    """What was not sent yet and has been overtaken is not sent any more."""
    unsent = CustomerMail.objects.filter(customer=customer, kind__in=kinds, sent_at=None, dropped_at=None)
    unsent.update(dropped_at=at)


def due_again(*, at: datetime) -> list[UUID]:
    """Mails whose time has come and that nobody is sending: what jobs were lost over, and what is tried again."""
    waiting = CustomerMail.objects.filter(
        due_at__lte=at, began_at=None, sent_at=None, dropped_at=None, attempts__lt=MOST_ATTEMPTS
    )
    return list(waiting.exclude(kind__in=UNREPEATABLE).order_by("due_at").values_list("pk", flat=True)[:500])


def send_owed(*, mail_id: UUID, password: str = "") -> None:
    """Send one mail that is due and that nobody has begun to send; `password` is what one with a password says.

    Called when no transaction is open: that it begins is committed first, that it is sent afterwards. Where the mail
    server fails, it is due again later, at most MOST_ATTEMPTS times; a mail with a password is not.
    """
    begun = _begin(mail_id, password)
    if begun is None:
        return
    owed, letter = begun
    try:
        mail.send(letter)
    except (SMTPException, OSError, ValueError) as error:
        # Not the error's text: servers quote addresses in it.
        logger.warning("Mail %s was not sent: %s", mail_id, type(error).__name__)
        _note_failure(owed, type(error).__name__)
    else:
        _note_sent(owed)


def _begin(mail_id: UUID, password: str) -> tuple[CustomerMail, mail.Letter] | None:
    now = timezone.now()
    with transaction(by="system:mail"):
        owed = CustomerMail.objects.select_for_update().filter(pk=mail_id).first()
        if owed is None or owed.due_at is None or owed.began_at or owed.sent_at or owed.dropped_at:
            return None
        customer = Customer.objects.select_related("user", "preferred_storefront").get(pk=owed.customer_id)
        if customer.anonymized_at is not None or not customer.email:
            CustomerMail.objects.filter(pk=owed.pk).update(dropped_at=now)
            return None
        if owed.kind == MailKind.ACTIVATED and not customer.may_sign_in:
            # Stopped again before it went out: it waits for the next time.
            CustomerMail.objects.filter(pk=owed.pk).update(due_at=None)
            return None
        shop = shop_of(customer, storefront=owed.storefront)
        try:
            more = _WORDS[MailKind(owed.kind)](customer, shop, password)
        except NoShopToLinkToError:
            CustomerMail.objects.filter(pk=owed.pk).update(
                failed_at=now, attempts=MOST_ATTEMPTS, why="No storefront has an address to link to."
            )
            return None
        letter = mail.write(kind=MailKind(owed.kind), customer=customer, shop=shop, more=more)
        CustomerMail.objects.filter(pk=owed.pk).update(began_at=now, attempts=F("attempts") + 1, failed_at=None, why="")
    return owed, letter


def _words_with_password(_customer: Customer, shop: Storefront | None, password: str) -> dict[str, Any]:
    assert password, "only the service that made the password sends it"
    return {"password": password, "sign_in_url": shop.url if shop else ""}


def _words_of_activation(_customer: Customer, shop: Storefront | None, _password: str) -> dict[str, Any]:
    return {"sign_in_url": shop.url if shop else ""}


def _words_with_password_link(customer: Customer, shop: Storefront | None, _password: str) -> dict[str, Any]:
    if shop is None:
        raise NoShopToLinkToError
    assert customer.user is not None, "whoever is owed a link has a user"
    # Raised first, so that this key is good and every earlier one is not.
    User.objects.filter(pk=customer.user.pk).update(link_epoch=F("link_epoch") + 1)
    user = User.objects.get(pk=customer.user.pk)
    return {"link": password_link(shop, user), "has_password": user.has_usable_password()}


def _words_with_verification_link(customer: Customer, shop: Storefront | None, _password: str) -> dict[str, Any]:
    if shop is None:
        raise NoShopToLinkToError
    return {"link": verification_link(shop, customer)}


_WORDS: dict[MailKind, Callable[[Customer, Storefront | None, str], dict[str, Any]]] = {
    MailKind.INITIAL_PASSWORD: _words_with_password,
    MailKind.INITIAL_PASSWORD_EARLY: _words_with_password,
    MailKind.ACTIVATED: _words_of_activation,
    MailKind.PASSWORD_LINK: _words_with_password_link,
    MailKind.VERIFY_EMAIL: _words_with_verification_link,
}


def _note_sent(owed: CustomerMail) -> None:
    now = timezone.now()
    with transaction(by=owed.by):
        CustomerMail.objects.filter(pk=owed.pk).update(sent_at=now)
        fact = Fact("customer.mail_sent", f"customer:{owed.customer.shared_id}", {"kind": str(owed.kind)})
        record(fact, by=owed.by, at=now)


def _note_failure(owed: CustomerMail, why: str) -> None:
    now = timezone.now()
    with transaction(by=owed.by):
        pause = FIRST_PAUSE * 4 ** min(owed.attempts, 5)
        CustomerMail.objects.filter(pk=owed.pk).update(began_at=None, failed_at=now, due_at=now + pause, why=why)
