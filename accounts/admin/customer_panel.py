"""The tab of the customer page that this room fills: the accounts that name the person as a contact."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.admin.labels import status_tag
from accounts.models import Contact, ContactType
from customers.models import Customer
from interface.panel.panels import Panel

SHOWN = 100


def contacts_of(request: HttpRequest, customer: Customer) -> dict[str, Any]:  # noqa: ARG001 -- as panels say
    """The contacts that are this person, with their accounts."""
    contacts = (
        Contact.objects.filter(customer=customer).select_related("account").order_by("account__name_sort")[:SHOWN]
    )
    return {
        "contacts": [
            {
                "contact": contact,
                "type": ContactType(contact.type).label,
                "account": contact.account,
                "url": reverse("admin:accounts_account_change", args=[contact.account_id]),
                "status": status_tag(contact.account),
            }
            for contact in contacts
        ]
    }


CONTACTS_OF_CUSTOMER: Panel[Customer] = Panel(
    name="accounts",
    title=_("Accounts"),
    permission="accounts.view_account",
    template="panel/accounts/of_customer.html",
    context=contacts_of,
)
