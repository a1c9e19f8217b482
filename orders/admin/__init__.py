"""Orders in the panel: the list, the page with its story, and trying an order."""

from orders.admin.orders import OrderAdmin

__all__ = ["OrderAdmin"]
