"""One person, two records: what hangs on the one is handed to the other."""

from dataclasses import asdict
from datetime import datetime

from customers import ports
from customers.models import Customer, CustomerMerge
from events.recording import Fact, record
from events.transaction import transaction


class NotMergeableError(ValueError):
    """The two are one already, or one of them was merged or anonymized before."""


def absorb(
    *, loser: Customer, survivor: Customer, reason: str, without_prepared: bool = False, by: str, at: datetime
) -> CustomerMerge:
    """Hand what every room holds of `loser` to `survivor`, whom he stands behind from now on.

    `without_prepared`: what the loser made ready to buy with stays behind, carts and addresses among it.
    What was handed over is written down, so that it can be handed back. Raises NotMergeableError, and
    DependedOnError where something needs someone who can act and would have nobody any more.
    """
    with transaction(by=by, reason=reason):
        pair = Customer.objects.select_for_update(of=["self"]).filter(pk__in=[loser.pk, survivor.pk]).order_by("pk")
        locked = {each.pk: each for each in pair if each.merged_into_id is None and each.anonymized_at is None}
        if len(locked) != 2:  # noqa: PLR2004 -- both of them
            raise NotMergeableError
        loser, survivor = locked[loser.pk], locked[survivor.pk]
        records = ports.registered(without_prepared=without_prepared)
        handed = [asdict(each.move(loser=loser, survivor=survivor, at=at)) for each in records]
        loser.merged_into, loser.updated_at = survivor, at
        loser.save(update_fields=["merged_into", "updated_at"])
        for person in (loser, survivor):
            ports.insist_he_may_stop(customer=person, by=by, at=at)
        merge = CustomerMerge.objects.create(
            loser=loser, survivor=survivor, moved=[each for each in handed if each["ids"]], reason=reason, by=by, at=at
        )
        payload = {"survivor": survivor.shared_id}
        record(Fact("customer.merged", f"customer:{loser.shared_id}", payload), by=by, at=at)
    return merge
