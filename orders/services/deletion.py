"""This room's answer when an account is to be deleted."""

from accounts.models import Account
from orders.models import IdentityDecision, Order


def has_no_orders(account: Account) -> bool:
    """Whether no order, and no decision about one, names the account or one below it."""
    subtree = Account.objects.in_subtree_of(account).order_by().values("pk")
    named = Order.objects.filter(account__in=subtree).exists()
    return not named and not IdentityDecision.objects.filter(account__in=subtree).exists()
