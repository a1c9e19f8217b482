"""Orders placed through our own storefront API: who buys, and for whom, is known because the customer had signed in."""

from dataclasses import replace
from datetime import datetime

from django.db import connection

from accounts.models import Account
from customers.models import Customer
from events.transaction import lock_key, take_locks, transaction
from orders.facts import Target
from orders.models import Order
from orders.rulings import ASSERTED, Ruling
from orders.services.asking import of_submission, policy_of
from orders.services.intake import write_orders
from orders.services.verdicts import reach_verdicts
from orders.submissions import OrderSubmission
from storefronts.models import Storefront

_NEXT = """
    INSERT INTO orders_ordernumberseries AS series (storefront_id, last) VALUES (%s, 1)
    ON CONFLICT (storefront_id) DO UPDATE SET last = series.last + 1
    RETURNING last
"""


def receive_asserted_order(
    *, submission: OrderSubmission, customer: Customer, account: Account | None = None, by: str, at: datetime
) -> Order:
    """Take in an order of a signed-in customer, for an account or for himself; the rules are not asked.

    The submission's number is not looked at: the order gets the next one of the storefront's series, `W-<rising>`.
    Whether he may order, and for that account, is the caller's to know. Each call makes an order.
    """
    named = Target(account=account.shared_id if account else None, customer=customer.shared_id)
    with transaction(by=by):
        numbered = replace(submission, number=_next_number(submission.storefront))
        policy = policy_of(submission.storefront)
        asked = of_submission(numbered, policy=policy, ruling=Ruling(ASSERTED, named), at=at)
        (verdict,) = reach_verdicts([asked])
        (order,) = write_orders([(numbered, verdict)], decided_by=by, by=by, at=at)
    return order


def _next_number(storefront: Storefront) -> str:
    """The row of the series is locked until the order is committed: numbers rise, and none is given twice.

    A number that the shop itself has sent is passed over; the lock keeps it from being sent this moment.
    """
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [storefront.pk])
            (last,) = cursor.fetchone()
        number = f"W-{last}"
        take_locks([lock_key("order", storefront.pk, number)])
        if not Order.objects.filter(storefront=storefront, number=number).exists():
            return number
