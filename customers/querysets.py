"""Reads of customers and of the ERP mirror."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

from customers.fields import DerivedFieldsQuerySet
from customers.identifiers import normal_email, sort_key

if TYPE_CHECKING:
    from customers.models import Customer, ErpCustomer


class CustomerQuerySet(DerivedFieldsQuerySet["Customer"]):
    def existing(self) -> Self:
        """Neither anonymized nor merged: what lists and search show unless asked for more."""
        return self.filter(anonymized_at__isnull=True, merged_into__isnull=True)

    def guests_of(self, email_key: str) -> Self:
        """Guests of that normal e-mail who stand for themselves, the oldest first."""
        return self.existing().filter(email_key=email_key, kind="GUEST").order_by("created_at", "pk")

    def registered(self) -> Self:
        return self.existing().filter(kind="REGISTERED")

    def reached_by(self, *, emails: Collection[str], phones: Collection[str]) -> Self:
        """Not anonymized, with one of the normal e-mails or phones; merged ones too: they stand for their survivor."""
        reached = Q(email_key__in=emails) | Q(phone_key__in=phones)
        return self.filter(reached, anonymized_at__isnull=True)

    def holding(self, text: str) -> Self:
        """Staff search: reference, shared id and e-mail exactly; part of a name or of the company."""
        exact = Q(reference=text) | Q(shared_id=text)
        if email := normal_email(text):
            return self.filter(exact | Q(email_key=email))
        return self.filter(exact | Q(name_sort__contains=sort_key(text)) | Q(company__icontains=text))


class ErpCustomerQuerySet(QuerySet["ErpCustomer"]):
    def matching(self, *, system_customers: Collection[str]) -> Self:
        """Those an order may be matched with: present in the ERP, not erased, no system customer."""
        return self.filter(gone_at__isnull=True, erased_at__isnull=True).exclude(number__in=system_customers)

    def loyalty_of(self, customers: "Iterable[Customer]") -> dict[int, dict[str, Any]]:
        """Card and points by customer id, for those who have a number in an ERP; their external ids are fetched."""
        numbers = {
            (each.system, each.external_id): customer.pk
            for customer in customers
            for each in customer.external_ids.all()
        }
        if not numbers:
            return {}
        systems, ids = {system for system, _ in numbers}, {number for _, number in numbers}
        return {
            numbers[row.erp_system, row.number]: {"card_number": row.loyalty_card, "points": row.loyalty_points}
            for row in self.filter(erp_system__in=systems, number__in=ids, erased_at__isnull=True)
            if (row.erp_system, row.number) in numbers
        }
