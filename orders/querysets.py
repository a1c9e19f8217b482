"""Reads of orders, carts and shopping lists."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db.models import Count, Q, QuerySet

from accounts.acting import Acting
from accounts.models import Account
from accounts.permissions import Permission
from accounts.querysets import ids_in_large_subtree
from customers.fields import DerivedFieldsQuerySet
from customers.identifiers import normal_email
from customers.models import Customer
from storefronts.models import Storefront

if TYPE_CHECKING:
    from orders.models import Cart, Order, ShoppingList

# A part of a name that fits more accounts than this finds the orders of this many.
ACCOUNTS_SEARCHED = 500
# A larger part of a tree is no longer named account by account.
ACCOUNTS_NAMED = 200


class OrderQuerySet(DerivedFieldsQuerySet["Order"]):
    def visible_to_storefront(self, storefront: Storefront | None) -> Self:
        """What a key bound to the storefront may see; a key bound to none sees all."""
        return self if storefront is None else self.filter(storefront=storefront)

    def placed_by(self, acting: Acting) -> Self:
        """The shopper's own orders: those for the account, or those for himself; on every storefront.

        Of those for himself only what is known to be his (`orders.giving.is_shown`).
        """
        theirs = self.filter(customer=acting.customer, account=acting.account)
        return theirs if acting.account is not None else theirs.filter(shown_to_customer=True)

    def seen_by(self, acting: Acting) -> Self:
        """Of an account also those of colleagues, where the role shows its purchases."""
        if acting.account is not None and acting.role_allows(Permission.PURCHASES_VIEW):
            return self.filter(account=acting.account)
        return self.placed_by(acting)

    def repeatable_by(self, acting: Acting) -> Self:
        """What a shopper may order again: what he sees of this storefront, of an account with everything below it."""
        here = self.filter(storefront=acting.storefront)
        if acting.account is not None and acting.role_allows(Permission.PURCHASES_VIEW):
            return here.in_subtree_of(acting.account)
        return here.placed_by(acting)

    def in_subtree_of(self, account: Account) -> Self:
        """Orders of the account and of everything below it, each once.

        Of a part of a tree its accounts are named, by one statement here: so the database knows how many they are, and
        takes either their own orders or, from the newest on, those of the tree (docs/reference/benchmarks.md).
        """
        of_tree = self.filter(account_tree_id=account.tree_id)
        if account.parent_id is None:
            return of_tree
        if account.rght - account.lft > 2 * ACCOUNTS_NAMED:
            return of_tree.filter(account__in=ids_in_large_subtree(account))
        below = Account.objects.in_subtree_of(account).order_by()
        return of_tree.filter(account__in=list(below.values_list("pk", flat=True)))

    def not_erased(self) -> Self:
        """Orders none of whose decisions names a person who was erased."""
        return self.exclude(decisions__evidence__erased_at__isnull=False)

    def with_identity(self) -> Self:
        """The order, its storefront, account and customer in one statement."""
        return self.select_related("storefront", "account", "customer", "decision")

    def numbered(self, number: str) -> Self:
        """Of that number, on whichever storefront; by the index of numbers."""
        return self.filter(storefront__in=Storefront.objects.order_by().values("pk"), number=number)

    def with_parts(self) -> Self:
        """Lines and addresses too, one statement each."""
        return self.prefetch_related("lines", "addresses")

    def holding(self, text: str) -> Self:
        """Staff search: order number, claimed e-mail, shared id of account or customer exactly; part of its name.

        Each part is looked up by its own index first, so that the orders are found by ids and never read through.
        """
        storefronts = list(Storefront.objects.values_list("pk", flat=True))
        found = Q(storefront__in=storefronts, number=text)
        if email := normal_email(text):
            found |= Q(claim_email_key=email)
        named = Account.objects.filter(Q(shared_id=text) | Q(name__icontains=text))
        if accounts := list(named.order_by().values_list("pk", flat=True)[:ACCOUNTS_SEARCHED]):
            found |= Q(account__in=accounts)
        if customers := list(Customer.objects.filter(shared_id=text).values_list("pk", flat=True)):
            found |= Q(customer__in=customers)
        return self.filter(found)

    def count_by_outcome(self, *, since: datetime | None = None) -> dict[str, int]:
        """How many orders have each outcome; with `since`, of those received from then on."""
        counted = self if since is None else self.filter(received_at__gte=since)
        return dict(counted.order_by().values_list("outcome").annotate(Count("pk")))


class CartQuerySet(QuerySet["Cart"]):
    def of(self, acting: Acting) -> Self:
        """The set of who acts: his carts for the account, or for himself, on the storefront; ordered ones too."""
        return self.filter(customer=acting.customer, account=acting.account, storefront=acting.storefront)

    def open(self) -> Self:
        """Those that were not ordered yet."""
        return self.filter(order__isnull=True)

    def latest_changed_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")


class ShoppingListQuerySet(QuerySet["ShoppingList"]):
    def of(self, acting: Acting) -> Self:
        """The set of who acts: his lists for the account, or his wish list, on the storefront."""
        return self.filter(customer=acting.customer, account=acting.account, storefront=acting.storefront)
