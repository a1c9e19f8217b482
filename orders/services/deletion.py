"""This room's answers when an account is to be deleted."""

from accounts.models import Account
from accounts.ports import ShoppersThings
from orders.models import Cart, IdentityDecision, Order, ShoppingList


def has_no_orders(account: Account) -> bool:
    """Whether no order, and no decision about one, names the account or one below it."""
    subtree = Account.objects.in_subtree_of(account).order_by().values("pk")
    named = Order.objects.filter(account__in=subtree).exists()
    return not named and not IdentityDecision.objects.filter(account__in=subtree).exists()


def shoppers_things(account: Account) -> ShoppersThings:
    """The open carts and the shopping lists of the account and everything below it; they go with it."""
    within = {"account__in": Account.objects.in_subtree_of(account).order_by().values("pk")}
    return ShoppersThings(
        carts=Cart.objects.filter(**within).open().count(),
        shopping_lists=ShoppingList.objects.filter(**within).count(),
    )
