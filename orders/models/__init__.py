from orders.models.cart import LONGEST_CART_NAME, Cart, CartLine
from orders.models.decision import DecisionEvidence, IdentityDecision
from orders.models.order import Order, OrderStatus
from orders.models.order_number_series import OrderNumberSeries
from orders.models.order_parts import AddressRole, OrderAddress, OrderLine
from orders.models.pinned_identity import PinnedIdentity
from orders.models.shopping_list import LONGEST_LIST_NAME, ShoppingList, ShoppingListLine

__all__ = [
    "LONGEST_CART_NAME",
    "LONGEST_LIST_NAME",
    "AddressRole",
    "Cart",
    "CartLine",
    "DecisionEvidence",
    "IdentityDecision",
    "Order",
    "OrderAddress",
    "OrderLine",
    "OrderNumberSeries",
    "OrderStatus",
    "PinnedIdentity",
    "ShoppingList",
    "ShoppingListLine",
]
