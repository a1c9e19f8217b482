"""The company that lists show, search and sort a person by: the accounts he is an associate of, else his own words."""

from collections.abc import Collection

from customers import ports
from customers.models import Customer

MAX_LENGTH = 400


def companies_of(customer: Customer) -> str:
    """What `companies` is to hold, as the accounts are now."""
    names = ports.company_names([customer.pk]).get(customer.pk, ()) if customer.pk else ()
    return _joined(names, customer)


def refresh_companies(customer_ids: Collection[int]) -> None:
    """Bring the column to what the accounts say now: three statements, in the caller's transaction."""
    names = ports.company_names(customer_ids)
    stale = []
    for customer in Customer.objects.filter(pk__in=customer_ids).only("pk", "company", "companies").order_by("pk"):
        shown = _joined(names.get(customer.pk, ()), customer)
        if shown != customer.companies:
            customer.companies = shown
            stale.append(customer)
    if stale:
        Customer.objects.bulk_update(stale, ["companies"], batch_size=1000)


def _joined(names: Collection[str], customer: Customer) -> str:
    return ", ".join(names)[:MAX_LENGTH] if names else customer.company
