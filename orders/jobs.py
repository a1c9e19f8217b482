"""What happens to orders later on."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from events.context import working_as
from orders.services import waiting

BY = "system:waiting_orders"


@app.periodic(cron="* * * * * */10", periodic_id="waiting")
@app.task(name="orders.decide_waiting_orders", queueing_lock="orders.decide_waiting_orders")
def decide_waiting_orders(timestamp: int) -> None:
    """Every ten seconds: orders that wait for the ERP are decided once it was caught up with."""
    with working_as(actor=BY):
        waiting.decide_waiting_orders(by=BY, at=datetime.fromtimestamp(timestamp, UTC))
