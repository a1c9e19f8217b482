"""Reads of accounts, contacts and associates."""

import functools
import operator
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from accounts.permissions import Permission
from customers.fields import DerivedFieldsQuerySet

if TYPE_CHECKING:
    from accounts.models import Account, Associate, Contact, PriceListAssignment, PriceListEntry
    from customers.models import Customer


class AccountQuerySet(DerivedFieldsQuerySet["Account"], TreeQuerySet["Account"]):
    def in_subtree_of(self, account: "Account", *, inclusive: bool = True) -> Self:
        """The account and everything below it, or only what is below."""
        within = self.filter(tree_id=account.tree_id, lft__gte=account.lft, rght__lte=account.rght)
        return within if inclusive else within.exclude(pk=account.pk)

    def above(self, account: "Account") -> Self:
        """What the account is a part of, from the root down to its parent."""
        return self.filter(tree_id=account.tree_id, lft__lt=account.lft, rght__gt=account.rght).order_by("lft")

    def after(self, account: "Account") -> Self:
        """What comes behind it in a list by name."""
        return self.filter(Q(name_sort__gt=account.name_sort) | Q(name_sort=account.name_sort, pk__gt=account.pk))

    def above_all(self, accounts: "Iterable[Account]") -> Self:
        """What any of the accounts is a part of, without themselves; one statement whatever their number."""
        spans = [Q(tree_id=each.tree_id, lft__lt=each.lft, rght__gt=each.rght) for each in accounts if each.parent_id]
        return self.filter(functools.reduce(operator.or_, spans)) if spans else self.none()

    def with_phone(self, text: str) -> Self:
        """Part of a phone number, the account's own or one of its address book."""
        return self._with_part("phone", text)

    def with_postal_code(self, text: str) -> Self:
        """Part of a postal code, the account's own or one of its address book."""
        return self._with_part("postal_code", text)

    def holding(self, text: str) -> Self:
        """Staff search: shared id exactly; name, number, phone and postal code in part, the last two also of addresses.

        Each way uses its own index: one condition that joins them all would read the whole table.
        """
        ways = [
            self.model._base_manager.filter(name__icontains=text).order_by().values("pk"),  # noqa: SLF001 -- Django's documented API
            self.model._base_manager.filter(account_number__icontains=text).order_by().values("pk"),  # noqa: SLF001
            self.model._base_manager.filter(phone__icontains=text).order_by().values("pk"),  # noqa: SLF001
            self.model._base_manager.filter(postal_code__icontains=text).order_by().values("pk"),  # noqa: SLF001
            self._of_addresses("phone", text),
            self._of_addresses("postal_code", text),
            self.model._base_manager.filter(shared_id=text).order_by().values("pk"),  # noqa: SLF001
        ]
        found = ways[0].union(*ways[1:], all=True)
        return self.filter(pk__in=found)

    def _with_part(self, field: str, text: str) -> Self:
        own = self.model._base_manager.filter(**{f"{field}__icontains": text}).order_by().values("pk")  # noqa: SLF001 -- Django's documented API
        return self.filter(pk__in=own.union(self._of_addresses(field, text), all=True))

    def _of_addresses(self, field: str, text: str) -> "QuerySet[Any, Any]":
        addresses = self.model._meta.get_field("addresses").related_model._base_manager  # noqa: SLF001
        found: QuerySet[Any, Any] = addresses.filter(**{f"{field}__icontains": text}).order_by().values("account")
        return found


# Tree operations of django-mptt over our reads.
AccountManager = TreeManager.from_queryset(AccountQuerySet)


class ContactQuerySet(DerivedFieldsQuerySet["Contact"]):
    def reached_by(self, *, emails: Collection[str]) -> Self:
        """With one of the normal e-mails, whatever the state of contact or account."""
        return self.filter(email_key__in=emails)

    def holding(self, text: str) -> Self:
        """Staff search: part of first or last name, e-mail or phone."""
        parts = ("first_name", "last_name", "email", "phone")
        found = [self.model._base_manager.filter(**{f"{part}__icontains": text}).values("pk") for part in parts]  # noqa: SLF001 -- Django's documented API
        return self.filter(pk__in=found[0].union(*found[1:], all=True))


class AssociateQuerySet(QuerySet["Associate"]):
    def in_force(self, *, at: datetime) -> Self:
        """Those that have begun and not ended."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=at)
        return self.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gt=at))

    def managing(self, *, at: datetime) -> Self:
        """Those who make an admin: the role manages associates, the person can act, it has begun, and has no end."""
        return self._made_to_manage(at=at).filter(
            customer__kind="REGISTERED",
            customer__active=True,
            customer__on_hold=False,
            customer__merged_into__isnull=True,
            customer__anonymized_at__isnull=True,
        )

    def managed_by(self, customer: "Customer", *, at: datetime) -> Self:
        """Those by which this person is an admin, or would be if he could act."""
        return self._made_to_manage(at=at).filter(customer=customer)

    def _made_to_manage(self, *, at: datetime) -> Self:
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=at)
        return self.filter(begun, valid_until__isnull=True, role__permissions__contains=[Permission.ASSOCIATES_MANAGE])


class PriceListEntryQuerySet(QuerySet["PriceListEntry"]):
    def holding(self, text: str) -> Self:
        """Part of the SKU or the name."""
        return self.filter(Q(sku__icontains=text) | Q(name__icontains=text))

    def of_skus(self, skus: Collection[str]) -> Self:
        return self.filter(sku__in=skus).order_by("price_list", "sku", "min_quantity")


class PriceListAssignmentQuerySet(QuerySet["PriceListAssignment"]):
    def in_force(self, *, at: datetime) -> Self:
        """Those that have begun and not ended."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=at)
        return self.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gt=at))
