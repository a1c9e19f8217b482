"""Reads of accounts, contacts and associates."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Q, QuerySet
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from customers.fields import DerivedFieldsQuerySet

if TYPE_CHECKING:
    from accounts.models import Account, Associate, Contact


class AccountQuerySet(DerivedFieldsQuerySet["Account"], TreeQuerySet["Account"]):
    def in_subtree_of(self, account: "Account", *, inclusive: bool = True) -> Self:
        """The account and everything below it, or only what is below."""
        within = self.filter(tree_id=account.tree_id, lft__gte=account.lft, rght__lte=account.rght)
        return within if inclusive else within.exclude(pk=account.pk)

    def above(self, account: "Account") -> Self:
        """What the account is a part of, from the root down to its parent."""
        return self.filter(tree_id=account.tree_id, lft__lt=account.lft, rght__gt=account.rght).order_by("lft")

    def holding(self, text: str) -> Self:
        """Staff search: shared id exactly; name, phone, postal code and number in part."""
        part = (
            Q(name__icontains=text)
            | Q(phone__icontains=text)
            | Q(postal_code__icontains=text)
            | Q(account_number__icontains=text)
        )
        return self.filter(part | Q(shared_id=text))


# Tree operations of django-mptt over our reads.
AccountManager = TreeManager.from_queryset(AccountQuerySet)


class ContactQuerySet(DerivedFieldsQuerySet["Contact"]):
    def reached_by(self, *, emails: Collection[str]) -> Self:
        """With one of the normal e-mails, whatever the state of contact or account."""
        return self.filter(email_key__in=emails)


class AssociateQuerySet(QuerySet["Associate"]):
    def in_force(self, *, at: datetime) -> Self:
        """Those that have begun and not ended."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=at)
        return self.filter(begun, Q(valid_until__isnull=True) | Q(valid_until__gt=at))
