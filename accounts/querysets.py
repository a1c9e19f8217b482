"""Reads of accounts, contacts and associates."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from mptt.managers import TreeManager
from mptt.querysets import TreeQuerySet

from accounts.permissions import Permission
from customers.fields import DerivedFieldsQuerySet

if TYPE_CHECKING:
    from accounts.models import Account, Associate, Contact, PriceListAssignment, PriceListEntry
    from customers.models import Customer


# Places in a tree are never taken from what a caller has read: neighbours who come and go move everybody behind them,
# and at a place of a moment ago somebody else may stand now. Each statement reads them anew.
_ABOVE = """
    SELECT other.id FROM accounts_account AS account JOIN accounts_account AS other
        ON other.tree_id = account.tree_id AND other.lft < account.lft AND other.rght > account.rght
    WHERE account.id = ANY(%s)
"""
_IN_LINE = """
    SELECT other.id FROM accounts_account AS account JOIN accounts_account AS other
        ON other.tree_id = account.tree_id AND (
            other.lft <= account.lft AND other.rght >= account.rght OR other.lft BETWEEN account.lft AND account.rght
        )
    WHERE account.id = ANY(%s)
"""
# By the place that was read, of which the database has statistics; and of that, what is below the account now. The case
# hides the second from its planner, which would expect hardly anything to be left (docs/reference/benchmarks.md).
_IN_LARGE_SUBTREE = """
    SELECT id FROM accounts_account WHERE tree_id = %s AND lft BETWEEN %s AND %s AND CASE
        WHEN tree_id = (SELECT tree_id FROM accounts_account WHERE id = %s)
            AND lft BETWEEN (SELECT lft FROM accounts_account WHERE id = %s)
                AND (SELECT rght FROM accounts_account WHERE id = %s) THEN true
        ELSE false
    END
"""


def ids_in_large_subtree(account: "Account") -> RawSQL:
    """As `in_subtree_of`, for statements whose plan depends on how many they are: ids, in place of a list of them.

    Where the tree changes between the caller's read and this, some may be missing; nobody else's are among them.
    """
    place = [account.tree_id, account.lft, account.rght]
    return RawSQL(_IN_LARGE_SUBTREE, [*place, account.pk, account.pk, account.pk])  # noqa: S611 -- our own words


def _place(account: "Account", column: str) -> Subquery:
    """`tree_id`, `lft` or `rght` of the account, as it is when the statement runs."""
    of_it = type(account)._base_manager.filter(pk=account.pk).order_by()  # noqa: SLF001 -- Django's documented API
    return Subquery(of_it.values(column))


def _span(account: "Account") -> tuple[Subquery, Subquery]:
    """From the first to the last place of the account and what is below it."""
    return _place(account, "lft"), _place(account, "rght")


class AccountQuerySet(DerivedFieldsQuerySet["Account"], TreeQuerySet["Account"]):
    def in_subtree_of(self, account: "Account", *, inclusive: bool = True) -> Self:
        """The account and everything below it, or only what is below."""
        within = self.filter(tree_id=_place(account, "tree_id"), lft__range=_span(account))
        return within if inclusive else within.exclude(pk=account.pk)

    def above(self, account: "Account") -> Self:
        """What the account is a part of, from the root down to its parent."""
        before, behind = _span(account)
        return self.filter(tree_id=_place(account, "tree_id"), lft__lt=before, rght__gt=behind).order_by("lft")

    def after(self, account: "Account") -> Self:
        """What comes behind it in a list by name."""
        return self.filter(Q(name_sort__gt=account.name_sort) | Q(name_sort=account.name_sort, pk__gt=account.pk))

    def above_all(self, accounts: "Iterable[Account]") -> Self:
        """What any of the accounts is a part of, without themselves; one statement whatever their number."""
        parts = [each.pk for each in accounts if each.parent_id]
        return self.filter(pk__in=RawSQL(_ABOVE, [parts])) if parts else self.none()  # noqa: S611 -- our own words

    def in_line_with(self, accounts: "Collection[Account]") -> Self:
        """The accounts with everything above and below any of them; one statement whatever their number."""
        named = [each.pk for each in accounts]
        return self.filter(pk__in=RawSQL(_IN_LINE, [named])) if named else self.none()  # noqa: S611 -- our own words

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


def _begun(at: datetime) -> Q:
    return Q(valid_from__isnull=True) | Q(valid_from__lte=at)


def _not_ended(at: datetime) -> Q:
    return Q(valid_until__isnull=True) | Q(valid_until__gt=at)


class AssociateQuerySet(QuerySet["Associate"]):
    def in_force(self, *, at: datetime) -> Self:
        """Those that have begun and not ended."""
        return self.filter(_begun(at), _not_ended(at))

    def reaching(self, account: "Account") -> Self:
        """Those with the account or with one above it."""
        begins, ends = _span(account)
        in_tree = self.filter(account__tree_id=_place(account, "tree_id"))
        return in_tree.filter(account__lft__lte=begins, account__rght__gte=ends)

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
        manages = Q(role__permissions__contains=[Permission.ASSOCIATES_MANAGE])
        return self.filter(_begun(at), manages, valid_until__isnull=True)


class PriceListEntryQuerySet(QuerySet["PriceListEntry"]):
    def holding(self, text: str) -> Self:
        """Part of the SKU or the name."""
        return self.filter(Q(sku__icontains=text) | Q(name__icontains=text))

    def of_skus(self, skus: Collection[str]) -> Self:
        return self.filter(sku__in=skus).order_by("price_list", "sku", "min_quantity")


class PriceListAssignmentQuerySet(QuerySet["PriceListAssignment"]):
    def in_force(self, *, at: datetime) -> Self:
        """Those that have begun and not ended."""
        return self.filter(_begun(at), _not_ended(at))
