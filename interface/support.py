"""Support requests: what staff ask the operator, from whatever page they are on."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone

from events.concurrency import refuse_stale
from events.queue import enqueue_many
from events.transaction import transaction
from interface.models import SupportRequest, SupportState

MOST_ATTEMPTS = 6
PAUSE = timedelta(minutes=10)
NOBODY = "No address is configured (SUPPORT_EMAIL)."

logger = logging.getLogger(__name__)


def ask_for_help(
    *, text: str, page: str = "", page_title: str = "", author_email: str = "", by: str, at: datetime
) -> SupportRequest:
    """Keep the request, and mail it to the operator's address where there is one.

    Raises ValidationError (`text`) for one that is blank or too long. Of `page`, only path and query are kept.
    """
    with transaction(by=by):
        parts = urlsplit(page)
        request = SupportRequest(
            text=text.strip(),
            page=f"{parts.path}?{parts.query}".rstrip("?")[:500] if parts.path.startswith("/") else "",
            page_title=page_title[:200],
            author=by,
            author_email=author_email,
            created_at=at,
            updated_at=at,
            why_not_mailed="" if settings.SUPPORT_EMAIL else NOBODY,
        )
        request.full_clean()
        request.save(force_insert=True)
        if settings.SUPPORT_EMAIL:
            enqueue_many("interface.mail_support_request", [{"request_id": request.pk}])
    return request


def settle(
    *, request: SupportRequest, state: SupportState, answer: str, seen_at: datetime | None = None, by: str, at: datetime
) -> SupportRequest:
    """Note what came of it. Raises ValidationError, StaleError."""
    with transaction(by=by):
        locked = SupportRequest.objects.select_for_update().get(pk=request.pk)
        refuse_stale(seen_at=seen_at, updated_at=locked.updated_at)
        locked.state, locked.answer, locked.updated_at = state, answer, at
        locked.full_clean()
        locked.save(update_fields=["state", "answer", "updated_at"])
    return locked


def unmailed(*, at: datetime) -> list[int]:
    """Requests that a mail server refused a while ago."""
    waiting = SupportRequest.objects.filter(
        Q(why_not_mailed="") | ~Q(why_not_mailed=NOBODY),
        mailed_at=None,
        began_at=None,
        attempts__lt=MOST_ATTEMPTS,
        created_at__lt=at - PAUSE,
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:100])


def mail_to_operator(*, request_id: int) -> None:
    """Send one request. That it begins is committed first, so that it never goes out twice by itself."""
    with transaction(by="system:mail"):
        request = SupportRequest.objects.select_for_update().filter(pk=request_id).first()
        if request is None or request.mailed_at or request.began_at or not settings.SUPPORT_EMAIL:
            return
        began = {"began_at": timezone.now(), "attempts": F("attempts") + 1}
        SupportRequest.objects.filter(pk=request_id).update(**began)
    try:
        _message(request).send()
    except (SMTPException, OSError, ValueError) as error:
        logger.warning("Support request %s was not mailed: %s", request_id, type(error).__name__)
        failed = {"began_at": None, "why_not_mailed": type(error).__name__}
        SupportRequest.objects.filter(pk=request_id).update(**failed)
    else:
        SupportRequest.objects.filter(pk=request_id).update(mailed_at=timezone.now(), why_not_mailed="")


def _message(request: SupportRequest) -> EmailMessage:
    lines = [request.text, "", f"Page: {request.page_title} {request.page}".rstrip(), f"From: {request.author_email}"]
    return EmailMessage(
        subject=f"Support request {request.pk}: {request}".replace("\n", " ").replace("\r", " "),
        body="\n".join(lines),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[settings.SUPPORT_EMAIL],
        reply_to=[request.author_email] if request.author_email else [],
    )
