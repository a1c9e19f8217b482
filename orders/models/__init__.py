from orders.models.decision import DecisionEvidence, IdentityDecision
from orders.models.order import Order, OrderStatus
from orders.models.order_parts import AddressRole, OrderAddress, OrderLine

__all__ = [
    "AddressRole",
    "DecisionEvidence",
    "IdentityDecision",
    "Order",
    "OrderAddress",
    "OrderLine",
    "OrderStatus",
]
