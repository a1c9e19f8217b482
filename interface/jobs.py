"""Housekeeping of the interfaces."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from interface.api.idempotency import KEPT
from interface.models import IdempotencyRecord, RequestCount, SentForm
from interface.support import mail_to_operator, unmailed


@app.periodic(cron="23 * * * *", periodic_id="forget")
@app.task(name="interface.forget_idempotency_keys", queueing_lock="interface.forget_idempotency_keys")
def forget_idempotency_keys(timestamp: int) -> None:
    """Answers are kept 24 hours, and so are which forms of the panel were sent and who asked how much."""
    oldest = datetime.fromtimestamp(timestamp, UTC) - KEPT
    IdempotencyRecord.objects.filter(at__lt=oldest).delete()
    SentForm.objects.filter(at__lt=oldest).delete()
    RequestCount.objects.filter(minute__lt=oldest).delete()


@app.task(name="interface.mail_support_request")
def mail_support_request(request_id: int) -> None:
    """A request of staff goes to the operator's address."""
    mail_to_operator(request_id=request_id)


@app.periodic(cron="*/10 * * * *", periodic_id="again")
@app.task(name="interface.mail_support_requests_again", queueing_lock="interface.mail_support_requests_again")
def mail_support_requests_again(timestamp: int) -> None:
    """Requests that the mail server refused, or whose job was lost."""
    for request_id in unmailed(at=datetime.fromtimestamp(timestamp, UTC)):
        mail_to_operator(request_id=request_id)
