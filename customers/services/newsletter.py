"""Whether a person wants a storefront's newsletter. He says so himself, and nobody else is told."""

from datetime import datetime

from customers.models import Customer, NewsletterSubscription
from customers.ports import Erased, Moved
from customers.services.lifecycle import CustomerGoneError
from events.transaction import transaction
from storefronts.models import Storefront


def is_subscribed(*, customer: Customer, storefront: Storefront) -> bool:
    """What he said last; whoever said nothing gets none."""
    return NewsletterSubscription.objects.filter(customer=customer, storefront=storefront, subscribed=True).exists()


def set_newsletter(*, customer: Customer, storefront: Storefront, subscribed: bool, by: str, at: datetime) -> None:
    """He wants it from now on, or does not. Twice is once. Raises CustomerGoneError."""
    with transaction(by=by):
        # Erasing and merging hold his row: what he says is there before them, or not at all.
        person = Customer.objects.select_for_update(of=["self"], no_key=True).get(pk=customer.pk)
        if person.merged_into_id is not None or person.anonymized_at is not None:
            raise CustomerGoneError
        NewsletterSubscription.objects.bulk_create(
            [NewsletterSubscription(customer=customer, storefront=storefront, subscribed=subscribed, updated_at=at)],
            update_conflicts=True,
            unique_fields=["customer", "storefront"],
            update_fields=["subscribed", "updated_at"],
        )


class Newsletters:
    """What he said goes with him. Where both said something, the survivor's own word stays."""

    name = "customers.newsletters"
    relations = ("customers.NewsletterSubscription.customer",)

    def erase(self, *, customer: Customer, at: datetime) -> Erased:  # noqa: ARG002 -- the port's signature
        cleared, _rows = NewsletterSubscription.objects.filter(customer=customer).delete()
        return Erased(self.name, cleared=cleared)

    def move(self, *, loser: Customer, survivor: Customer, at: datetime) -> Moved:  # noqa: ARG002 -- the port's signature
        taken = NewsletterSubscription.objects.filter(customer=survivor).values("storefront")
        theirs = NewsletterSubscription.objects.filter(customer=loser).exclude(storefront__in=taken)
        ids = [str(pk) for pk in theirs.order_by("pk").values_list("pk", flat=True)]
        NewsletterSubscription.objects.filter(pk__in=ids).update(customer=survivor)
        return Moved(self.name, {"newsletters": ids})

    def move_back(self, *, moved: Moved, loser: Customer, survivor: Customer, at: datetime) -> None:  # noqa: ARG002 -- the port's signature
        theirs = NewsletterSubscription.objects.filter(pk__in=moved.ids["newsletters"], customer=survivor)
        theirs.update(customer=loser)


NEWSLETTERS = Newsletters()
