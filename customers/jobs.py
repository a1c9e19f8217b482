"""What the worker does for customers."""

from uuid import UUID

from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from procrastinate.contrib.django import app

from customers.services import access
from customers.services.mails import due_again, send_owed


@app.task(name="customers.send_mail")
def send_mail(mail_id: str) -> None:
    """Send one mail that is due; what another process has begun or sent is left alone."""
    send_owed(mail_id=UUID(mail_id))


@app.task(name="customers.answer_password_link_request")
def answer_password_link_request(request_id: str) -> None:
    """Someone asked for a password link."""
    access.answer_password_link_request(request_id=request_id, at=timezone.now())


@app.periodic(cron="* * * * * */30", periodic_id="again")
@app.task(name="customers.send_mails_again", queueing_lock="customers.send_mails_again")
def send_mails_again(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate's signature
    """What a mail server refused a while ago, and what a lost job was to send."""
    for mail_id in due_again(at=timezone.now()):
        send_owed(mail_id=mail_id)


@app.periodic(cron="41 3 * * *", periodic_id="forget")
@app.task(name="customers.forget_sessions", queueing_lock="customers.forget_sessions")
def forget_sessions(timestamp: int) -> None:  # noqa: ARG001 -- Procrastinate's signature
    """Sessions that have run out."""
    SessionStore.clear_expired()
